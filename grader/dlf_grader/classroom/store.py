"""The store of a class: one SQLite file with every submission and every result, each written once.

A run claims a submission, grades it, and finishes it; claiming and finishing are one transaction each, so a run that is
killed at any moment leaves submissions claimed, never half a result. Only one run at a time may use a store, held by a
lock that the system lets go of when its process ends; so whatever is claimed when a run starts was left by a dead one.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from dlf_grader.failures import UsageError

VERSION = 1
ATTEMPTS = 3  # times that grading one submission may take the process down with it
SCHEMA = """
create table about (version integer not null);
create table run (
    id integer primary key, seed integer not null, checks text not null, started text not null, finished text
);
create table submission (
    student text primary key, source text not null, received text not null, late integer not null,
    digest text not null, checks text not null, problem text not null, note text not null,
    state text not null check (state in ('waiting', 'claimed', 'done', 'unusable')),
    run integer, attempts integer not null default 0
);
create index waiting on submission (state);
create table result (
    student text not null, digest text not null, checks text not null, run integer not null references run,
    score real not null, max_score real not null, seconds real not null, graded text not null, report blob not null,
    primary key (student, digest, checks)
) without rowid;
"""


@dataclass(frozen=True)
class SubmissionRecord:
    """What is kept of a student's submission.

    Attributes:
        digest: of its files; "" where there is a problem.
        note: what else a person should know: duplicates, a name that is not on the roster.
    """

    student: str
    source: str
    received: str
    late: bool = False
    digest: str = ""
    problem: str = ""
    note: str = ""


@dataclass(frozen=True)
class StudentResult:
    """A student's submission, and the result it has, if any."""

    submission: SubmissionRecord
    state: str
    score: float | None
    max_score: float | None
    seconds: float | None
    graded: str
    report: bytes | None


