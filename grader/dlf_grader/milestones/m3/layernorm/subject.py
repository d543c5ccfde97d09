"""LayerNorm as a subject: its cases, smallest first, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments.case import Case, RngFor, label, traits
from dlf_grader.instruments.layer import Layer
from dlf_grader.milestones.m3.layernorm.mistakes import MISTAKES

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
    for number, (shape, eps) in enumerate(SIZES, start=1):
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


LAYER_NORM = Layer(
    name="LayerNorm",
    oracle="dlf_reference.oracles.m3:layer_norm",
    cases=cases,
    parameters=("gamma", "beta"),
    mistakes=MISTAKES,
)
