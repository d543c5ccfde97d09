"""A catalogue's shorthand: the checks of one group share an id prefix, a file and a module."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

from dlf_grader.model import Check, Kind, Measurements


@dataclass(frozen=True)
class Late:
    """A function named rather than imported, so that a catalogue of checks costs no NumPy."""

    module: str
    name: str

    def resolve(self) -> Any:
        return getattr(importlib.import_module(self.module), self.name)

    def __call__(self, submission: Any, ctx: Any) -> Measurements | None:
        result: Measurements | None = self.resolve()(submission, ctx)
        return result


@dataclass(frozen=True)
class Section:
    """Checks "PREFIX.NAME" of one file, each run by function NAME of one module.

    Attributes:
        prefix: "m1.conv".
        exercise: "m1_cnn/conv.py".
        module: where the checks' functions are, imported only when one runs.
        lesson: heading's anchor in the milestone's README, "convolution".
    """

    prefix: str
    exercise: str
    module: str
    lesson: str

    def check(
        self,
        name: str,
        kind: Kind,
        points: float,
        target: str,
        title: str,
        *hints: str,
        run: str = "",
        after: tuple[str, ...] = (),
        lesson: str = "",
        requires: tuple[str, ...] = (),
        timeout: float = 20.0,
    ) -> Check:
        """One check.

        Args:
            name: after the prefix, "forward".
            target: the function to fix, "Conv2d.forward".
            title: the claim, as a sentence.
            hints: from a nudge to nearly the answer.
            run: the module's function; `name` if not given.
            after: names in this section, or whole ids, of what must pass first.
        """
        return Check(
            id=f"{self.prefix}.{name}",
            title=title,
            exercise=self.exercise,
            kind=kind,
            points=points,
            run=Late(self.module, run or name),
            target=target,
            requires=requires,
            after=tuple(earlier if "." in earlier else f"{self.prefix}.{earlier}" for earlier in after),
            timeout=timeout,
            hints=hints,
            lesson=lesson or self.lesson,
        )