class ClassStore:
    """A class's submissions and results; safe from any thread of one process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._lock_file: sqlite3.Connection | None = None
        try:
            self._db = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
            self._db.execute("pragma journal_mode = wal")
            # a killed process loses nothing; a power cut may lose the last results, which are then graded again
            self._db.execute("pragma synchronous = normal")
            self._prepare()
        except sqlite3.Error as error:
            raise UsageError(f"{path}: expected a store of dlf-grade batch: {error}") from None

    def _prepare(self) -> None:
        with self._transaction():
            tables = {name for (name,) in self._db.execute("select name from sqlite_master where type = 'table'")}
            if not tables:
                for statement in SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self._db.execute("insert into about values (?)", (VERSION,))
            elif "about" not in tables:
                raise UsageError(f"{self.path}: a database of something else; give another --store")
            (version,) = self._db.execute("select version from about").fetchone()
            if version > VERSION:
                raise UsageError(
                    f"{self.path} was written by a newer dl-foundations (store version {version}, this one knows "
                    f"{VERSION}): install that one, or give another --store"
                )

    # -- a run ------------------------------------------------------------------------------------

    def start_run(self, seed: int | None, checks: str, draw: int) -> tuple[int, int]:
        """Begin a run, or go on with the last one where it was killed; returns its id and seed.

        Args:
            seed: the seed asked for, if any.
            checks: hash of everything a verdict depends on besides the submission.
            draw: the seed of a new run, where none was asked for.
        """
        with self._transaction():
            self._db.execute("update submission set state = 'waiting' where state = 'claimed'")
            last = self._db.execute(
                "select id, seed from run where finished is null and checks = ?", (checks,)
            ).fetchone()
            if last is not None and seed in (None, last[1]):
                return int(last[0]), int(last[1])
            new = draw if seed is None else seed
            row = self._db.execute(
                "insert into run (seed, checks, started) values (?, ?, ?) returning id", (new, checks, now())
            )
            return int(row.fetchone()[0]), new

    def record(self, submission: SubmissionRecord, checks: str) -> bool:
        """Record a submission; returns whether it has to be graded: it, or the checks, are new."""
        with self._transaction():
            found = self._db.execute(
                "select 1 from result where student = ? and digest = ? and checks = ?",
                (submission.student, submission.digest, checks),
            ).fetchone()
            state = "unusable" if submission.problem else "done" if found else "waiting"
            self._db.execute(
                "insert or replace into submission"
                " (student, source, received, late, digest, problem, note, checks, state)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*astuple(submission), checks, state),
            )
            return state == "waiting"

    def claim(self, run: int) -> SubmissionRecord | None:
        """Take the next submission that waits; None when none does."""
        with self._transaction():
            row = self._db.execute(
                "update submission set state = 'claimed', run = ?, attempts = attempts + 1 where student ="
                " (select student from submission where state = 'waiting' order by attempts, student limit 1)"
                " returning student, source, received, late, digest, problem, note",
                (run,),
            ).fetchone()
            return _submission(row) if row else None

    def save_result(
        self, submission: SubmissionRecord, run: int, marks: tuple[float, float, float], report: bytes
    ) -> bool:
        """Write the result of a claimed submission, once; returns False, and writes nothing, if it is not claimed.

        Args:
            marks: score, greatest score, seconds it took.
        """
        with self._transaction():
            row = self._db.execute(
                "update submission set state = 'done'"
                " where student = ? and digest = ? and state = 'claimed' and run = ? returning checks",
                (submission.student, submission.digest, run),
            ).fetchone()
            if row is None:
                return False
            key = (submission.student, submission.digest, row[0], run)
            self._db.execute("insert into result values (?, ?, ?, ?, ?, ?, ?, ?, ?)", (*key, *marks, now(), report))
            return True

    def requeue(self, submission: SubmissionRecord, run: int, why: str) -> bool:
        """Let a claimed submission be graded again, or give it up after too many attempts; returns whether it waits."""
        with self._transaction():
            row = self._db.execute(
                "update submission set state = iif(attempts < ?, 'waiting', 'unusable'),"
                " problem = iif(attempts < ?, '', ?) where student = ? and state = 'claimed' and run = ?"
                " returning state",
                (ATTEMPTS, ATTEMPTS, why, submission.student, run),
            ).fetchone()
            return row is not None and row[0] == "waiting"

    def reserve(self) -> None:
        """Keep other runs away until this process ends, however it ends.

        Raises:
            UsageError: another run holds it.
        """
        try:
            self._lock_file = sqlite3.connect(
                f"{self.path}.lock", timeout=0, check_same_thread=False, isolation_level=None
            )
            self._lock_file.execute("begin exclusive")
        except sqlite3.Error:
            raise UsageError(
                f"{self.path} is in use by another run of dlf-grade batch: wait for it, or stop it"
            ) from None

    def finish_run(self, run: int) -> None:
        """Mark a run as finished, if nothing waits any more."""
        with self._transaction():
            self._db.execute(
                "update run set finished = ? where id = ? and not exists"
                " (select 1 from submission where state in ('waiting', 'claimed'))",
                (now(), run),
            )

    # -- reading ----------------------------------------------------------------------------------

    def results(self, *, reports: bool = True) -> Iterator[StudentResult]:
        """Every student with the submission and its result, by name, read one by one: a class may be large.

        Args:
            reports: with the report itself.
        """
        with self._lock:
            students = [student for (student,) in self._db.execute("select student from submission order by student")]
        for student in students:
            with self._lock:
                row = self._db.execute(
                    "select student, source, received, late, submission.digest, problem, note, state, score, max_score,"
                    " seconds, graded, iif(?, report, null) from submission left join result"
                    " using (student, digest, checks) where student = ?",
                    (reports, student),
                ).fetchone()
            yield StudentResult(_submission(row[:7]), row[7], row[8], row[9], row[10], row[11] or "", row[12])

    def close(self) -> None:
        with self._lock:
            self._db.close()
            if self._lock_file is not None:
                self._lock_file.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("begin immediate")
            try:
                yield
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")


def now() -> str:
    """This moment, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _submission(row: tuple[str, ...]) -> SubmissionRecord:
    student, source, received, late, digest, problem, note = row
    return SubmissionRecord(student, source, received, bool(late), digest, problem, note)
