"""CrossEntropyLoss as a subject: its cases, smallest first, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from dlf_grader.checks import BadShapes, Filled
from dlf_grader.context import Context
from dlf_grader.instruments.bad_shapes import ADVICE, OF_VALUES, refuses
from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, label, shown, traits
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m0.losses.cross_entropy_mistakes import MISTAKES
from dlf_grader.sandbox.proxy import Submission

LARGE = "logits of ±10000"
# logits, targets, what is new about it
SMALL: tuple[tuple[list[list[float]], list[int], str], ...] = (
    ([[0, 0]], [1], ""),
    ([[1, 0]], [0], "logits that differ"),
    ([[2, 2, 2]], [2], "more than two classes"),
    ([[3, -1, 1]], [1], "more than two classes"),
    ([[2, 0], [0, 1]], [0, 1], "more than one sample"),
    ([[1, 3, 0], [2, 0, -1]], [2, 0], "more than one sample"),
    ([[1, 0], [-2, 1], [0, 3]], [0, 1, 0], "more samples than classes"),
    ([[10000, 0]], [1], LARGE),
    ([[10000, 0]], [0], LARGE),
    ([[-10000, -10000]], [0], LARGE),
    ([[-10000, -9999], [10000, 9999]], [1, 0], LARGE),
    ([[5], [-2]], [0, 0], "a single class"),
)
# N, K, target dtype, what every logit is shifted by
DRAWN = (
    (1, 4, "int64", 0),
    (4, 1, "int64", 0),
    (3, 3, "int32", 0),
    (4, 3, "int64", 500),
    (3, 7, "int64", 0),
    (16, 10, "int32", -500),
    (64, 10, "int64", 0),
)


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: two classes, more, two samples; then logits that overflow, and everything at once."""
    for logits, targets, trait in SMALL:
        yield _case(np.array(logits, dtype=float), np.array(targets), {trait: trait != ""})
    yield from drawn_cases(rng_for, first=len(SMALL) + 1)


def drawn_cases(rng_for: RngFor, first: int = 1) -> Iterator[Case]:
    """Random logits of a moderate size, where finite differences of the loss are not zero."""
    large = (drawn_size(rng_for(0), 16, 64), drawn_size(rng_for(len(DRAWN)), 128, 200), "int64", 0)
    for number, (n, k, dtype, shift) in enumerate((*DRAWN, large), start=first):
        rng = rng_for(number)
        logits = 2 * rng.standard_normal((n, k)) + shift
        special = {f"{dtype} targets": True, f"logits around {shift}": shift != 0}
        yield _case(logits, rng.integers(0, k, n).astype(dtype), special)


def _case(logits: Array, targets: Array, special: dict[str, bool]) -> Case:
    n, k = logits.shape
    numbers = shown(logits=logits, targets=targets) if logits.size <= 4 else ""
    words = label(f"N={n}, K={k}", "" if targets.dtype == np.int64 else f"{targets.dtype} targets", numbers)
    return Case(words, (logits, targets), traits=traits(special))


BAD = BadShapes(
    (
        ("a column of targets", {}, ((3, 4), Filled((3, 1), 0))),
        ("fewer targets than rows", {}, ((3, 4), Filled((2,), 0))),
        ("a negative class number", {}, ((3, 4), Filled((3,), -1))),
        ("a class number of K", {}, ((3, 4), Filled((3,), 4))),
    )
)


def _refuses(submission: Submission, ctx: Context) -> None:
    refuses(CROSS_ENTROPY, BAD, submission)


CROSS_ENTROPY = Layer(
    name="CrossEntropyLoss",
    oracle="dlf_reference.oracles.m0:cross_entropy",
    cases=cases,
    output="loss",
    gradients=("dL_dlogits",),
    mistakes=MISTAKES,
    claims=(_refuses,),
    claims_know=(ADVICE, OF_VALUES),
)
SMOOTH_CROSS_ENTROPY = replace(CROSS_ENTROPY, cases=drawn_cases)
