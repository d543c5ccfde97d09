"""A formula in parts, so that a mistake is one part replaced, and two mistakes at once are two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from dlf_grader.instruments.case import Case
from dlf_grader.instruments.mistakes.mistake import Mistake, Mistaken

Parts = Mapping[str, Any]  # by name: a function, or what else the formula makes of it


@dataclass(frozen=True)
class Formula:
    """How a tensor follows from a case.

    Attributes:
        about: the tensor.
        value: the tensor of (case, parts); ValueError where nobody can have computed it.
        right: the right parts.
    """

    about: str
    value: Callable[[Case, Parts], Any]
    right: Parts

    def slip(self, id: str, text: str, *forms: Parts) -> Slip:
        """A mistake that replaces parts; each of its forms names those that it replaces."""
        return Slip(id, (self.about,), tuple(map(self._with, forms)), text, self, forms)

    def _with(self, form: Parts) -> Mistaken:
        return lambda ask, case, tensor: self.value(case, {**self.right, **form})

    def pairs(self, slips: Sequence[Mistake]) -> Iterator[Mistake]:
        """Two slips at once, where they replace different parts."""
        own = (slip for slip in slips if isinstance(slip, Slip) and slip.formula is self)
        for a, b in combinations(own, 2):
            forms = [{**x, **y} for x in a.forms for y in b.forms if not x.keys() & y.keys()]
            if forms:
                text = f"Two things are wrong. {a.text} {b.text}"
                yield Mistake(f"{a.id} and {b.id}", (self.about,), tuple(map(self._with, forms)), text)


@dataclass(frozen=True, eq=False)
class Slip(Mistake):
    """A mistake in a formula."""

    formula: Formula
    forms: tuple[Parts, ...]
