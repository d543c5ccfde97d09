"""The plugin that the documentation shows works as it says, and every hook is called in an ordinary run."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from dlf_grader import hookspecs
from dlf_grader.commands.grade import config_of, grade_parser, run_on_terminal
from dlf_grader.failures import UsageError
from dlf_grader.plugins import load_plugins

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
PLUGIN, EXERCISE, *SHORT = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
OUTPUT = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1]


@pytest.fixture
def course(tmp_path):
    (tmp_path / "exercises" / "x1_extra").mkdir(parents=True)
    (tmp_path / "dlfplugin.py").write_text(PLUGIN)
    (tmp_path / "exercises" / "x1_extra" / "moments.py").write_text(EXERCISE)
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "dlf_grader.cli", *arguments]
    environment = os.environ | {"COLUMNS": "100"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=environment)


def test_the_documented_milestone_prints_what_the_page_shows(course):
    done = run(course, "x1")
    assert done.returncode == 1
    without_time = re.compile(r" · [\d.]+ s$", re.MULTILINE)
    assert without_time.sub("", done.stdout).strip() == without_time.sub("", OUTPUT).strip()


def test_the_documented_milestone_passes_once_it_is_right(course):
    (course / "exercises" / "x1_extra" / "moments.py").write_text("def variance(x):\n    return float(x.var())\n")
    done = run(course, "x1")
    assert (done.returncode, "100 of 100 points" in done.stdout) == (0, True)


def test_the_documented_milestone_works_as_an_installed_package(course, tmp_path, monkeypatch):
    (course / "dlfplugin.py").unlink()
    installed = tmp_path / "site"
    about = installed / "extra-1.0.dist-info"
    about.mkdir(parents=True)
    name, module = re.search(r'entry-points.dlf\]\n(\w+) = "(\w+)"', PAGE).groups()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: extra\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[dlf]\n{name} = {module}\n")
    (installed / f"{module}.py").write_text(PLUGIN)
    monkeypatch.setenv("PYTHONPATH", str(installed))
    assert "variance matches NumPy" in run(course, "x1").stdout


@pytest.mark.parametrize("text", SHORT)
def test_the_shorter_plugins_of_the_page_are_taken(course, text):
    (course / "dlfplugin.py").write_text(text)
    assert load_plugins(course) is not None


def test_the_documented_ways_of_a_class_are_taken(course):
    (course / "dlfplugin.py").write_text(f"{PLUGIN}\n{SHORT[-1]}")
    (course / "in" / "ada").mkdir(parents=True)
    (course / "in" / "ada" / "moments.py").write_text(EXERCISE)
    (course / "class.json").write_text('[{"login": "ada", "name": "Ada L"}, {"login": "bob", "name": "Bob"}]')
    words = ["batch", "in", "-m", "x1", "--store", "a.db", "--roster", "class.json", "--jobs", "1"]
    done = run(course, *words, "--export", "office=marks.txt", "--export", "html=page")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 of 2 on the roster" in done.stdout
    assert (course / "marks.txt").read_text().splitlines() == ["ada 0.0", "bob -"]
    said = "variance of 2 numbers"
    page = next((course / "page" / "students").glob("*.html"))
    assert said not in page.read_text(encoding="utf-8")
    (course / "MARKS_ARE_OUT").touch()
    assert run(course, "batch", "-m", "x1", "--store", "a.db", "--export", "html=page").returncode == 0
    assert said in page.read_text(encoding="utf-8")


def test_a_misspelt_hook_is_said(course):
    (course / "dlfplugin.py").write_text(PLUGIN.replace("def dlf_milestones", "def dlf_milestone"))
    done = run(course, "x1")
    assert done.returncode == 2
    assert "dlf_milestone" in done.stderr


def test_a_plugin_that_does_not_import_is_said(course):
    (course / "dlfplugin.py").write_text("import no_such_module\n")
    with pytest.raises(UsageError, match="no_such_module"):
        load_plugins(course)


def test_an_ordinary_run_calls_every_hook(course, monkeypatch, capsys):
    monkeypatch.chdir(course)
    (course / "exercises" / "m0_mlp").mkdir(exist_ok=True)  # of ours, a course has what lies there
    plugins = load_plugins(course)
    called: set[str] = set()
    plugins.add_hookcall_monitoring(lambda name, implementations, arguments: called.add(name), lambda *rest: None)
    parser = grade_parser()
    plugins.hook.dlf_add_options(parser=parser)
    both = ["x1", "m0", "--tree", str(ROOT / "exercises"), "-k", "x1,m0.mnist", "--fresh"]
    run_on_terminal(config_of(parser.parse_args(both)), plugins)
    plugins.unregister(name="terminal")
    written = ["x1", "--fresh", "--report", f"json={course}/r.json"]
    run_on_terminal(config_of(parser.parse_args(written)), plugins)
    capsys.readouterr()
    every = {name for name in vars(hookspecs) if name.startswith("dlf_")}
    of_a_class = {"dlf_platforms", "dlf_roster", "dlf_exports", "dlf_shown"}
    assert every - called <= {"dlf_check_progress", *of_a_class}  # training's
