"""Naming the mistake behind a wrong array.

First the exercise's own misconceptions: each recomputes what its maker would have got, and is named only if that
equals the learner's answer on the failing case and on the ones after it. Then those that need no authoring: a sign, a
factor, a transpose, an answer left over from the call before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from dlf_grader.failures import GraderFault, LearnerError
from dlf_grader.instruments.compare import as_array, close
from dlf_grader.instruments_old.layer import Answer, Array, Ask, Case, Misconception
from dlf_grader.report import Diagnosis


@dataclass(frozen=True)
class Trial:
    """A case with the learner's answer and PyTorch's."""

    number: int
    case: Case
    yours: Answer
    expected: Answer


def explain(
    misconceptions: Sequence[Misconception],
    ask: Ask,
    passed: Sequence[Trial],
    evidence: Sequence[Trial],
    tensor: str,
) -> tuple[Diagnosis, ...]:
    """What probably went wrong.

    Args:
        misconceptions: the exercise's own, most specific first.
        ask: PyTorch's answer to a case.
        passed: the trials before the failure.
        evidence: the failing trial, and a few after it.
        tensor: the name of what is wrong.
    """
    for mistake in misconceptions:
        if tensor in mistake.about and all(
            _made(mistake, ask, trial, tensor, failed=trial is evidence[0]) for trial in evidence
        ):
            return (Diagnosis(mistake.id, mistake.text),)
    found = next(generic(passed, evidence, tensor), None)
    new = first_with([trial.case for trial in passed], evidence[0].case)
    return tuple(d for d in (found, new) if d is not None)


def _made(mistake: Misconception, ask: Ask, trial: Trial, tensor: str, *, failed: bool) -> bool:
    try:
        with np.errstate(all="ignore"):
            mistaken = mistake.answer(ask, trial.case, tensor)
    except (GraderFault, ValueError):
        return False  # PyTorch refuses the mistaken case, so nobody can have computed it
    if mistaken is None:
        return not failed and close(trial.yours.get(tensor), trial.expected[tensor])
    yours = trial.yours.get(tensor)
    return close(yours, mistaken) and (not failed or _nearer(yours, mistaken, trial.expected[tensor]))


def _nearer(yours: Any, mistaken: Any, expected: Any) -> bool:
    """Whether a mistake accounts for a wrong answer: a rounding error is near to both what is right and what is not."""
    left, wrong, right = (np.asarray(value, dtype=float) for value in (yours, mistaken, expected))
    if left.shape != right.shape or not np.isfinite(left).all():
        return True
    return bool(np.max(np.abs(left - wrong)) <= 0.1 * np.max(np.abs(left - right)))


def generic(passed: Sequence[Trial], evidence: Sequence[Trial], tensor: str) -> Iterator[Diagnosis]:
    """Mistakes that any layer can have, most telling first."""
    first = evidence[0]
    yours, expected = as_array(first.yours.get(tensor)), np.asarray(first.expected[tensor])
    if yours is None:
        found = first.yours.get(tensor)
        if found is None:
            yield Diagnosis("nothing", f"{tensor} is None: is a return missing, or an assignment?")
        if isinstance(found, list):
            yield Diagnosis("list", f"{tensor} is a list: give the array itself, or np.array of it.")
        if isinstance(found, tuple):
            yield Diagnosis(
                "tuple", f"{tensor} is one array: is there a comma too many, or something else returned too?"
            )
        return
    for other in (name for name in first.expected if name != tensor):
        if all(_swapped(trial, tensor, other) for trial in evidence):
            yield Diagnosis("swapped", f"{tensor} and {other} are swapped: each is right in the other's place.")
            return
    if yours.shape != expected.shape:
        if (wrong := _wrong_shape(tensor, evidence)) is not None:
            yield wrong
        return
    if not np.isfinite(yours).all():
        yield Diagnosis("not-finite", f"{tensor} holds nan or inf: something overflowed, or 0 was divided by 0.")
        return
    if not yours.any():
        yield Diagnosis("zeros", f"{tensor} is all zeros, as if it was allocated and never filled.")
        return
    if close(yours, expected, 1e-5):
        yield Diagnosis("dtype-lost", f"{tensor} is right to about seven digits only: somewhere it became float32.")
        return
    if (factor := _factor(tensor, evidence)) is not None:
        yield factor
    if yours.ndim == 2 and yours.shape[0] == yours.shape[1] and close(yours.T, expected):
        yield Diagnosis("transposed", f"{tensor} is right but transposed: swap its axes back.")
    for trial in reversed(passed):
        if close(yours, trial.expected.get(tensor)):
            text = f"{tensor} belongs to an earlier call: something is remembered that should be computed anew."
            yield Diagnosis("stale", text)
            return


def _wrong_shape(tensor: str, evidence: Sequence[Trial]) -> Diagnosis | None:
    """What became of the right numbers; with a single sample several stories fit, so all the evidence must."""
    stories: tuple[tuple[str, Callable[[Array, Array], bool], str], ...] = (
        (
            "transposed",
            lambda y, right: y.ndim == right.ndim and close(y.T, right),
            f"{tensor} is right but transposed: swap its axes back.",
        ),
        (
            "reshaped",
            lambda y, right: y.size == right.size and close(y.ravel(), right.ravel()),
            f"The numbers of {tensor} are right; only its shape is not.",
        ),
        (
            "summed",
            lambda y, right: right.ndim > 0 and close(y, right.sum(axis=0)),
            f"{tensor} has been summed over its first axis; keep that axis.",
        ),
        (
            "not-summed",
            lambda y, right: y.ndim > right.ndim and close(y.sum(axis=0), right),
            f"{tensor} still has a row for each sample: sum it over the batch.",
        ),
    )
    pairs = [(as_array(trial.yours.get(tensor)), np.asarray(trial.expected[tensor])) for trial in evidence]
    for name, fits, text in stories:
        if all(yours is not None and fits(yours, right) for yours, right in pairs):
            return Diagnosis(name, text)
    return None


def _swapped(trial: Trial, tensor: str, other: str) -> bool:
    if other not in trial.expected:
        return False
    pairs = ((tensor, other), (other, tensor))
    return all(close(trial.yours.get(name), trial.expected[right]) for name, right in pairs)


def _ratio(trial: Trial, tensor: str) -> float | None:
    """By which one factor the learner's array is off, if by one."""
    yours, expected = as_array(trial.yours.get(tensor)), np.asarray(trial.expected[tensor], dtype=float)
    if yours is None or yours.shape != expected.shape or not expected.any():
        return None
    ratio = float(np.vdot(yours, expected) / np.vdot(expected, expected))
    return ratio if close(yours, ratio * expected) and ratio else None


