"""Whose each attempt is, which of several counts, whether it is late, and what a person has to be asked.

Answers live in a table, `who.csv`: a line for each open question, in which a person writes a student's id, or "nobody"
for an attempt that is to be left out.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from dlf_grader.classroom.columns import folded
from dlf_grader.classroom.intake import Submitted
from dlf_grader.classroom.people import GROUP, Match, People
from dlf_grader.classroom.platforms import Who
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.classroom.tables import decoded
from dlf_grader.classroom.times import minutes
from dlf_grader.failures import UsageError
from dlf_grader.outputs.csv import table
from dlf_grader.run.reports import replace_file

QUESTIONS = ("submission", "student", "could_be", "why")
NOBODY = ("-", "nobody")
SHOWN = 3  # of a group
SUPERSEDED = "does not count: a later one was handed in"
APART = timedelta(minutes=2)  # files that a download wrote have times closer than this


@dataclass(frozen=True, slots=True)
class Turn:
    """What one student handed in.

    Attributes:
        student: the id on the roster; for somebody unknown what the download calls them.
        submitted: the attempt that counts.
        how: by what the student was found: "id", "name", "group", "who.csv"; "" for somebody unknown.
        when: None where nothing tells.
        late: None where nothing tells.
        notes: what a person should know.
        problem: why no attempt counts; "" if one does.
    """

    student: str
    submitted: Submitted
    how: str = ""
    when: datetime | None = None
    late: bool | None = None
    notes: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Question:
    """What only a person can answer: one line of who.csv."""

    submission: str
    why: str
    could_be: tuple[Student, ...] = ()
    answer: str = ""

    def sentence(self) -> str:
        """The question in a line."""
        return f"{self.submission}: {self.asked()}"

    def asked(self) -> str:
        """The question, without the submission that it is about."""
        names = " or ".join(
            f"{it.id} ({it.name})" if it.name and it.name != it.id else it.id for it in self.could_be[:4]
        )
        return f"{self.why}{f': whose is it? {names}' if names else ''}"


@dataclass
class Assigned:
    """Everybody's turn, and the open questions."""

    turns: list[Turn] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Mine:
    """One attempt of a student."""

    submitted: Submitted
    how: str
    notes: tuple[str, ...]


def assign(
    submitted: Sequence[Submitted],
    roster: Roster,
    people: People,
    due: datetime | None,
    answers: Mapping[str, str],
    digest: Callable[[Submitted], str],
    times: Mapping[str, datetime],
) -> Assigned:
    """Give every attempt to the student it is of.

    Args:
        answers: what a person said, submission to student's id or "nobody".
        digest: of an attempt's files; "" where it cannot be graded.
        times: when each participant of this assignment handed in, for downloads that do not tell.

    Raises:
        UsageError: an answer names nobody.
    """
    known = {folded(student.id): student for student in roster.students}
    made = Assigned()
    by_student: dict[str, list[_Mine]] = {}
    people.disregard({who.label for one in submitted for who in one.attempt.who} - {""})
    alone = _alone(submitted, people)
    for one in submitted:
        for who in one.attempt.who:
            name = one.source if len(one.attempt.who) == 1 else f"{one.source} ({who.key})"  # one of a group
            answer = answers.get(name, "") or answers.get(one.source, "")
            if answer in NOBODY:
                made.questions.append(Question(name, "left out", answer=NOBODY[1]))
                continue
            if answer and folded(answer) not in known:
                raise UsageError(f"who.csv: {name!r} is said to be {answer!r}'s, who is not on the roster")
            if answer:
                by_student.setdefault(known[folded(answer)].id, []).append(_Mine(one, "who.csv", ()))
                made.questions.append(Question(name, "answered", answer=answer))
                continue
            for student, mine, question in _owners(one, name, who, people, known, times, alone):
                by_student.setdefault(student, []).append(mine)
                made.questions += [question] if question else []
    owned = {mine.submitted.source for several in by_student.values() for mine in several}
    made.left_out = [one.source for one in submitted if one.source not in owned]
    for student, several in by_student.items():
        turn = _turn(student, several, due, digest)
        if (about := known.get(folded(student))) and about.left:
            turn = replace(turn, notes=(f"{about.left} on the roster", *turn.notes))
        made.turns.append(turn)
        if turn.problem:
            made.questions += [Question(mine.submitted.source, turn.problem) for mine in several]
    return made


def _alone(submitted: Sequence[Submitted], people: People) -> set[str]:
    """Who handed in under an own name."""
    found = [people.find(who) for one in submitted for who in one.attempt.who if people.groups]
    return {student.id for match in found if match.how != GROUP for student in match.students}


