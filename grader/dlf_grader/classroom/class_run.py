"""A run over a class: each student's submission, what is still to be graded, and what became of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from dlf_grader import __path__ as grader_path
from dlf_grader.classroom.archives import Unusable
from dlf_grader.classroom.assigning import Turn
from dlf_grader.classroom.intake import Submitted
from dlf_grader.classroom.layout import Layout
from dlf_grader.classroom.picking import Picked, digest_of
from dlf_grader.classroom.records import SubmissionRecord
from dlf_grader.classroom.store import ClassStore
from dlf_grader.classroom.times import to_the_second
from dlf_grader.installed import version
from dlf_grader.model import Check
from dlf_grader.outputs.verdicts import faults
from dlf_grader.run.reports import decode_report
from dlf_grader.run.results import about_check
from dlf_grader.run.submissions import Assignment

MOST_NOTED = 6  # files left out that a note names
WITHOUT_VERDICTS = ("classroom", "outputs", "commands", "authoring", "notebooks", "watch")  # folders of our own


@dataclass(frozen=True)
class Event:
    """Something that happened to a submission.

    Attributes:
        again: it will be graded once more.
        problem: it did not go as it should.
    """

    student: str
    text: str
    again: bool = False
    problem: bool = False


@dataclass
class ClassRun:
    """The submissions that one run has to grade; safe from any thread.

    Attributes:
        turns: what each student handed in.
        show: called with every event.
    """

    store: ClassStore
    layout: Layout
    id: int
    checks: str
    turns: dict[str, Turn]
    show: Callable[[Event], None]

    def take(self) -> tuple[SubmissionRecord, dict[str, bytes]] | None:
        """The next submission to grade, with its files; None when there is none left."""
        while (claimed := self.store.claim(self.id)) is not None:
            now, picked = read_turn(claimed.student, self.turns.get(claimed.student), self.layout)
            if now == claimed:
                if (same := self.store.copy_result(claimed, self.id)) is None:
                    return claimed, picked.files
                whose = "the same files as" if same.student in self.turns else "graded before as"  # nobody's until then
                self.show(Event(claimed.student, f"{same.score:g} of {same.max_score:g}, {whose} {same.student}"))
                continue
            if not self.store.record(now, self.checks):  # changed since it was recorded, or gone
                self.show(Event(now.student, now.problem or "graded before", problem=bool(now.problem)))
        return None

    def save(self, submission: SubmissionRecord, report: bytes) -> None:
        """Save a result, a report as JSON; without marks where a check of ours did not do its work."""
        try:
            graded = decode_report(report)
        except (msgspec.MsgspecError, ValueError, KeyError, TypeError, AttributeError) as error:
            self.retry(submission, f"its report cannot be read: {error}")
            return
        seconds = round(sum(result.seconds for result in graded.results), 4)
        wrong = faults(graded)
        marks = None if wrong else (graded.score, graded.max_score)
        if self.store.save_result(submission, self.id, marks, seconds, report):
            text = f"{graded.score:g} of {graded.max_score:g}"
            if wrong:
                text = f"no marks, a fault of ours: {wrong[0].id}: {wrong[0].message}"
            self.show(Event(submission.student, text, problem=bool(wrong)))

    def retry(self, submission: SubmissionRecord, why: str) -> None:
        """Let a submission be graded again whose process was lost; give it up if that happens too often."""
        again = self.store.requeue(submission, self.id, f"it could not be graded: {why}")
        text = f"{why}; {'trying again' if again else 'given up'}"
        self.show(Event(submission.student, text, again=again, problem=True))


def read_turn(student: str, turn: Turn | None, layout: Layout) -> tuple[SubmissionRecord, Picked]:
    """What is to be recorded of a student's submission as it is now, and its files."""
    picked = Picked({}, ())
    if turn is None:
        return SubmissionRecord(student, "", "", problem="it is no longer there"), picked
    problem = turn.problem
    try:
        picked = picked if problem else turn.submitted.read(layout)
    except Unusable as error:
        problem = str(error)
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}"
    notes = [*turn.notes, *(f"left out {path}: {reason}" for path, reason in picked.left_out[:MOST_NOTED])]
    received = to_the_second(turn.when) if turn.when else ""
    digest = "" if problem else digest_of(picked.files)
    about = SubmissionRecord(
        student, turn.submitted.source, received, turn.late is True, digest, problem, "; ".join(notes)
    )
    return about, picked


def digest_in(submitted: Submitted, layout: Layout) -> str:
    """The digest of an attempt's files; "" where it cannot be graded."""
    try:
        return digest_of(submitted.read(layout).files)
    except (Unusable, OSError):
        return ""


def hash_of_checks(assignment: Assignment, checks: Iterable[Check], plugins: str) -> str:
    """Changes whenever marks could: the code, what checks are worth, versions, what was asked.

    Args:
        plugins: their contents.
    """
    asked = (assignment.milestones, assignment.keyword, assignment.train, assignment.device, assignment.isolation)
    digest = hashlib.sha256(repr(asked).encode())
    for check in checks:
        digest.update(about_check(check).encode())
    for place in sorted(assignment.base):
        digest.update(place.encode() + hashlib.sha256(assignment.base[place]).digest())
    for file in _code():
        digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    digest.update(" ".join(version(name) for name in ("numpy", "torch")).encode())
    digest.update(plugins.encode())
    return digest.hexdigest()


def _code() -> Iterable[Path]:
    import importlib.util

    grader = Path(next(iter(grader_path)))
    spec = importlib.util.find_spec("dlf_reference")
    reference = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    for folder in (grader, *reference):
        for file in sorted(folder.rglob("*.py")):
            if folder is not grader or file.relative_to(grader).parts[0] not in WITHOUT_VERDICTS:
                yield file
