"""RMSNorm as a subject: its cases, smallest first, PyTorch as its oracle, and what people get wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, label, small_whole, traits
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case
from dlf_grader.instruments.mistakes.normalised import (
    WITHOUT_GAMMA,
    Normalised,
    gradient_formula,
    left_out,
    mean_over,
    mistaken_gradient,
    without_keepdims,
)
from dlf_grader.instruments.subjects.layer import Layer

# shape, eps (None: left out)
SIZES: tuple[tuple[tuple[int, ...], float | None], ...] = (
    ((1, 1, 2), 0.0),  # (1, 7), (−7, 1), (5, 5): the mean square is 25
    ((1, 2, 2), 0.0),
    ((2, 2, 2), 11.0),  # 25 + 11 = 36
    ((1, 1, 1), 3.0),
    ((2, 3, 4), 0.5),
    ((3, 5), 0.1),
    ((2, 3, 6), None),
    ((2, 2, 3, 4), 1e-2),
)
ROOT_5 = ((1.0, 7.0), (7.0, -1.0), (5.0, 5.0), (-1.0, -7.0), (-5.0, 5.0))
WHOLE_NUMBERS, TINY = 3, 1e-3  # at a mean square near 1e-6, the default eps shows


def _shapes(rng_for: RngFor) -> Iterator[tuple[tuple[int, ...], float | None, float]]:
    for shape, eps in SIZES:
        yield shape, eps, 1.0
    yield (2, 3, 5), None, TINY
    yield (2, 3, 5), None, 1e4
    n, t, e = (int(size) for size in rng_for(99).integers((2, 20, 60), (5, 80, 200)))
    yield (n, t, e), None, 1.0


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One token of two features, then tokens, samples, features, the default eps, sizes as in use."""
    for number, (shape, eps, size) in enumerate(_shapes(rng_for), start=1):
        rng, by_hand, e = rng_for(number), number <= WHOLE_NUMBERS, shape[-1]
        if by_hand:
            x = np.array([ROOT_5[at] for at in rng.integers(0, len(ROOT_5), int(np.prod(shape[:-1])))]).reshape(shape)
        else:
            x = size * (rng.standard_normal(shape) + rng.standard_normal((*shape[:-1], 1)))
        holds = {
            "more than one token": len(shape) > 2 and shape[1] > 1,
            "a single feature": e == 1,
            "no time axis": len(shape) == 2,
            "the default eps": eps is None,
            "small numbers": size < 1,
        }
        yield Case(
            label=label(
                f"x of shape {shape}", "" if eps is None else f"eps {eps:g}", "" if size == 1 else f"times {size:g}"
            ),
            inputs=(x,),
            init={"d_model": e} | ({} if eps is None else {"eps": eps}),
            attributes={"gamma": rng.choice([-2.0, 2.0, 3.0], e) if by_hand else rng.standard_normal(e)},
            upstream=small_whole(rng, *shape) if by_hand else rng.standard_normal(shape),
            traits=traits(holds),
        )


# -- what people get wrong ------------------------------------------------------------------------


def _eps(case: Case) -> float:
    return float(case.init.get("eps", 1e-6))


def _mean_square(case: Case) -> Array:
    square: Array = (case.inputs[0] ** 2).mean(axis=-1, keepdims=True)
    return square


def _divided_by(divisor: Callable[[Case], Array]) -> Mistaken:
    def y(case: Case) -> Array:
        found: Array = case.attributes["gamma"] * case.inputs[0] / divisor(case)
        return found

    return of_case(y)


def _layer_norm(case: Case) -> Array:
    x = case.inputs[0]
    x_hat = (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + _eps(case))
    y: Array = case.attributes["gamma"] * x_hat
    return y


def _centred(case: Case) -> Array:
    """The mean is subtracted from what is divided, and not from what it is divided by."""
    centred = case.inputs[0] - case.inputs[0].mean(axis=-1, keepdims=True)
    y: Array = case.attributes["gamma"] * centred / np.sqrt(_mean_square(case) + _eps(case))
    return y


def _parts(case: Case) -> Normalised:
    rms = np.sqrt(_mean_square(case) + _eps(case))
    x_hat, last = case.inputs[0] / rms, (case.inputs[0].ndim - 1,)
    return Normalised(case.upstreams[0], case.attributes["gamma"], x_hat, rms, last)


