"""The trust boundary: what a worker has, what it has not, and that nothing outlives a run."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from dlf_grader.config import Config
from dlf_grader.failures import LearnerError, NotWritten, WorkerCrashed, WorkerTimeout
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Status
from dlf_grader.run.session import Session
from dlf_grader.sandbox.limits import MEMORY
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission
from dlf_grader.sandbox.spawning import spawn

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(params=["forked", "spawned"])
def submit(request, tmp_path, servers):
    """Make a submission of one file's text, in a worker started either way."""
    made = []

    def make(text: str, engine: str = "numpy") -> Submission:
        folder, scratch = tmp_path / "tree", tmp_path / "scratch"
        folder.mkdir(exist_ok=True)
        scratch.mkdir(exist_ok=True)
        (folder / "exercise.py").write_text(text)
        load = Load(str(folder), "exercise", engine, "do it by hand", str(scratch), MEMORY)
        spawned = request.param == "spawned"
        made.append(Submission(lambda: spawn(engine)[0] if spawned else servers.worker(engine), load))
        return made[-1]

    yield make
    for submission in made:
        submission.close()


def test_calls_objects_and_attributes_work_as_if_they_were_here(submit):
    submission = submit(
        "class Counter:\n"
        "    def __init__(self, start=0):\n        self.count = start\n"
        "    def add(self, n):\n        self.count += n\n        return [self.count, (n, None)]\n"
        "def double(x):\n    return 2 * x\n"
    )
    counter = submission.new("Counter", start=5)
    assert counter.add(2) == [7, (2, None)]
    counter.count = 40
    assert counter.add(n=2)[0] == 42
    assert submission.call("double", 1.5) == 3.0


def test_an_exception_comes_back_with_the_learners_own_lines(submit):
    submission = submit("def f(x):\n    return g(x)\n\n\ndef g(x):\n    raise KeyError(x)\n")
    with pytest.raises(LearnerError) as caught:
        submission.call("f", "key")
    assert caught.value.kind == "KeyError"
    assert [(frame.file, frame.line) for frame in caught.value.frames] == [("exercise.py", 2), ("exercise.py", 6)]


def test_what_is_not_written_is_told_apart(submit):
    with pytest.raises(NotWritten):
        submit("def f():\n    raise NotImplementedError('m0.f')\n").call("f")


def test_a_crash_and_a_timeout_end_the_worker_and_the_next_call_has_a_new_one(submit):
    submission = submit(
        "import os, time\ndef crash():\n    os._exit(3)\ndef hang():\n    time.sleep(600)\ndef fine():\n    return 1\n"
    )
    with pytest.raises(WorkerCrashed, match="exited with status 3"):
        submission.call("crash")
    submission.ready()
    submission.deadline = time.monotonic() + 1
    with pytest.raises(WorkerTimeout, match=r"hang\(\) did not end in time"):
        submission.call("hang")
    submission.deadline = time.monotonic() + 60
    assert submission.call("fine") == 1


def test_waiting_for_a_worker_to_start_costs_an_exercise_none_of_its_time(servers, tmp_path, monkeypatch):
    (tmp_path / "exercise.py").write_text("def fine():\n    return 1\n")
    now = time.monotonic()

    def clock(at: float) -> None:
        monkeypatch.setattr("dlf_grader.sandbox.proxy.time", SimpleNamespace(monotonic=lambda: at))

    def start():
        clock(now + 50)
        return servers.worker("numpy")

    clock(now)
    submission = Submission(start, Load(str(tmp_path), "exercise", "numpy", "by hand", str(tmp_path), MEMORY))
    submission.deadline = now + 20
    assert submission.call("fine") == 1
    assert submission.deadline == now + 70
    submission.close()


def test_what_is_printed_is_kept_and_changes_nothing(submit):
    submission = submit("import sys\ndef f():\n    print('out')\n    print('err', file=sys.stderr)\n    return 1\n")
    assert submission.call("f") == 1
    assert {"out", "err"} <= set(submission.take_output().split())


def test_a_worker_has_no_secrets_no_data_folder_and_no_oracles(submit, monkeypatch):
    monkeypatch.setenv("SECRET_TOKEN", "s3cret")
    monkeypatch.setenv("DLF_DATA", str(ROOT))
    submission = submit(
        "import os, sys\n"
        "def variables():\n    return dict(os.environ)\n"
        "def modules():\n    return sorted(sys.modules)\n"
        "def folder():\n    return os.getcwd()\n"
    )
    variables = submission.call("variables")
    assert "s3cret" not in variables.values()
    assert "DLF_DATA" not in variables
    assert not any(
        name.startswith(("dlf_reference", "torch", "dlf_grader.milestones")) for name in submission.call("modules")
    )
    assert submission.call("folder").endswith("scratch")


