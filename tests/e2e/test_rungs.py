"""Each rung of the ladder keeps its promises, and lets honest work go on.

What is tested here is what the operating system takes away, so the attacks use what the guard of `guard.py` lets pass.
"""

import os
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest
from dlf_grader.failures import LearnerError, WorkerCrashed, WorkerTimeout
from dlf_grader.sandbox import seccomp
from dlf_grader.sandbox.rungs.locked import LOCKED

ROOT = Path(__file__).parents[2]
SITE = sysconfig.get_path("purelib")
pytestmark = pytest.mark.skipif(not seccomp.supported(), reason="needs Linux with a filter of system calls")


def changeable(path):
    found = path.stat()
    return found.st_mode, found.st_uid, found.st_size, found.st_mtime_ns


def confined(rung):
    if "reading and changing files" in rung.does_not_stop:
        pytest.skip(f"the rung {rung.name} does not promise this, and says so")


# -- what no rung allows --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attempt",
    [
        "os.kill(os.getppid() or 2, 9)",
        "os.kill(-1, 9)",
        "os.kill(2, 0)",
        "os.pidfd_open(os.getpid())",
        "os.setpriority(os.PRIO_USER, 0, 10)",
        "resource.prlimit(os.getppid() or 2, resource.RLIMIT_CPU)",
        "os.mknod('fifo', 0o600 | 0o010000)",
        "os.posix_fallocate(os.open('f', os.O_CREAT | os.O_WRONLY), 0, 3 << 30)",
    ],
)
def test_no_worker_may_touch_others_or_fill_a_file(submit_on, rung, attempt):
    submission = submit_on(
        rung, f"import os, resource\ndef go():\n    return {attempt} and None\ndef fine():\n    return 1\n"
    )
    with pytest.raises(LearnerError, match=r"PermissionError|ProcessLookupError|File too large"):
        submission.call("go")
    assert submission.call("fine") == 1


def test_no_worker_may_look_into_its_server_or_the_grader(rung, tmp_path):
    """By the command itself: these are the processes above the worker, up to the one that a person started."""
    look = """
import os
class Conv2d:
    def __init__(self, *args, **kwargs):
        said = []
        pid = os.getppid()
        while pid > 1 and len(said) < 6:
            for name in ("mem", "environ", "fd/0"):
                try:
                    open(f"/proc/{pid}/{name}", "rb").close()
                    said.append(f"OPEN {pid} {name}")
                except OSError as error:
                    said.append(type(error).__name__)
            try:
                pid = int(open(f"/proc/{pid}/stat").read().split()[3])
            except OSError:
                break
        raise ValueError(" ".join(said))
"""
    (tmp_path / "m1_cnn").mkdir()
    (tmp_path / "m1_cnn" / "conv.py").write_text(look)
    command = [str(Path(sys.executable).with_name("dlf-grade")), "m1", "-k", "conv.init", "--fresh", "-v"]
    command += ["--tree", str(tmp_path), "--isolation", rung.name]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "400"})
    assert "raised ValueError" in done.stdout
    assert "OPEN" not in done.stdout


def test_no_worker_may_start_a_process_by_any_call(submit_on, rung):
    text = (
        "import _posixsubprocess, os\n"
        "def spawn():\n"
        "    r, w = os.pipe()\n"
        "    _posixsubprocess.fork_exec([b'/bin/true'], [b'/bin/true'], True, (), None, None, -1, -1, -1, -1, -1, -1,\n"
        "        r, w, True, True, -1, None, None, None, -1, None, True)\n"
    )
    with pytest.raises(LearnerError, match="Operation not permitted"):
        submit_on(rung, text).call("spawn")


def test_a_thousand_threads_end_the_worker_with_the_reason(submit_on, rung):
    text = (
        "import threading, time\n"
        "def go():\n"
        "    threading.stack_size(64 * 1024)\n"
        "    for _ in range(5000):\n        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "    time.sleep(60)\n"
    )
    # where the limit counts in a namespace of its own the thread is refused, elsewhere the server stops the worker
    with pytest.raises((WorkerCrashed, LearnerError), match=r"ran \d+ threads; at most 512|can't start new thread"):
        submit_on(rung, text).call("go")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("x = np.ones(10 * 2**30 // 8)", "MemoryError"),
        ("m = mmap.mmap(-1, 6 << 30)\n    for i in range(0, 6 << 30, 4096):\n        m[i] = 1", "GiB of memory"),
        (
            "for n in range(5):\n        with open(str(n), 'wb') as f:\n"
            "            for _ in range(250):\n                f.write(bytes(1 << 20))\n    time.sleep(60)",
            "GiB in files",
        ),
        (
            "held = []\n    for n in range(5):\n        f = open('x', 'wb', 0)\n        os.unlink('x')\n"
            "        held.append(f)\n        for _ in range(250):\n            f.write(bytes(1 << 20))\n"
            "    time.sleep(60)",
            "GiB in files",
        ),
        ("for n in range(30_000):\n        open(str(n), 'w').close()\n    time.sleep(60)", "more than 10000 files"),
    ],
    ids=["memory", "shared memory", "disk", "deleted files", "files"],
)
def test_who_fills_memory_or_disk_is_stopped_with_the_reason(submit_on, rung, body, reason):
    with pytest.raises((WorkerCrashed, LearnerError), match=reason):
        submit_on(rung, f"import mmap, os, time\nimport numpy as np\ndef go():\n    {body}\n").call("go")