def _owners(
    one: Submitted,
    name: str,
    who: Who,
    people: People,
    known: Mapping[str, Student],
    times: Mapping[str, datetime],
    alone: Collection[str],
) -> list[tuple[str, _Mine, Question | None]]:
    """Each student that an attempt is of, or the one it may stand alone as, with the question."""
    match = people.find(who) if people.students else Match()
    if match.how == GROUP and (others := [it.id for it in match.students if it.id in alone]):
        why = f"called like a group, of which {' and '.join(others[:SHOWN])} handed in alone"
        match = Match(question=why, could_be=match.students)
    if match.students:
        if one.attempt.when is None and who.participant in times and match.students[0].participant == who.participant:
            one = replace(one, attempt=replace(one.attempt, when=times[who.participant]))  # the worksheet is this one's
        return [(student.id, _Mine(one, match.how, ()), None) for student in match.students]
    called_so = f"{who.key} (nobody's yet)" if folded(who.key) in known else who.key
    if not people.students:
        return [(called_so, _Mine(one, "", ()), None)]
    called = [said for said in dict.fromkeys((*who.names[:1], who.key)) if said and said not in name]
    why = f"{match.question} ({', '.join(called)})" if called else match.question
    question = Question(name, why, match.could_be)
    return [(called_so, _Mine(one, "", (question.asked(),)), question)]


def _turn(student: str, several: Sequence[_Mine], due: datetime | None, digest: Callable[[Submitted], str]) -> Turn:
    """Of several attempts the latest; none where nothing tells which that is."""
    distinct = list({id(mine.submitted): mine for mine in several}.values())
    latest, why = _latest(distinct)
    problem = ""
    if latest is None and len(digests := {digest(mine.submitted) for mine in distinct}) == 1 and "" not in digests:
        latest = next((mine for mine in distinct if mine.submitted.attempt.when), distinct[0])
        distinct = [latest]  # all hold the same
    if latest is None and all(mine.submitted.is_of_single_files() for mine in distinct):
        files = tuple(file for mine in distinct for file in mine.submitted.files)
        together = replace(distinct[0], submitted=replace(distinct[0].submitted, files=files))
        if digest(together.submitted):  # of each exercise there is one
            latest, distinct = together, [together]
    if latest is None:
        latest = distinct[-1]
        names = " and ".join(mine.submitted.source for mine in distinct[:3])
        problem = (
            f"handed in more than once, {names}, and nothing tells which is the latest: leave out the others in who.csv"
        )
    attempt = latest.submitted.attempt
    late = attempt.late if due is None or attempt.when is None else attempt.when > due
    notes = [*latest.notes, *([attempt.note] if attempt.note else []), *([why] if why else [])]
    if not problem:
        notes += [f"{_shown(mine.submitted)} {SUPERSEDED}" for mine in distinct if mine is not latest]
    return Turn(student, latest.submitted, latest.how, attempt.when, late, tuple(dict.fromkeys(notes)), problem)


def _latest(several: Sequence[_Mine]) -> tuple[_Mine | None, str]:
    if len(several) == 1:
        return several[0], ""
    attempts = [mine.submitted.attempt for mine in several]
    if all(attempt.when for attempt in attempts):
        moments = sorted((attempt.when for attempt in attempts if attempt.when), reverse=True)
        if moments[0] != moments[1]:
            return next(mine for mine in several if mine.submitted.attempt.when == moments[0]), ""
    numbers = sorted((attempt.number for attempt in attempts), reverse=True)
    if numbers[0] != numbers[1]:
        return next(mine for mine in several if mine.submitted.attempt.number == numbers[0]), ""
    changed = sorted((mine.submitted.changed for mine in several), reverse=True)
    if changed[-1] and changed[0] - changed[1] > APART.total_seconds():
        newest = next(mine for mine in several if mine.submitted.changed == changed[0])
        return newest, "the latest by the time of its files on disk"
    return None, ""


def _shown(submitted: Submitted) -> str:
    when = submitted.attempt.when
    return (
        f"{submitted.source} of {minutes(when)}"
        if when and minutes(when)[:10] not in submitted.source
        else submitted.source
    )


def read_answers(path: Path) -> dict[str, str]:
    """What a person wrote into who.csv; nothing where there is none.

    Raises:
        UsageError: it is no such table.
    """
    if not path.exists():
        return {}
    try:
        text = next(decoded(path.read_bytes()))[0]
    except OSError as error:
        raise UsageError(f"{path}: the answers cannot be read: {error.strerror}") from None
    delimiter = ";" if text.partition("\n")[0].count(";") > text.partition("\n")[0].count(",") else ","
    rows = list(csv.DictReader(text.splitlines(), delimiter=delimiter))
    if rows and not {"submission", "student"} <= set(rows[0]):
        raise UsageError(f"{path}:1: expected the columns submission and student")
    unquoted = [(row["submission"] or "", (row["student"] or "").strip().removeprefix("'")) for row in rows]
    return {submission.removeprefix("'"): student for submission, student in unquoted if student}


def write_questions(path: Path, questions: Sequence[Question]) -> None:
    """Write the open questions, and the answers that there are, also those about another milestone's submissions."""
    asked = {question.submission for question in questions}
    others = [Question(it, "answered", answer=to) for it, to in read_answers(path).items() if it not in asked]
    rows = [
        (it.submission, it.answer, " ".join(student.id for student in it.could_be), it.why)
        for it in {question.submission: question for question in (*questions, *others)}.values()
    ]
    replace_file(path, table(QUESTIONS, rows), "utf-8-sig")  # as Excel wants it
