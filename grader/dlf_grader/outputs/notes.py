"""What stands beside a check's title: what was measured, warned of, or is waited for."""

from __future__ import annotations

import re

from dlf_grader.model import ADVICE, Status
from dlf_grader.outputs.verdicts import short_number
from dlf_grader.report import Result

SEPARATOR = " · "


def note(result: Result) -> str:
    """The right-hand end of a check's line."""
    cached = "cached" if result.cached else ""
    if result.status is Status.PASSED:
        measured = [_measured(name, value) for name, value in result.measurements.items() if _telling(name)]
        return SEPARATOR.join([*measured[:2], *filter(None, (_warning(result.output), _advice(result), cached))])
    if result.status is Status.TODO:
        return result.message or "not written yet"
    if result.status is Status.BLOCKED:
        return result.message
    if result.status is Status.SKIPPED:
        return "not run"
    words = "" if result.status is Status.FAILED else f"{result.status} "
    return words + str(result.location or "")


def worth_telling(result: Result) -> list[str]:
    """What a passed check measured of a training, what its code was warned of, and advice."""
    return [*accuracies(result), *filter(None, [_warning(result.output), _advice(result)])]


def accuracies(result: Result) -> list[str]:
    """What a training that passed reached."""
    if result.status is not Status.PASSED:
        return []
    return [_measured(name, value) for name, value in result.measurements.items() if name.endswith("accuracy")][:2]


def _warning(output: str) -> str:
    """What the code of a passed check was warned of: its numbers are right, and it is told all the same."""
    found = re.search(r"(\w+\.py:\d+): RuntimeWarning: ([a-z ]{1,40})", output)
    if not found:
        return ""
    numbers = re.match(r".*\n(?:  .*\n)?  with (.{1,80})", output[found.end() :])  # after the line of code
    text = f"it warned: {found[2].strip().replace(' encountered', '')} at {found[1]}"
    return f"{text}, {numbers[1]}" if numbers else text


def _advice(result: Result) -> str:
    return str(result.measurements.get(ADVICE, ""))


def _measured(name: str, value: float | int | str) -> str:
    if name.endswith("accuracy") and isinstance(value, float):
        return f"{name.removesuffix(' accuracy')} {100 * value:.2f} %"
    if (name, value) == ("cases", 1):
        return "1 case"
    return f"{value} {name}" if isinstance(value, int) else f"{name} {short_number(value)}"


def _telling(name: str) -> bool:
    return name in ("max rel err", "accuracy", "test accuracy", "train accuracy", "cases")
