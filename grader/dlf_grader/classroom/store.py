"""The store of a class: one SQLite file with every submission and every result, each written once.

A run claims a submission, grades it, and finishes it; claiming and finishing are one transaction each, so a run that is
killed at any moment leaves submissions claimed, never half a result. Only one run at a time may use a store, held by a
lock that the system lets go of when its process ends; so whatever is claimed when a run starts was left by a dead one.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

from dlf_grader.classroom.records import SameResult, StudentResult, SubmissionRecord
from dlf_grader.failures import UsageError

VERSION = 3
ATTEMPTS = 3  # times that grading one submission may take the process down with it
SCHEMA = """
create table about (version integer not null);
create table run (
    id integer primary key, assignment text not null, seed integer not null, checks text not null,
    started text not null, finished text
);
create table submission (
    assignment text not null, student text not null, source text not null, received text not null,
    late integer not null,
    digest text not null, checks text not null, problem text not null, note text not null,
    state text not null check (state in ('waiting', 'claimed', 'done', 'fault', 'unusable')),
    run integer, attempts integer not null default 0, primary key (assignment, student)
);
create index waiting on submission (assignment, state);
create table result (
    student text not null, digest text not null, checks text not null, run integer not null references run,
    score real, max_score real, seconds real not null, graded text not null, report blob not null,
    received text not null default '', primary key (student, digest, checks)
) without rowid;
"""
PERSON = (
    "create table if not exists person (student text not null, known_as text not null, primary key (student, known_as))"
)


class ClassStore:
    """A class's submissions and results for one assignment; safe from any thread of one process.

    Args:
        assignment: what was asked for, "m1"; "" for the only one that the store holds.
    """

    def __init__(self, path: Path, assignment: str = "") -> None:
        self.path = path
        self.assignment = assignment
        self._lock = threading.Lock()
        self._lock_file: sqlite3.Connection | None = None
        with contextlib.ExitStack() as opened:
            try:
                self._db = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
                opened.callback(self._db.close)
                self._prepare()
            except sqlite3.Error as error:
                raise UsageError(f"{path}: expected a store of dlf-grade batch: {error}") from None
            opened.pop_all()

    def _prepare(self) -> None:
        self._db.execute("pragma journal_mode = wal")
        # a killed process loses nothing; a power cut may lose the last results, which are then graded again
        self._db.execute("pragma synchronous = normal")
        self._db.execute("pragma cache_size = -256")  # KiB: what is written is not read again before the end
        with self._transaction():
            tables = {name for (name,) in self._db.execute("select name from sqlite_master where type = 'table'")}
            if not tables:
                for statement in SCHEMA.split(";\n"):
                    self._db.execute(statement)
                self._db.execute("insert into about values (?)", (VERSION,))
            elif "about" not in tables:
                raise UsageError(f"{self.path}: a database of something else; give another --store")
            (version,) = self._db.execute("select version from about").fetchone()
            if version == 2:
                self._db.execute("alter table result add column received text not null default ''")
                self._db.execute("update about set version = 3")
                version = 3
            if version < VERSION:
                raise UsageError(f"{self.path} was written by an older dl-foundations: give another --store")
            if version > VERSION:
                raise UsageError(
                    f"{self.path} was written by a newer dl-foundations (store version {version}, this one knows "
                    f"{VERSION}): install that one, or give another --store"
                )
            self._db.execute(PERSON)
            self.held = [name for (name,) in self._db.execute("select distinct assignment from submission order by 1")]
            if not self.assignment and len(self.held) > 1:
                raise UsageError(f"{self.path} holds {', '.join(self.held)}: which? Give -m M")
            self.assignment = self.assignment or next(iter(self.held), "")

    # -- a run ------------------------------------------------------------------------------------

    def start_run(self, seed: int | None, checks: str, draw: int) -> tuple[int, int]:
        """Begin a run, or go on with the last one where it was killed; returns its id and seed.

        Args:
            seed: the seed asked for, if any.
            checks: hash of everything a verdict depends on besides the submission.
            draw: the seed of a new run, where none was asked for.
        """
        with self._transaction():
            self._db.execute(
                "update submission set state = 'waiting' where assignment = ? and state = 'claimed'", (self.assignment,)
            )
            last = self._db.execute(
                "select id, seed from run where finished is null and assignment = ? and checks = ? order by id desc",
                (self.assignment, checks),
            ).fetchone()
            if last is not None and seed in (None, last[1]):
                return int(last[0]), int(last[1])
            new = draw if seed is None else seed
            row = self._db.execute(
                "insert into run (assignment, seed, checks, started) values (?, ?, ?, ?) returning id",
                (self.assignment, new, checks, now()),
            )
            return int(row.fetchone()[0]), new

    def record(self, submission: SubmissionRecord, checks: str) -> bool:
        """Record a submission; returns whether it has to be graded: it, or the checks, are new."""
        with self._transaction():
            found = self._db.execute(
                "select 1 from result where student = ? and digest = ? and checks = ? and score is not null",
                (submission.student, submission.digest, checks),
            ).fetchone()
            state = "unusable" if submission.problem else "done" if found else "waiting"
            self._db.execute(
                "insert or replace into submission"
                " (assignment, student, source, received, late, digest, problem, note, checks, state)"
                " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (self.assignment, *astuple(submission), checks, state),
            )
            return state == "waiting"

    def remember(self, people: Mapping[str, Iterable[str]]) -> None:
        """Remember what else people are known as, to find them in a roster of other columns."""
        with self._transaction():
            self._db.executemany("delete from person where student = ?", [(student,) for student in people])
            rows = [(student, name) for student, names in people.items() for name in dict.fromkeys(names)]
            self._db.executemany("insert into person values (?, ?)", rows)

    def claim(self, run: int) -> SubmissionRecord | None:
        """Take the next submission that waits; None when none does."""
        with self._transaction():
            row = self._db.execute(
                "update submission set state = 'claimed', run = ?, attempts = attempts + 1"
                " where assignment = ? and student ="
                " (select student from submission where assignment = ? and state = 'waiting'"
                " order by attempts, student limit 1)"
                " returning student, source, received, late, digest, problem, note",
                (run, self.assignment, self.assignment),
            ).fetchone()
            return _submission(row) if row else None

    def save_result(
        self, submission: SubmissionRecord, run: int, marks: tuple[float, float] | None, seconds: float, report: bytes
    ) -> bool:
        """Write the result of a claimed submission, once; returns False, and writes nothing, if it is not claimed.

        Args:
            marks: score and greatest score; None where a check of ours did not do its work.
            seconds: it took.
        """
        with self._transaction():
            row = self._db.execute(
                "update submission set state = ? where assignment = ?"
                " and student = ? and digest = ? and state = 'claimed' and run = ? returning checks",
                ("fault" if marks is None else "done", self.assignment, submission.student, submission.digest, run),
            ).fetchone()
            if row is None:
                return False
            key = (submission.student, submission.digest, row[0], run)
            values = (*key, *(marks or (None, None)), seconds, now(), report, submission.received)
            self._db.execute("insert or replace into result values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            return True

    def copy_result(self, submission: SubmissionRecord, run: int) -> SameResult | None:
        """Give a claimed submission the result that equal files of another have, from a run of the same seed."""
        with self._transaction():
            row = self._db.execute(
                "select result.student, score, max_score, report, result.checks from result join submission"
                " on submission.assignment = ? and submission.student = ? and submission.checks = result.checks"
                " where result.digest = ? and result.student != ? and score is not null"
                " and (select seed from run where id = result.run) = (select seed from run where id = ?) limit 1",
                (self.assignment, submission.student, submission.digest, submission.student, run),
            ).fetchone()
            if row is None:
                return None
            student, score, most, report, checks = row
            done = self._db.execute(
                "update submission set state = 'done' where assignment = ? and student = ? and state = 'claimed'"
                " and run = ? returning 1",
                (self.assignment, submission.student, run),
            ).fetchone()
            if done is None:
                return None
            key = (submission.student, submission.digest, checks, run)
            values = (*key, score, most, 0.0, now(), report, submission.received)
            self._db.execute("insert or replace into result values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            return SameResult(student, score, most)

    def faults_again(self) -> int:
        """Let every submission be graded again that got no marks by a fault of ours; returns how many."""
        with self._transaction():
            rows = self._db.execute(
                "update submission set state = 'waiting', attempts = 0"
                " where assignment = ? and state = 'fault' returning 1",
                (self.assignment,),
            ).fetchall()
            return len(rows)

    def forget_others(self, owners: Iterable[tuple[str, str]]) -> None:
        """Forget who a submission was thought to be of before; results stay.

        Args:
            owners: (source, student) of all that was handed in.
        """
        wanted: dict[str, set[str]] = {}
        for source, student in owners:
            wanted.setdefault(source, set()).add(student)
        with self._transaction():
            asked = "select source, student from submission where assignment = ?"
            there = self._db.execute(asked, (self.assignment,)).fetchall()
            gone = [(self.assignment, who) for source, who in there if source in wanted and who not in wanted[source]]
            self._db.executemany("delete from submission where assignment = ? and student = ?", gone)

    def requeue(self, submission: SubmissionRecord, run: int, why: str) -> bool:
        """Let a claimed submission be graded again, or give it up after too many attempts; returns whether it waits."""
        with self._transaction():
            row = self._db.execute(
                "update submission set state = iif(attempts < ?, 'waiting', 'fault'),"
                " problem = iif(attempts < ?, '', ?) where assignment = ? and student = ? and state = 'claimed'"
                " and run = ? returning state",
                (ATTEMPTS, ATTEMPTS, why, self.assignment, submission.student, run),
            ).fetchone()
            return row is not None and row[0] == "waiting"

    def reserve(self) -> None:
        """Keep other runs away until this process ends, however it ends.

        Raises:
            UsageError: another run holds it.
        """
        with contextlib.ExitStack() as opened:
            try:
                lock_file = sqlite3.connect(
                    f"{self.path}.lock", timeout=0, check_same_thread=False, isolation_level=None
                )
                opened.callback(lock_file.close)
                lock_file.execute("begin exclusive")
            except sqlite3.Error:
                raise UsageError(
                    f"{self.path} is in use by another run of dlf-grade batch: wait for it, or stop it"
                ) from None
            opened.pop_all()
        self._lock_file = lock_file

    def finish_run(self, run: int) -> None:
        """Mark a run as finished, if nothing waits any more."""
        with self._transaction():
            self._db.execute(
                "update run set finished = ? where id = ? and not exists"
                " (select 1 from submission where assignment = ? and state in ('waiting', 'claimed'))",
                (now(), run, self.assignment),
            )

    # -- reading ----------------------------------------------------------------------------------

    def results(self, *, reports: bool = True) -> Iterator[StudentResult]:
        """Every student with the submission and its result, by name, read one by one: a class may be large.

        Args:
            reports: with the report itself.
        """
        with self._lock:
            asked = "select student from submission where assignment = ? order by student"
            students = [student for (student,) in self._db.execute(asked, (self.assignment,))]
        for student in students:
            with self._lock:
                row = self._db.execute(
                    "select student, source, submission.received, late, submission.digest, problem, note, state,"
                    " score, max_score, seconds, graded, iif(?, report, null) from submission left join result"
                    " using (student, digest, checks) where assignment = ? and student = ?",
                    (reports, self.assignment, student),
                ).fetchone()
            yield StudentResult(_submission(row[:7]), row[7], row[8], row[9], row[10], row[11] or "", row[12])

    def known_as(self) -> list[tuple[str, str]]:
        """Every student with an address, a login or a number that rosters had for them."""
        with self._lock:
            return self._db.execute("select student, known_as from person").fetchall()

    def attempts(self, student: str) -> list[tuple[str, bytes]]:
        """When each attempt of a student was handed in, "" if that is not known, and its report, by the same checks."""
        with self._lock:
            return self._db.execute(
                "select received, report from result where student = ? and score is not null and checks ="
                " (select checks from submission where assignment = ? and student = ?)",
                (student, self.assignment, student),
            ).fetchall()

    def report_of(self, student: str) -> bytes | None:
        """The report that counts for a student."""
        with self._lock:
            row = self._db.execute(
                "select report from submission join result using (student, digest, checks)"
                " where assignment = ? and student = ?",
                (self.assignment, student),
            ).fetchone()
        report: bytes | None = row[0] if row else None
        return report

    def close(self) -> None:
        with self._lock:
            self._db.close()
            if self._lock_file is not None:
                self._lock_file.close()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            try:
                self._db.execute("begin immediate")
                yield
                self._db.execute("commit")
            except BaseException as error:
                with contextlib.suppress(sqlite3.Error):  # SQLite may have done so itself
                    self._db.execute("rollback")
                if isinstance(error, sqlite3.OperationalError):
                    rest = "what was graded before is in it: make room and run again"
                    raise UsageError(f"cannot write {self.path}: {error}; {rest}") from None
                raise


def now() -> str:
    """This moment, UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _submission(row: tuple[str, ...]) -> SubmissionRecord:
    student, source, received, late, digest, problem, note = row
    return SubmissionRecord(student, source, received, bool(late), digest, problem, note)
