"""The gradebook: a row for each student, from the store and the roster."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dlf_grader.classroom.columns import folded
from dlf_grader.classroom.records import StudentResult, SubmissionRecord
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.classroom.store import ClassStore
from dlf_grader.report import Report
from dlf_grader.run.reports import decode_report


@dataclass(frozen=True)
class GradebookRow:
    """One student of the gradebook."""

    student: Student
    result: StudentResult

    def report(self) -> Report | None:
        """The report, decoded: large, so not kept."""
        return None if self.result.report is None else decode_report(self.result.report)

    @property
    def state(self) -> str:
        """In words for a person."""
        if self.result.state == "unusable":
            return f"not graded: {self.result.submission.problem}"
        if self.result.state == "fault":
            return "no marks: a fault of ours, not of the submission; grade it again"
        if self.result.state == "absent" and self.student.left:
            return f"nothing handed in: {self.student.left} on the roster"
        return {"done": "graded", "absent": "nothing handed in"}.get(self.result.state, "not graded yet")

    @property
    def file_stem(self) -> str:
        """The name of this student's file, whatever the student is called; two students never share one."""
        name = self.student.id
        plain = re.sub(r"[^\w@.-]+", "_", name).strip("._")[:80]
        return plain if plain == name else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def as_stored(roster: Roster, store: ClassStore) -> Roster:
    """A roster with everybody called as in the store, where another export of it names their other ids first."""
    ids = {folded(result.submission.student): result.submission.student for result in store.results(reports=False)}
    stored = {key: {name} for key, name in ids.items()}
    for name, other in store.known_as():
        if folded(name) in ids and folded(other) not in ids:
            stored.setdefault(folded(other), set()).add(name)
    called_here = {folded(student.id) for student in roster.students}
    fits: dict[str, set[str]] = {}
    for student in roster.students:
        others = {*map(folded, (student.email, *student.also))} - called_here
        keys = {folded(student.id)} if folded(student.id) in ids else {folded(student.id), *others}
        fits[student.id] = set().union(*(stored.get(key, set()) for key in keys))
    shared = Counter(name for names in fits.values() for name in names)
    certain = {id: min(names) for id, names in fits.items() if len(names) == 1 and shared[min(names)] == 1}
    called = {id: name for id, name in certain.items() if id != name}
    students = [
        replace(it, id=called[it.id], also=(it.id, *it.also)) if it.id in called else it for it in roster.students
    ]
    return replace(roster, students=tuple(students), called=called)


def strangers(roster: Roster, store: ClassStore) -> list[str]:
    """Everybody of the store whom a roster does not know; nobody where there is no roster."""
    known = {student.id for student in roster.students}
    found = (result.submission.student for result in store.results(reports=False))
    return [name for name in found if known and name not in known]


def gradebook_rows(store: ClassStore, roster: Roster, *, reports: bool = True) -> Iterator[GradebookRow]:
    """Every student who handed in, then those of the roster who did not."""
    known = {student.id: student for student in roster.students}
    seen = set()
    for result in store.results(reports=reports):
        name = result.submission.student
        seen.add(name)
        yield GradebookRow(known.get(name) or Student(name), result)
    absent = StudentResult(SubmissionRecord("", "", ""), "absent", None, None, None, "", None)
    yield from (GradebookRow(student, absent) for student in roster.students if student.id not in seen)
