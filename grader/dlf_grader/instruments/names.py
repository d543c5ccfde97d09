"""Names of what a function takes and returns, nested as the things themselves: ("outputs", ("h_T", "c_T"))."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Answer
from dlf_grader.sandbox.proxy import describe_value

Names = str | tuple[Any, ...]  # of one tensor, or of several


def named(names: Names, value: Any, who: str) -> Answer:
    """What a function returned, by name.

    Args:
        names: nested as the function returns its results.
        who: the function, for the message.

    Raises:
        CheckFailure: it returned fewer things than it should, or more, or nested otherwise.
    """
    if isinstance(names, str):
        return {names: value}
    if not names:
        return {}
    if not _fits(names, value):
        few = "" if isinstance(value, tuple | list) else "one thing only, "
        raise CheckFailure(f"{who} should return {_in_words(names)}, got {few}{_described(value)}")
    found: Answer = {}
    for inner, part in zip(names, value, strict=True):
        found |= named(inner, part, who)
    return found


def _fits(names: Names, value: Any) -> bool:
    """Whether a value is nested as the names are."""
    if isinstance(names, str):
        return True
    several = isinstance(value, tuple | list) and len(value) == len(names)
    return not names or (several and all(map(_fits, names, value)))


def _in_words(names: Names) -> str:
    return names if isinstance(names, str) else f"({', '.join(map(_in_words, names))})"


def _described(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"({', '.join(map(_described, value))})"
    return describe_value(value)


def flat(names: Names) -> list[str]:
    """Nested names, in order."""
    return [names] if isinstance(names, str) else [leaf for inner in names for leaf in flat(inner)]


def nested(names: Sequence[Names], leaves: Sequence[Any]) -> list[Any]:
    """One thing for each name, nested as the names are; the last names may be left out."""
    left = list(leaves)

    def take(name: Names) -> Any:
        return left.pop(0) if isinstance(name, str) else tuple(take(inner) for inner in name)

    return [take(name) for name in names if left]