def test_a_worker_that_burns_its_processor_time_ends(submit_on, rung):
    with pytest.raises(WorkerCrashed, match=r"SIGKILL|SIGXCPU"):
        submit_on(rung, "def go():\n    while True: pass\n", seconds=2).call("go")


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ("b'\\x81\\xa4type\\xa6unable'", "not in the protocol"),
        ("msgpack.encode({'type': 'unable', 'text': 'no'})", "a question nobody asked"),
        ("msgpack.encode({'type': 'confined', 'lacking': []})", "a question nobody asked"),
        ("msgpack.encode({'type': 'values', 'id': 1, 'values': [1.0]})", "a question nobody asked"),
        ("None", "bytes; at most"),
    ],
)
def test_a_forged_message_ends_the_worker_as_crashed(submit_on, rung, frame, words):
    text = (
        "import gc, socket, struct, sys\n"
        "def go():\n"
        "    msgpack = sys.modules['msgspec'].msgpack\n"
        "    connection = [o for o in gc.get_objects() if type(o) is socket.socket][0]\n"
        f"    frame = {frame}\n"
        "    head = struct.pack('>Q', 1 << 40 if frame is None else len(frame))\n"
        "    connection.sendall(head + (frame or b''))\n"
        "    while True: pass\n"
    )
    with pytest.raises(WorkerCrashed, match=words):
        submit_on(rung, text).call("go")


def test_a_worker_is_gone_when_its_time_is_up(submit_on, rung):
    submission = submit_on(rung, "def go():\n    while True: pass\ndef fine():\n    return 1\n")
    submission.ready()
    submission.deadline = time.monotonic() + 0.5
    with pytest.raises(WorkerTimeout):
        submission.call("go")
    submission.deadline = time.monotonic() + 60
    assert submission.call("fine") == 1


def test_what_a_worker_puts_in_place_of_its_counter_does_not_hold_the_grader(submit_on, rung):
    submission = submit_on(
        rung,
        "import os\n"
        "def go():\n    os.unlink('.under-way')\n    os.symlink('/dev/zero', '.under-way')\n    os._exit(3)\n",
    )
    with pytest.raises(WorkerCrashed, match=r"go\(\) ended its process: exited with status 3"):
        submission.call("go")


# -- what no confining rung allows ----------------------------------------------------------------


@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
def test_a_confined_worker_has_no_sockets_but_pairs(submit_on, rung, family, kind):
    confined(rung)
    if family == "AF_NETLINK":
        kind = "SOCK_RAW"
    submission = submit_on(
        rung,
        f"import asyncio, socket\ndef go():\n    socket.socket(socket.{family}, socket.{kind})\n"
        "def pair():\n    a, b = socket.socketpair()\n    a.send(b'x')\n    return b.recv(1)\n"
        "def loop():\n    return asyncio.run(asyncio.sleep(0, 7))\n",
    )
    with pytest.raises(LearnerError, match="PermissionError"):
        submission.call("go")
    assert submission.call("pair") == b"x"
    assert submission.call("loop") == 7


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "/proc/1/environ",
        f"/proc/{os.getpid()}/mem",
        str(ROOT / "solutions" / "m1_cnn" / "conv.py"),
        str(ROOT / "reference" / "dlf_reference" / "oracles" / "m1.py"),
        str(ROOT / "grader" / "dlf_grader" / "milestones" / "m1" / "conv.py"),
    ],
)
def test_a_confined_worker_reads_nothing_but_what_it_needs(submit_on, rung, path):
    confined(rung)
    with pytest.raises(LearnerError, match=r"PermissionError|FileNotFoundError"):
        submit_on(rung, f"def read():\n    return open({path!r}, 'rb').read(10)\n").call("read")


