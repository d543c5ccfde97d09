"""Mistakes that any subject can have: a sign, a factor, a transpose, an answer left over from the call before.

Each is a fact about the numbers that holds on every wrong case met, and only on more than chance would allow: a story
that one number tells is no story.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Trial
from dlf_grader.instruments.compare import as_array, close, differs, relative_error
from dlf_grader.report import Diagnosis

FIRST_WITH = "first-with"  # the id of what is new in a failing case
GENERIC_MISTAKES = (
    *("nothing", "list", "tuple", "swapped", "transposed", "reshaped", "moved", "reversed", "summed", "not-summed"),
    *("not-finite", "zeros", "dtype-lost", "digits", "integers", "booleans", "stale", "sign", "factor", "transformed"),
    *("unchanged", "one-end", "not-stored", "not-kept", FIRST_WITH, "no-return", "unsteady"),
)
TELLING = 3  # numbers below which an agreement may be chance
Pair = tuple[Array, Array]  # the learner's tensor and the right one


def generic(passed: Sequence[Trial], evidence: Sequence[Trial], tensor: str) -> Iterator[Diagnosis]:
    """What is true of a wrong tensor, most telling first.

    Args:
        passed: the trials before the failure.
        evidence: the failing trial, and all after it; the smallest, of one sample, fit what larger ones do not.
    """
    first = evidence[0]
    if as_array(value := first.yours.get(tensor)) is None:
        yield from _not_numbers(tensor, value, np.ndim(first.expected[tensor]))
        return
    if (other := _swapped(evidence, tensor)) is not None:
        yield Diagnosis("swapped", f"{tensor} and {other} are swapped: each is right in the other's place.")
        return
    wrong = [trial for trial in evidence if _is_wrong(trial, tensor)] or [first]
    pairs = [_pair(trial, tensor) for trial in wrong]
    if any(yours.shape != right.shape for yours, right in pairs):
        yield from _first_that_fits(_SHAPES, tensor, pairs)
        return
    if not np.isfinite(pairs[0][0]).all():
        yield Diagnosis("not-finite", f"{tensor} holds nan or inf: look for the first operation that gives it.")
        return
    if sum(right.size for _, right in pairs) < TELLING:
        return
    if all(close(*pair, rtol=1e-5) for pair in pairs):  # nearly right, so nearly any story fits
        yield from _first_that_fits(_DIGITS, tensor, pairs)
        digits = -math.log10(max(relative_error(*pair) for pair in pairs))
        yield Diagnosis("digits", f"{tensor} is right to about {digits:.0f} digits only.")
        return
    found = next(_first_that_fits(_PLACES, tensor, pairs), None)
    if found is not None:
        yield found
        return
    if (factor := _factor(tensor, wrong)) is not None:
        yield factor
        return
    yield from _first_that_fits(_NUMBERS, tensor, pairs)
    for name, what in (("input", "inputs"), ("upstream gradient", "upstreams")):
        for at in range(len(getattr(first.case, what))):
            if all(_is_given(trial, tensor, what, at) for trial in wrong):
                yield Diagnosis("unchanged", f"{tensor} is the {name} itself, unchanged.")
                return
    if pairs[0][1].size >= TELLING and np.unique(pairs[0][0]).size > 2:  # zeros and one 1 are anybody's
        for trial in reversed(passed):
            if close(pairs[0][0], trial.expected.get(tensor)):
                yield Diagnosis("stale", f"{tensor} belongs to an earlier call: compute it again in every call.")
                return
    if (end := _at_one_end(tensor, pairs)) is not None:
        yield end


def _not_numbers(tensor: str, value: Any, axes: int) -> Iterator[Diagnosis]:
    if value is None:
        yield Diagnosis("nothing", f"{tensor} is None.")
    if isinstance(value, list):
        remedy = "give the array itself, or np.array of it" if axes else "one number is expected"
        yield Diagnosis("list", f"{tensor} is a list: {remedy}.")
    if isinstance(value, tuple):
        comma = (
            "a comma makes one, and so does np.where(…) alone" if len(value) == 1 else f"it holds {len(value)} things"
        )
        yield Diagnosis("tuple", f"{tensor} is a tuple, not {'an array' if axes else 'a number'}: {comma}.")


def _pair(trial: Trial, tensor: str) -> Pair:
    yours = as_array(trial.yours.get(tensor))
    return np.empty((0, 0, 0, 0, 0)) if yours is None else yours, np.asarray(trial.expected[tensor], dtype=float)


def _is_wrong(trial: Trial, tensor: str) -> bool:
    yours, right = _pair(trial, tensor)
    return yours.shape != right.shape or bool(differs(yours, right).any())


def _swapped(evidence: Sequence[Trial], tensor: str) -> str | None:
    def fits(trial: Trial, other: str) -> bool:
        pairs = ((tensor, other), (other, tensor))
        return other in trial.expected and all(close(trial.yours.get(a), trial.expected[b]) for a, b in pairs)

    others = (name for name in evidence[0].expected if name != tensor)
    return next((other for other in others if all(fits(trial, other) for trial in evidence)), None)


# -- stories of numbers in other places ----------------------------------------------------------------

Story = tuple[str, Callable[[Array, Array], bool], str]


def _first_that_fits(stories: Sequence[Story], tensor: str, pairs: Sequence[Pair]) -> Iterator[Diagnosis]:
    for id, fits, text in stories:
        if all(fits(yours, right) for yours, right in pairs):
            yield Diagnosis(id, text.format(tensor))
            return


def _rounded_to_float32(yours: Array, right: Array) -> bool:
    return yours.dtype == np.float64 and close(yours, right, 1e-6) and bool(np.all(yours == yours.astype(np.float32)))


def _cut_to_integers(yours: Array, right: Array) -> bool:
    """Whether an integer array took the right numbers, and with them no fractions."""
    return yours.dtype.kind in "iu" and yours.shape == right.shape and bool(np.all(yours == np.trunc(right)))


def _axes_moved(yours: Array, right: Array) -> bool:
    """Whether the right numbers were reshaped where axes should have moved."""
    if right.ndim < 2 or not _distinct(right):
        return False
    moved = (right.transpose(order) for order in itertools.permutations(range(right.ndim)))
    return any(close(yours.ravel(), other.ravel()) for other in moved)


def _same_numbers(yours: Array, right: Array) -> bool:
    return right.size >= 2 * TELLING and _distinct(right) and close(np.sort(yours, None), np.sort(right, None))


def _distinct(array: Array) -> bool:
    return np.unique(array).size >= min(TELLING, array.size)


def _reversed_along(yours: Array, right: Array) -> bool:
    return any(close(yours, np.flip(right, axis)) for axis in range(right.ndim) if right.shape[axis] > 1)


_SHAPES: tuple[Story, ...] = (
    (
        "transposed",
        lambda yours, right: yours.ndim == right.ndim and close(yours.T, right),
        "{} is right but transposed: swap its axes back.",
    ),
    (
        "reshaped",
        lambda yours, right: yours.size == right.size and close(yours.ravel(), right.ravel()),
        "The numbers of {} are right; only its shape is not.",
    ),
    (
        "summed",
        lambda yours, right: right.ndim > 0 and close(yours, right.sum(axis=0)),
        "{} has been summed over its first axis; keep that axis.",
    ),
    (
        "not-summed",
        lambda yours, right: yours.ndim > right.ndim and close(yours.sum(axis=0), right),
        "{} has an axis too many: its sum over the first axis is right.",
    ),
)
_DIGITS: tuple[Story, ...] = (
    (
        "dtype-lost",
        lambda yours, right: yours.dtype == np.float32,
        "{} is a float32 array, which keeps 7 digits: give it x's dtype.",
    ),
    (
        "dtype-lost",
        _rounded_to_float32,
        "Every number of {} is a float32 number: a cast, or an array of that dtype, took half of its digits.",
    ),
)
_PLACES: tuple[Story, ...] = (
    (
        "booleans",
        lambda yours, right: yours.dtype.kind == "b",
        "{} is a boolean array. To multiply by a comparison, put it in parentheses: a * (x > 0).",
    ),
    (
        "integers",
        _cut_to_integers,
        "{} is an integer array, which cuts off fractions: give it x's dtype.",
    ),
    (
        "transposed",
        lambda yours, right: right.ndim == 2 and len(right) == len(right.T) and close(yours.T, right),
        "{} is right but transposed: swap its axes back.",
    ),
    ("reversed", _reversed_along, "{} is right but runs backwards along one axis."),
    (
        "moved",
        _axes_moved,
        "{} holds the right numbers in other places: reshape does not move axes; transpose or swapaxes does.",
    ),
    ("moved", _same_numbers, "{} holds the right numbers in other places."),
)


# -- stories of other numbers --------------------------------------------------------------------------


def _of_right(function: Callable[[Array], Array]) -> Callable[[Array, Array], bool]:
    """Whether the learner's numbers are a function of the right ones, which changes enough of them to be one."""

    def fits(yours: Array, right: Array) -> bool:
        with np.errstate(all="ignore"):
            other = function(right)
        return bool(np.isfinite(other).all()) and np.unique(right).size > 1 and close(yours, other)

    return fits


