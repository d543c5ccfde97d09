"""A class's download read: who handed in what, before anything is graded."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

import pluggy

from dlf_grader import places
from dlf_grader.classroom import clones, intake
from dlf_grader.classroom.archives import is_archive
from dlf_grader.classroom.assigning import Assigned, assign, read_answers, write_questions
from dlf_grader.classroom.class_run import digest_in
from dlf_grader.classroom.layout import Layout, layout_of
from dlf_grader.classroom.overview import Looked, counted, look_at
from dlf_grader.classroom.people import People
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.classroom.times import in_words, minutes
from dlf_grader.notebooks.books import notebooks_of, released
from dlf_grader.run.collect import all_milestones
from dlf_grader.run.submissions import Assignment

MOST_IGNORED = 8  # lines about files that are nobody's


@dataclass(frozen=True)
class ClassDownload:
    """A class's download, read.

    Attributes:
        headlines: what it was taken for, and the time zone.
        known: everybody on the roster, by id.
    """

    layout: Layout
    assigned: Assigned
    headlines: tuple[str, ...]
    known: Mapping[str, Student]

    def looked(self) -> Iterator[Looked]:
        """Everybody's turn, read one after the other: what was read of a class is large, and the store keeps it."""
        for turn in self.assigned.turns:
            yield look_at(self.known.get(turn.student) or Student(turn.student), turn, self.layout)


def read_class(
    options: argparse.Namespace,
    assignment: Assignment,
    roster: Roster,
    due: datetime | None,
    zone: tzinfo,
    plugins: pluggy.PluginManager,
) -> ClassDownload:
    """Read the download and match it to the roster.

    Raises:
        UsageError: it cannot be read, or who.csv says what cannot be.
    """
    milestones = all_milestones(plugins)
    roots = places.courses()
    layout = layout_of(milestones, assignment.milestones, [assignment.base, *released(*roots)])
    course = [*layout.stems, *layout.folders, *(it.id for it in milestones), *(it.stem for it in notebooks_of(*roots))]
    people = People(roster, course)
    if options.submissions.is_file() and not is_archive(options.submissions.name):
        place = options.store.with_name(f"{options.store.name}.clones")
        cloned = clones.clone_all(options.submissions, place, lambda line: print(line, flush=True))
        found = intake.Intake("git repositories", tuple(cloned))
    else:
        found = intake.read_download(
            options.submissions,
            layout,
            zone,
            intake.platforms_of(plugins),
            lambda who: bool(people.find(who).students),
        )
    times = times_in_worksheet(roster, zone)
    answers = read_answers(who_file(options))
    assigned = assign(found.submitted, roster, people, due, answers, lambda it: digest_in(it, layout), times)
    known = {student.id: student for student in roster.students}
    ignored = [*found.ignored[:MOST_IGNORED]]
    ignored += [f"and {len(found.ignored) - MOST_IGNORED} more ignored"] if len(found.ignored) > MOST_IGNORED else []
    count = len({id(turn.submitted) for turn in assigned.turns if not turn.problem})
    of_which = f", of which {count} count{'s' * (count == 1)}" if count < len(found.submitted) else ""
    headlines = [f"read as: {found.platform} · {counted(len(found.submitted))}{of_which}"]
    headlines += [f"roster: {len(roster.students)} students · {roster.read_as}"] if roster.read_as else []
    told = any(turn.when or turn.late is not None for turn in assigned.turns)
    unknown = "" if told or not assigned.turns else " · nothing here tells when anything was handed in: nobody is late"
    from_worksheet = any(turn.when in times.values() for turn in assigned.turns)
    headlines += ["times of handing in: as the worksheet given as the roster says"] if from_worksheet else []
    headlines += [f"due: {minutes(due)} ({due.tzname()}){unknown}"] if due else []
    return ClassDownload(layout, assigned, (*headlines, *ignored), known)


def times_in_worksheet(roster: Roster, zone: tzinfo) -> dict[str, datetime]:
    """When each participant of an assignment handed in, where the roster is its worksheet and says so."""
    found = {it.participant: in_words(it.handed_in, zone) for it in roster.students if it.participant}
    return {participant: when for participant, when in found.items() if when}


def who_file(options: argparse.Namespace) -> Path:
    """Where open questions and answers are."""
    given: Path | None = options.who
    store: Path = options.store
    return given or store.with_name("who.csv")


def ask(options: argparse.Namespace, handed_in: ClassDownload) -> str:
    """Write the open questions, with the answers there are; returns a line about them."""
    questions = handed_in.assigned.questions
    if not questions:
        return ""
    write_questions(who_file(options), questions)
    count = len({question.submission for question in questions if not question.answer})
    return f"{count} open question{'s' * (count > 1)}: answer in {who_file(options)}, and run again" if count else ""
