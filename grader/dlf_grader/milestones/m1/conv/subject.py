"""Conv2d as a subject: its cases, smallest first, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, image_size, label, small_whole, traits
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m1.conv.forward_mistakes import PAIRS
from dlf_grader.milestones.m1.conv.mistakes import MISTAKES

# N, C, H, W, out, kernel, stride, padding, bias
SIZES = (
    (1, 1, 3, 3, 1, 2, 1, 0, True),
    (1, 1, 3, 3, 1, 2, 1, 0, False),
    (1, 1, 3, 3, 1, 3, 1, 0, True),
    (1, 1, 4, 4, 1, 2, 2, 0, True),
    (1, 1, 3, 3, 1, 2, 1, 1, True),
    (1, 1, 3, 3, 1, 1, 1, 0, True),
    (1, 1, 3, 3, 2, 2, 1, 0, True),
    (1, 2, 3, 3, 1, 2, 1, 0, True),
    (2, 1, 3, 3, 1, 2, 1, 0, True),
    (2, 2, 3, 3, 2, 2, 1, 0, True),
    (1, 1, 3, 4, 1, 2, 1, 0, True),
    (1, 1, 5, 3, 1, 2, 1, 0, True),
    (1, 1, 5, 5, 1, 2, 2, 0, True),  # the last row and column meet no window
    (1, 1, 3, 3, 1, 2, 3, 0, True),
    (1, 1, 4, 4, 1, 1, 2, 0, True),
    (1, 1, 1, 1, 1, 1, 1, 0, True),
    (1, 1, 1, 1, 1, 3, 1, 1, True),
    (1, 1, 3, 3, 1, 3, 1, 2, True),
    (1, 1, 4, 4, 1, 3, 2, 1, True),
    (2, 3, 5, 4, 4, 3, 1, 1, False),
    (2, 3, 5, 5, 4, 3, 2, 1, True),
    (3, 3, 6, 8, 4, 3, 2, 1, True),
    (2, 3, 7, 6, 4, 3, 3, 0, True),
    (4, 3, 8, 8, 4, 3, 1, 1, True),
    (2, 4, 6, 9, 3, 5, 1, 2, True),
    (2, 1, 9, 9, 3, 4, 3, 2, True),
    (5, 2, 7, 7, 6, 5, 2, 2, False),
    (3, 6, 10, 8, 5, 3, 2, 0, True),
    (1, 8, 12, 12, 8, 3, 1, 1, True),
    (4, 3, 14, 14, 6, 5, 1, 0, True),
)
WHOLE_NUMBERS = 11  # the first cases hold small whole numbers that can be followed by hand


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: one kernel on a 3 × 3 image, then one new thing at a time, then all at once."""
    for number, (n, c, h, w, o, k, s, p, bias) in enumerate((*SIZES, _large(rng_for(0))), start=1):
        rng = rng_for(number)
        out = (n, o, (h + 2 * p - k) // s + 1, (w + 2 * p - k) // s + 1)

        def draw(*shape: int, rng: np.random.Generator = rng, by_hand: bool = number <= WHOLE_NUMBERS) -> Array:
            return small_whole(rng, *shape) if by_hand else rng.standard_normal(shape)

        yield Case(
            label=_label(n, c, h, w, o, k, s, p, bias),
            traits=_traits(n, c, h, w, o, k, s, p, bias),
            init={"in_channels": c, "out_channels": o, "kernel_size": k, "stride": s, "padding": p, "bias": bias},
            attributes={"W": draw(o, c, k, k), "b": draw(o) if bias else None},
            inputs=(draw(n, c, h, w),),
            upstream=draw(*out),
        )


def _large(rng: np.random.Generator) -> tuple[int, int, int, int, int, int, int, int, bool]:
    """Sizes as in use: images of up to 32 × 32 pixels, or up to 64 of them."""
    h, w = drawn_size(rng, 9, 32), drawn_size(rng, 9, 32)
    n, c = min(64, max(2, 6000 // (3 * h * w))), int(rng.integers(2, 5))
    return n, c, h, w, int(rng.integers(5, 9)), int(rng.choice([3, 5])), int(rng.choice([1, 2])), 1, True


def _label(n: int, c: int, h: int, w: int, o: int, k: int, s: int, p: int, bias: bool) -> str:
    return label(
        f"N={n} C={c} {image_size(h, w)}",
        f"{o} out" if o > 1 else "",
        f"kernel {k}",
        f"stride {s}" if s > 1 else "",
        f"padding {p}" if p else "",
        "" if bias else "no bias",
    )


def _traits(n: int, c: int, h: int, w: int, o: int, k: int, s: int, p: int, bias: bool) -> frozenset[str]:
    return traits(
        {
            "more than one sample": n > 1,
            "more than one input channel": c > 1,
            "more than one output channel": o > 1,
            "a height that is not the width": h != w,
            "a stride above 1": s > 1,
            "padding": p > 0,
            "no bias": not bias,
            "a kernel of size 1": k == 1,
            "rows that no window reaches": (h + 2 * p - k) % s > 0,
        }
    )


CONV2D = Layer(
    name="Conv2d",
    oracle="dlf_reference.oracles.m1:conv2d",
    cases=cases,
    parameters=("W", "b"),
    mistakes=MISTAKES,
    pairs=PAIRS,
)
