"""How an autopsy names parameters, lines and shares."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_reference.training.autopsy.measured import Looks, Parameter, Step

from dlf_grader.sandbox.words import LONGEST_NAME, one_line


def listed(names: Iterable[str], owner: str = "") -> str:
    """Names of parameters, or of what an owner has: three at most."""
    found = [f"{owner}{one_line(name, LONGEST_NAME).removeprefix('model.')}" for name in names]
    more = f" and {len(found) - 2} more" if len(found) > 3 else ""
    return ", ".join(found[:2] if more else found[:3]) + more


def where(step: Step) -> str:
    """The line of a step, in brackets."""
    return in_brackets(step.line)


def in_brackets(line: str) -> str:
    """A line of a file, in brackets; "" where it is not known."""
    return f" ({one_line(line, LONGEST_NAME)})" if line else ""


def percent(number: float) -> str:
    """A share, as people read it."""
    return f"{100 * number:.3g} %"


def trained(looks: Looks) -> list[Parameter]:
    """The parameters that are to learn."""
    return [p for p in looks.parameters if p.trained]
