"""`--report html=PATH`: a report as one page that needs no network, no script and no colour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from dlf_grader.hookspecs import Writer
from dlf_grader.model import Status
from dlf_grader.outputs.checks import LEFT, CheckView, view
from dlf_grader.outputs.lesson import Lesson, lessons
from dlf_grader.outputs.text import printable
from dlf_grader.outputs.verdicts import not_run
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
    broken = [check for checks in files.values() for check in checks if check.broken]
    return page(
        "report.html",
        title=printable(title),
        report=report,
        files=list(_with_lessons(files)),
        day=date.today().isoformat(),
        broken=broken,
        first=broken[0].id if broken else "",
        notes=[printable(note) for note in notes],
        not_run=not_run(report),
        passed=sum(result.status is Status.PASSED for result in report.results),
    )


def cell_output(report: Report, hints: Mapping[str, Sequence[str]]) -> str:
    """A report under a notebook's cell, without the lesson, which the notebook is.

    Args:
        hints: by the check's id.
    """
    checks = [view(replace(result, hints=tuple(hints[result.id])), None) for result in report.results]
    first = next((check.id for check in checks if check.broken), "")
    return fragment("cell_report.html", checks=checks, first=first, not_run=not_run(report))


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
    """A whole page: a template filled in; every value is escaped unless it is Markup."""
    return _filled(template, _style("check.css") + _style("style.css"), values)


def fragment(template: str, **values: Any) -> str:
    """A part of somebody else's page, in a `<div class="dlf">`."""
    within = f"{_style('check.css')}{_style('cell.css')}".replace(":root", "&")
    return _filled(template, f".dlf {{\n{within}}}\n", values)


def _style(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _filled(template: str, style: str, values: Mapping[str, Any]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(template).render(style=Markup(style), **values) + "\n"
