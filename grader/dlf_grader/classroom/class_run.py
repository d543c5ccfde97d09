"""A run over a class: each student's submission, what is still to be graded, and what became of it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from dlf_grader import __path__ as grader_path
from dlf_grader.classroom.archives import Unusable
from dlf_grader.classroom.intake import Layout, SubmittedFiles, digest_of, read
from dlf_grader.classroom.roster import Roster
from dlf_grader.classroom.store import ClassStore, SubmissionRecord
from dlf_grader.installed import version
from dlf_grader.model import Status
from dlf_grader.run.reports import decode_report
from dlf_grader.run.submissions import Assignment

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
        submitted: the files of each student's submission.
        show: called with every event.
    """

    store: ClassStore
    layout: Layout
    id: int
    checks: str
    submitted: dict[str, SubmittedFiles]
    show: Callable[[Event], None]
    faults: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> tuple[SubmissionRecord, dict[str, bytes]] | None:
        """The next submission to grade, with its files; None when there is none left."""
        while (claimed := self.store.claim(self.id)) is not None:
            now, files = read_submission(claimed, self.submitted.get(claimed.student), self.layout)
            if now == claimed:
                return claimed, files
            if not self.store.record(now, self.checks):  # changed since it was recorded, or gone
                self.show(Event(now.student, now.problem or "graded before", problem=bool(now.problem)))
        return None

    def save(self, submission: SubmissionRecord, report: bytes) -> None:
        """Save a result, a report as JSON."""
        graded = decode_report(report)
        seconds = round(sum(result.seconds for result in graded.results), 4)
        if self.store.save_result(submission, self.id, (graded.score, graded.max_score, seconds), report):
            faults = [result for result in graded.results if result.status is Status.ERROR]
            self._count_faults(len(faults))
            text = f"{graded.score:g} of {graded.max_score:g}"
            if faults:
                text += f"; our fault: {faults[0].id}: {faults[0].message}"
            self.show(Event(submission.student, text, problem=bool(faults)))

    def retry(self, submission: SubmissionRecord, why: str) -> None:
        """Let a submission be graded again whose process was lost; give it up if that happens too often."""
        again = self.store.requeue(submission, self.id, f"it could not be graded: {why}")
        self._count_faults(not again)
        text = f"{why}; {'trying again' if again else 'given up'}"
        self.show(Event(submission.student, text, again=again, problem=True))

    def _count_faults(self, count: int) -> None:
        with self.lock:
            self.faults += count


def read_submission(
    submission: SubmissionRecord, submitted: SubmittedFiles | None, layout: Layout
) -> tuple[SubmissionRecord, dict[str, bytes]]:
    """A submission as it is now, with its files by path in the tree."""
    files: dict[str, bytes] = {}
    problem = "" if submitted else "it is no longer there"
    try:
        files = read(submitted, layout) if submitted else {}
    except Unusable as error:
        problem = str(error)
    except OSError as error:
        problem = f"it cannot be read: {error.strerror}"
    return replace(submission, digest="" if problem else digest_of(files), problem=problem), files


def latest_by_student(
    everything: Sequence[SubmittedFiles], roster: Roster, due: datetime | None
) -> tuple[dict[str, SubmittedFiles], list[SubmissionRecord]]:
    """Each student's submission: of several the latest counts; lateness and the rest are noted, not judged."""
    by_student: dict[str, list[tuple[datetime, SubmittedFiles]]] = {}
    unknown: set[str] = set()
    for submitted in everything:
        found = roster.find(submitted.student)
        if found is None and roster.students:
            unknown.add(submitted.student)
        student = found.id if found else submitted.student
        by_student.setdefault(student, []).append((submitted.received(), submitted))
    counted, records = {}, []
    for student, several in by_student.items():
        *earlier, (received, submitted) = sorted(several, key=lambda pair: pair[0])
        counted[student] = submitted
        notes = ["not on the roster"] if student in unknown else []
        notes += [f"{old.source} of {minutes(then)} does not count: a later one was handed in" for then, old in earlier]
        late = due is not None and received > due
        when = minutes(received) if received.timestamp() else ""
        records.append(SubmissionRecord(student, submitted.source, when, late, note="; ".join(notes)))
    return counted, records


def minutes(moment: datetime) -> str:
    """A moment to the minute, in this machine's time zone."""
    return moment.astimezone().isoformat(" ", "minutes")


def hash_of_checks(assignment: Assignment) -> str:
    """Changes whenever a verdict could: the grader's and the reference's code, versions, and what was asked for."""
    asked = (assignment.milestones, assignment.keyword, assignment.train, assignment.device, assignment.isolation)
    digest = hashlib.sha256(repr(asked).encode())
    for place in sorted(assignment.base):
        digest.update(place.encode() + hashlib.sha256(assignment.base[place]).digest())
    for file in _code(Path(assignment.beside)):
        digest.update(file.name.encode() + hashlib.sha256(file.read_bytes()).digest())
    digest.update(" ".join(version(name) for name in ("numpy", "torch")).encode())
    return digest.hexdigest()


def _code(beside: Path) -> Iterable[Path]:
    import importlib.util

    grader = Path(next(iter(grader_path)))
    spec = importlib.util.find_spec("dlf_reference")
    reference = [Path(place) for place in (spec.submodule_search_locations or ())] if spec else []
    for folder in (grader, *reference):
        for file in sorted(folder.rglob("*.py")):
            if folder is not grader or file.relative_to(grader).parts[0] not in WITHOUT_VERDICTS:
                yield file
    if (beside / "dlfplugin.py").is_file():
        yield beside / "dlfplugin.py"
