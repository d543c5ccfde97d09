"""Linear as a subject: its cases, smallest first, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, label, shown, traits, whole
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m0.layers.linear_mistakes import MISTAKES

# N, inputs, outputs, bias; a square W comes before any other, because there a swapped axis shows as numbers, not as
# NumPy's complaint about shapes
SIZES = (
    (1, 1, 1, True),
    (1, 1, 1, False),
    (2, 1, 1, True),
    (1, 2, 2, True),
    (2, 2, 2, True),
    (1, 2, 1, True),
    (1, 1, 2, True),
    (2, 3, 2, True),
    (3, 2, 3, False),
    (3, 1, 4, True),
    (5, 4, 1, True),
    (4, 6, 5, True),
    (8, 5, 5, False),
    (7, 12, 9, True),
    (16, 20, 10, True),
    (32, 64, 16, True),
)
LARGE = ((16, 64), (64, 200), (16, 64))  # N, inputs, outputs of the last case: from, to
WHOLE_NUMBERS = 9  # the first cases hold small whole numbers that can be followed by hand


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: one number in, one out; then one new thing at a time, then all at once, as large as in use."""
    sizes_from = rng_for(0)
    large = tuple(drawn_size(sizes_from, *bounds) for bounds in LARGE)
    for number, (n, inputs, outputs, bias) in enumerate((*SIZES, (*large, True)), start=1):
        rng = rng_for(number)

        def draw(*shape: int, rng: np.random.Generator = rng, by_hand: bool = number <= WHOLE_NUMBERS) -> Array:
            return whole(rng, *shape) if by_hand else rng.standard_normal(shape)

        x, w, b, upstream = draw(n, inputs), draw(outputs, inputs), draw(outputs) if bias else None, draw(n, outputs)
        numbers = shown(x=x, W=w, b=b, dL_dy=upstream)
        yield Case(
            label=label(f"N={n}", f"{inputs} in", f"{outputs} out", "" if bias else "no bias", numbers),
            traits=traits(
                {
                    "more than one sample": n > 1,
                    "more than one input": inputs > 1,
                    "more than one output": outputs > 1,
                    "fewer outputs than inputs": outputs < inputs,
                    "more outputs than inputs": outputs > inputs,
                    "no bias": not bias,
                }
            ),
            init={"in_features": inputs, "out_features": outputs, "bias": bias},
            attributes={"W": w, "b": b},
            inputs=(x,),
            upstream=upstream,
        )


LINEAR = Layer(
    name="Linear", oracle="dlf_reference.oracles.m0:linear", cases=cases, parameters=("W", "b"), mistakes=MISTAKES
)
