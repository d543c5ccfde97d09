"""Judging what happens step by step: the first wrong step is named, the whole course of it is explained."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.compare import compare, relative_error, small_list
from dlf_grader.instruments_old.diagnosis import Trial, explain
from dlf_grader.instruments_old.layer import Ask, Misconception
from dlf_grader.instruments_old.parity import EVIDENCE
from dlf_grader.model import Counterexample, Diagnosis

NOT_IN_PLACE = Diagnosis(
    "not-in-place",
    "The arrays that were passed did not move: `w = w - ...` makes a new array that nobody sees; `w -= ...` writes "
    "into the old one.",
)


def judge_in_order(
    trials: Sequence[Trial], whole: str, misconceptions: Sequence[Misconception], *, moves: bool = False
) -> float:
    """Compare every tensor of every trial, in its order; the largest relative error of what is right.

    Args:
        trials: smallest first; answers hold one tensor a step, and under `whole` the course of all of them.
        whole: what a mistake is recognised by: step 1 alone looks alike for many.
        misconceptions: about `whole`.
        moves: whether `whole` is how arrays moved, so that zeros mean they did not.

    Raises:
        CheckFailure: a step is wrong; with the first such, and the name of the mistake if it is known.
    """
    worst = 0.0
    for at, trial in enumerate(trials):
        for name in (name for name in trial.expected if name != whole):
            yours, right = trial.yours.get(name), trial.expected[name]
            mismatch = compare(name, yours, right)
            if mismatch is None:
                worst = max(worst, relative_error(yours, right))
                continue
            evidence = list(trials[at:])[:EVIDENCE]
            if moves and not any(np.any(later.yours.get(whole, 1)) for later in evidence):
                diagnosis: tuple[Diagnosis, ...] = (NOT_IN_PLACE,)
            elif trial.yours.get(whole) is None:
                diagnosis = ()  # what came is no number, or of another shape, and is said so
            else:
                diagnosis = explain(misconceptions, lambda case: {}, trials[:at], evidence, whole)
            found = Counterexample(
                trial.case.label,
                trial.number,
                name,
                mismatch.index,
                mismatch.yours,
                mismatch.expected,
                small_list(yours),
                small_list(right),
            )
            raise CheckFailure(mismatch.text, found, diagnosis)
    return worst


def mistaken(id: str, whole: str, answer: object, text: str) -> Misconception:
    """A mistake in the course of all steps; its text goes on from "It looks as if "."""
    assert callable(answer)

    def computed(ask: Ask, case: object, tensor: str) -> object:
        return answer(case)

    return Misconception(id, "It looks as if " + text, (whole,), computed)
