"""The store of a class: every result once, whatever ends a run."""

import random
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from dlf_grader.classroom.records import SubmissionRecord
from dlf_grader.classroom.store import ATTEMPTS, ClassStore
from dlf_grader.failures import UsageError

ROOT = Path(__file__).parents[3]
MARKS = (1.0, 2.0)


@pytest.fixture
def store(tmp_path):
    made = ClassStore(tmp_path / "course.db")
    yield made
    made.close()


def handed(name="ada", digest="d"):
    return SubmissionRecord(name, f"{name}.zip", "2026-11-21 22:00", digest=digest)


def started(store, *students, checks="c"):
    run, _ = store.start_run(None, checks, 7)
    for student in students:
        store.record(handed(student), checks)
    return run


def test_a_result_is_written_once(store):
    run = started(store, "ada")
    claimed = store.claim(run)
    assert store.claim(run) is None
    assert store.save_result(claimed, run, MARKS, 0.5, b"first")
    assert not store.save_result(claimed, run, MARKS, 0.5, b"second")
    (mark,) = store.results()
    assert (mark.state, mark.score, mark.max_score, mark.report) == ("done", 1.0, 2.0, b"first")


def test_only_what_changed_is_graded_again(store):
    run = started(store, "ada", "bob")
    while claimed := store.claim(run):
        store.save_result(claimed, run, MARKS, 0.5, b"r")
    assert not store.record(handed("ada"), "c")
    assert store.record(handed("ada", digest="new"), "c")
    assert store.record(handed("bob"), "new checks")
    assert not store.record(handed("ada"), "c"), "what was handed in before has its result still"


def test_a_killed_run_goes_on_with_its_seed_and_a_finished_one_does_not(store):
    run = started(store, "ada")
    store.claim(run)
    assert store.start_run(None, "c", 99) == (run, 7)
    claimed = store.claim(run)
    assert claimed == handed("ada"), "what the dead run had claimed waits again"
    store.save_result(claimed, run, MARKS, 0.5, b"r")
    store.finish_run(run)
    assert store.start_run(None, "c", 99) == (run + 1, 99)
    assert store.start_run(5, "c", 99)[1] == 5


def test_a_submission_that_takes_its_process_down_is_given_up_in_the_end(store):
    run = started(store, "ada", "bob")
    for attempt in range(ATTEMPTS):
        names = [store.claim(run).student, store.claim(run).student]
        assert sorted(names) == ["ada", "bob"]
        assert store.requeue(handed("ada"), run, "it died") == (attempt < ATTEMPTS - 1)
        if attempt < ATTEMPTS - 1:
            store.requeue(handed("bob"), run, "it died")
    ada, _ = store.results()
    assert (ada.state, ada.submission.problem) == ("fault", "it died")


def test_a_store_of_the_version_before_keeps_its_results(tmp_path, store):
    run = started(store, "ada")
    store.save_result(store.claim(run), run, MARKS, 0.5, b"r")
    store.close()
    with closing(sqlite3.connect(tmp_path / "course.db")) as database, database:
        database.execute("alter table result drop column received")
        database.execute("update about set version = 2")
    with closing(ClassStore(tmp_path / "course.db")) as again:
        assert again.attempts("ada") == [("", b"r")]
        run = started(again, "bob")
        again.save_result(again.claim(run), run, MARKS, 0.5, b"r")
        assert again.attempts("bob") == [("2026-11-21 22:00", b"r")]


