"""What a locked worker cannot reach, by any road that Python offers; and that honest work goes on as before."""

import os
import socket
import sysconfig
from pathlib import Path

import pytest
from dlf_grader.failures import LearnerError
from dlf_grader.sandbox.landlock import SIGNALS_SINCE, TCP_SINCE, version
from dlf_grader.sandbox.limits import MEMORY
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission
from dlf_grader.sandbox.rungs import RUNGS, resolve
from dlf_grader.sandbox.rungs.locked import LOCKED

ROOT = Path(__file__).parents[2]
SITE = sysconfig.get_path("purelib")
pytestmark = pytest.mark.skipif(version() == 0, reason="needs Linux with Landlock")


@pytest.fixture(params=["numpy", "torch"])
def submit(request, tmp_path, servers):
    made = []

    def make(text: str) -> Submission:
        for name in ("tree", "scratch"):
            (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / "tree" / "exercise.py").write_text(text)
        load = Load(
            str(tmp_path / "tree"), "exercise", request.param, "by hand", str(tmp_path / "scratch"), MEMORY, "locked"
        )
        made.append(Submission(lambda: servers.worker(request.param), load))
        return made[-1]

    yield make
    for submission in made:
        submission.close()


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/proc/self/environ",
        f"/proc/{os.getpid()}/environ",
        str(ROOT / "solutions" / "m1_cnn" / "conv.py"),
        str(ROOT / "reference" / "dlf_reference" / "oracles" / "m1.py"),
        str(ROOT / "grader" / "dlf_grader" / "milestones" / "m1" / "conv.py"),
        str(Path.home() / ".bashrc"),
    ],
)
def test_a_locked_worker_cannot_read(submit, path):
    submission = submit(f"def read():\n    return open({path!r}, 'rb').read(10)\n")
    with pytest.raises(LearnerError) as caught:
        submission.call("read")
    assert caught.value.kind in ("PermissionError", "FileNotFoundError")  # the second where there is no such file


def test_a_numpy_worker_cannot_read_pytorch(servers, tmp_path):
    (tmp_path / "exercise.py").write_text(
        "import os\ndef read():\n    fd = os.open(" + repr(f"{SITE}/torch/__init__.py") + ", os.O_RDONLY)\n"
    )
    load = Load(str(tmp_path), "exercise", "numpy", "by hand", str(tmp_path), MEMORY, "locked")
    submission = Submission(lambda: servers.worker("numpy"), load)
    with pytest.raises(Exception, match=r"PermissionError|imports torch"):
        submission.call("read")
    submission.close()


def test_a_locked_worker_cannot_write_outside_its_scratch_folder(submit, tmp_path):
    (tmp_path / "victim").write_text("kept")
    submission = submit(
        f"import os\ndef write():\n    open({str(tmp_path / 'victim')!r}, 'w')\n"
        f"def remove():\n    os.unlink({str(tmp_path / 'victim')!r})\n"
        f"def change():\n    open({str(tmp_path / 'tree' / 'exercise.py')!r}, 'a')\n"
    )
    for attempt in ("write", "remove", "change"):
        with pytest.raises(LearnerError, match=r"PermissionError|Read-only file system"):
            submission.call(attempt)
    assert (tmp_path / "victim").read_text() == "kept"


@pytest.mark.skipif(version() < TCP_SINCE, reason="needs Linux 6.7")
def test_a_locked_worker_cannot_connect(submit):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        submission = submit(f"import socket\ndef go():\n    socket.create_connection(('127.0.0.1', {port}))\n")
        with pytest.raises(LearnerError, match="PermissionError"):
            submission.call("go")


@pytest.mark.skipif(version() < SIGNALS_SINCE, reason="needs Linux 6.12")
def test_a_locked_worker_cannot_kill_its_server(submit):
    submission = submit("import os\ndef kill():\n    os.kill(os.getppid(), 9)\ndef fine():\n    return 1\n")
    with pytest.raises(LearnerError, match="PermissionError"):
        submission.call("kill")
    assert submission.call("fine") == 1


def test_honest_work_goes_on_as_before(submit):
    submission = submit(
        "import datetime, json, random, tempfile, threading, traceback, warnings\n"
        "import numpy as np\n"
        "def work():\n"
        "    with tempfile.TemporaryFile() as file:\n        file.write(b'kept')\n"
        "    open('notes.txt', 'w').write(json.dumps([random.random(), str(datetime.datetime.now())]))\n"
        "    warnings.warn('careful')\n"
        "    try:\n        1 / 0\n    except ZeroDivisionError:\n        traceback.print_exc()\n"
        "    thread = threading.Thread(target=np.linalg.inv, args=(np.eye(50),))\n"
        "    thread.start()\n    thread.join()\n"
        "    np.save('array.npy', np.arange(3))\n"
        "    return np.load('array.npy') + np.random.default_rng().integers(1)\n"
    )
    assert submission.call("work").tolist() == [0, 1, 2]


def test_the_strongest_rung_is_the_default_and_says_what_it_does_not_stop():
    assert resolve("auto") is LOCKED
    assert all("does not stop" in rung.describe() for rung in RUNGS)
