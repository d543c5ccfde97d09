"""`--dry-run`: who is found, lost, double, late, and which files count, in one table before anything is graded."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dlf_grader.classroom.assigning import Assigned, Turn
from dlf_grader.classroom.class_run import read_turn
from dlf_grader.classroom.layout import Layout
from dlf_grader.classroom.marks import Rules
from dlf_grader.classroom.records import SubmissionRecord
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.outputs.text import cut
from dlf_grader.sandbox.words import plain

WIDTH = 80
MOST = 26  # characters of a cell
SHOWN = 3  # files that one student left out


@dataclass(frozen=True, slots=True)
class Looked:
    """A student's turn, and what reading it gave; not the files, which for a whole class would fill the memory.

    Attributes:
        student: as the roster has them; for somebody unknown only what the download calls them.
        placed: how many of the exercises there are.
        left_out: files that might have been meant, with the reason.
    """

    student: Student
    turn: Turn
    record: SubmissionRecord
    placed: int
    left_out: tuple[tuple[str, str], ...]


def look_at(student: Student, turn: Turn, layout: Layout) -> Looked:
    """Read what a student handed in, once."""
    record, picked = read_turn(turn.student, turn, layout)
    placed = sum(place in picked.files for place in layout.places.values())
    return Looked(student, turn, record, placed, picked.left_out)


def absent(looked: Sequence[Looked], roster: Roster) -> list[Student]:
    """Those of the roster who did not hand in."""
    there = {it.student.id for it in looked}
    return [student for student in roster.students if student.id not in there]


def table(looked: Sequence[Looked], assigned: Assigned, roster: Roster, layout: Layout, rules: Rules) -> Iterator[str]:
    """The lines of the table, and below it what needs a sentence."""
    of = len(layout.places)
    rows: list[tuple[str, ...]] = [("student", "name", "found by", "handed in", "files")]
    for it in sorted(looked, key=lambda it: (not it.turn.how and bool(roster.students), it.student.id.casefold())):
        late = rules.late(it.student, it.turn.when, it.turn.late)
        when = it.turn.when.strftime("%Y-%m-%d %H:%M") if it.turn.when else "" if late is None else "in time"
        when = f"{when.removesuffix('in time')} late".strip() if late else when
        files = "not gradable" if it.record.problem else f"{it.placed} of {of}"
        more = len(it.left_out)
        found = it.turn.how or ("nobody" if roster.students else "")
        counted = f"{files}, {more} not" if more else files
        rows.append((it.student.id, _name(it.student), found, when, counted))
    for student in absent(looked, roster):
        said = f"nothing ({student.left})" if student.left else "nothing"
        rows.append((student.id, _name(student), "", said, ""))
    yield from _columns(rows)
    open_questions = [question for question in assigned.questions if not question.answer]
    asked = {question.asked() for question in open_questions}
    lines = [
        f"{it.student.id}: {text}"
        for it in looked
        for text in (it.record.problem, *it.turn.notes, *_left_out(it))
        if text and text not in asked
    ]
    if lines:
        yield ""
        for line in lines:
            yield from _wrapped(line)
    if open_questions:
        yield ""
        for question in open_questions:
            yield from _wrapped(question.sentence())


def counted(submissions: int) -> str:
    """So many submissions, in words."""
    return f"{submissions} submission{'s' * (submissions != 1)}"


def on_the_roster(assigned: Assigned, roster: Roster) -> str:
    """How many of the roster were found, and how many submissions belong to nobody; "" without a roster."""
    if not roster.students:
        return ""
    found = {turn.student for turn in assigned.turns}
    known = {student.id for student in roster.students}
    gone = [student for student in roster.students if student.left and student.id not in found]
    others = len(found - known)
    parts = [f"{len(found & known)} of {len(known) - len(gone)} on the roster"]
    parts += [f"{others} of nobody on it"] if others else []
    words = "; ".join(f"{it.id}: {it.left}" for it in gone[:SHOWN]) + (" …" if len(gone) > SHOWN else "")
    parts += [f"not counted, {_short(words, 10 * MOST)}"] if gone else []
    return ", ".join(parts)


def _name(student: Student) -> str:
    return student.name if student.name != student.id else ""


def _left_out(it: Looked) -> list[str]:
    texts = [f"left out {path}: {reason}" for path, reason in it.left_out]
    return texts if len(texts) <= SHOWN else [*texts[:SHOWN], f"and {len(texts) - SHOWN} more left out"]


def _columns(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(_width(_short(row[at], MOST)) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [_short(cell, MOST) for cell in row]
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _short(text: str, most: int) -> str:
    return cut(plain(text), most)


def _width(text: str) -> int:
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for word in plain(text).split(" "):
        if line and _width(line) + 1 + _width(word) > WIDTH:
            yield line
            line = "    "
        line = f"{line} {word}" if line.strip() else f"{line}{word}"
    yield line