def test_a_confined_worker_changes_nothing_outside_its_folder(submit_on, rung, tmp_path):
    confined(rung)
    victim, exercise = tmp_path / "victim", tmp_path / "tree" / "exercise.py"
    victim.write_text("kept")
    before = changeable(victim)
    submission = submit_on(
        rung,
        "import os\n"
        "def write(path):\n    open(path, 'w')\n"
        "def unlink(path):\n    os.unlink(path)\n"
        "def chmod(path):\n    os.chmod(path, 0)\n"
        "def utime(path):\n    os.utime(path, (1, 1))\n"
        "def chown(path):\n    os.chown(path, os.getuid(), os.getgid())\n"
        "def setxattr(path):\n    os.setxattr(path, 'user.x', b'y')\n"
        "def own():\n    open('f', 'w').close()\n    os.chmod('f', 0o600)\n    os.utime('f')\n    return True\n",
    )
    for attempt in ("write", "unlink", "chmod", "utime", "chown", "setxattr"):
        for path in (victim, exercise) if rung.enclosure is None else (exercise,):
            with pytest.raises(LearnerError, match=r"PermissionError|Read-only file system"):
                submission.call(attempt, str(path))
    assert submission.call("own")
    assert victim.read_text() == "kept"
    assert changeable(victim) == before


def test_a_confined_numpy_worker_cannot_read_pytorch_even_without_the_guard(rung, tmp_path):
    confined(rung)
    (tmp_path / "tree").mkdir()
    (tmp_path / "scratch").mkdir()
    code = (
        "import os, sys\n"
        "from dlf_grader.sandbox import rungs\n"
        f"os.chdir({str(tmp_path / 'scratch')!r})\n"
        f"place = rungs.Place({str(tmp_path / 'tree')!r}, {str(tmp_path / 'scratch')!r}, 'numpy')\n"
        f"rungs.confine({rung.name!r}, place)\n"
        "sys.stdout.flush()\n"
        f"for path in ({SITE + '/torch/__init__.py'!r}, {SITE + '/torch'!r}, {SITE + '/numpy/__init__.py'!r}):\n"
        "    try:\n"
        "        os.close(os.open(path, os.O_RDONLY)) if path.endswith('.py') else os.listdir(path)\n"
        "        print('open', flush=True)\n"
        "    except OSError as error:\n        print(type(error).__name__, flush=True)\n"
    )
    command = [sys.executable, "-I", "-c", code]
    if rung.enclosure is not None:
        command = rung.enclosure(tmp_path, False).command("numpy", command)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    first, second, third = done.stdout.split()
    assert first in ("PermissionError", "FileNotFoundError")
    assert third == "open", done.stderr
    if rung.enclosure is not None:
        assert second == "FileNotFoundError"


@pytest.mark.parametrize("engine", ["numpy", "torch"])
def test_a_worker_holds_nothing_of_ours_but_the_sandbox_and_the_failures(submit_on, rung, engine):
    text = "import sys\ndef ours():\n    return [name for name in sys.modules if name.startswith('dlf_')]\n"
    ours = set(submit_on(rung, text, engine).call("ours"))
    others = {name for name in ours if not name.startswith("dlf_grader.sandbox")}
    assert others == {"dlf_grader", "dlf_grader.failures"}
    assert "dlf_grader.sandbox.worker" in ours


def test_a_locked_worker_sees_no_process_but_itself(submit_on):
    if reason := LOCKED.why_not():
        pytest.skip(reason)
    submission = submit_on(LOCKED, "import os\ndef ids():\n    return os.getpid(), os.getppid()\n")
    submission.ready()
    if submission.lacking:
        pytest.skip(f"no namespaces here: {submission.lacking}")
    assert submission.call("ids") == (1, 0)


# -- what the honest may do -----------------------------------------------------------------------

HONEST = """
import asyncio, datetime, json, logging, mmap, os, platform, random, sys, tempfile, threading, traceback, warnings
from concurrent.futures import ThreadPoolExecutor
import numpy as np

np.seterr(all="call")
np.random.seed(0)
random.seed(0)
logging.basicConfig(level=logging.DEBUG)

def work():
    for n in range(200):
        print("\\r" + "#" * n, end="", file=sys.stderr, flush=True)
    print("x" * 3_000_000)
    logging.debug("a line")
    warnings.warn("careful")
    with tempfile.TemporaryDirectory() as folder:
        np.save(folder + "/a.npy", np.arange(3))
        os.replace(folder + "/a.npy", "kept.npy")
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"kept")
    memory = np.memmap("map", dtype="f8", mode="w+", shape=(1000, 1000))
    memory[:] = 1
    shared = mmap.mmap(-1, 1 << 20)
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(np.linalg.inv, [np.eye(20)] * 64))
    try:
        1 / 0
    except ZeroDivisionError:
        traceback.print_exc()
    asyncio.run(asyncio.sleep(0))
    json.dumps([platform.python_version(), str(datetime.datetime.now())])
    return np.load("kept.npy") + np.random.default_rng().integers(1) + int(np.ones(50_000_000)[0]) - 1
"""


@pytest.mark.parametrize("engine", ["numpy", "torch"])
def test_honest_work_goes_on_as_before(submit_on, rung, engine):
    text = HONEST + ("\nimport torch\ntorch.ones(300, 300).matmul(torch.ones(300, 300))\n" if engine == "torch" else "")
    submission = submit_on(rung, text, engine)
    assert submission.call("work").tolist() == [0, 1, 2]
    assert "#" in submission.take_output()
