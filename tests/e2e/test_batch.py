"""A class is graded with the real command: good, wrong, hostile and unusable submissions, kills and all."""

import csv
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from dlf_grader.config import Config
from dlf_grader.model import Status
from dlf_grader.run.session import Session
from dlf_grader.run.submissions import Assignment, SubmissionGrader

ROOT = Path(__file__).parents[2]
POOL = "m1_cnn/pool.py"
RIGHT = (ROOT / "solutions" / POOL).read_text()
STUB = (ROOT / "exercises" / POOL).read_text()
WRONG = RIGHT.replace("x.reshape(", "-x.reshape(", 1)
SHORT = ("-m", "m1", "-k", "m1.flatten", "--no-train")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def put(folder, student, text=RIGHT):
    (folder / student).mkdir()
    (folder / student / "pool.py").write_text(text)


def command(folder, *more):
    return [sys.executable, "-m", "dlf_grader.cli", "batch", str(folder), *SHORT, "--store", "course.db", *more]


def batch(folder, *more):
    return subprocess.run(command(folder, *more), cwd=folder.parent, capture_output=True, text=True, check=False)


def rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_a_class_is_graded_whatever_some_hand_in(folder, tmp_path):
    put(folder, "ada")
    (folder / "ada" / "timestamp.txt").write_text("2026-11-20 09:00:00 UTC")
    put(folder, 'O\'Neill, "Zoë"\n学生')
    put(folder, "=wrong", WRONG)
    put(folder, "stub", STUB)
    put(folder, "crash", "import os; os._exit(3)\n")
    put(folder, "broken", "def f(:\n")
    (folder / "empty").mkdir()
    (folder / "cut.zip").write_bytes(b"PK nothing")
    for name, text in (("ada_late", RIGHT), ("eve", RIGHT), ("eve_2", STUB)):
        with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
            archive.writestr("pool.py", text)
    os.utime(folder / "eve.zip", (1_700_000_000,) * 2)
    os.utime(folder / "eve_2.zip", (1_700_000_060,) * 2)
    (tmp_path / "roster.csv").write_text('id,name,email\nada,"Lovelace, Ada",a@x\nabsent,Nobody,\neve,Eve,\n')
    due = ("--due", "2020-01-01")
    done = batch(folder, "--roster", "roster.csv", "--export", "csv=marks.csv", "--export", "gradescope=gs", *due)
    assert done.returncode == 0, done.stderr
    marks = rows(tmp_path / "marks.csv")
    graded = {name: float(row["score"]) for name, row in marks.items() if row["score"]}
    full = graded["ada"]
    assert full == float(marks["ada"]["max_score"]) > 0
    assert graded == {
        "ada": full, "O'Neill, \"Zoë\"\n学生": full, "'=wrong": graded["'=wrong"],
        "stub": 0, "crash": 0, "broken": 0,
    }  # fmt: skip
    assert graded["'=wrong"] < full
    assert marks["empty"]["state"].startswith("not graded: none of the exercises is in it")
    assert marks["cut"]["state"].startswith("not graded: cut.zip: it is not a zip")
    assert marks["absent"]["state"] == "nothing handed in"
    assert marks["ada"]["late"] == "late"
    assert marks["ada"]["name"] == "Lovelace, Ada"
    assert "nothing tells which is the latest" in marks["eve"]["state"], "never guessed"
    assert "6 graded · " in done.stdout
    assert "of all 9: 3 not gradable, 1 late" in done.stdout
    assert "2 of 3 on the roster, 7 of nobody on it" in done.stdout
    assert 'eve.zip,,,"handed in more than once' in (tmp_path / "who.csv").read_text()
    results = [json.loads(file.read_text()) for file in (tmp_path / "gs").iterdir()]
    assert len(results) == 6
    assert not any("/tmp" in json.dumps(result) for result in results)


def test_only_what_changed_is_graded_again(folder, tmp_path):
    put(folder, "ada")
    put(folder, "bob", STUB)
    assert "2 graded" in batch(folder).stdout
    assert "0 graded" in batch(folder).stdout
    (folder / "bob" / "pool.py").write_text(RIGHT)
    again = batch(folder, "--export", "csv=marks.csv").stdout
    assert "1 graded" in again
    assert "bob:" in again
    assert "ada:" not in again
    marks = rows(tmp_path / "marks.csv")
    assert marks["bob"]["score"] == marks["ada"]["score"]
    shutil.rmtree(folder / "bob")
    again = batch(folder).stdout
    assert "not in this download, kept from an earlier one: bob" in again


