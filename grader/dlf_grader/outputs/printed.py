"""What an exercise's own code printed while it was graded, apart from what Python warned of."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlf_grader.report import Result

FEW = 5  # lines that are shown unless all are asked for
WARNING = r"(?m)^\S.*:\d+: \w*Warning: .*\n?(?:  .*\n?)*"


def printed(result: Result) -> list[str]:
    """The lines that it printed."""
    return re.sub(WARNING, "", result.output).rstrip().splitlines() if result.output else []


def warned(result: Result) -> list[str]:
    """The lines of the warnings."""
    return "".join(re.findall(WARNING, result.output)).rstrip().splitlines() if result.output else []


def beginning(lines: list[str], result: Result, *, whole: bool = False) -> Iterator[str]:
    """The first lines, and how to see the others; or all of them."""
    shown = lines if whole else lines[:FEW]
    yield from shown
    if more := len(lines) - len(shown):
        yield f"… {more} more line{'s' if more > 1 else ''}: dlf-grade {result.id} -v"
