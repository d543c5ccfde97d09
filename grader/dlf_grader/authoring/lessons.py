"""What lessons hold to: below each section the mistakes that its checks recognise, in the checks' own words.

They are written between two comments by `dlf-grade dev docs`; the rest of a lesson is written by hand.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import FunctionType
from typing import Any

from dlf_grader.instruments.known import known_mistakes
from dlf_grader.instruments_old.layer import Misconception
from dlf_grader.milestones.section import Late
from dlf_grader.model import Check
from dlf_grader.outputs.headings import headings
from dlf_grader.report import Diagnosis

BEGIN = "<!-- mistakes: written by dlf-grade dev docs -->"
END = "<!-- end of mistakes -->"
BLOCK = re.compile(rf"\n*{re.escape(BEGIN)}.*?{re.escape(END)}\n*", re.DOTALL)


def mistakes_by_section(checks: Sequence[Check]) -> dict[str, list[str]]:
    """What the checks of a milestone say of the mistakes they recognise, by their section's anchor; nothing twice."""
    found: dict[str, list[str]] = {}
    said: set[str] = set()
    for check in checks:
        for text in recognised(check):
            kind = re.sub(r"1e-\d+|\d+\.\d+", "", text)  # one of those that differ in such a number stands for all
            if kind not in said:
                said.add(kind)
                found.setdefault(check.lesson, []).append(text)
    return found


def recognised(check: Check) -> list[str]:
    """The sentences with which a check names a mistake, read off what its function can reach."""
    if check.method is not None:
        return [mistake.text for mistake in known_mistakes(check)]
    run = check.run.resolve() if isinstance(check.run, Late) else check.run
    compared = inspect.getclosurevars(run).nonlocals.get("tensors") if isinstance(run, FunctionType) else None
    return [
        mistake.text
        for mistake in _reachable(run, set())
        if not compared or not isinstance(mistake, Misconception) or set(compared) & set(mistake.about)
    ]


def _reachable(thing: object, seen: set[int]) -> Iterator[Misconception | Diagnosis]:
    """The mistakes in a function's closure, in our globals that it names, and in the values found there."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    parts: Iterable[Any] = ()
    if isinstance(thing, Misconception | Diagnosis):
        yield thing
    elif isinstance(thing, tuple | list):
        parts = thing
    elif isinstance(thing, Mapping):
        parts = thing.values()
    elif isinstance(thing, FunctionType) and thing.__module__.startswith("dlf_grader."):
        names = inspect.getclosurevars(thing)
        ours = ".milestones." in thing.__module__
        parts = (*names.nonlocals.values(), *(names.globals.values() if ours else ()))
    elif dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        parts = (getattr(thing, field.name) for field in dataclasses.fields(thing))
    for part in parts:
        yield from _reachable(part, seen)


def with_mistakes(lesson: str, mistakes: Mapping[str, Sequence[str]]) -> str:
    """A lesson's text with its sections' mistakes at their ends, and no others."""
    lines = BLOCK.sub("\n\n", lesson).rstrip("\n").splitlines()
    starts = list(headings("\n".join(lines)))
    ends = [*(index for index, _ in starts[1:]), len(lines)]
    text = lines[: starts[0][0]] if starts else lines
    for (start, anchor), end in zip(starts, ends, strict=True):
        section = "\n".join(lines[start:end]).rstrip("\n")
        block = [_block(mistakes[anchor])] if anchor in mistakes else []
        text += [*"\n\n".join([section, *block]).splitlines(), ""]
    return "\n".join(text).rstrip("\n") + "\n"


def _block(sentences: Sequence[str]) -> str:
    count = "a mistake" if len(sentences) == 1 else f"{len(sentences)} mistakes"
    listed = [f"- {sentence}" for sentence in sentences]
    summary = f"<details>\n<summary>The grader knows {count} here by name</summary>"
    return "\n".join([BEGIN, summary, "", *listed, "", "</details>", END])