_NUMBERS: tuple[Story, ...] = (
    (
        "zeros",
        lambda yours, right: right.ndim > 0 and not yours.any(),
        "{} is all zeros: no line writes into it, or what is written there is 0.",
    ),
    ("transformed", _of_right(np.abs), "{} holds the absolute values of the right numbers: a sign is lost."),
    ("transformed", _of_right(np.square), "{} holds the squares of the right numbers."),
    ("transformed", _of_right(np.sqrt), "{} holds the square roots of the right numbers."),
    ("transformed", _of_right(np.reciprocal), "{} holds 1 divided by the right numbers."),
    ("transformed", _of_right(np.exp), "{} holds the exponentials of the right numbers."),
    ("transformed", _of_right(np.log), "{} holds the logarithms of the right numbers."),
    ("transformed", _of_right(lambda right: 1 - right), "{} holds 1 minus the right numbers."),
)


def _is_given(trial: Trial, tensor: str, what: str, at: int) -> bool:
    given = getattr(trial.case, what)
    return len(given) > at and close(trial.yours.get(tensor), given[at])


def _ratio(trial: Trial, tensor: str) -> float | None:
    """By which one factor the learner's tensor is off, if by one."""
    yours, expected = _pair(trial, tensor)
    if yours.shape != expected.shape or not expected.any():
        return None
    ratio = float(np.vdot(yours, expected) / np.vdot(expected, expected))
    return ratio if close(yours, ratio * expected) and ratio else None