def results_in(path):
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            return [name for (name,) in database.execute("select student from result")]
    except sqlite3.OperationalError:
        return []


def test_a_run_killed_again_and_again_ends_with_every_result_once(folder, tmp_path):
    for number in range(9):
        put(folder, f"student{number}", f"{RIGHT}\n# {number}\n")
    for wanted in (2, 5):
        process = subprocess.Popen(command(folder, "--jobs", "2"), cwd=tmp_path, stdout=subprocess.DEVNULL)
        while len(results_in(tmp_path / "course.db")) < wanted:
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = results_in(tmp_path / "course.db")
    assert 5 <= len(before) < 9
    done = batch(folder)
    assert f"{9 - len(before)} graded" in done.stdout
    assert sorted(results_in(tmp_path / "course.db")) == [f"student{number}" for number in range(9)]
    with sqlite3.connect(tmp_path / "course.db") as database:
        seeds = {seed for (seed,) in database.execute("select seed from run join result on run.id = result.run")}
    assert len(seeds) == 1, "a class is graded with one seed, however often its run was killed"


def test_a_submission_gets_the_report_that_a_run_of_its_own_gives(tmp_path, plugins, servers):
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "solutions", tree, ignore=shutil.ignore_patterns("__pycache__"))
    (tree / POOL).write_text(WRONG)
    config = Config(tree=tree, milestones=("m1",), keyword="m1.flatten", seed=11, fresh=True, train=False)
    own = Session(config, plugins, servers=servers).run()
    with SubmissionGrader(Assignment(("m1",), 11, "m1.flatten", False)) as grader:
        first, second = (grader.grade({POOL: WRONG.encode()}) for _ in range(2))
    for report in (first, second):
        assert [(r.id, r.status, r.score, r.message) for r in report.results] == [
            (r.id, r.status, r.score, r.message) for r in own.results
        ]
        assert str(report.results[0].location).startswith("exercises/m1_cnn/pool.py:")
    assert [result.cached for result in first.results + second.results] == [False] * len(own.results) + [
        result.status is not Status.BLOCKED for result in own.results
    ], "an equal file has one verdict in a class, and the report says so"


def test_repositories_are_cloned_and_those_that_cannot_be_are_said(tmp_path):
    bare = tmp_path / "ada-repo"
    put(bare.parent, bare.name)
    git = ["git", "-C", str(bare), "-c", "user.name=A", "-c", "user.email=a@x"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-qm", "done"]):
        subprocess.run([*git, *words], check=True)
    lines = ["# the class", f"ada file://{bare}", f"bob file://{tmp_path}/none", "eve l, ext::sh"]
    (tmp_path / "repos.txt").write_text("\n".join(lines))
    done = batch(tmp_path / "repos.txt", "--export", "csv=marks.csv")
    assert done.returncode == 0, done.stderr
    marks = rows(tmp_path / "marks.csv")
    assert marks["ada"]["score"] == marks["ada"]["max_score"]
    assert "cannot be cloned" in marks["bob"]["state"]
    assert "transport 'ext' not allowed" in marks["eve l"]["state"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["in", "--store", "c.db"], "which milestone was to be done? Expected -m M"),
        (["in", "-m", "m9", "--store", "c.db"], "no milestone, check, file or class 'm9'"),
        (["none", "-m", "m1", "--store", "c.db"], "none: expected a folder of submissions, or a platform's download"),
        (["in", "-m", "m1", "--store", "c.db", "--export", "xls=x"], "no such format; there is blackboard"),
        (["in", "-m", "m1", "--store", "c.db", "--due", "tomorrow"], "--due tomorrow: expected a time like"),
        (["in", "-m", "m1", "--store", "c.db", "--jobs", "0"], "--jobs 0: expected at least 1"),
        (["--store", "none.db", "--export", "csv=x"], "expected SUBMISSIONS to grade, or --export of a store"),
        (["in", "-m", "m1", "--store", "none/c.db"], "unable to open database file"),
    ],
)  # fmt: skip
def test_wrong_use_is_said_in_a_line(folder, tmp_path, words, said):
    run = [sys.executable, "-m", "dlf_grader.cli", "batch", *words]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
