"""`--export html=FOLDER`: the class page, index.html, and a page for each student."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlf_grader import __version__
from dlf_grader.classroom.gradebook import GradebookRow, gradebook_rows
from dlf_grader.classroom.roster import Roster
from dlf_grader.classroom.store import ClassStore, now
from dlf_grader.model import Status
from dlf_grader.outputs.html import page, report_page
from dlf_grader.outputs.text import printable
from dlf_grader.outputs.verdicts import BROKEN
from dlf_grader.report import Report
from dlf_grader.run.reports import make_folder, replace_file

MOST_CHECKS, MOST_MISTAKES = 15, 25  # rows shown
STUDENTS = "students"


@dataclass
class Tally:
    """One check, over the class."""

    id: str
    title: str
    wrong: int = 0
    todo: int = 0
    percent: int = 0


@dataclass
class Mistake:
    """One misconception, and in whose work it was met.

    Attributes:
        students: (name, link) of each.
    """

    text: str
    checks: dict[str, None] = field(default_factory=dict)
    students: dict[tuple[str, str], None] = field(default_factory=dict)


@dataclass
class View:
    """What the class page shows, gathered one student at a time; no report is kept."""

    states: Counter[str] = field(default_factory=Counter)
    milestones: dict[str, None] = field(default_factory=dict)
    scores: list[tuple[float, float]] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    checks: dict[str, Tally] = field(default_factory=dict)
    mistakes: dict[str, Mistake] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def add(self, row: GradebookRow, report: Report | None, link: str, *, late: bool) -> None:
        """Take in one student."""
        found, submission = row.result, row.result.submission
        self.states[found.state] += 1
        name = printable(row.student.name or row.student.id)
        score = "" if found.score is None else f"{found.score:g}"
        about = {"score": score, "state": printable(row.state), "note": printable(submission.note)}
        self.rows.append({"name": name, "link": link, "late": late, "received": submission.received, **about})
        if report is None or found.score is None:
            return
        self.scores.append((found.score, found.max_score or 0.0))
        self.seconds.append(round(found.seconds or 0.0, 3))
        for result in report.results:
            self.milestones[result.milestone] = None
            tally = self.checks.setdefault(result.id, Tally(result.id, result.title))
            tally.wrong += result.status in BROKEN
            tally.todo += result.status is Status.TODO
            for diagnosis in result.diagnosis:
                mistake = self.mistakes.setdefault(diagnosis.id, Mistake(printable(diagnosis.text)))
                mistake.checks[result.id] = None
                mistake.students[name, link] = None

    def html(self) -> str:
        """The class page."""
        highest = max((most for _, most in self.scores), default=0.0)
        points = [score for score, _ in self.scores]
        return page(
            "class.html",
            title=f"{' '.join(self.milestones) or 'Nothing graded yet'} · {len(self.rows)} students",
            facts=self._facts(points),
            scores=_bars(points, highest),
            scores_words=_spread(points, "points", f"Of {highest:g} points"),
            times=_bars(self.seconds, max(self.seconds, default=0.0)),
            times_words=_spread(self.seconds, "s", "Seconds in checks for each submission"),
            checks=self._most_failed(),
            graded=len(points),
            mistakes=sorted(self.mistakes.values(), key=lambda m: -len(m.students))[:MOST_MISTAKES],
            rows=self.rows,
            made=now()[:16].replace("T", " ") + " UTC",
            version=__version__,
        )

    def _facts(self, points: list[float]) -> list[tuple[str, str]]:
        counted = [
            (self.states["fault"], "without marks, by a fault of ours"),
            (len(points), "graded"),
            (sum(self.states[state] for state in ("unusable", "waiting", "claimed")), "not graded"),
            (self.states["absent"], "nothing handed in"),
            (sum(row["late"] for row in self.rows), "late"),
        ]
        facts = [(str(count), words) for count, words in counted if count]
        return [*facts, (f"{statistics.median(points):g}", "points, the median")] if points else facts

    def _most_failed(self) -> list[Tally]:
        for tally in self.checks.values():
            tally.percent = round(100 * (tally.wrong + tally.todo) / len(self.scores))
        failed = [tally for tally in self.checks.values() if tally.wrong or tally.todo]
        return sorted(failed, key=lambda tally: (-tally.wrong, -tally.todo))[:MOST_CHECKS]


def write_pages(
    path: Path,
    store: ClassStore,
    roster: Roster,
    shown: Callable[[Report], Report],
    late: Callable[[GradebookRow], bool],
) -> set[str]:
    """Write the class page and the students' pages; returns the students' ids.

    Args:
        shown: what a student may see of a report.
        late: whether a student handed in late, after everybody's or an own due time.
    """
    make_folder(path / STUDENTS)
    view, there = View(), set()
    for row in gradebook_rows(store, roster):
        report, link = row.report(), ""
        if report is not None:
            link = f"{STUDENTS}/{row.file_stem}.html"
            words = ["Handed in late."] if late(row) else []
            replace_file(path / link, report_page(shown(report), row.student.name or row.student.id, words))
        view.add(row, report, link, late=late(row))
        there.add(row.student.id)
    replace_file(path / "index.html", view.html())
    return there


def _bars(values: Sequence[float], highest: float) -> list[tuple[int, int, str]]:
    """A histogram of ten bars from 0 to the highest value: each bar's count, its height in percent, its left edge."""
    if not highest:
        return []
    counts = Counter(min(9, int(10 * value / highest)) for value in values)
    most = max(counts.values())
    return [(counts[at], round(100 * counts[at] / most), f"{highest * at / 10:.3g}") for at in range(10)]


def _spread(values: Sequence[float], unit: str, start: str) -> str:
    if not values:
        return "Nothing was graded yet."
    quartiles = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    low, middle, high = (f"{value:.3g}" for value in quartiles)
    return (
        f"{start}: from {min(values):.3g} to {max(values):.3g} {unit}; half of the class between {low} and {high}, "
        f"median {middle}."
    )
