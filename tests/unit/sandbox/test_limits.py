import os
import subprocess
import sys

import pytest
from dlf_grader.sandbox import limits


def test_a_worker_inherits_no_secret_and_no_setting_of_python(monkeypatch):
    for name in ("API_TOKEN", "DLF_DATA", "PYTHONPATH", "HOME"):
        monkeypatch.setenv(name, "secret")
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    found = limits.environment()
    assert not {"API_TOKEN", "DLF_DATA", "PYTHONPATH", "HOME"} & found.keys()
    assert found["OMP_NUM_THREADS"] == "1"
    assert found["PATH"] == os.environ["PATH"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
def test_this_process_uses_one_thread_unless_the_user_said_otherwise(monkeypatch):
    monkeypatch.setattr(os, "environ", {"OMP_NUM_THREADS": "64"})
    limits.one_thread()
    assert os.environ["OMP_NUM_THREADS"] == "64"
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"


def test_a_confined_process_works_in_its_folder_with_limits_that_it_cannot_raise(tmp_path):
    code = (
        "import os, resource, sys, tempfile\n"
        "from dlf_grader.sandbox import limits\n"
        "limits.confine(sys.argv[1], 1 << 30, 60)\n"
        "soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "cpu = resource.getrlimit(resource.RLIMIT_CPU)[1]\n"
        "print(os.getcwd(), tempfile.gettempdir(), os.environ['HOME'], soft == hard == limits.FILE_SIZE, cpu)\n"
    )
    here = os.path.realpath(tmp_path)
    done = subprocess.run([sys.executable, "-c", code, here], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [here, here, here, "True", "60"]
