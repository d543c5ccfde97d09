"""MaxPool2d, AvgPool2d and Flatten as subjects: their cases, smallest first, and PyTorch as their oracle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from dlf_grader.instruments.behaviour.apart import keeps_calls_apart
from dlf_grader.instruments.behaviour.claims import ADVICE
from dlf_grader.instruments.behaviour.layers import leaves_inputs_alone
from dlf_grader.instruments.case import Answer, Array, Case, RngFor, drawn_size, image_size, label, small_whole, traits
from dlf_grader.instruments.subjects.layer import Layer, asks_backward
from dlf_grader.milestones.m1.pool.avg_mistakes import OF_AVG
from dlf_grader.milestones.m1.pool.flatten_mistakes import OF_FLATTEN
from dlf_grader.milestones.m1.pool.mistakes import OF_MAX
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.proxy import Submission

# N, C, H, W, kernel, stride (None: left out)
SIZES = (
    (1, 1, 2, 2, 2, None),
    (1, 1, 2, 2, 2, None),  # negative numbers only
    (1, 1, 2, 4, 2, None),
    (1, 1, 4, 4, 2, None),
    (1, 1, 3, 3, 2, None),  # the last row and column meet no window
    (1, 1, 3, 3, 2, 1),  # windows overlap
    (1, 1, 5, 5, 2, 3),  # gaps between windows
    (1, 1, 3, 3, 1, None),
    (1, 1, 3, 3, 1, 2),
    (1, 1, 3, 3, 3, None),
    (1, 2, 2, 2, 2, None),
    (2, 1, 2, 2, 2, None),
    (2, 2, 4, 6, 2, None),
    (2, 3, 5, 4, 3, 1),
    (2, 3, 7, 6, 3, 2),
    (3, 2, 8, 5, 2, 3),
    (2, 2, 9, 7, 4, 3),
    (2, 3, 6, 10, 3, None),
    (4, 4, 12, 12, 2, 2),
)
WHOLE_NUMBERS = 13  # the first cases hold small whole numbers
NEGATIVE = 2  # the case whose numbers are all below zero
TIE = "a tie"


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first; the image is a shuffled range, later divided, so that no two numbers are equal, nor all whole."""
    for number, (n, c, h, w, k, s) in enumerate((*SIZES, _large(rng_for(0))), start=1):
        rng = rng_for(number)
        size = n * c * h * w
        start = {1: 1, NEGATIVE: -size}.get(number, -(size // 2))
        x = np.arange(float(start), start + size) / (1 if number <= WHOLE_NUMBERS else 7)
        more = ("only negative numbers",) if number == NEGATIVE else ()
        yield _case(rng, rng.permutation(x).reshape(n, c, h, w), k, s, number, *more)


def _large(rng: np.random.Generator) -> tuple[int, int, int, int, int, int | None]:
    """Sizes as in use: images of up to 32 × 32 pixels, or up to 64 of them."""
    h, w, c = drawn_size(rng, 8, 32), drawn_size(rng, 8, 32), int(rng.integers(2, 5))
    return min(64, max(3, 4000 // (c * h * w))), c, h, w, int(rng.choice([2, 3])), int(rng.choice([1, 2, 3]))


def cases_with_ties(rng_for: RngFor) -> Iterator[Case]:
    """The cases above, and before the last two of them windows whose maximum occurs more than once."""
    found = list(cases(rng_for))
    yield from found[:-2]
    for number, (x, k, s) in enumerate(_ties(rng_for(len(SIZES))), start=len(SIZES) + 2):
        yield _case(rng_for(number), x, k, s, 1, TIE)
    yield from found[-2:]


def _ties(rng: np.random.Generator) -> Iterator[tuple[Array, int, int | None]]:
    yield np.array([[[[1.0, 3.0], [3.0, 2.0]]]]), 2, None
    for shape, k, s in (((1, 1, 4, 4), 2, None), ((2, 2, 5, 6), 3, 2)):
        yield np.maximum(rng.integers(-3, 3, shape), 0).astype(float), k, s  # as after ReLU: windows of zeros


def _case(rng: np.random.Generator, x: Array, k: int, s: int | None, number: int, *more: str) -> Case:
    n, c, h, w = x.shape
    step = k if s is None else s
    out = (n, c, (h - k) // step + 1, (w - k) // step + 1)
    whole = number <= WHOLE_NUMBERS
    return Case(
        label=", ".join([_label(n, c, h, w, k, s), *more]),
        traits=_traits(n, c, h, w, k, step) | frozenset(more),
        init={"kernel_size": k} if s is None else {"kernel_size": k, "stride": s},
        inputs=(x,),
        upstream=small_whole(rng, *out) if whole else rng.standard_normal(out),
    )


def _label(n: int, c: int, h: int, w: int, k: int, s: int | None) -> str:
    return label(f"N={n} C={c} {image_size(h, w)}", f"kernel {k}", "" if s is None else f"stride {s}")


def _traits(n: int, c: int, h: int, w: int, k: int, s: int) -> frozenset[str]:
    return traits(
        {
            "more than one sample": n > 1,
            "more than one channel": c > 1,
            "a height that is not the width": h != w,
            "more than one window": h >= k + s or w >= k + s,
            "windows that overlap": s < k,
            "gaps between windows": s > k,
            "a kernel of size 1": k == 1,
            "rows that no window reaches": (h - k) % s > 0,
        }
    )


def flatten_cases(rng_for: RngFor) -> Iterator[Case]:
    """Images of all sorts, then features that are flat already, then sequences."""
    shapes = ((1, 1, 2, 2), (2, 1, 2, 2), (1, 2, 2, 2), (2, 3, 2, 4), (3, 2, 5, 1), (4, 3), (2, 3, 4), (3, 4, 5, 6))
    sizes_from = rng_for(0)
    *image, most = (drawn_size(sizes_from, low, high) for low, high in ((2, 4), (8, 16), (8, 16), (8, 64)))
    large = (min(most, max(2, 4000 // int(np.prod(image)))), *image)
    for number, shape in enumerate((*shapes, large), start=1):
        rng, size = rng_for(number), int(np.prod(shape))
        ordered = np.arange(1.0, size + 1).reshape(shape)
        yield Case(
            label=f"x of shape {shape}",
            traits=traits({"more than one sample": shape[0] > 1, "an input that is not an image": len(shape) < 4}),
            inputs=(rng.permutation(np.arange(1.0, size + 1)).reshape(shape) if size > 8 else ordered,),
            upstream=rng.permutation(size).reshape(shape[0], -1) + 1.0,
        )


@dataclass(frozen=True, kw_only=True)
class View(Layer):
    """A layer whose result may share its memory with what it was given, which it must not touch all the same."""

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        (answer,) = super().run(submission, case, tensors)
        yield answer
        if asks_backward(tensors):
            leaves_inputs_alone(submission, self, case)
            assert case.upstream is not None
            one = replace(case, inputs=(case.inputs[0][:1].reshape(1, -1),), upstream=case.upstream[:1])
            keeps_calls_apart(submission, self, case, one, answer)


MAX_POOL = Layer(name="MaxPool2d", oracle="dlf_reference.oracles.m1:max_pool2d", cases=cases_with_ties, mistakes=OF_MAX)
MAX_POOL_WITHOUT_TIES = replace(MAX_POOL, cases=cases)  # at a tie a maximum has no derivative
AVG_POOL = Layer(name="AvgPool2d", oracle="dlf_reference.oracles.m1:avg_pool2d", cases=cases, mistakes=OF_AVG)
FLATTEN = View(
    name="Flatten",
    oracle="dlf_reference.oracles.m1:flatten",
    cases=flatten_cases,
    mistakes=OF_FLATTEN,
    errors_know=tuple(Diagnosis(id, ADVICE[id]) for id in ("input-modified", "stale", "objects-share")),
)
