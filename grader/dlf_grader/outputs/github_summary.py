"""`--report github-summary=PATH`: the Markdown of a GitHub step summary; PATH is what $GITHUB_STEP_SUMMARY says."""

from __future__ import annotations

import re

from dlf_grader.hookspecs import Writer
from dlf_grader.outputs.verdicts import BROKEN, SIGNS, explain, headline, summary
from dlf_grader.report import Report, Result

LARGEST = 1000 * 1024  # bytes; GitHub drops a summary of more than 1024 KiB whole


def to_summary(report: Report) -> str:
    """Points, a table of all checks, and every failure in full as far as there is room."""
    head, *reasons = summary(report).splitlines()
    lines = [f"## {head}", "", *(escape(reason) for reason in reasons), ""]
    lines += ["| | check | points | |", "|---|---|---:|---|", *map(_row, report.results), ""]
    room = LARGEST - len("\n".join(lines).encode())
    broken = [result for result in report.results if result.status in BROKEN]
    for number, result in enumerate(broken):
        text = f"\n<details><summary>{escape(result.title)}</summary>\n\n{fenced(explain(result))}\n\n</details>\n"
        room -= len(text.encode()) + 100
        if room < 0:
            lines.append(f"\n{len(broken) - number} more failures do not fit here.")
            break
        lines.append(text)
    return "\n".join(lines)


WRITER = Writer("github-summary", "md", to_summary)


def _row(result: Result) -> str:
    words = "" if result.status == "passed" else headline(result)[:300]
    points = f"{result.score:g} of {result.max_score:g}"
    return f"| {SIGNS[result.status]} | {escape(result.title)} | {points} | {escape(words)} |"


def escape(text: str) -> str:
    """Text as GitHub's Markdown shows it literally, in a table as well."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_{}\[\]()#+!|~@:-])", r"\\\1", " ".join(text.split()))


def fenced(text: str) -> str:
    """Text as a block of code, whatever stands in it."""
    fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", text)), 3)
    return f"{fence}text\n{text}\n{fence}"
