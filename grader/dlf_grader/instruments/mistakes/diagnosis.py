"""Naming the mistake behind a wrong array.

First the subject's own mistakes: each recomputes what its maker would have got, and is named only if that equals the
learner's answer on the failing case and on the ones after it. Then those that any subject can have.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from dlf_grader.failures import GraderFault, LearnerError
from dlf_grader.instruments.case import Case, Trial
from dlf_grader.instruments.compare import RTOL, close
from dlf_grader.instruments.dictionary.kinds import is_by_kind
from dlf_grader.instruments.mistakes.generic import FIRST_WITH, generic
from dlf_grader.instruments.mistakes.mistake import THEIRS, Ask, Mistake, Mistaken
from dlf_grader.report import Diagnosis

EVIDENCE = 6  # cases on which a named mistake must agree before it is named


def explain(
    mistakes: Sequence[Mistake],
    ask: Ask,
    passed: Sequence[Trial],
    later: Sequence[Trial],
    tensor: str,
    look_up: Callable[[], Diagnosis | None] = lambda: None,
) -> tuple[Diagnosis, ...]:
    """What went wrong, where that is certain.

    Args:
        mistakes: the exercise's own, most specific first.
        ask: PyTorch's answer to a case.
        passed: the trials before the failure.
        later: the failing trial, and all after it.
        tensor: the name of what is wrong.
        look_up: finds the learner's numbers in the dictionary of mistakes.
    """
    evidence = later[:EVIDENCE]
    numbers = sum(np.size(trial.expected[tensor]) for trial in evidence)
    for mistake in mistakes:
        if (
            tensor in mistake.about
            and numbers >= mistake.numbers
            and any(
                all(_made(answer, ask, trial, tensor, failed=trial is evidence[0]) for trial in evidence)
                and not any(_refuted(answer, ask, trial, tensor) for trial in passed[-EVIDENCE:])
                for answer in mistake.answers
            )
        ):
            return (Diagnosis(mistake.id, mistake.text),)
    found = next(generic(passed, later, tensor), None)
    met = look_up() if found is None or found.id != "swapped" else None  # nothing says more
    new = contrast(passed, later, tensor) if met is None or is_by_kind(met.text) else None
    return tuple(d for d in (met, found, new) if d is not None)


def _made(answer: Mistaken, ask: Ask, trial: Trial, tensor: str, *, failed: bool) -> bool:
    try:
        with np.errstate(all="ignore"):
            mistaken = answer(ask, trial.case, tensor)
    except (GraderFault, ValueError):
        return False  # PyTorch refuses the mistaken case, so nobody can have computed it
    if mistaken is None:
        return not failed and close(trial.yours.get(tensor), trial.expected[tensor])
    if mistaken is THEIRS:
        return True
    yours = trial.yours.get(tensor)
    return close(yours, mistaken) and (not failed or _nearer(yours, mistaken, trial.expected[tensor]))


def _refuted(answer: Mistaken, ask: Ask, trial: Trial, tensor: str) -> bool:
    """Whether a mistake would have made wrong what is right."""
    if tensor not in trial.expected:
        return False
    try:
        with np.errstate(all="ignore"):
            mistaken = answer(ask, trial.case, tensor)
    except (GraderFault, ValueError):
        return False
    return mistaken is not None and mistaken is not THEIRS and not close(trial.yours.get(tensor), mistaken)


def _nearer(yours: Any, mistaken: Any, expected: Any) -> bool:
    """Whether a mistake accounts for a wrong answer: a rounding error is near to both what is right and what is not."""
    left, wrong, right = (np.asarray(value, dtype=float) for value in (yours, mistaken, expected))
    if left.shape != right.shape or not np.isfinite(left).all():
        return True
    return bool(np.max(np.abs(left - wrong)) <= 0.1 * np.max(np.abs(left - right)))


def absence(error: LearnerError) -> Diagnosis | None:
    """Which function was to set an attribute that is not there."""
    owner, _, name = error.call.partition("(")[0].partition(".")
    if error.kind != "AttributeError" or f"'{owner}' object has no attribute" not in error.text:
        return None
    if name.rpartition(".")[2].startswith("dL_d"):
        return Diagnosis("not-stored", f"backward must assign self.{name}, the parameter's gradient.")
    if name == "backward" and error.frames and error.frames[-1].function == name:
        return Diagnosis("not-kept", "forward must store on self what backward reads from it.")
    return None


def contrast(passed: Sequence[Trial], later: Sequence[Trial], tensor: str) -> Diagnosis | None:
    """What sets the wrong cases apart, if one trait alone does, and a right case after them shows that it does."""
    trait = _new_trait([trial.case for trial in passed], later[0].case)
    wrong: list[frozenset[str]] = []
    right: list[frozenset[str]] = []
    for trial in later:
        is_right = close(trial.yours.get(tensor), trial.expected[tensor], RTOL)
        (right if is_right else wrong).append(trial.case.traits)
    if trait is None or not right or len(wrong) < 2:
        return None
    apart = list(frozenset.intersection(*wrong) - frozenset.union(*right))
    return first_with([trial.case for trial in passed], later[0].case) if apart == [trait] else None


def first_with(passed: Sequence[Case], failing: Case) -> Diagnosis | None:
    """What is new in the failing case, if one thing is and all before it passed."""
    trait = _new_trait(passed, failing)
    if trait is None:
        return None
    before = "The smaller case is" if len(passed) == 1 else f"{len(passed)} smaller cases are"
    return Diagnosis(FIRST_WITH, f"{before} right; this is the first with {trait}.")


def _new_trait(passed: Sequence[Case], failing: Case) -> str | None:
    new = failing.traits - frozenset[str]().union(*(case.traits for case in passed))
    return next(iter(new)) if passed and len(new) == 1 else None
