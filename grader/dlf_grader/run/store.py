"""What is remembered between runs, in one SQLite file of the user's cache folder: answers, results, where one stands.

Losing the file costs time, never a mark: a store that cannot be opened or read is done without.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
from datetime import date
from pathlib import Path

from dlf_grader.claims import Status
from dlf_grader.places import user_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlf_grader.report import Result

SCHEMA = """
create table if not exists answer (key text primary key, value blob not null);
create table if not exists result (key text primary key, value blob not null);
create table if not exists latest
    (tree text, id text, status text, files text not null default '', primary key (tree, id));
create table if not exists hint (tree text, id text, shown integer, primary key (tree, id));
create table if not exists day (tree text, day text, primary key (tree, day));
create table if not exists looked_up (tree text, id text, primary key (tree, id));
"""
NESTED = ("diagnosis", "counterexample", "trace", "excerpt", "pictures")  # fields of a result that hold objects
LARGEST_ANSWERS = 200 << 20  # bytes of file at which remembered answers are dropped


NAME = "store.db"


def cache_folder() -> Path:
    """Where the store lives: `DLF_CACHE`, or the user's cache folder."""
    folder = os.environ.get("DLF_CACHE")
    return Path(folder) if folder else user_cache()


class Store:
    """Remembered answers and results; every method is safe from any thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = path = folder / NAME
        self._damaged = False
        if path.exists() and path.stat().st_size > LARGEST_ANSWERS:
            path.unlink()
        # every write is its own transaction: a long run must not keep others, or a kill, from what it found
        self._db = sqlite3.connect(path, timeout=10, check_same_thread=False, isolation_level=None)
        self._lock = threading.Lock()
        try:
            self._prepare()
        except sqlite3.Error:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(SCHEMA)
        with contextlib.suppress(sqlite3.OperationalError):  # it is there, but in a store that an older version made
            self._db.execute("alter table latest add column files text not null default ''")

    def answer(self, key: str) -> bytes | None:
        value: bytes | None = self._one("select value from answer where key = ?", key)
        return value

    def remember_answer(self, key: str, value: bytes) -> None:
        self._write("insert or replace into answer values (?, ?)", key, value)

    def result(self, key: str) -> Result | None:
        blob = self._one("select value from result where key = ?", key)
        if blob is None:
            return None
        from dlf_grader.report import Result

        if (plain := _plain_result(blob)) is not None:
            return plain
        import msgspec  # takes longer than a run of which every result was remembered and passed

        try:
            result: Result = msgspec.json.decode(blob, type=Result)
            return result
        except msgspec.MsgspecError:
            return None  # written by another version

    def remember_result(self, key: str, result: Result) -> None:
        import msgspec

        self._write("insert or replace into result values (?, ?)", key, msgspec.json.encode(result))

    def note(self, tree: str, result: Result, files: str) -> None:
        """Record a check's latest status, for `list` and `next`, and a day on which a check came to pass.

        Args:
            files: what it was found out about, as `run.standing` writes it.
        """
        if result.status is Status.PASSED:
            before = "select 1 from latest where tree = ? and id = ? and status = 'passed'"
            made = (tree, date.today().isoformat(), tree, result.id)
            self._write(f"insert or ignore into day select ?, ? where not exists ({before})", *made)
        self.restore(tree, result.id, result.status, files)

    def restore(self, tree: str, check: str, status: Status, files: str) -> None:
        """Record a check's status, and nothing else."""
        what = "insert into latest (tree, id, status, files) values (?, ?, ?, ?) on conflict (tree, id) do update"
        what += " set status = excluded.status, files = excluded.files"
        changed = "latest.status != excluded.status or latest.files != excluded.files"  # else nothing is written
        self._write(f"{what} where {changed}", tree, check, str(status), files)

    def note_day(self, tree: str, day: date) -> None:
        """Record a day on which a check came to pass."""
        self._write("insert or ignore into day values (?, ?)", tree, day.isoformat())

    def forget(self, tree: str, check: str) -> None:
        """Let a check of a tree count as one that was never run."""
        self._write("delete from latest where tree = ? and id = ?", tree, check)

    def statuses(self, tree: str) -> dict[str, tuple[str, str]]:
        """The latest status of each check that was run on a tree, and the files that it was about."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            rows = self._db.execute("select id, status, files from latest where tree = ?", (tree,))
            return {id: (status, files) for id, status, files in rows}
        return {}

    def days(self, tree: str) -> set[date]:
        """The days on which a check passed that had not passed before."""
        return {date.fromisoformat(day) for day in self._column("select day from day where tree = ?", tree)}

    def looked_up(self, tree: str) -> set[str]:
        """The checks whose solution was shown before they passed."""
        return set(self._column("select id from looked_up where tree = ?", tree))

    def note_looked_up(self, tree: str, check: str) -> None:
        self._write("insert or ignore into looked_up values (?, ?)", tree, check)

    def hints_shown(self, tree: str, check: str) -> int:
        shown: int | None = self._one("select shown from hint where tree = ? and id = ?", tree, check)
        return shown or 0

    def all_hints(self, tree: str) -> dict[str, int]:
        """How many hints of each check were shown."""
        with self._lock, contextlib.suppress(sqlite3.Error):
            return dict(self._db.execute("select id, shown from hint where tree = ?", (tree,)).fetchall())
        return {}

    def note_hint(self, tree: str, check: str, shown: int) -> None:
        self._write("insert or replace into hint values (?, ?, ?)", tree, check, shown)

    def close(self) -> None:
        with self._lock, contextlib.suppress(OSError, sqlite3.Error):
            self._db.close()
            if self._damaged:
                _remove(self._path)  # the next run starts with an empty one

    def _column(self, query: str, *values: object) -> list[str]:
        with self._lock, contextlib.suppress(sqlite3.Error):
            return [row[0] for row in self._db.execute(query, values)]
        return []

    def _one(self, query: str, *values: object) -> Any:
        row = self._execute(query, values)
        return row[0] if row else None

    def _write(self, query: str, *values: object) -> None:
        self._execute(query, values)

    def _execute(self, query: str, values: tuple[object, ...]) -> Any:
        """The first row; None where there is none, and where the file is damaged or locked."""
        with self._lock:
            try:
                return self._db.execute(query, values).fetchone()
            except sqlite3.OperationalError:
                return None
            except sqlite3.DatabaseError:
                self._damaged = True
                return None
            except sqlite3.Error:
                return None


def open_store(folder: Path | None = None) -> Store | None:
    """The store, made anew if it is damaged; None where there can be none."""
    place = folder or cache_folder()
    with contextlib.suppress(OSError, sqlite3.Error):
        try:
            return Store(place)
        except sqlite3.OperationalError:
            return None  # locked, or not to be written: it may be in order
        except sqlite3.DatabaseError:
            _remove(place / NAME)
            return Store(place)
    return None


def _plain_result(blob: bytes) -> Result | None:
    """A remembered result that holds words and numbers alone, as one that passed does; None for any other."""
    from dlf_grader.report import Location, Result

    with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):  # it was written by another version
        found = json.loads(blob)
        if not any(found.pop(name) for name in NESTED):
            found |= {"status": Status(found["status"]), "hints": tuple(found["hints"])}
            return Result(**found | {"location": found["location"] and Location(**found["location"])})
    return None


def _remove(path: Path) -> None:
    for name in (path, path.with_name(f"{NAME}-wal"), path.with_name(f"{NAME}-shm")):
        name.unlink(missing_ok=True)


def result_key(parts: list[str]) -> str:
    """One key for everything that a result depends on."""
    import hashlib  # what only lists checks makes no key

    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
