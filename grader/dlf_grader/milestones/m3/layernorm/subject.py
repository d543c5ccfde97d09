"""LayerNorm as a subject: its cases, smallest first, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Case, RngFor, drawn_size, label, traits
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m3.layernorm.mistakes import MISTAKES
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission

# shape, eps (None: left out)
SIZES: tuple[tuple[tuple[int, ...], float | None], ...] = (
    ((1, 1, 2), 3.0),  # values m - 1 and m + 1 have variance 1; with eps = 3 the root is 2
    ((1, 2, 2), 3.0),
    ((2, 1, 4), 4.0),  # m - 3 to m + 3: variance 5, root 3
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
    drawn = rng_for(0)
    large = tuple(drawn_size(drawn, *bounds) for bounds in ((4, 32), (10, 60), (8, 64)))
    for number, (shape, eps) in enumerate((*SIZES, (large, None)), start=1):
        rng, by_hand, e = rng_for(number), number <= WHOLE_NUMBERS, shape[-1]
        if by_hand:
            rows = [rng.permutation(SPREAD[e]) + rng.choice([-2, 2, 3]) for _ in range(int(np.prod(shape[:-1])))]
            x = np.stack(rows).reshape(shape)
        else:
            x = rng.standard_normal(shape) * 2 + rng.standard_normal((*shape[:-1], 1))
        gamma = rng.choice([-2.0, 2.0, 3.0], e) if by_hand else rng.standard_normal(e)
        beta = rng.choice([-1.0, 1.0, 2.0], e) if by_hand else rng.standard_normal(e)
        upstream = rng.permutation(np.arange(1.0, x.size + 1)) if by_hand else rng.standard_normal(shape)
        holds = {
            "more than one token": len(shape) > 2 and shape[1] > 1,
            "more than one sample": shape[0] > 1,
            "a single feature": e == 1,
            "no time axis": len(shape) == 2,
            "four axes": len(shape) == 4,
            "the default eps": eps is None,
        }
        yield Case(
            label=label(f"x of shape {shape}", "" if eps is None else f"eps {eps:g}"),
            inputs=(x,),
            init={"d_model": e} | ({} if eps is None else {"eps": eps}),
            attributes={"gamma": gamma, "beta": beta},
            upstream=upstream.reshape(shape),
            traits=traits(holds),
        )


CANCELLED = Diagnosis(
    "cancelled", "E[x²] − E[x]² loses its digits where the mean is large: subtract the mean first, then square."
)
FAR = 0.02  # of numbers about 1, where x − mean is exact to 1e-4


def _starts(submission: Submission, ctx: Context) -> None:
    layer = submission.new("LayerNorm", 3)
    for name, value in (("gamma", 1.0), ("beta", 0.0)):
        mismatch = compare(name, getattr(layer, name), np.full(3, value))
        if mismatch is not None:
            raise CheckFailure(f"a new layer's {name} should be {value:g} for every feature: {mismatch.text}")


def _far_from_zero(submission: Submission, ctx: Context) -> None:
    """In float32 at mean 1000 and standard deviation 1."""
    rng = ctx.rng(0)
    x = (1000 * rng.choice([-1.0, 1.0], (40, 1)) + rng.standard_normal((40, 24))).astype(np.float32)
    exact = x.astype(np.float64)
    right = (exact - exact.mean(axis=-1, keepdims=True)) / np.sqrt(exact.var(axis=-1, keepdims=True) + 1e-5)
    yours = as_array(submission.new("LayerNorm", 24).forward(x))
    if yours is None or yours.shape != x.shape or not np.abs(yours - right).max() < FAR:
        found = "nan" if yours is None or not np.isfinite(yours).all() else f"{float(np.abs(yours - right).max()):.2g}"
        text = f"in float32, y is wrong by up to {found} where the tokens have mean ±1000 and standard deviation 1"
        raise CheckFailure(text, Counterexample("x of shape (40, 24), float32", 0, "y"), (CANCELLED,))


LAYER_NORM = Layer(
    name="LayerNorm",
    oracle="dlf_reference.oracles.m3:layer_norm",
    cases=cases,
    parameters=("gamma", "beta"),
    mistakes=MISTAKES,
    claims=(_starts, _far_from_zero),
    claims_know=(CANCELLED,),
)
