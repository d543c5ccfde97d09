"""Embedding as a subject: its cases, smallest first, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments.behaviour.starts import drawn_from_rng
from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, traits
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.milestones.m2.embedding.mistakes import MISTAKES

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
SHAPES = ((2, 5, 5, 2), (4, 7, 6, 3), (6, 1, 4, 5))  # N, T, V, D


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: one id, then two, then one that occurs twice, then random ones."""
    for number, (rows, v, d) in enumerate(SMALL, start=1):
        rng = rng_for(number)
        sizes = rng.permutation(np.arange(1.0, v * d + 1)).reshape(v, d)
        ids = np.array(rows)
        yield _case(f"ids = {rows}, V={v} D={d}", ids, sizes, rng.choice([-3.0, -2, 2, 5], (*ids.shape, d)))
    for number, (n, t, v, d) in enumerate((*SHAPES, _large(rng_for(0))), start=len(SMALL) + 1):
        rng = rng_for(number)
        ids = rng.integers(0, v, (n, t))
        yield _case(f"N={n} T={t} V={v} D={d}", ids, rng.standard_normal((v, d)), rng.standard_normal((n, t, d)))


def _large(rng: np.random.Generator) -> tuple[int, int, int, int]:
    """Sizes as in use."""
    return drawn_size(rng, 8, 64), drawn_size(rng, 20, 60), drawn_size(rng, 200, 600), drawn_size(rng, 4, 16)


def _case(label: str, ids: Array, w: Array, given: Array) -> Case:
    return Case(
        label=label,
        inputs=(ids,),
        init={"num_embeddings": len(w), "embedding_dim": w.shape[1]},
        attributes={"W": w},
        upstream=given,
        traits=traits(
            {
                "more than one sample": len(ids) > 1,
                "more than one position": ids.shape[1] > 1,
                "rows of more than one number": w.shape[1] > 1,
                "an id that occurs twice": len(np.unique(ids)) < ids.size,
            }
        ),
    )


EMBEDDING = drawn_from_rng(
    Layer(
        name="Embedding",
        oracle="dlf_reference.oracles.m2:embedding",
        cases=cases,
        parameters=("W",),
        gradients=(),
        arguments=("ids",),
        mistakes=MISTAKES,
    )
)
