"""What people get wrong in BatchNorm2d: each mistake is the formula with one thing changed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dlf_grader.instruments_old.layer import Array, Case, Misconception

PER_CHANNEL = (0, 2, 3)
Moments = tuple[Array, Array]  # mean and variance, broadcastable to x


def _mistake(name: str, about: str, compute: Callable[[Case], Array | None], text: str) -> Misconception:
    return Misconception(name, text, tuple(about.split()), lambda ask, case, tensor: compute(case))


def _x(case: Case) -> Array:
    return case.inputs[0]


def _upstream(case: Case) -> Array:
    assert case.upstream is not None
    return case.upstream


def _column(case: Case, name: str) -> Array:
    """An attribute, (C,), as (C, 1, 1)."""
    column: Array = case.attributes[name][:, None, None]
    return column


def _eps(case: Case) -> float:
    return float(case.init.get("eps", 1e-5))


def _momentum(case: Case) -> float:
    return float(case.init.get("momentum", 0.1))


def _moments(case: Case, axes: tuple[int, ...] = PER_CHANNEL, ddof: int = 0) -> Moments:
    x = _x(case)
    return x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True, ddof=ddof)


def _running(case: Case) -> Moments:
    return _column(case, "running_mean"), _column(case, "running_var")


def _root(values: Array) -> Array:
    root: Array = np.sqrt(values)
    return root


def _deviation(case: Case, var: Array) -> Array:
    return _root(var + _eps(case))


# -- forward --------------------------------------------------------------------------------------


def _y(case: Case, moments: Moments, deviation: Callable[[Case, Array], Array] = _deviation) -> Array:
    mean, var = moments
    y: Array = _column(case, "gamma") * (_x(case) - mean) / deviation(case, var) + _column(case, "beta")
    return y


def _eps_outside(case: Case, var: Array) -> Array:
    return _root(var) + _eps(case)


def _eps_forgotten(case: Case, var: Array) -> Array:
    return _root(var)


def _no_root(case: Case, var: Array) -> Array:
    return var + _eps(case)


def _without(case: Case, name: str, moments: Moments) -> Array:
    """y without the scale or without the shift."""
    beta = _column(case, "beta")
    without: Array = _y(case, moments) - beta
    return without / _column(case, "gamma") + beta if name == "gamma" else without


# -- running statistics ---------------------------------------------------------------------------


def _updated(case: Case, tensor: str, *, share: float | None = None, ddof: int = 1, root: bool = False) -> Array:
    """A running statistic, with `share` of the newest batch in it."""
    t = _momentum(case) if share is None else share
    old: Array = case.attributes[tensor]
    if tensor == "running_mean":
        return (1 - t) * old + t * _moments(case)[0].ravel()
    m = _x(case).size // len(old)
    var = _moments(case)[1].ravel() * (m / max(m - ddof, 1))
    return (1 - t) * old + t * (_root(var) if root else var)


def _running_after(case: Case) -> Moments:
    mean, var = (_updated(case, name)[:, None, None] for name in ("running_mean", "running_var"))
    return mean, var


# -- backward -------------------------------------------------------------------------------------


def _dx(
    case: Case, moments: Moments, *, count: float | None = None, mean: bool = True, var: bool = True, gamma: bool = True
) -> Array:
    """dL_dx, with or without each of the ways by which x acts on y."""
    g, axes = _upstream(case), PER_CHANNEL
    m = g.size / g.shape[1] if count is None else count
    deviation = _deviation(case, moments[1])
    x_hat = (_x(case) - moments[0]) / deviation
    total = g
    if mean:
        total = total - g.sum(axis=axes, keepdims=True) / m
    if var:
        total = total - x_hat * (g * x_hat).sum(axis=axes, keepdims=True) / m
    dx: Array = total / deviation * (_column(case, "gamma") if gamma else 1.0)
    return dx


def _of_gamma(case: Case, factor: Array) -> Array:
    gradient: Array = (_upstream(case) * factor).sum(axis=PER_CHANNEL)
    return gradient


def _averaged(case: Case, tensor: str, moments: Moments, axes: tuple[int, ...]) -> Array:
    """A parameter's gradient, divided by the size of some axes."""
    x_hat = (_x(case) - moments[0]) / _deviation(case, moments[1])
    count = math.prod(_x(case).shape[axis] for axis in axes)
    gradient: Array = _of_gamma(case, x_hat if tensor == "dL_dgamma" else np.ones_like(x_hat)) / count
    return gradient


