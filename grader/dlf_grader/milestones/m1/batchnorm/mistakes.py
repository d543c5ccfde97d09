"""What people get wrong in BatchNorm2d: each mistake is the formula with one thing changed."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistake import Mistake, mistake, of_case

PER_CHANNEL = (0, 2, 3)
Moments = tuple[Array, Array]  # mean and variance, broadcastable to x


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


def _standard_deviation(case: Case, var: Array) -> Array:
    return _root(var + _eps(case))


# -- forward --------------------------------------------------------------------------------------


def _y(case: Case, moments: Moments, divisor: Callable[[Case, Array], Array] = _standard_deviation) -> Array:
    mean, var = moments
    y: Array = _column(case, "gamma") * (_x(case) - mean) / divisor(case, var) + _column(case, "beta")
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
    std = _standard_deviation(case, moments[1])
    x_hat = (_x(case) - moments[0]) / std
    total = g
    if mean:
        total = total - g.sum(axis=axes, keepdims=True) / m
    if var:
        total = total - x_hat * (g * x_hat).sum(axis=axes, keepdims=True) / m
    dx: Array = total / std * (_column(case, "gamma") if gamma else 1.0)
    return dx


def _of_gamma(case: Case, factor: Array) -> Array:
    gradient: Array = (_upstream(case) * factor).sum(axis=PER_CHANNEL)
    return gradient


def _averaged(case: Case, tensor: str, moments: Moments, axes: tuple[int, ...]) -> Array:
    """A parameter's gradient, divided by the size of some axes."""
    x_hat = (_x(case) - moments[0]) / _standard_deviation(case, moments[1])
    count = math.prod(_x(case).shape[axis] for axis in axes)
    gradient: Array = _of_gamma(case, x_hat if tensor == "dL_dgamma" else np.ones_like(x_hat)) / count
    return gradient


RUNNING_IN_TRAINING = (
    "Training normalises with the running statistics: use the batch's own, and only update the running statistics."
)
GAMMA_IN_BACKWARD = "gamma is missing in dL_dx: forward multiplies by gamma, so the gradient is multiplied by it too."
OF_X = "dL_dgamma is the sum of dL_dy · x: gamma multiplies the normalised x, so sum dL_dy · x̂."


def _in_either_mode(moments: Callable[[Case], Moments]) -> tuple[Mistake, ...]:
    """Mistakes in the formula itself, whichever statistics go into it."""
    return (
        mistake(
            "eps-outside",
            "y",
            of_case(lambda case: _y(case, moments(case), _eps_outside)),
            "eps is added outside the square root: divide by sqrt(var + eps).",
        ),
        mistake(
            "eps-forgotten",
            "y",
            of_case(lambda case: _y(case, moments(case), _eps_forgotten)),
            "eps is missing: divide by sqrt(var + eps), which is never zero.",
        ),
        mistake(
            "variance-for-deviation",
            "y",
            of_case(lambda case: _y(case, moments(case), _no_root)),
            "x is divided by the variance: divide by the standard deviation, sqrt(var + eps).",
        ),
        mistake(
            "gamma-forgotten",
            "y",
            of_case(lambda case: _without(case, "gamma", moments(case))),
            "gamma is missing: y is gamma times the normalised x, plus beta.",
        ),
        mistake(
            "beta-forgotten",
            "y",
            of_case(lambda case: _without(case, "beta", moments(case))),
            "beta is missing: y is gamma times the normalised x, plus beta.",
        ),
    )