@linux
def test_a_worker_holds_no_descriptor_but_its_own(submit):
    submission = submit(
        "import os\n"
        "def held():\n"
        "    return [os.readlink(f'/proc/self/fd/{fd}') for fd in os.listdir('/proc/self/fd') if int(fd) > 2 and\n"
        "            os.path.exists(f'/proc/self/fd/{fd}')]\n"
    )
    assert sum("socket" in link for link in submission.call("held")) == 1


@linux
@pytest.mark.parametrize(("how", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 1)])
def test_nothing_is_left_when_the_grader_is_stopped(tmp_path, how, status):
    tree = tmp_path / "tree" / "m1_cnn"
    tree.mkdir(parents=True)
    (tree / "conv.py").write_text("import time\ntime.sleep(600)\n")
    command = [sys.executable, "-m", "dlf_grader.cli", "m1", "-k", "conv", "--tree", str(tree.parent), "--fresh"]
    grader = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    family = _wait_for(lambda: len(found := _descendants(grader.pid)) >= 2 and found)
    os.kill(grader.pid, how)
    _, said = grader.communicate(timeout=60)
    assert grader.returncode == status
    assert said.strip() == ("stopped; finished results are kept" if how == signal.SIGINT else "")
    assert _wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))


def _descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found


def _wait_for(what, seconds=60.0):
    """The first true value, or a failure."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if value := what():
                return value
        except OSError:
            pass
        os.sched_yield()
    raise AssertionError("waited in vain")


def test_a_report_is_there_from_the_first_moment(tmp_path, plugins, servers):
    path = tmp_path / "report.json"
    config = Config(tree=ROOT / "exercises", milestones=("m1",), keyword="conv", reports=(("json", path),))
    seen = []

    class Watcher:
        @hookimpl
        def dlf_session_start(self, checks):
            seen.append(json.loads(path.read_text()))

    plugins.register(Watcher())
    Session(config, plugins, servers=servers).run()
    assert seen[0]["score"] == 0
    assert len(seen[0]["results"]) == len(json.loads(path.read_text())["results"])


def test_a_fault_of_ours_is_said_as_ours_and_the_rest_goes_on(plugins, servers):
    class Broken:
        @hookimpl(tryfirst=True)
        def dlf_run_check(self, check):
            if check.id == "m1.conv.forward":
                raise ZeroDivisionError("in a plugin")

    plugins.register(Broken())
    config = Config(tree=ROOT / "solutions", milestones=("m1",), keyword="conv", train=False)
    results = {r.id: r for r in Session(config, plugins, servers=servers).run().results}
    assert results["m1.conv.forward"].status is Status.ERROR
    assert "ZeroDivisionError: in a plugin" in results["m1.conv.forward"].message
    assert results["m1.conv.init"].status is Status.PASSED


def test_an_unchanged_file_is_answered_from_memory_and_an_edited_one_is_not(tmp_path, plugins, servers):
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "solutions", tree)
    config = Config(tree=tree, milestones=("m1",), keyword="conv,flatten", train=False)

    def cached() -> dict[str, bool]:
        return {r.id: r.cached for r in Session(config, plugins, servers=servers).run().results}

    cached()
    assert all(cached().values())
    with (tree / "m1_cnn" / "conv.py").open("a") as file:
        file.write("\n# edited\n")
    after = cached()
    assert not any(kept for name, kept in after.items() if name.startswith("m1.conv"))
    assert all(kept for name, kept in after.items() if name.startswith("m1.flatten"))


def test_a_learners_words_cannot_forge_lines_or_colours(submit):
    submission = submit("def f():\n    print('\\x1b[32m100 of 100')\n    raise ValueError('a\\n✓ passed\\r\\x1b[2K')\n")
    with pytest.raises(LearnerError) as caught:
        submission.call("f")
    assert caught.value.text == "a ✓ passed [2K"
    assert submission.take_output() == " [32m100 of 100"


def test_a_replayed_case_counts_for_nothing(tmp_path, plugins, servers):
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "solutions", tree)
    file = tree / "m1_cnn" / "conv.py"
    file.write_text(file.read_text().replace("windows[:, :, ::s, ::s]", "windows"))  # right while the stride is 1
    once = Config(tree=tree, milestones=("m1",), keyword="m1.conv.forward", only_case=1, train=False)
    (replayed,) = Session(once, plugins, servers=servers).run().results
    (whole,) = Session(replace(once, only_case=None), plugins, servers=servers).run().results
    assert (replayed.status, whole.status, whole.cached) == (Status.PASSED, Status.FAILED, False)


def test_output_into_a_closed_pipe_ends_quietly():
    command = f"{sys.executable} -m dlf_grader.cli m0 m1 --tree solutions --no-train --fresh | head -n 1"
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.startswith("m0 mlp")
    assert "Traceback" not in done.stderr
