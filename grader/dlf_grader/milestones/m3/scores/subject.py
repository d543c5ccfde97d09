"""Bahdanau's and Luong's attention as subjects: their cases, smallest first, and PyTorch as their oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, label, small_whole, traits
from dlf_grader.instruments.mistakes.mistake import Mistake
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.milestones.m3.scores import mistakes

# N, T, Dq, Dk, Dv, A, mask
SIZES = (
    (1, 2, 1, 1, 1, 1, ""),
    (1, 2, 2, 2, 1, 2, ""),
    (2, 2, 2, 2, 2, 1, ""),
    (1, 1, 2, 2, 2, 2, ""),
    (2, 3, 3, 3, 2, 4, "some"),
    (3, 4, 2, 2, 3, 3, "row"),
    (2, 5, 3, 4, 2, 5, "some"),
    (4, 6, 4, 3, 5, 2, "row"),
)
FAR = (3, 4, 3, 3, 2, 3, "row")  # its scores are ±10000, hidden ones too
SCORES = 1e4
WHOLE_NUMBERS = 3
KEYWORDS = {"dot": (), "general": ("W",), "concat": ("W", "v")}


def _cases(score: str) -> Callable[[RngFor], Iterator[Case]]:
    """For Luong's `score`, or "bahdanau": one sample and two steps, more of everything, masks, unequal sizes."""

    def cases(rng_for: RngFor) -> Iterator[Case]:
        sizes = (*SIZES, FAR, _drawn(rng_for(0)))
        for number, (n, t, dq, dk_or_any, dv, a, kind) in enumerate(sizes, start=1):
            rng, dk = rng_for(number), dq if score == "dot" else dk_or_any

            def draw(*shape: int, rng: np.random.Generator = rng, by_hand: bool = number <= WHOLE_NUMBERS) -> Array:
                return small_whole(rng, *shape) / 2 if by_hand else rng.standard_normal(shape)

            inputs: tuple[Array, ...] = (draw(n, dq), draw(n, t, dk), draw(n, t, dv))
            parameters = {"W_q": draw(a, dq), "W_k": draw(a, dk), "v": draw(a)}
            far = number == len(SIZES) + 1
            if far:
                parameters["v"] *= SCORES
                inputs = (inputs[0], inputs[1] * SCORES, inputs[2]) if score in ("dot", "general") else inputs
            init: dict[str, Any] = {}
            if kind:
                mask = rng.random((n, t)) < 0.6
                mask[:, 0], mask[:, -1] = True, False
                mask[0] &= kind != "row"
                init["mask"] = mask
            if score == "bahdanau":
                inputs += tuple(parameters.values())
            else:
                made = {"W": draw(*((dq, dk) if score == "general" else (a, dq + dk))), "v": parameters["v"]}
                init = {"score": score} | {name: made[name] for name in KEYWORDS[score]} | init
            holds = {
                "more than one sample": n > 1,
                "a single step": t == 1,
                "keys of another size than the query": dq != dk,
                "a mask": bool(kind),
                "a row that may attend to nothing": kind == "row",
                "scores of ±10000": far,
            }
            case = Case(
                label=label(
                    f"N={n} T={t} Dq={dq} Dk={dk} Dv={dv}" + ("" if score in ("dot", "general") else f" A={a}"),
                    f"mask {(n, t)}" if kind else "",
                    "scores of ±10000" if far else "",
                ),
                inputs=inputs,
                init=init,
                traits=traits(holds),
            )
            yield _best_hidden(case) if far else case

    return cases


def _best_hidden(case: Case) -> Case:
    """The case with the largest score of each row hidden, and all of the first row."""
    scores = mistakes.right_scores(case)
    mask = scores < scores.max(axis=1, keepdims=True)
    mask[0] = False
    return replace(case, init=case.init | {"mask": mask})


def _drawn(rng: np.random.Generator) -> tuple[int, int, int, int, int, int, str]:
    """Sizes as in use; the numbers are small enough for softmax to share its weights out."""
    n, t, *features = (drawn_size(rng, *bounds) for bounds in ((8, 64), (20, 100), (4, 16), (4, 16), (4, 32), (4, 16)))
    dq, dk, dv, a = features
    return n, t, dq, dk, dv, a, "some"


def _luong(score: str, known: tuple[Mistake, ...]) -> Function:
    def asked(case: Case) -> dict[str, Any]:
        named = dict(zip(("query", "keys", "values"), case.inputs, strict=True))
        return named | {"W": None, "v": None, "mask": None} | case.init

    return Function(
        name="luong_attention",
        oracle="dlf_reference.oracles.m3:luong",
        cases=_cases(score),
        arguments=("query", "keys", "values"),
        results=("context", "weights"),
        mistakes=(*known, *mistakes.COMMON),
        asked=asked,
    )


BAHDANAU_ARGUMENTS = ("query", "keys", "values", "W_q", "W_k", "v")
BAHDANAU = Function(
    name="bahdanau_attention",
    oracle="dlf_reference.oracles.m3:bahdanau",
    cases=_cases("bahdanau"),
    arguments=BAHDANAU_ARGUMENTS,
    results=("context", "weights"),
    mistakes=(*mistakes.BAHDANAU, *mistakes.COMMON),
    asked=lambda case: dict(zip(BAHDANAU_ARGUMENTS, case.inputs, strict=True)) | {"mask": None} | case.init,
)
DOT = _luong("dot", ())
GENERAL = _luong("general", mistakes.GENERAL)
CONCAT = _luong("concat", mistakes.CONCAT)
