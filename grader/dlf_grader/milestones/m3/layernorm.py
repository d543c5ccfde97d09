"""LayerNorm: cases, checks, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments_old.behaviour import manners
from dlf_grader.instruments_old.gradient import gradient
from dlf_grader.instruments_old.layer import Array, Case, Layer, RngFor
from dlf_grader.instruments_old.parity import parity
from dlf_grader.instruments_old.refusal import refuses
from dlf_grader.milestones.m3.formulas import mistake

# shape, eps (None: left out)
SIZES: tuple[tuple[tuple[int, ...], float | None], ...] = (
    ((1, 1, 2), 3.0),  # values m - 1 and m + 1 have variance 1; with eps = 3 the deviation is 2
    ((1, 2, 2), 3.0),
    ((2, 1, 4), 4.0),  # m - 3 to m + 3: variance 5, deviation 3
    ((2, 3, 4), 4.0),
    ((1, 1, 1), 4.0),
    ((3, 5), 0.1),
    ((2, 3, 6), None),
    ((4, 2, 5), 1e-2),
    ((2, 2, 3, 4), 1e-2),
)
SPREAD = {1: [0.0], 2: [-1.0, 1.0], 4: [-3.0, -1.0, 1.0, 3.0]}
WHOLE_NUMBERS = 5


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One token of two features, then tokens, samples, features, the default eps."""
    for number, (shape, eps) in enumerate(SIZES, start=1):
        rng, small, e = rng_for(number), number <= WHOLE_NUMBERS, shape[-1]
        if small:
            rows = [rng.permutation(SPREAD[e]) + rng.choice([-2, 2, 3]) for _ in range(int(np.prod(shape[:-1])))]
            x = np.stack(rows).reshape(shape)
        else:
            x = rng.standard_normal(shape) * 2 + rng.standard_normal((*shape[:-1], 1))
        named = {
            "more than one token": len(shape) > 2 and shape[1] > 1,
            "more than one sample": shape[0] > 1,
            "a single feature": e == 1,
            "no time axis": len(shape) == 2,
            "four axes": len(shape) == 4,
            "the default eps": eps is None,
        }
        yield Case(
            label=f"x of shape {shape}" + ("" if eps is None else f", eps {eps:g}"),
            inputs=(x,),
            init={"d_model": e} | ({} if eps is None else {"eps": eps}),
            attributes={
                "gamma": rng.choice([-2.0, 2.0, 3.0], e) if small else rng.standard_normal(e),
                "beta": rng.choice([-1.0, 1.0, 2.0], e) if small else rng.standard_normal(e),
            },
            upstream=rng.permutation(np.arange(1.0, x.size + 1)).reshape(shape)
            if small
            else rng.standard_normal(shape),
            traits=frozenset(name for name, holds in named.items() if holds),
        )


def _eps(case: Case) -> float:
    return float(case.init.get("eps", 1e-5))


def _moments(case: Case, axes: int | tuple[int, ...] = -1) -> tuple[Array, Array]:
    x = case.inputs[0]
    return x - x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)


def _affine(case: Case, x_hat: Array) -> Array:
    y: Array = case.attributes["gamma"] * x_hat + case.attributes["beta"]
    return y


def _normal(case: Case, axes: int | tuple[int, ...] = -1) -> Array:
    centred, var = _moments(case, axes)
    x_hat: Array = centred / np.sqrt(var + _eps(case))
    return x_hat


def _over_all_but_batch(case: Case, tensor: str) -> Array:
    return _affine(case, _normal(case, tuple(range(1, case.inputs[0].ndim))))


def _unbiased(case: Case, tensor: str) -> Array:
    centred, var = _moments(case)
    count = np.float64(centred.shape[-1])
    return _affine(case, centred / np.sqrt(var * count / (count - 1) + _eps(case)))


def _eps_outside(case: Case, tensor: str) -> Array:
    centred, var = _moments(case)
    return _affine(case, centred / (np.sqrt(var) + _eps(case)))


def _root_forgotten(case: Case, tensor: str) -> Array:
    centred, var = _moments(case)
    return _affine(case, centred / (var + _eps(case)))


def _dx(case: Case, *, mean: bool = True, deviation: bool = True, gamma: bool = True) -> Array:
    """dL_dx with one of its parts left out."""
    assert case.upstream is not None
    x_hat = _normal(case)
    g = case.upstream * (case.attributes["gamma"] if gamma else 1)
    dx = g - (g.mean(axis=-1, keepdims=True) if mean else 0)
    dx = dx - (x_hat * (g * x_hat).mean(axis=-1, keepdims=True) if deviation else 0)
    answer: Array = dx / np.sqrt(_moments(case)[1] + _eps(case))
    return answer


MISTAKES = (
    mistake(
        "whole-sample-normalised",
        "y",
        _over_all_but_batch,
        "all tokens of a sample were normalised together: each token asks its own features only, the last axis.",
    ),
    mistake(
        "batch-normalised",
        "y",
        lambda case, tensor: _affine(case, _normal(case, tuple(range(case.inputs[0].ndim - 1)))),
        "each feature were normalised over the tokens, as in batch normalisation: normalise over the last axis.",
    ),
    mistake(
        "unbiased-variance",
        "y",
        _unbiased,
        "the variance were divided by E − 1: layer normalisation divides by E.",
    ),
    mistake(
        "eps-outside-root",
        "y",
        _eps_outside,
        "eps were added to the deviation: add it to the variance, under the root.",
    ),
    mistake(
        "root-forgotten",
        "y",
        _root_forgotten,
        "x were divided by the variance: divide by its root.",
    ),
    mistake(
        "affine-forgotten",
        "y",
        lambda case, tensor: _normal(case),
        "gamma and beta were left out: the normalised x is scaled by gamma, then shifted by beta.",
    ),
    mistake(
        "deviation-constant",
        "dL_dx",
        lambda case, tensor: _dx(case, deviation=False),
        "the deviation were a constant: it depends on x, so a third of the gradient goes through it.",
    ),
    mistake(
        "mean-constant",
        "dL_dx",
        lambda case, tensor: _dx(case, mean=False),
        "the mean were a constant: it depends on x, so the gradient's mean is taken off.",
    ),
    mistake(
        "statistics-constant",
        "dL_dx",
        lambda case, tensor: _dx(case, mean=False, deviation=False),
        "mean and deviation were constants: both depend on x, and each adds a path for the gradient.",
    ),
    mistake(
        "gamma-forgotten-in-backward",
        "dL_dx",
        lambda case, tensor: _dx(case, gamma=False),
        "gamma were left out on the way back: y is gamma times the normalised x.",
    ),
)

LAYERNORM = Layer("LayerNorm", "dlf_reference.oracles.m3:layer_norm", cases, ("gamma", "beta"), misconceptions=MISTAKES)

forward = parity(LAYERNORM, "y")
backward = parity(LAYERNORM, "dL_dx", "dL_dgamma", "dL_dbeta")
slope = gradient(LAYERNORM)
behaviour = manners(LAYERNORM)
errors = refuses("LayerNorm", [("features of another number", {"d_model": 3}, np.zeros((1, 2, 4)))])
