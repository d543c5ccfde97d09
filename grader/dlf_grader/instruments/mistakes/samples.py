"""A parameter's gradient that one sample of a batch gives: the others are overwritten, or never met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistake, Mistaken, mistake


def _of_sample(at: int) -> Mistaken:
    """The gradient where no other sample of the batch sends one back."""

    def alone(array: Array) -> Array:
        found = np.zeros_like(array)
        found[at] = array[at]
        return found

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        if not all(array.ndim and len(array) for array in case.upstreams):
            raise ValueError("there is no batch")
        upstream, *more = map(alone, case.upstreams)
        return ask(replace(case, upstream=upstream, more=tuple(more)))[tensor]

    return answer


def _only(which: str, at: int) -> Mistake:
    text = f"Only the {which} sample counts: sum the gradient over the whole batch."
    return mistake(f"{which}-sample-only", (), _of_sample(at), text)


ONE_SAMPLE = (_only("last", -1), _only("first", 0))


def one_sample_only(gradients: Sequence[str]) -> tuple[Mistake, ...]:
    """The mistakes that a parameter's gradient comes from one sample, of the gradients so called."""
    return tuple(replace(each, about=tuple(gradients)) for each in ONE_SAMPLE)
