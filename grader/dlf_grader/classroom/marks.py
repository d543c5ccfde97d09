"""Everybody's mark: points from the store, a policy and overrides put upon them when marks are exported.

Points stay in the store as they were earned: a policy can be changed at any time, and an override outlives a regrade.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from dlf_grader.classroom.assigning import SUPERSEDED
from dlf_grader.classroom.columns import folded
from dlf_grader.classroom.gradebook import GradebookRow, gradebook_rows
from dlf_grader.classroom.overrides import Override, known_as, read_overrides
from dlf_grader.classroom.policy import (
    Policy,
    by_id,
    points_in,
    refuse_unknown_checks,
    refuse_unknown_names,
)
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.classroom.store import ClassStore
from dlf_grader.classroom.times import minutes
from dlf_grader.failures import UsageError
from dlf_grader.model import Status
from dlf_grader.run.reports import decode_report


@dataclass(frozen=True)
class Mark:
    """What a student gets.

    Attributes:
        value: None for no mark.
        most: points possible; None where nothing was graded.
        why: how it came about, a sentence each.
    """

    value: float | None
    most: float | None
    why: tuple[str, ...] = ()
    excused: bool = False
    late: bool = False
    by_hand: bool = False


def highest(marks: Iterable[Mark]) -> float | None:
    """The points possible in a class: what a mark by hand without work is out of."""
    return max((mark.most for mark in marks if mark.most), default=None)


@dataclass(frozen=True)
class Rules:
    """What is put upon points.

    Attributes:
        file: of the policy, for messages; None for none.
    """

    policy: Policy = field(default_factory=Policy)
    overrides: Mapping[str, Override] = field(default_factory=dict)
    file: Path | None = None

    def due(self, student: Student) -> datetime | None:
        """A student's due time: an extension, or the policy's."""
        override = self.overrides.get(folded(student.id))
        return (override.extension if override else None) or self.policy.due_for(student.id, student.groups)

    def late(self, student: Student, received: datetime | None, said: bool | None) -> bool | None:
        """Whether somebody handed in late, by an own due time or everybody's; where no time tells, as was said.

        Args:
            said: by the platform; None where it says nothing.
        """
        due = self.due(student)
        return received > due + self.policy.grace if due and received else said

    def mark(
        self, student: Student, points: tuple[float, float] | None, received: datetime | None, *, said_late: bool
    ) -> Mark:
        """The mark of a student.

        Args:
            points: earned and possible; None where nothing could be graded.
            received: when it was handed in, as far as the platform told.
            said_late: by the platform.
        """
        most, override = points[1] if points else None, self.overrides.get(folded(student.id))
        late = self.late(student, received, said_late) is True
        if override and override.excused:
            reason = f"excused{f': {override.reason}' if override.reason else ''}"
            return Mark(None, most, (reason,), excused=True, late=late)
        if override and override.mark is not None:
            return Mark(override.mark, most, (f"set by hand: {override.reason}",), by_hand=True, late=late)
        if points is None:
            return Mark(None, None, ("no points",), late=late)
        why = [f"{points[0]:g} of {points[1]:g} earned"]
        if override and override.extension:
            why.append(f"extended to {minutes(override.extension)}{f': {override.reason}' if override.reason else ''}")
        due, grace = self.due(student), self.policy.grace
        if due and received and late:
            return _late_mark(self.policy, points, due, received - due - grace, why)
        if late:
            unknown = "late, as the platform says, by how much it does not"
            why.append(f"late, handed in {minutes(received)}" if received else unknown)
        elif due and received and received > due and grace:
            why.append(f"within {grace.total_seconds() / 60:g} minutes of grace")
        return Mark(points[0], most, tuple(why), late=late)


@dataclass(frozen=True)
class Marked:
    """One student of the gradebook, with the mark."""

    row: GradebookRow
    mark: Mark


def _late_mark(policy: Policy, points: tuple[float, float], due: datetime, over: timedelta, why: Sequence[str]) -> Mark:
    """What is left of points that were earned late.

    Args:
        over: how long after the due time and its grace.
        why: what is said of the mark already.
    """
    earned, most = points
    days = math.ceil(over / timedelta(days=1))
    why = [*why, f"{days} day{'s' * (days > 1)} late, due {minutes(due)}"]
    if policy.none_after is not None and days > policy.none_after:
        return Mark(0.0, most, (*why, f"nothing after {policy.none_after} days"), late=True)
    charged = max(0, days - policy.free_days)
    percent = min(policy.at_most, charged * policy.percent_a_day)
    if policy.free_days:
        why.append(f"{min(days, policy.free_days)} of them free")
    if percent:
        why.append(f"−{percent:g} % of {most:g}")
    return Mark(max(0.0, earned - percent / 100 * most), most, tuple(why), late=True)


def rules_of(
    policy: Policy, file: Path | None, overrides: Path | None, zone: tzinfo, students: Sequence[Student]
) -> Rules:
    """What was given of them, for the students of this class.

    Args:
        file: that the policy was read from.
        zone: of times that name none.
        students: everybody who handed in or is on the roster.

    Raises:
        UsageError: a file is wrong.
    """
    if file:
        members: dict[str, set[str]] = {}
        for student in students:
            for group in student.groups:
                members.setdefault(folded(group), set()).add(student.id)
        policy = by_id(policy, known_as(students), members, file)
        refuse_unknown_names(policy, [*(student.id for student in students), *members], file)
    found = read_overrides(overrides, zone, students) if overrides else {}
    for student in students:
        extension = found[folded(student.id)].extension if folded(student.id) in found else None
        due = policy.due_for(student.id, student.groups)
        if extension and due and extension < due:
            until = f"the extension to {minutes(extension)} is before the due time {minutes(due)}"
            raise UsageError(f"{overrides}: {student.id}: {until}")
    return Rules(policy, found, file)


def marks_of(store: ClassStore, roster: Roster, rules: Rules) -> Iterator[Marked]:
    """Everybody's mark, student by student.

    Raises:
        UsageError: the policy names a check that there is not.
    """
    policy, named = rules.policy, False
    names_checks = policy.changes_checks() or bool(policy.hidden)
    for row in gradebook_rows(store, roster, reports=names_checks):
        found = row.result
        points = None if found.score is None else (found.score, found.max_score or 0.0)
        if points is not None and names_checks and (report := row.report()) is not None:
            if not named and rules.file:
                refuse_unknown_checks(policy, report, rules.file)
                named = True
            points = points_in(policy, report)
        received = datetime.fromisoformat(found.submission.received) if found.submission.received else None
        late = found.submission.late
        mark = rules.mark(row.student, points, received, said_late=late)
        attempts = store.attempts(row.student.id) if policy.best else []
        if policy.best and SUPERSEDED in found.submission.note and len(attempts) < 2:
            mark = replace(mark, why=(*mark.why, "earlier attempts of this download were not graded"))
        marks = [mark]
        known = found.state in ("done", "unusable")  # of a fault of ours nobody knows what it would have earned
        for when, earlier in attempts if known else ():
            at = datetime.fromisoformat(when) if when else received
            mark = rules.mark(row.student, points_in(policy, decode_report(earlier)), at, said_late=late and not when)
            marks.append(replace(mark, why=(*mark.why, "an earlier attempt was better and counts")))
        yield Marked(row, max(marks, key=lambda mark: -1.0 if mark.value is None else mark.value))


def why_this_mark(store: ClassStore, roster: Roster, rules: Rules, student: str) -> Iterator[str]:
    """How a student's mark came about, a line each.

    Raises:
        UsageError: there is no such student.
    """
    wanted = folded(student)
    students = [row.student for row in gradebook_rows(store, roster, reports=False)]
    fits = [it.id for it in students if wanted == folded(it.id)]
    fits = fits or [it.id for it in students if wanted in (folded(it.name), folded(it.email))]
    if len(fits) > 1:
        raise UsageError(f"--why {student}: fits {' and '.join(fits)}; give the id")
    for marked in marks_of(store, roster, rules):
        if (about := marked.row.student).id in fits:
            value = (
                "excused"
                if marked.mark.excused
                else "no mark"
                if marked.mark.value is None
                else f"{marked.mark.value:g}"
            )
            yield f"{about.id}{f' ({about.name})' if about.name and about.name != about.id else ''}: {value}"
            submission = marked.row.result.submission
            facts = (marked.row.state, submission.source, submission.received, submission.note)
            yield f"  {' · '.join(fact for fact in facts if fact)}"
            yield from (f"  {reason}" for reason in marked.mark.why)
            report = store.report_of(about.id)
            lost = [it for it in decode_report(report).results if it.score < it.max_score] if report is not None else []
            for result in lost:
                if result.status is not Status.BLOCKED:
                    said = " ".join(result.message.split())[:100]
                    yield f"  −{result.max_score - result.score:g} {result.id}: {said or result.status}"
            waiting = [it for it in lost if it.status is Status.BLOCKED]
            if waiting:
                yield f"  −{sum(it.max_score for it in waiting):g} {len(waiting)} checks that wait for these"
            return
    raise UsageError(f"--why {student}: nobody of this class")