RUNNING_IN_TRAINING = (
    "It looks as if training used the running statistics: normalise with the batch's own; only update the running ones."
)
GAMMA_IN_BACKWARD = "It looks as if gamma were left out of dL_dx: on its way to x the gradient is scaled by gamma too."
OF_X = "It looks as if dL_dgamma were summed over dL_dy times x: gamma multiplies the normalised x."


def _in_either_mode(moments: Callable[[Case], Moments]) -> tuple[Misconception, ...]:
    """Mistakes in the formula itself, whichever statistics go into it."""
    return (
        _mistake(
            "eps-outside",
            "y",
            lambda case: _y(case, moments(case), _eps_outside),
            "It looks as if eps stood outside the square root: divide by sqrt(var + eps).",
        ),
        _mistake(
            "eps-forgotten",
            "y",
            lambda case: _y(case, moments(case), _eps_forgotten),
            "It looks as if eps were left out: divide by sqrt(var + eps), which is never zero.",
        ),
        _mistake(
            "variance-for-deviation",
            "y",
            lambda case: _y(case, moments(case), _no_root),
            "It looks as if x were divided by the variance: divide by its square root, sqrt(var + eps).",
        ),
        _mistake(
            "gamma-forgotten",
            "y",
            lambda case: _without(case, "gamma", moments(case)),
            "It looks as if gamma were never applied: y is gamma times the normalised x, plus beta.",
        ),
        _mistake(
            "beta-forgotten",
            "y",
            lambda case: _without(case, "beta", moments(case)),
            "It looks as if beta were never added: y is gamma times the normalised x, plus beta.",
        ),
    )


