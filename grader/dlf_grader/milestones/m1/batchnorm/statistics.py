"""BatchNorm2d's statistics, of which its mistakes are made."""

from __future__ import annotations

import numpy as np

from dlf_grader.instruments.case import Array, Case

PER_CHANNEL = (0, 2, 3)
Moments = tuple[Array, Array]  # mean and variance, broadcastable to x


def x_of(case: Case) -> Array:
    """x, (N, C, H, W)."""
    return case.inputs[0]


def upstream_of(case: Case) -> Array:
    """dL_dy."""
    assert case.upstream is not None
    return case.upstream


def column(case: Case, name: str) -> Array:
    """An attribute, (C,), as (C, 1, 1)."""
    column: Array = case.attributes[name][:, None, None]
    return column


def eps_of(case: Case) -> float:
    """eps, the default where it is left out."""
    return float(case.init.get("eps", 1e-5))


def momentum_of(case: Case) -> float:
    """momentum, the default where it is left out."""
    return float(case.init.get("momentum", 0.1))


def moments(case: Case, axes: tuple[int, ...] = PER_CHANNEL, ddof: int = 0) -> Moments:
    """The batch's mean and variance."""
    x = x_of(case)
    return x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True, ddof=ddof)


def running(case: Case) -> Moments:
    """The running ones, as they were before the call."""
    return column(case, "running_mean"), column(case, "running_var")


def root(values: Array) -> Array:
    """Square roots."""
    found: Array = np.sqrt(values)
    return found


def standard_deviation(case: Case, var: Array) -> Array:
    """The right denominator."""
    return root(var + eps_of(case))


def updated(
    case: Case, tensor: str, *, share: float | None = None, ddof: int = 1, deviation: bool = False, eps: bool = False
) -> Array:
    """A running statistic, with `share` of the newest batch in it; of its standard deviation, with eps or without."""
    t = momentum_of(case) if share is None else share
    old: Array = case.attributes[tensor]
    if tensor == "running_mean":
        return (1 - t) * old + t * moments(case)[0].ravel()
    m = x_of(case).size // len(old)
    var = moments(case)[1].ravel() * (m / max(m - ddof, 1))
    return (1 - t) * old + t * (root(var + eps * eps_of(case)) if deviation else var)


def running_after(case: Case) -> Moments:
    """The running ones, as the call leaves them."""
    mean, var = (updated(case, name)[:, None, None] for name in ("running_mean", "running_var"))
    return mean, var