def _factor(tensor: str, evidence: Sequence[Trial]) -> Diagnosis | None:
    """The one factor by which the first answer is off; a single number is a multiple of any other, so it must recur."""
    telling = [evidence[0], *(trial for trial in evidence[1:] if np.any(trial.expected[tensor]))]
    ratios = [_ratio(trial, tensor) for trial in telling]
    first = ratios[0]
    if first is None:
        return None
    recurs = len(ratios) > 1 and _all_close(ratios, [first] * len(ratios))
    several = np.size(evidence[0].expected[tensor]) > 1
    if np.isclose(first, -1) and (several or recurs):
        return Diagnosis("sign", f"{tensor} has the wrong sign.")
    sizes = [trial.case.inputs[0].shape for trial in telling]
    for axis, what in ((0, "the batch size N"), (None, "the number of elements")):
        counts = [float(np.prod(shape)) if axis is None else float(shape[axis]) for shape in sizes if shape]
        if first > 1 and _all_close(ratios, counts):
            return Diagnosis("factor", f"{tensor} is too large by {what}: a mean was left out, or undone.")
        if first < 1 and _all_close(ratios, [1 / count for count in counts]):
            return Diagnosis("factor", f"{tensor} is too small by {what}: it was divided once too often.")
    if not several and not recurs:
        return None
    nice = Fraction(first).limit_denominator(64)
    words = str(nice) if np.isclose(float(nice), first) else f"{first:.6g}"
    return Diagnosis("factor", f"Every element of {tensor} is {words} times what it should be.")


def _all_close(ratios: list[float | None], counts: list[float]) -> bool:
    return len(ratios) == len(counts) and all(
        r is not None and bool(np.isclose(r, c)) for r, c in zip(ratios, counts, strict=True)
    )


def absence(error: LearnerError) -> Diagnosis | None:
    """Which function was to set an attribute that is not there."""
    owner, _, name = error.call.partition("(")[0].partition(".")
    if error.kind != "AttributeError" or f"'{owner}' object has no attribute" not in error.text:
        return None
    if name.rpartition(".")[2].startswith("dL_d"):
        return Diagnosis("not-stored", f"backward has to assign self.{name}, where the parameter's gradient is kept.")
    if name == "backward" and error.frames and error.frames[-1].function == name:
        return Diagnosis("not-kept", "What backward reads from self, forward has to keep there.")
    return None


def first_with(passed: Sequence[Case], failing: Case) -> Diagnosis | None:
    """What is new in the failing case, if all before it passed."""
    if not passed:
        return None
    new = sorted(failing.traits - frozenset[str]().union(*(case.traits for case in passed)))
    if not new:
        return None
    before = "The smaller case is" if len(passed) == 1 else f"{len(passed)} smaller cases are"
    return Diagnosis("first-with", f"{before} right; this is the first with {' and '.join(new)}.")
