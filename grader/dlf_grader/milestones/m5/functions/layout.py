"""Reshape, transpose and indexing, which give numbers another position: cases, and what people get wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, drawn_size
from dlf_grader.instruments.mistakes.mistake import mistake
from dlf_grader.instruments.subjects.program import Program, step
from dlf_grader.milestones.m5.local_rules import GRADIENTS, UPSTREAM_IGNORED, of_backward, of_forward
from dlf_grader.milestones.m5.operations import Spec, drawn_shape, one_operation
from dlf_grader.report import Diagnosis


def _reshaped(shape: tuple[int, ...], *to: int, out: tuple[int, ...] = ()) -> Spec:
    return (step("reshape", "$x", *to), {"x": shape}, out or to)


def _drawn_reshape(rng: np.random.Generator) -> Spec:
    a, b, c = drawn_shape(rng, 3, 12)
    return _reshaped((a, b * c), b, -1, c, out=(b, a, c))


RESHAPE = Program(
    cases=one_operation(
        _reshaped((4,), 2, 2),
        _reshaped((2, 2), 4),
        _reshaped((2, 3), 3, 2),
        _reshaped((2, 3), -1, out=(6,)),
        _reshaped((1,), 1, 1, 1),
        _reshaped((6,), 3, -1, out=(3, 2)),
        _reshaped((2, 3, 4), 6, 4),
        _reshaped((4, 6), 2, 2, 6),
        _drawn_reshape,
        _drawn_reshape,
    ),
    mistakes=(
        mistake(
            "column-order",
            "y",
            of_forward(lambda x, *to: x.reshape(to, order="F")),
            "The elements are read column by column: use row-major order, as NumPy does.",
        ),
        mistake(
            "column-order-back",
            GRADIENTS,
            of_backward(lambda g, y, x, *to: (g.reshape(x.shape, order="F"), *to)),
            "The gradient comes back in another order: reshape it in row-major order too.",
        ),
        mistake(
            "transposed-back",
            GRADIENTS,
            of_backward(lambda g, y, x, *to: (g.T if g.T.shape == x.shape else g.reshape(x.shape), *to)),
            "The gradient is transposed on its way back: reshape it, because a transpose changes the order.",
        ),
        UPSTREAM_IGNORED,
    ),
    errors_know=(
        Diagnosis("reshape-not-undone", "The gradient has the new shape: reshape it back to the shape of the input."),
    ),
)


def _permuted(shape: tuple[int, ...], *axes: int, trait: str = "") -> Spec:
    out = tuple(shape[a] for a in axes) if axes else shape[::-1]
    return (step("transpose", "$x", *axes), {"x": shape}, out, *([trait] if trait else []))


def _drawn_permutation(rng: np.random.Generator) -> Spec:
    return _permuted(drawn_shape(rng, 4, 8), *rng.permutation(4).tolist())


TRANSPOSE = Program(
    cases=one_operation(
        _permuted((2, 2)),
        _permuted((2, 2), 1, 0, trait="axes that are named"),
        _permuted((2, 2, 2), 2, 0, 1, trait="three axes that go round"),
        _permuted((2, 2, 2), 0, -1, -2, trait="negative axes"),
        _permuted((2, 3)),
        _permuted((2, 3), 1, 0),
        _permuted((2, 3, 4), 0, 2, 1),
        _permuted((2, 3, 4), 1, 2, 0),
        _permuted((2, 3, 4), trait="three axes and no names"),
        _permuted((2, 3, 4, 5), 3, 0, 2, 1, trait="four axes"),
        _drawn_permutation,
        _drawn_permutation,
    ),
    mistakes=(
        mistake(
            "axes-ignored",
            "y",
            of_forward(lambda x, *axes: x.T),
            "The given axes are ignored, and all are reversed: use `axes`.",
        ),
        mistake(
            "not-transposed-back",
            GRADIENTS,
            of_backward(lambda g, y, x, *axes: (g, *axes)),
            "The gradient is not transposed back: it must have its axes in the order of the input's.",
        ),
        mistake(
            "same-permutation",
            GRADIENTS,
            of_backward(lambda g, y, x, *axes: (g.transpose(axes or None), *axes)),
            "The gradient is permuted the same way again: use the inverse permutation.",
        ),
        mistake(
            "negative-axes-sorted",
            GRADIENTS,
            of_backward(lambda g, y, x, *axes: (g.transpose(np.argsort(axes) if axes else None), *axes)),
            "Negative axes are sorted as if they came first: take axis % x.ndim before np.argsort.",
        ),
        UPSTREAM_IGNORED,
    ),
    errors_know=(
        Diagnosis(
            "transpose-misfit",
            "The axes are not put back: axis i of the result was axis axes[i] of the input, and must return there.",
        ),
    ),
)


def _picked(shape: tuple[int, ...], index: Any, *traits: str) -> Spec:
    return (step("getitem", "$x", index), {"x": shape}, np.zeros(shape)[_index(index)].shape, *traits)


def _index(index: Any) -> Any:
    if isinstance(index, dict):
        return slice(*index["slice"]) if "slice" in index else tuple(_index(part) for part in index["index"])
    return index


def _assigned(g: Array, y: Array, x: Array, index: Any) -> tuple[Array, None]:
    dL_dx = np.zeros(x.shape)
    dL_dx[index] = g
    return dL_dx, None


def _ones_added(g: Array, y: Array, x: Array, index: Any) -> tuple[Array, None]:
    dL_dx = np.zeros(x.shape)
    np.add.at(dL_dx, index, 1.0)
    return dL_dx, None


INDEX = Program(
    cases=one_operation(
        _picked((3,), 1),
        _picked((3,), {"slice": [1, None, None]}, "a slice"),
        _picked((3,), np.array([2, 0]), "an array of numbers"),
        _picked((3,), np.array([2, 0, 2]), "a number that occurs twice"),
        _picked((2, 2), 1, "two axes"),
        _picked((2, 2), {"index": [0, -1]}, "two numbers"),
        _picked((2, 3), {"index": [{"slice": [None, None, None]}, 1]}, "a column"),
        _picked((2, 3), np.array([1, 1, 0, 1]), "rows that occur twice"),
        _picked((3, 4), {"index": [np.array([0, 2, 0]), np.array([1, 3, 1])]}, "two arrays of numbers"),
        _picked((4,), np.array([True, False, True, True]), "truth values"),
        _picked((5, 3), {"index": [{"slice": [None, None, 2]}, np.array([0, 0, 2])]}, "a slice and an array"),
        _picked((4, 5, 2), np.array([[3, 0], [3, 3]]), "an array of two axes"),
        lambda rng: _picked(drawn_shape(rng, 2), np.array([-1, 0, -1]), "negative numbers"),
        lambda rng: _picked(drawn_shape(rng, 3), rng.integers(0, 2, drawn_size(rng, 3, 9))),
        lambda rng: _picked((drawn_size(rng, 8, 200), 10), rng.integers(0, 8, drawn_size(rng, 16, 64))),
    ),
    mistakes=(
        mistake(
            "index-overwritten",
            GRADIENTS,
            of_backward(_assigned),
            "An element that was picked twice gets only one gradient: += on an index adds once, np.add.at adds all.",
        ),
        mistake(
            "index-marked",
            GRADIENTS,
            of_backward(_ones_added),
            "Picked elements get a 1: give them the upstream gradient.",
        ),
        UPSTREAM_IGNORED,
    ),
    errors_know=(
        Diagnosis(
            "index-not-spread",
            "The gradient has the result's shape: start with zeros of x's shape, and add dL_dy at the index.",
        ),
    ),
)