def test_a_store_from_the_future_of_something_else_or_of_nothing_is_said(tmp_path, store):
    store.close()
    with closing(sqlite3.connect(tmp_path / "course.db")) as database, database:
        database.execute("update about set version = 99")
    with pytest.raises(UsageError, match=r"newer dl-foundations \(store version 99, this one knows 3\)"):
        ClassStore(tmp_path / "course.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as database, database:
        database.execute("create table cats (name)")
    with pytest.raises(UsageError, match="a database of something else"):
        ClassStore(tmp_path / "other.db")
    (tmp_path / "text.db").write_text("hello " * 1000)
    with pytest.raises(UsageError, match=r"text\.db: expected a store"):
        ClassStore(tmp_path / "text.db")
    with pytest.raises(UsageError, match="unable to open"):
        ClassStore(tmp_path / "no" / "course.db")


def test_a_submission_that_is_somebody_elses_now_or_nobodys_is_forgotten(store):
    for name in ("unknown", "bob", "eve"):
        store.record(SubmissionRecord(name, f"{name}.zip", "", digest="d"), "c")
    store.forget_others([("unknown.zip", "ada"), ("bob.zip", "bob"), ("eve.zip", "")])
    assert [found.submission.student for found in store.results()] == ["bob"]


def test_two_assignments_in_one_store_do_not_mix(tmp_path, store):
    store.assignment = "m0"
    store.record(handed("ada"), "c")
    other = ClassStore(tmp_path / "course.db", "m1")
    other.record(handed("bob"), "c")
    assert [found.submission.student for found in other.results()] == ["bob"]
    assert [found.submission.student for found in store.results()] == ["ada"]
    other.close()
    with pytest.raises(UsageError, match="holds m0, m1: which"):
        ClassStore(tmp_path / "course.db")


def test_a_full_disk_is_said_and_what_was_graded_stays(store):
    run = started(store, "ada")
    store.save_result(store.claim(run), run, MARKS, 0.5, b"r")
    (pages,) = store._db.execute("pragma page_count").fetchone()
    store._db.execute(f"pragma max_page_count = {pages}")
    with pytest.raises(UsageError, match="full; what was graded before is in it"):
        store.record(SubmissionRecord("bob", "bob.zip", "", digest="d", note="x" * 100_000), "c")
    assert [(it.submission.student, it.score) for it in store.results()] == [("ada", 1.0)]


def test_two_runs_never_share_a_store(tmp_path, store):
    store.reserve()
    other = ClassStore(tmp_path / "course.db")
    with pytest.raises(UsageError, match="in use by another"):
        other.reserve()
    store.close()
    other.reserve()
    other.close()


RUN = """
import sys
from contextlib import closing
from pathlib import Path
from dlf_grader.classroom.store import ClassStore
store = ClassStore(Path(sys.argv[1]))
store.reserve()
run, _ = store.start_run(None, "c", 1)
print("ready", flush=True)
while handed := store.claim(run):
    if store.save_result(handed, run, (1.0, 1.0), 0.1, b"report of " + handed.student.encode() + bytes(20_000)):
        print(handed.student, flush=True)
print("all", flush=True)
sys.stdin.read()
"""


def test_random_kills_lose_and_double_nothing(tmp_path):
    path = tmp_path / "course.db"
    store = ClassStore(path)
    names = [f"student{number:04}" for number in range(2000)]
    for name in names:
        store.record(handed(name), "c")
    store.close()
    chance = random.Random(3)
    written: list[str] = []
    for _ in range(12):
        child = subprocess.Popen([sys.executable, "-c", RUN, str(path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE)
        assert child.stdout.readline() == b"ready\n"
        for _ in range(chance.randrange(60)):
            written.append(child.stdout.readline().decode().strip())
        child.kill()
        written += [
            line.strip() for line in child.stdout.read().decode().splitlines(keepends=True) if line.endswith("\n")
        ]
        child.stdin.close()
        child.stdout.close()
        child.wait()
    with closing(sqlite3.connect(path)) as database, database:
        found = [name for (name,) in database.execute("select student from result")]
        (done,) = database.execute("select count(*) from submission where state = 'done'").fetchone()
        (sound,) = database.execute("pragma integrity_check").fetchone()
    assert len(written) == len(set(written)), "nothing is graded twice"
    assert set(written) <= set(found), "what was said to be written is there"
    assert len(found) == len(set(found)) == done
    assert sound == "ok"
