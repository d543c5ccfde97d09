"""`--report html=PATH`: a report as one page that needs no network, no script and no colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dlf_grader.hookspecs import Writer
from dlf_grader.model import Status
from dlf_grader.outputs.checks import LEFT, CheckView, view
from dlf_grader.outputs.lesson import Lesson, lessons
from dlf_grader.outputs.text import printable
from dlf_grader.outputs.verdicts import summary
from dlf_grader.report import Report, Result

TEMPLATES = Path(__file__).parent / "templates"


def to_html(report: Report) -> str:
    """The page of one run."""
    milestones = " ".join(dict.fromkeys(result.milestone for result in report.results))
    return report_page(report, f"{milestones} · {report.tree}")


WRITER = Writer("html", "html", to_html)


def report_page(report: Report, title: str, notes: Sequence[str] = ()) -> str:
    """A page with every check of a report, what is wrong in full.

    Args:
        notes: sentences for the top, such as that it was handed in late.
    """
    sections, files = _sections(report), dict[str, list[CheckView]]()
    for result in report.results:
        files.setdefault(result.exercise, []).append(view(result, sections.get((_folder(result), result.lesson))))
    return page(
        "report.html",
        title=printable(title),
        report=report,
        files=list(_with_lessons(files)),
        broken=[check for checks in files.values() for check in checks if check.broken],
        notes=[printable(note) for note in notes],
        not_run=summary(report).splitlines()[1:],
        passed=sum(result.status is Status.PASSED for result in report.results),
    )


def _sections(report: Report) -> dict[tuple[str, str], Lesson]:
    """What the lessons say about all that is left to do, by the milestone's folder and the section's anchor."""
    wanted: dict[str, set[str]] = {}
    for result in report.results:
        if result.status in LEFT and result.lesson:
            wanted.setdefault(_folder(result), set()).add(result.lesson)
    found = {folder: lessons(folder, anchors) for folder, anchors in wanted.items()}
    return {(folder, anchor): lesson for folder, of in found.items() for anchor, lesson in of.items()}


def _folder(result: Result) -> str:
    return result.exercise.partition("/")[0]


def _with_lessons(files: dict[str, list[CheckView]]) -> Iterator[tuple[str, list[CheckView], list[Lesson]]]:
    """Each file's checks, and the sections that they are the first on the page to name."""
    shown: set[str] = set()
    for file, checks in files.items():
        named = {check.lesson.id: check.lesson for check in checks if check.lesson is not None}
        yield file, checks, [lesson for id, lesson in named.items() if id not in shown]
        shown |= named.keys()


def page(template: str, **values: Any) -> str:
    """A template filled in; every value is escaped unless it is Markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    style = Markup((TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return environment.get_template(template).render(style=style, **values) + "\n"
