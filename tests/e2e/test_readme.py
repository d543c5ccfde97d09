"""What the README's first screens show is what the program prints."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCKS = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
TIME = re.compile(r" · [\d.]+ s$", re.MULTILINE)


def block(command: str) -> list[str]:
    """The lines that the README shows below a command, without times."""
    (found,) = (text for text in BLOCKS if text.startswith(f"$ {command}\n"))
    return TIME.sub("", found).splitlines()[1:]


def solved(stub: str, name: str, solution: str, at_most: int) -> str:
    """A stub with the first lines of one solution in the place of its TODO."""
    region = re.search(rf"### BEGIN SOLUTION {re.escape(name)}\n(.*?)\n *### END", solution, re.DOTALL)[1]
    lines = region.splitlines()
    assert len(lines) <= at_most
    return re.sub(rf' *# TODO\({re.escape(name)}\).*?"\)', lambda _: "\n".join(lines), stub, flags=re.DOTALL)


@pytest.fixture
def course(tmp_path):
    for folder in ("m0_mlp", "m1_cnn"):
        shutil.copytree(ROOT / "exercises" / folder, tmp_path / "exercises" / folder)
    return tmp_path


def printed(course: Path, *arguments: str, width: int, encoding: str = "utf-8") -> list[str]:
    environment = os.environ | {"COLUMNS": str(width), "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "dlf_grader.cli", *arguments]
    done = subprocess.run(
        command, cwd=course, capture_output=True, text=True, check=False, env=environment, encoding="utf-8"
    )
    assert done.returncode == 1, done.stderr
    return TIME.sub("", done.stdout).splitlines()


def test_untouched_exercises_look_as_the_readme_shows(course):
    shown = block("make m0")
    assert printed(course, "m0", width=len(shown[0])) == shown


def test_a_transposed_gradient_is_named_as_the_readme_shows(course):
    file = course / "exercises" / "m0_mlp" / "layers.py"
    solution = (ROOT / "solutions" / "m0_mlp" / "layers.py").read_text(encoding="utf-8")
    text = file.read_text(encoding="utf-8")
    for name, lines in (("init", 2), ("forward", 6), ("backward", 6)):
        text = solved(text, f"m0.linear.{name}", solution, lines)
    file.write_text(text.replace("= dL_dy.T @ x  #", "= x.T @ dL_dy  #"), encoding="utf-8")
    shown = block("dlf-grade m0.linear")
    assert printed(course, "m0.linear", width=len(shown[0])) == shown


def test_a_stream_that_lacks_signs_gets_others_and_no_traceback(course):
    lines = printed(course, "m1", "-k", "conv", width=98, encoding="ascii")
    assert lines[1] == "  . Conv2d   0 of 45  not written yet"
    assert lines[-2].startswith("0 of 45 points ? next: exercises/m1_cnn/conv.py")
