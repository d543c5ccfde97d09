"""A class being graded: who handed in what, what is still to do, and what became of it."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import msgspec

from dlf_grader import __path__ as grader_path
from dlf_grader.classroom.archives import Unusable
from dlf_grader.classroom.desk import Assignment
from dlf_grader.classroom.intake import Entry, Layout, digest_of, read
from dlf_grader.classroom.roster import Roster
from dlf_grader.classroom.store import CourseStore, Handed
from dlf_grader.installed import version
from dlf_grader.model import Report, Status

APART = ("classroom", "outputs", "commands", "authoring", "notebooks")  # of our own code: no verdict depends on it


@dataclass
class Course:
    """The work of one run; safe from any thread.

    Attributes:
        sources: the submission of each student that counts.
        show: called with (submission, words) when there is something to say.
    """

    store: CourseStore
    layout: Layout
    run: int
    checks: str
    sources: dict[str, Entry]
    show: Callable[[Handed, str], None]
    faults: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> tuple[Handed, dict[str, bytes]] | None:
        """The next submission to grade, with its files; None when there is none left."""
        while (handed := self.store.claim(self.run)) is not None:
            now, files = look(handed, self.sources.get(handed.student), self.layout)
            if now == handed:
                return handed, files
            if not self.store.note(now, self.checks):  # changed since it was looked at, or gone
                self.show(now, now.problem or "graded before")
        return None

    def done(self, handed: Handed, report: bytes) -> None:
        """Write a result down."""
        graded = msgspec.json.decode(report, type=Report)
        seconds = round(sum(result.seconds for result in graded.results), 4)
        if self.store.finish(handed, self.run, (graded.score, graded.max_score, seconds), report):
            faults = [result for result in graded.results if result.status is Status.ERROR]
            with self.lock:
                self.faults += len(faults)
            words = f"{graded.score:g} of {graded.max_score:g}"
            self.show(handed, f"{words}; our fault: {faults[0].id}: {faults[0].message}" if faults else words)

    def lost(self, handed: Handed, why: str) -> None:
        """Let a submission be graded again whose process was lost; give it up when that happens too often."""
        again = self.store.give_back(handed, self.run, f"it could not be graded: {why}")
        with self.lock:
            self.faults += not again
        self.show(handed, f"{why}; {'trying again' if again else 'given up'}")


def look(handed: Handed, entry: Entry | None, layout: Layout) -> tuple[Handed, dict[str, bytes]]:
    """A submission as it is now, with its files."""
    if entry is None:
        return replace(handed, digest="", problem="it is no longer there"), {}
    try:
        files = read(entry, layout)
    except Unusable as problem:
        return replace(handed, digest="", problem=str(problem)), {}
    except OSError as error:
        return replace(handed, digest="", problem=f"it cannot be read: {error.strerror}"), {}
    return replace(handed, digest=digest_of(files), problem=""), files


def sort_out(entries: Sequence[Entry], roster: Roster, due: datetime | None) -> tuple[dict[str, Entry], list[Handed]]:
    """Who handed in what: of several by one student the latest counts; lateness and all else is noted, not judged."""
    by_student: dict[str, list[tuple[datetime, Entry]]] = {}
    stranger: set[str] = set()
    for entry in entries:
        found = roster.find(entry.student)
        if found is None and roster.students:
            stranger.add(entry.student)
        by_student.setdefault(found.id if found else entry.student, []).append((entry.received(), entry))
    sources, handed = {}, []
    for student, several in by_student.items():
        *earlier, (received, entry) = sorted(several, key=lambda pair: pair[0])
        sources[student] = entry
        notes = ["not on the roster"] if student in stranger else []
        notes += [f"{old.source} of {minutes(then)} does not count: a later one was handed in" for then, old in earlier]
        late = due is not None and received > due
        when = minutes(received) if received.timestamp() else ""
        handed.append(Handed(student, entry.source, when, late, note="; ".join(notes)))
    return sources, handed


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
            if folder is not grader or file.relative_to(grader).parts[0] not in APART:
                yield file
    if (beside / "dlfplugin.py").is_file():
        yield beside / "dlfplugin.py"
