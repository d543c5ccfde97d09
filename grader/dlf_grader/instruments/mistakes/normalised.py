"""The gradient of a normalisation: the formula that batch, layer and RMS normalisation share, with one part replaced.

With g = dL_dy · gamma it is (g − mean of g − x̂ · mean of g · x̂) / deviation; RMS normalisation lacks the first mean.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistake
from dlf_grader.instruments.mistakes.parts import Formula, Parts


@dataclass(frozen=True)
class Normalised:
    """What dL_dx is made of, in one case.

    Attributes:
        upstream: dL_dy.
        gamma, deviation: broadcastable to it.
        x_hat: the normalised x.
        axes: over which the statistics are taken.
    """

    upstream: Array
    gamma: Array
    x_hat: Array
    deviation: Array
    axes: tuple[int, ...]


def gradient_formula(of: Callable[[Case], Normalised], *, centred: bool = True) -> Formula:
    """How dL_dx follows from its parts.

    Args:
        centred: whether a mean is subtracted first.
    """

    def value(case: Case, parts: Parts) -> Array:
        known = of(case)
        g, axes = known.upstream * known.gamma, known.axes
        mean = parts["mean"](parts["of mean"](g, known), axes)
        through = parts["x_hat"](known) * parts["second mean"](parts["of second"](g, known) * known.x_hat, axes)
        size = np.prod([g.shape[axis] for axis in axes])
        total = parts["direct"](g, known, size) - parts["signs"][0] * mean - parts["signs"][1] * through
        found: Array = parts["divided"](total, known)
        return found

    right: Parts = {
        "direct": lambda g, known, size: g,
        "mean": mean_over if centred else left_out,
        "second mean": mean_over,
        "of mean": lambda g, known: g,
        "of second": lambda g, known: g,
        "x_hat": lambda known: known.x_hat,
        "signs": (1, 1),
        "divided": lambda total, known: total / known.deviation,
    }
    return Formula("dL_dx", value, right)


def mistaken_gradient(
    formula: Formula, over: str, count: str, divisor: str = "standard deviation"
) -> tuple[Mistake, ...]:
    """What people get wrong in dL_dx whatever is normalised, beside what is said of each normalisation alone.

    Args:
        over: what the statistics are taken over, in words: "N, H and W".
        count: how many numbers that is: "N · H · W".
        divisor: what x is divided by.
    """
    centred = formula.right["mean"] is not left_out
    through_mean = formula.slip(
        "through-mean-added", "The gradient through the mean is added: subtract it.", {"signs": (-1, 1)}
    )
    return (
        *((through_mean,) if centred else ()),
        formula.slip(
            "through-deviation-added",
            f"The gradient through the {divisor} is added: subtract it.",
            {"signs": (1, -1)},
        ),
        formula.slip(
            "means-over-other-axes",
            f"A mean in dL_dx is taken over other axes than the statistics: take it over {over}.",
            *_in_a_mean(_over_others, fewest=1, most=4, centred=centred),
        ),
        formula.slip(
            "means-of-another-count",
            f"A mean in dL_dx has another divisor, or none: a mean over {over} is the sum divided by {count}.",
            *_in_a_mean(_counted_over, fewest=0, most=3, centred=centred),
        ),
        formula.slip(
            "divided-twice",
            f"dL_dx is divided by the {divisor} twice: forward divides by it once, and so does backward.",
            {"divided": lambda total, known: total / known.deviation**2},
        ),
        formula.slip(
            "not-divided",
            f"The {divisor} is missing in dL_dx: forward divides by it, so divide the gradient too.",
            {"divided": lambda total, known: total},
        ),
        formula.slip(
            "gamma-in-one-path",
            "gamma is missing in a part of dL_dx: multiply dL_dy by gamma first, and use the product everywhere.",
            *({name: WITHOUT_GAMMA[name]} for name in ("of mean", "of second", "direct")),
        ),
        formula.slip(
            "direct-path-scaled",
            f"dL_dy itself has another factor than the means: means divide by {count}, and dL_dy is not divided.",
            {"direct": lambda g, known, size: g / size},
            {"direct": lambda g, known, size: g * size},
        ),
    )


def mean_over(terms: Array, axes: tuple[int, ...]) -> Array:
    """The mean, which keeps its axes."""
    found: Array = terms.mean(axis=axes, keepdims=True)
    return found


def without_keepdims(terms: Array, axes: tuple[int, ...]) -> Array:
    """The mean, which loses its axes."""
    found: Array = terms.mean(axis=axes)
    return found


def left_out(terms: Array, axes: tuple[int, ...]) -> Array:
    """Nothing in place of a mean."""
    return np.zeros_like(terms)


def _over_others(chosen: tuple[int, ...], terms: Array, axes: tuple[int, ...]) -> Array:
    """The mean over other axes."""
    if chosen == axes or max(chosen) >= terms.ndim:
        raise ValueError("these are the right axes, or none")
    return mean_over(terms, chosen)


def _counted_over(chosen: tuple[int, ...], terms: Array, axes: tuple[int, ...]) -> Array:
    """The sum over the right axes, divided by the sizes of other axes."""
    if chosen == axes or max(chosen, default=0) >= terms.ndim:
        raise ValueError("this is the right count, or there is no such axis")
    total: Array = terms.sum(axis=axes, keepdims=True) / np.prod([terms.shape[axis] for axis in chosen])
    return total


def _in_a_mean(mistaken: Callable[..., Array], *, fewest: int, most: int, centred: bool) -> Iterator[Parts]:
    """One of the means, or both, with any choice of so many axes."""
    for chosen in (axes for count in range(fewest, most + 1) for axes in combinations(range(4), count)):
        other = partial(mistaken, chosen)
        yield {"second mean": other}
        if centred:
            yield from ({"mean": other}, {"mean": other, "second mean": other})


STATISTICS_CONSTANT: Parts = {"mean": left_out, "second mean": left_out}
WITHOUT_GAMMA: Parts = {
    "direct": lambda g, known, size: known.upstream,
    "of mean": lambda g, known: known.upstream,
    "of second": lambda g, known: known.upstream,
}
