"""`--report html=PATH`: a report as one page that needs no network, no script and no colour."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dlf_grader.model import Report, Result, Status
from dlf_grader.outputs.checks import CheckView, view
from dlf_grader.outputs.lesson import Lesson, lesson
from dlf_grader.outputs.terminal import BROKEN
from dlf_grader.outputs.words import printable, summary

TEMPLATES = Path(__file__).parent / "templates"
LEFT = BROKEN | {Status.TODO}  # what a learner is to look at


def to_html(report: Report) -> str:
    """The page of one run."""
    milestones = " ".join(dict.fromkeys(result.milestone for result in report.results))
    return report_page(report, f"{milestones} · {report.tree}")


def report_page(report: Report, title: str, notes: Sequence[str] = ()) -> str:
    """A page with every check of a report, what is wrong in full.

    Args:
        notes: sentences for the top, such as that it was handed in late.
    """
    files: dict[str, list[CheckView]] = {}
    lessons: dict[str, dict[str, Lesson]] = {}
    for result in report.results:
        section = _lesson(result)
        files.setdefault(result.exercise, []).append(view(result, section))
        if section is not None:
            lessons.setdefault(result.exercise, {})[section.id] = section
    return page(
        "report.html",
        title=printable(title),
        report=report,
        files=[(file, checks, list(lessons.get(file, {}).values())) for file, checks in files.items()],
        broken=[check for checks in files.values() for check in checks if check.broken],
        notes=[*map(printable, notes), *summary(report).splitlines()[1:]],
        passed=sum(result.status is Status.PASSED for result in report.results),
    )


def _lesson(result: Result) -> Lesson | None:
    return lesson(result.exercise, result.lesson) if result.status in LEFT else None


def page(template: str, **values: Any) -> str:
    """A template filled in; every value is escaped unless it is Markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return environment.get_template(template).render(style=style, **values) + "\n"
