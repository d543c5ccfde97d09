"""What people get wrong in Flatten."""

from __future__ import annotations

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, mistake, of_case


def _column_major(ask: Ask, case: Case, tensor: str) -> Array:
    x, g = case.inputs[0], case.upstream
    assert g is not None
    return x.reshape(len(x), -1, order="F") if tensor == "y" else g.reshape(x.shape, order="F")


def _channels_last(ask: Ask, case: Case, tensor: str) -> Array | None:
    x = case.inputs[0]
    return x.transpose(0, 2, 3, 1).reshape(len(x), -1) if x.ndim == 4 else None


OF_FLATTEN = (
    mistake(
        "column-major",
        ("y", "dL_dx"),
        _column_major,
        "The elements are read in column-major order: keep NumPy's default, row-major order.",
    ),
    mistake(
        "channels-last",
        ("y",),
        _channels_last,
        "The channels are moved to the last axis before flattening: leave the axes in their order.",
    ),
    mistake(
        "batch-merged",
        "y",
        of_case(lambda case: case.inputs[0].reshape(-1)),
        "The batch axis is flattened too: keep the first axis, one row for each sample.",
    ),
    mistake(
        "one-row",
        "y",
        of_case(lambda case: case.inputs[0].reshape(1, -1)),
        "The whole batch becomes one row: keep the first axis, one row for each sample.",
    ),
    mistake(
        "still-flat",
        "dL_dx",
        of_case(lambda case: case.upstream),
        "dL_dx is still flat: store x's shape in forward, and reshape dL_dy to it.",
    ),
)