IN_TRAINING = (
    *_in_either_mode(_moments),
    mistake(
        "unbiased-in-forward",
        "y",
        of_case(lambda case: _y(case, _moments(case, ddof=1))),
        "The variance is divided by m - 1: to normalise, divide by m. Only running_var uses m - 1.",
    ),
    mistake(
        "per-sample",
        "y",
        of_case(lambda case: _y(case, _moments(case, (2, 3)))),
        "Every image has its own statistics: take the mean and the variance over N, H and W together.",
    ),
    mistake(
        "per-pixel",
        "y",
        of_case(lambda case: _y(case, _moments(case, (0,)))),
        "Every pixel has its own statistics: take the mean and the variance over N, H and W together.",
    ),
    mistake(
        "layer-norm",
        "y",
        of_case(lambda case: _y(case, _moments(case, (1, 2, 3)))),
        "All channels of an image share their statistics, as in layer normalisation: each channel has its own, over N, "
        "H and W.",
    ),
    mistake(
        "channels-together",
        "y",
        of_case(lambda case: _y(case, _moments(case, (0, 1, 2, 3)))),
        "All channels share one mean and one variance: each channel has its own, over N, H and W.",
    ),
    mistake("running-in-training", "y", of_case(lambda case: _y(case, _running(case))), RUNNING_IN_TRAINING),
    mistake(
        "updated-running-in-training", "y", of_case(lambda case: _y(case, _running_after(case))), RUNNING_IN_TRAINING
    ),
    mistake(
        "momentum-reversed",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: _updated(case, tensor, share=1 - _momentum(case)),
        "momentum weights the old value here. As in PyTorch, it is the weight of the newest batch.",
    ),
    mistake(
        "biased-running-var",
        ("running_var",),
        lambda ask, case, tensor: _updated(case, tensor, ddof=0),
        "running_var uses the variance divided by m: it estimates the variance of all images, so divide by m - 1.",
    ),
    mistake(
        "running-not-updated",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: case.attributes[tensor],
        "The running statistics did not change: in training, forward moves them towards the batch's.",
    ),
    mistake(
        "running-replaced",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: _updated(case, tensor, share=1.0),
        "The running statistics are replaced by the newest batch's: keep 1 - momentum of the old value.",
    ),
    mistake(
        "deviation-kept",
        ("running_var",),
        lambda ask, case, tensor: _updated(case, tensor, root=True),
        "running_var moves towards the standard deviation: it holds variances.",
    ),
    mistake(
        "statistics-constant",
        "dL_dx",
        of_case(lambda case: _dx(case, _moments(case), mean=False, var=False)),
        "backward treats mean and variance as constants: in training they depend on x too, so subtract two more terms.",
    ),
    mistake(
        "through-mean-forgotten",
        "dL_dx",
        of_case(lambda case: _dx(case, _moments(case), mean=False)),
        "The gradient through the mean is missing: subtract the mean of dL_dy over N, H and W.",
    ),
    mistake(
        "through-variance-forgotten",
        "dL_dx",
        of_case(lambda case: _dx(case, _moments(case), var=False)),
        "The gradient through the variance is missing: subtract the mean of dL_dy · x̂, times x̂ (the normalised x).",
    ),
    mistake(
        "divided-by-batch",
        "dL_dx",
        of_case(lambda case: _dx(case, _moments(case), count=len(_x(case)))),
        "The means in dL_dx are divided by N: a channel has N · H · W elements.",
    ),
    mistake(
        "gamma-not-in-backward",
        "dL_dx",
        of_case(lambda case: _dx(case, _moments(case), gamma=False)),
        GAMMA_IN_BACKWARD,
    ),
    mistake("gamma-gradient-of-x", "dL_dgamma", of_case(lambda case: _of_gamma(case, _x(case))), OF_X),
    mistake(
        "averaged",
        ("dL_dgamma", "dL_dbeta"),
        lambda ask, case, tensor: _averaged(case, tensor, _moments(case), PER_CHANNEL),
        "The gradient is averaged over the channel: sum it over N, H and W.",
    ),
    mistake(
        "averaged-over-batch",
        ("dL_dgamma", "dL_dbeta"),
        lambda ask, case, tensor: _averaged(case, tensor, _moments(case), (0,)),
        "The gradient is averaged over the batch: sum it over N, H and W.",
    ),
)

IN_EVALUATION = (
    mistake(
        "batch-statistics-in-evaluation",
        "y",
        of_case(lambda case: _y(case, _moments(case))),
        "Evaluation normalises with the batch's statistics: with training = False, use running_mean and running_var.",
    ),
    *_in_either_mode(_running),
    mistake(
        "updated-in-evaluation",
        ("running_mean", "running_var"),
        lambda ask, case, tensor: _updated(case, tensor),
        "The running statistics changed in evaluation: with training = False, forward does not update them.",
    ),
    mistake(
        "training-formula-in-evaluation",
        "dL_dx",
        of_case(lambda case: _dx(case, _running(case))),
        "backward uses the formula for training: in evaluation the statistics are constants, so only one term is left.",
    ),
    mistake(
        "batch-statistics-in-backward",
        "dL_dx",
        of_case(lambda case: _dx(case, _moments(case))),
        "backward uses the batch's statistics, as in training: in evaluation the running statistics are constants.",
    ),
    mistake(
        "batch-deviation-in-backward",
        "dL_dx",
        of_case(lambda case: _dx(case, _moments(case), mean=False, var=False)),
        "backward divides by the batch's standard deviation: divide by sqrt(running_var + eps), as forward does.",
    ),
    mistake(
        "gamma-not-in-backward",
        "dL_dx",
        of_case(lambda case: _dx(case, _running(case), mean=False, var=False, gamma=False)),
        GAMMA_IN_BACKWARD,
    ),
    mistake("gamma-gradient-of-x", "dL_dgamma", of_case(lambda case: _of_gamma(case, _x(case))), OF_X),
    mistake(
        "batch-statistics-in-gamma",
        ("dL_dgamma",),
        lambda ask, case, tensor: _averaged(case, tensor, _moments(case), ()),
        "dL_dgamma uses x normalised with the batch's statistics: in evaluation use the running statistics.",
    ),
)
