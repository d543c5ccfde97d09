"""The autograder's zip, unpacked as Gradescope does and run for real, with its own copy of the grader."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="Gradescope runs Linux")


@pytest.fixture(scope="module")
def autograder(tmp_path_factory):
    """Gradescope's folder, with an environment that holds what setup.sh would have installed."""
    root = tmp_path_factory.mktemp("autograder")
    command = ["dlf_grader.cli", "gradescope", "build", "m1", "--no-train", "-o", str(root / "a.zip")]
    subprocess.run([sys.executable, "-m", *command], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(root / "a.zip") as archive:
        archive.extractall(root / "source")
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
    assert modes["setup.sh"] == modes["run_autograder"] == 0o755
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    venv.create(root / "venv", with_pip=False)
    (site,) = (root / "venv" / "lib").glob("python*/site-packages")
    leave_out = shutil.ignore_patterns("*.pth", "dl_foundations*", "__pycache__", "jupyter*", "include")
    installed = sysconfig.get_path("purelib")
    shutil.copytree(installed, site, ignore=leave_out, dirs_exist_ok=True, copy_function=link)
    (site / "dl-foundations.pth").write_text(f"{root}/source/packages\n")
    return root


def link(source, target):
    """As good as a copy, and much faster where both are on one disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def run(root, submission):
    shutil.rmtree(root / "submission", ignore_errors=True)
    shutil.rmtree(root / "results", ignore_errors=True)
    shutil.copytree(submission, root / "submission", ignore=shutil.ignore_patterns("__pycache__"))
    environment = os.environ | {"AUTOGRADER_ROOT": str(root)}
    run = ["bash", str(root / "run_autograder")]
    done = subprocess.run(run, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads((root / "results" / "results.json").read_text())


@linux
def test_the_zip_grades_a_submission_with_the_grader_it_carries(autograder):
    results = run(autograder, ROOT / "solutions" / "m1_cnn")
    assert results["score"] == sum(test["score"] for test in results["tests"]) == 97
    assert not any(str(autograder) in test["output"] for test in results["tests"])


@linux
def test_a_submission_without_the_exercises_gets_a_reason(autograder, tmp_path):
    (tmp_path / "readme.txt").write_text("sorry")
    results = run(autograder, tmp_path)
    assert results["score"] == 0
    assert "none of the exercises is in it: expected conv.py" in results["output"]


def test_setup_is_a_sound_script_with_pinned_requirements(autograder):
    subprocess.run(["bash", "-n", str(autograder / "source" / "setup.sh")], check=True)
    lines = (autograder / "source" / "requirements.txt").read_text().splitlines()
    assert {"numpy", "torch", "msgspec", "pluggy"} <= {line.partition("==")[0] for line in lines}
    assert all("==" in line for line in lines)


def test_the_zip_holds_no_solution(autograder):
    with zipfile.ZipFile(autograder / "a.zip") as archive:
        assert not any("solutions" in name for name in archive.namelist())
        stub = archive.read("exercises/m1_cnn/conv.py").decode()
    assert 'raise NotImplementedError("m1.conv.forward")' in stub