IN_TRAINING = (
    *_in_either_mode(_moments),
    _mistake(
        "unbiased-in-forward",
        "y",
        lambda case: _y(case, _moments(case, ddof=1)),
        "It looks as if the variance were divided by m - 1: to normalise, divide by m; m - 1 is for running_var.",
    ),
    _mistake(
        "per-sample",
        "y",
        lambda case: _y(case, _moments(case, (2, 3))),
        "It looks as if every image had statistics of its own: take mean and variance over N, H and W together.",
    ),
    _mistake(
        "per-pixel",
        "y",
        lambda case: _y(case, _moments(case, (0,))),
        "It looks as if every pixel had statistics of its own: take mean and variance over N, H and W together.",
    ),
    _mistake(
        "layer-norm",
        "y",
        lambda case: _y(case, _moments(case, (1, 2, 3))),
        "It looks as if all channels of an image shared their statistics, as in layer normalisation: each channel "
        "has its own, taken over N, H and W.",
    ),
    _mistake(
        "channels-together",
        "y",
        lambda case: _y(case, _moments(case, (0, 1, 2, 3))),
        "It looks as if all channels shared one mean and one variance: each channel has its own, over N, H and W.",
    ),
    _mistake("running-in-training", "y", lambda case: _y(case, _running(case)), RUNNING_IN_TRAINING),
    _mistake("updated-running-in-training", "y", lambda case: _y(case, _running_after(case)), RUNNING_IN_TRAINING),
    Misconception(
        "momentum-reversed",
        "It looks as if momentum were the share of the past: here, as in PyTorch, it is the share of the newest batch.",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: _updated(case, tensor, share=1 - _momentum(case)),
    ),
    Misconception(
        "biased-running-var",
        "It looks as if running_var took the variance divided by m: it stands for all images, so divide by m - 1.",
        ("running_var",),
        lambda ask, case, tensor: _updated(case, tensor, ddof=0),
    ),
    Misconception(
        "running-not-updated",
        "The running statistics are as they were before: in training, forward moves them towards the batch's.",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: case.attributes[tensor],
    ),
    Misconception(
        "running-replaced",
        "It looks as if only the newest batch counted: keep a share of 1 - momentum of what was there.",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: _updated(case, tensor, share=1.0),
    ),
    Misconception(
        "deviation-kept",
        "It looks as if running_var were moved towards the standard deviation: it holds variances.",
        ("running_var",),
        lambda ask, case, tensor: _updated(case, tensor, root=True),
    ),
    _mistake(
        "statistics-constant",
        "dL_dx",
        lambda case: _dx(case, _moments(case), mean=False, var=False),
        "It looks as if mean and variance were constants: in training x acts on y through them too, so two more terms "
        "are subtracted.",
    ),
    _mistake(
        "through-mean-forgotten",
        "dL_dx",
        lambda case: _dx(case, _moments(case), mean=False),
        "It looks as if the way through the mean were left out: subtract the mean of dL_dy over N, H and W.",
    ),
    _mistake(
        "through-variance-forgotten",
        "dL_dx",
        lambda case: _dx(case, _moments(case), var=False),
        "It looks as if the way through the variance were left out: subtract the normalised x times the mean of "
        "dL_dy times the normalised x.",
    ),
    _mistake(
        "divided-by-batch",
        "dL_dx",
        lambda case: _dx(case, _moments(case), count=len(_x(case))),
        "It looks as if the means in dL_dx were divided by N: a channel has N · H · W numbers.",
    ),
    _mistake("gamma-not-in-backward", "dL_dx", lambda case: _dx(case, _moments(case), gamma=False), GAMMA_IN_BACKWARD),
    _mistake("gamma-gradient-of-x", "dL_dgamma", lambda case: _of_gamma(case, _x(case)), OF_X),
    Misconception(
        "averaged",
        "It looks as if the gradient were averaged over the channel's numbers: sum it over N, H and W.",
        ("dL_dgamma", "dL_dbeta"),
        lambda ask, case, tensor: _averaged(case, tensor, _moments(case), PER_CHANNEL),
    ),
    Misconception(
        "averaged-over-batch",
        "It looks as if the gradient were averaged over the batch: sum it over N, H and W.",
        ("dL_dgamma", "dL_dbeta"),
        lambda ask, case, tensor: _averaged(case, tensor, _moments(case), (0,)),
    ),
)

IN_EVALUATION = (
    _mistake(
        "batch-statistics-in-evaluation",
        "y",
        lambda case: _y(case, _moments(case)),
        "It looks as if the batch's own statistics were used: with training = False, normalise with running_mean and "
        "running_var.",
    ),
    *_in_either_mode(_running),
    Misconception(
        "updated-in-evaluation",
        "The running statistics moved in evaluation: with training = False, forward leaves them alone.",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: _updated(case, tensor),
    ),
    _mistake(
        "training-formula-in-evaluation",
        "dL_dx",
        lambda case: _dx(case, _running(case)),
        "It looks as if backward used the training formula: in evaluation the statistics are constants, and x acts on "
        "y in one way only.",
    ),
    _mistake(
        "batch-statistics-in-backward",
        "dL_dx",
        lambda case: _dx(case, _moments(case)),
        "It looks as if backward used the batch's statistics, as in training: in evaluation the running ones are "
        "constants, and x acts on y in one way only.",
    ),
    _mistake(
        "batch-deviation-in-backward",
        "dL_dx",
        lambda case: _dx(case, _moments(case), mean=False, var=False),
        "It looks as if backward divided by the batch's deviation: forward divided by sqrt(running_var + eps).",
    ),
    _mistake(
        "gamma-not-in-backward",
        "dL_dx",
        lambda case: _dx(case, _running(case), mean=False, var=False, gamma=False),
        GAMMA_IN_BACKWARD,
    ),
    _mistake("gamma-gradient-of-x", "dL_dgamma", lambda case: _of_gamma(case, _x(case)), OF_X),
    Misconception(
        "batch-statistics-in-gamma",
        "It looks as if dL_dgamma used x normalised with the batch's statistics: in evaluation use the running ones.",
        ("dL_dgamma",),
        lambda ask, case, tensor: _averaged(case, tensor, _moments(case), ()),
    ),
)
