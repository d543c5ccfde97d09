import os
import subprocess
import sys

import pytest
from dlf_grader.sandbox import usage

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")


@pytest.fixture
def worker():
    """A process that holds 64 MiB, a file without a name, and has a child."""
    code = (
        "import subprocess, sys, tempfile\n"
        "kept, file = b'x' * (64 << 20), tempfile.TemporaryFile()\n"
        "file.write(b'y' * (8 << 20))\nfile.flush()\n"
        "child = subprocess.Popen(['cat'], stdin=subprocess.PIPE)\n"
        "print('ready', flush=True)\nsys.stdin.read()\nchild.communicate()\n"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as process:
        process.stdout.readline()
        yield process.pid
        process.communicate()


def test_a_worker_within_its_bounds_is_left_alone(worker, tmp_path):
    assert usage.excess(worker, str(tmp_path), 1 << 30) == ""
    assert usage.excess(worker, "", 0) == ""


def test_memory_is_counted_over_all_that_descends_from_a_worker(worker):
    assert len(usage.children(worker)) == 1
    assert usage.excess(worker, "", 64 << 20).startswith("held 0.1 GiB of memory")


def test_files_count_whether_they_have_a_name_or_not(worker, tmp_path, monkeypatch):
    monkeypatch.setattr(usage, "DISK", 10 << 20)
    assert usage.excess(worker, str(tmp_path), 0) == ""
    (tmp_path / "named").write_bytes(os.urandom(4 << 20))
    assert usage.excess(worker, str(tmp_path), 0).startswith("kept 0.0 GiB in files")


def test_many_small_files_are_too_many(worker, tmp_path, monkeypatch):
    monkeypatch.setattr(usage, "ENTRIES", 20)
    for n in range(30):
        (tmp_path / f"{n}").touch()
    assert usage.excess(worker, str(tmp_path), 0) == "made more than 20 files"


def test_a_process_that_has_ended_has_too_much_of_nothing(tmp_path):
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    assert usage.excess(done.pid, str(tmp_path / "gone"), 1) == ""