def _factor(tensor: str, wrong: Sequence[Trial]) -> Diagnosis | None:
    """The one factor by which every wrong answer is off: a number, or a size of its input."""
    wrong = [trial for trial in wrong if np.any(trial.expected[tensor])]
    ratios = [_ratio(trial, tensor) for trial in wrong]
    factors = np.array([ratio for ratio in ratios if ratio is not None])
    if not len(factors) or len(factors) < len(ratios):
        return None
    if np.allclose(factors, factors[0]):
        if np.isclose(factors[0], 1, rtol=1e-3) or (len(wrong) == 1 and np.size(wrong[0].expected[tensor]) <= TELLING):
            return None
        if np.isclose(factors[0], -1):
            return Diagnosis("sign", f"{tensor} has the wrong sign.")
        nice = Fraction(factors[0]).limit_denominator(64)
        words = str(nice) if np.isclose(float(nice), factors[0]) else f"{factors[0]:.6g}"
        return Diagnosis("factor", f"Every element of {tensor} is {words} times what it should be.")
    large = [what for what, size in _sizes(wrong) if np.allclose(factors, size)]
    small = [what for what, size in _sizes(wrong) if np.allclose(factors, 1 / size)]
    if len(large) == 1:  # or two sizes are the same in all these cases, and which it is remains open
        return Diagnosis("factor", f"{tensor} is too large by {large[0]}: a mean was left out, or undone.")
    if len(small) == 1:
        return Diagnosis("factor", f"{tensor} is too small by {small[0]}: it was divided once too often.")
    if large or small or len(np.unique(np.round(factors, 9))) < 2:
        return None
    powers = [(words, what) for words, power in _POWERS for what, n in _sizes(wrong) if np.allclose(factors, n**power)]
    if len(powers) != 1:
        return None
    words, what = powers[0]
    return Diagnosis("factor", f"Every element of {tensor} is {words} times what it should be, where n is {what}.")


_POWERS = (("√n", 0.5), ("1 / √n", -0.5), ("n²", 2.0), ("1 / n²", -2.0))


def _sizes(wrong: Sequence[Trial]) -> Iterator[tuple[str, Array]]:
    """Sizes of the first input that a factor may be; only where they are not the same for every trial."""
    shapes = [trial.case.inputs[0].shape for trial in wrong]
    if len({len(shape) for shape in shapes}) > 1 and all(shapes):
        yield "the size of the last axis", np.array([float(shape[-1]) for shape in shapes])
    elif all(shapes):
        for axis in range(len(shapes[0])):
            yield "the batch size N" if axis == 0 else f"the size of axis {axis}", np.array([s[axis] for s in shapes])
    yield "the number of elements", np.array([np.prod(shape) for shape in shapes])


def _at_one_end(tensor: str, pairs: Sequence[Pair]) -> Diagnosis | None:
    """That only the first, or the last, place along one axis is wrong, where it has several in more than one case."""
    axes = {right.ndim for _, right in pairs}
    if len(axes) != 1 or len(pairs) < 2:
        return None
    for axis in range(axes.pop()):
        for index, end in ((0, "first"), (-1, "last")):
            rests = [np.delete(differs(yours, right), index, axis) for yours, right in pairs]
            if all(not rest.any() for rest in rests) and sum(right.shape[axis] > 2 for _, right in pairs) > 1:
                text = f"Only the {end} index along axis {axis} of {tensor} is wrong; the others are right."
                return Diagnosis("one-end", text)
    return None
