"""Embedding: its cases and checks, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments_old.behaviour import (
    accepts_strided,
    keeps_calls_apart,
    leaves_inputs_alone,
    reads_parameters_at_call,
)
from dlf_grader.instruments_old.layer import Array, Ask, Case, Layer, RngFor, run_case
from dlf_grader.instruments_old.parity import parity
from dlf_grader.instruments_old.refusal import refuses
from dlf_grader.milestones.m2.recurrent_mistakes import mistake, upstream
from dlf_grader.model import Measurements
from dlf_grader.sandbox.proxy import Submission

# ids, V, D
SMALL: tuple[tuple[list[list[int]], int, int], ...] = (
    ([[0]], 1, 1),
    ([[1]], 2, 1),
    ([[2, 0]], 3, 1),
    ([[1]], 2, 3),
    ([[1, 0, 1]], 2, 1),
    ([[0], [1]], 2, 2),
    ([[3, 1, 3], [0, 3, 1]], 5, 2),
)
SHAPES = ((2, 5, 5, 2), (4, 7, 6, 3), (6, 1, 4, 5), (8, 20, 30, 4))  # N, T, V, D


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: one id, then two, then one that occurs twice, then random ones."""
    for number, (rows, v, d) in enumerate(SMALL, start=1):
        rng = rng_for(number)
        sizes = rng.permutation(np.arange(1.0, v * d + 1)).reshape(v, d)
        ids = np.array(rows)
        yield _case(f"ids = {rows}, V={v} D={d}", ids, sizes, rng.choice([-3.0, -2, 2, 5], (*ids.shape, d)))
    for number, (n, t, v, d) in enumerate(SHAPES, start=len(SMALL) + 1):
        rng = rng_for(number)
        ids = rng.integers(0, v, (n, t))
        yield _case(f"N={n} T={t} V={v} D={d}", ids, rng.standard_normal((v, d)), rng.standard_normal((n, t, d)))


def _case(label: str, ids: Array, w: Array, given: Array) -> Case:
    named = {
        "more than one sample": len(ids) > 1,
        "more than one position": ids.shape[1] > 1,
        "rows of more than one number": w.shape[1] > 1,
        "an id that occurs twice": len(np.unique(ids)) < ids.size,
    }
    return Case(
        label=label,
        inputs=(ids,),
        init={"num_embeddings": len(w), "embedding_dim": w.shape[1]},
        attributes={"W": w},
        upstream=given,
        traits=frozenset(name for name, holds in named.items() if holds),
    )


def _collected(case: Case, how: Callable[[Array, Array, Array], None]) -> Array:
    w: Array = np.zeros_like(case.attributes["W"])
    how(w, case.inputs[0].ravel(), upstream(case).reshape(-1, w.shape[1]))
    return w


def _overwritten(w: Array, ids: Array, rows: Array) -> None:
    w[ids] = rows


def _averaged(w: Array, ids: Array, rows: Array) -> None:
    np.add.at(w, ids, rows)
    w /= np.maximum(np.bincount(ids, minlength=len(w)), 1)[:, None]


def _with(how: Callable[[Array, Array, Array], None]) -> Callable[[Ask, Case, str], Any]:
    return lambda ask, case, tensor: _collected(case, how)


def _divided_by_n(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(case)[tensor] / len(case.inputs[0])


def _one_late(ask: Ask, case: Case, tensor: str) -> Any:
    w: Array = case.attributes["W"]
    return w[case.inputs[0] - 1]


MISTAKES = (
    mistake("one-late", ("y",), _one_late, "ids were counted from 1: id 0 is the first row of W."),
    mistake(
        "transposed-table",
        ("y",),
        lambda ask, case, tensor: ask(case)[tensor].swapaxes(0, 1),
        "positions and samples were swapped: y[n, t] is the row of ids[n, t].",
    ),
    mistake(
        "repeats-overwritten",
        ("dL_dW",),
        _with(_overwritten),
        "where an id occurs twice only one of its gradients stayed: a row collects the sum (np.add.at does).",
    ),
    mistake(
        "repeats-averaged",
        ("dL_dW",),
        _with(_averaged),
        "the gradients of an id that occurs several times were averaged: they add up.",
    ),
    mistake(
        "averaged-over-batch",
        ("dL_dW",),
        _divided_by_n,
        "the gradient were averaged over the batch: sum it; the loss has done the averaging already.",
    ),
)

EMBEDDING = Layer(
    name="Embedding",
    oracle="dlf_reference.oracles.m2:embedding",
    cases=cases,
    parameters=("W",),
    gradients=(),
    arguments=("ids",),
    misconceptions=MISTAKES,
)
forward = parity(EMBEDDING, "y")
backward = parity(EMBEDDING, "dL_dW")


def behaviour(submission: Submission, ctx: Context) -> Measurements:
    """Embedding keeps W's dtype, its input and its calls apart, and reads W when it is used."""
    numbered = dict(EMBEDDING.numbered_cases(replace(ctx, only_case=None)))
    first, second = numbered[7], numbered[8]  # one table's size, two shapes of ids
    claims: list[Callable[[], None]] = [
        lambda: _keeps_dtype(submission, second),
        lambda: leaves_inputs_alone(submission, EMBEDDING, second),
        lambda: accepts_strided(submission, EMBEDDING, second),
        lambda: reads_parameters_at_call(submission, EMBEDDING, second),
        lambda: keeps_calls_apart(submission, EMBEDDING, first, second),
    ]
    for claim in claims:
        try:
            claim()
        except NotWritten:
            raise
        except LearnerError as error:
            raise CheckFailure(str(error)) from error
    return {"claims": len(claims)}


def _keeps_dtype(submission: Submission, case: Case) -> None:
    for dtype in ("float32", "float64"):
        cast = replace(case, attributes={"W": case.attributes["W"].astype(dtype)})
        y = run_case(submission, EMBEDDING, cast, backward=False)["y"]
        if not isinstance(y, np.ndarray) or y.dtype != dtype:
            raise CheckFailure(f"y should be {dtype} when W is, got {getattr(y, 'dtype', type(y).__name__)}")


SIZES = {"num_embeddings": 3, "embedding_dim": 2}
errors = refuses(
    "Embedding",
    [
        ("ids without a batch axis", SIZES, np.zeros(4, dtype=np.int64)),
        ("ids with a third axis", SIZES, np.zeros((1, 4, 2), dtype=np.int64)),
    ],
)
