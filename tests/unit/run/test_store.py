import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

import dlf_grader.run.store as store_module
import pytest
from dlf_grader.model import Status
from dlf_grader.report import Counterexample, Diagnosis, Location, Result
from dlf_grader.run.store import Store, open_store

RESULT = Result("m1.a", "m1", "m1/a.py", "parity", "t", Status.PASSED, 1.0, 1.0, measurements={"cases": 3})


def test_what_is_remembered_comes_back(tmp_path):
    store = Store(tmp_path)
    store.remember_answer("k", b"v")
    store.remember_result("k", RESULT)
    store.note("tree", RESULT, "1-0 m1/a.py")
    store.note_hint("tree", "m1.a", 2)
    store.close()
    again = Store(tmp_path)
    assert (again.answer("k"), again.answer("other")) == (b"v", None)
    assert again.result("k") == RESULT
    assert again.statuses("tree") == {"m1.a": ("passed", "1-0 m1/a.py")}
    assert (again.hints_shown("tree", "m1.a"), again.hints_shown("tree", "m1.b")) == (2, 0)
    again.close()


@pytest.mark.parametrize(
    "result",
    [
        replace(
            RESULT, hints=("a", "b"), lesson="README.md#a", measurements={"cases": 3, "error": 0.5, "device": "cpu"}
        ),
        replace(RESULT, status=Status.TODO, score=0.0, location=Location("a.py", 3), message="not written yet"),
        replace(RESULT, status=Status.FAILED, score=0.0, diagnosis=(Diagnosis("sign", "It is wrong."),)),
        replace(RESULT, status=Status.FAILED, counterexample=Counterexample("N=1", 2, index=(0, 1), yours=1.0)),
    ],
    ids=lambda result: str(result.status),
)
def test_a_result_comes_back_as_it_was_whatever_it_holds(tmp_path, result):
    with closing(Store(tmp_path)) as store:
        store.remember_result("k", result)
        assert store.result("k") == result


def test_a_result_that_another_version_wrote_is_none(tmp_path):
    with closing(Store(tmp_path)) as store:
        for blob in (b"", b"[]", b'{"id": 3}', b'{"status": "passed", "diagnosis": []}'):
            store._write("insert or replace into result values ('k', ?)", blob)
            assert store.result("k") is None


def test_a_day_counts_when_a_check_comes_to_pass(tmp_path, monkeypatch):
    class Day(date):
        number = 1

        @classmethod
        def today(cls):
            return date(2026, 3, cls.number)

    monkeypatch.setattr(store_module, "date", Day)
    store = Store(tmp_path)
    store.note("tree", replace(RESULT, status=Status.FAILED), "1-0 m1/a.py")
    assert store.days("tree") == set()
    store.note("tree", RESULT, "1-0 m1/a.py")
    Day.number = 2
    store.note("tree", RESULT, "1-0 m1/a.py")  # it passed before
    assert store.days("tree") == {date(2026, 3, 1)}
    store.note("other", RESULT, "1-0 m1/a.py")
    assert store.days("other") == {date(2026, 3, 2)}
    store.close()


def test_a_status_that_stayed_the_same_is_not_written_again(tmp_path):
    store = Store(tmp_path)
    store.note("tree", RESULT, "1-0 m1/a.py")
    written = store._db.total_changes
    store.note("tree", RESULT, "1-0 m1/a.py")
    assert store._db.total_changes == written
    store.note("tree", RESULT, "2-0 m1/a.py")
    assert store.statuses("tree") == {"m1.a": ("passed", "2-0 m1/a.py")}
    store.close()


def test_what_was_looked_up_is_remembered_once(tmp_path):
    store = Store(tmp_path)
    store.note_looked_up("tree", "m1.a")
    store.note_looked_up("tree", "m1.a")
    assert (store.looked_up("tree"), store.looked_up("other")) == ({"m1.a"}, set())
    store.close()


def test_a_second_run_neither_waits_for_the_first_nor_misses_what_it_found(tmp_path):
    first, second = Store(tmp_path), Store(tmp_path)
    first.remember_answer("a", b"1")
    second.remember_answer("b", b"2")
    assert (first.answer("b"), second.answer("a")) == (b"2", b"1")
    first.close()
    second.close()


def test_a_store_that_cannot_be_opened_is_done_without(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    assert open_store(tmp_path / "file") is None


def test_a_damaged_store_forgets_and_does_not_fail(tmp_path):
    store = Store(tmp_path)
    store._db.execute("drop table answer")
    store.remember_answer("k", b"v")
    assert store.answer("k") is None
    store.close()
    (tmp_path / "store.db").write_bytes(b"no database at all, but long enough to be looked at")
    for leftover in tmp_path.glob("store.db-*"):
        leftover.unlink()
    again = open_store(tmp_path)
    assert again is not None
    again.remember_answer("k", b"v")
    assert again.answer("k") == b"v"
    again.close()


def test_damage_found_on_the_way_is_forgotten_by_the_next_run(tmp_path):
    store = Store(tmp_path)
    for number in range(100):
        store.remember_answer(str(number), bytes(10_000))
    store.close()
    file = tmp_path / "store.db"
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))  # only the first page is left
    damaged = Store(tmp_path)
    assert damaged.answer("5") is None
    damaged.remember_answer("5", b"v")
    damaged.close()
    fresh = Store(tmp_path)
    fresh.remember_answer("5", b"v")
    assert fresh.answer("5") == b"v"
    fresh.close()


def test_a_store_that_cannot_be_written_is_left_alone(tmp_path):
    (tmp_path / "store.db").mkdir()
    assert open_store(tmp_path) is None
    assert (tmp_path / "store.db").is_dir()


def test_a_result_of_another_version_is_ignored(tmp_path):
    store = Store(tmp_path)
    store._write("insert into result values (?, ?)", "k", b'{"id": 1}')
    assert store.result("k") is None
    store.close()
    assert sqlite3.connect(tmp_path / "store.db").close() is None