def _last_sample(case: Case) -> Array:
    assert case.upstream is not None
    product = case.upstream * case.inputs[0] / np.sqrt(_mean_square(case) + _eps(case))
    found: Array = product.mean(axis=tuple(range(product.ndim - 1)))
    return found


def _of_raw_x(case: Case) -> Array:
    product = case.upstreams[0] * case.inputs[0]
    found: Array = product.sum(axis=tuple(range(product.ndim - 1)))
    return found


GRADIENT = gradient_formula(_parts, centred=False)

MISTAKES = (
    mistake(
        "mean-subtracted",
        "y",
        (of_case(_layer_norm), of_case(_centred)),
        "The mean is subtracted, as in LayerNorm: divide x as it is.",
    ),
    mistake(
        "variance-for-mean-square",
        "y",
        _divided_by(lambda case: np.sqrt(case.inputs[0].var(axis=-1, keepdims=True) + _eps(case))),
        "x is divided by the standard deviation: take the mean of x², and subtract no mean before.",
    ),
    mistake(
        "root-forgotten",
        "y",
        _divided_by(lambda case: _mean_square(case) + _eps(case)),
        "x is divided by the mean square: divide by its root.",
    ),
    mistake(
        "sum-for-mean",
        "y",
        _divided_by(lambda case: np.sqrt((case.inputs[0] ** 2).sum(axis=-1, keepdims=True) + _eps(case))),
        "x is divided by its length, the root of the sum of squares: take the mean of the squares.",
    ),
    mistake(
        "eps-outside-root",
        "y",
        _divided_by(lambda case: np.sqrt(_mean_square(case)) + _eps(case)),
        "eps is added to the root: add it to the mean square, under the root.",
    ),
    mistake(
        "eps-of-layernorm",
        "y",
        _divided_by(lambda case: np.sqrt(_mean_square(case) + float(case.init.get("eps", 1e-5)))),
        "The default eps is another one: it is 1e-6.",
    ),
    mistake(
        "gamma-forgotten",
        "y",
        of_case(lambda case: case.inputs[0] / np.sqrt(_mean_square(case) + _eps(case))),
        "gamma is missing: scale the normalised x by it.",
    ),
    mistake(
        "gamma-from-one",
        "y",
        of_case(
            lambda case: (1 + case.attributes["gamma"]) * case.inputs[0] / np.sqrt(_mean_square(case) + _eps(case))
        ),
        "The normalised x is scaled by 1 + gamma: scale it by gamma, which starts at ones.",
    ),
    GRADIENT.slip(
        "rms-constant",
        "The root mean square is treated as a constant: it depends on x, so a part of the gradient goes through it.",
        {"second mean": left_out},
    ),
    GRADIENT.slip(
        "gamma-forgotten-in-backward",
        "gamma is missing in backward: y is gamma times the normalised x, so multiply dL_dy by gamma.",
        WITHOUT_GAMMA,
    ),
    GRADIENT.slip(
        "mean-subtracted-in-backward",
        "The gradient's mean is subtracted, as in LayerNorm: here no mean is taken of x, so nothing goes through one.",
        {"mean": mean_over},
    ),
    *mistaken_gradient(GRADIENT, "the features (the last axis)", "E", "root mean square"),
    GRADIENT.slip(
        "keepdims-forgotten-in-backward",
        "keepdims is missing in backward: without it each token's mean meets a feature. Pass keepdims=True.",
        {"second mean": without_keepdims},
    ),
    mistake(
        "raw-x-in-gamma",
        "dL_dgamma",
        of_case(_of_raw_x),
        "dL_dgamma is made of x: gamma multiplies the normalised x, so sum dL_dy times that.",
    ),
    mistake(
        "mean-for-gamma",
        "dL_dgamma",
        of_case(_last_sample),
        "dL_dgamma is a mean over tokens: gamma is used once for each token, so sum.",
    ),
)

RMS_NORM = Layer(
    name="RMSNorm",
    oracle="dlf_reference.oracles.m6:rms_norm",
    cases=cases,
    parameters=("gamma",),
    mistakes=MISTAKES,
)
