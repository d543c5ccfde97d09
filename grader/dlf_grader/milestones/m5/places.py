"""Reshape, transpose and indexing, which put numbers elsewhere: cases, and what people get wrong."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.instruments_old.layer import Array
from dlf_grader.milestones.m5.axes import Spec, misfit
from dlf_grader.milestones.m5.cases import of
from dlf_grader.milestones.m5.programs import matches, step
from dlf_grader.milestones.m5.slips import UPSTREAM_IGNORED, slip, value_slip


def _reshaped(shape: tuple[int, ...], *to: int, out: tuple[int, ...] = ()) -> Spec:
    return (step("reshape", "$x", *to), {"x": shape}, out or to)


reshape = matches(
    of(
        _reshaped((4,), 2, 2),
        _reshaped((2, 2), 4),
        _reshaped((2, 3), 3, 2),
        _reshaped((2, 3), -1, out=(6,)),
        _reshaped((1,), 1, 1, 1),
        _reshaped((6,), 3, -1, out=(3, 2)),
        _reshaped((2, 3, 4), 6, 4),
        _reshaped((4, 6), 2, 2, 6),
    ),
    value_slip(
        "column-order", lambda x, *to: x.reshape(to, order="F"), "columns were read first: rows are, as in NumPy."
    ),
    slip(
        "column-order-back",
        lambda g, y, x, *to: (g.reshape(x.shape, order="F"), *to),
        "the numbers came back in another order: reshape the gradient the same way, rows first.",
    ),
    slip(
        "transposed-back",
        lambda g, y, x, *to: (g.T if g.T.shape == x.shape else g.reshape(x.shape), *to),
        "the gradient were transposed on its way back: a reshape keeps the order, a transpose does not.",
    ),
    UPSTREAM_IGNORED,
    misfit=misfit("reshape-not-undone", "the gradient kept the new shape: reshape it back to that of the input."),
)


def _moved(shape: tuple[int, ...], *axes: int, trait: str = "") -> Spec:
    out = tuple(shape[a] for a in axes) if axes else shape[::-1]
    return (step("transpose", "$x", *axes), {"x": shape}, out, *([trait] if trait else []))


transpose = matches(
    of(
        _moved((2, 2)),
        _moved((2, 2), 1, 0, trait="axes that are named"),
        _moved((2, 2, 2), 2, 0, 1, trait="three axes that go round"),
        _moved((2, 3)),
        _moved((2, 3), 1, 0),
        _moved((2, 3, 4), 0, 2, 1),
        _moved((2, 3, 4), 1, 2, 0),
        _moved((2, 3, 4), trait="three axes and no names"),
        _moved((2, 3, 4), 0, -1, -2, trait="negative axes"),
        _moved((2, 3, 4, 5), 3, 0, 2, 1, trait="four axes"),
    ),
    value_slip("axes-ignored", lambda x, *axes: x.T, "the named axes were ignored, and all turned round."),
    slip(
        "not-transposed-back",
        lambda g, y, x, *axes: (g, *axes),
        "the gradient were not transposed back: it must come out in the order of the input's axes.",
    ),
    slip(
        "same-permutation",
        lambda g, y, x, *axes: (g.transpose(axes or None), *axes),
        "the gradient were permuted the same way again: going back takes the opposite permutation.",
    ),
    UPSTREAM_IGNORED,
    misfit=misfit(
        "transpose-misfit",
        "the axes were not put back: the axis in place i came from place axes[i], and must return there.",
    ),
)


def _picked(shape: tuple[int, ...], index: Any, *traits: str) -> Spec:
    real = _index(index)
    return (step("getitem", "$x", index), {"x": shape}, np.zeros(shape)[real].shape, *traits)


def _index(index: Any) -> Any:
    if isinstance(index, dict):
        return slice(*index["slice"]) if "slice" in index else tuple(_index(part) for part in index["index"])
    return index


def _written_over(g: Array, y: Array, x: Array, index: Any) -> tuple[Array, None]:
    dL_dx = np.zeros(x.shape)
    dL_dx[index] = g
    return dL_dx, None


def _put(g: Array, x: Array, index: Any) -> Array:
    dL_dx = np.zeros(x.shape)
    np.add.at(dL_dx, index, g)
    return dL_dx


TAIL = {"slice": [1, None, None]}
EVERY_SECOND = {"slice": [None, None, 2]}
index = matches(
    of(
        _picked((3,), 1),
        _picked((3,), TAIL, "a slice"),
        _picked((3,), np.array([2, 0]), "an array of numbers"),
        _picked((3,), np.array([2, 0, 2]), "a number that occurs twice"),
        _picked((2, 2), 1, "two axes"),
        _picked((2, 2), {"index": [0, -1]}, "two numbers"),
        _picked((2, 3), {"index": [{"slice": [None, None, None]}, 1]}, "a column"),
        _picked((2, 3), np.array([1, 1, 0, 1]), "rows that occur twice"),
        _picked((3, 4), {"index": [np.array([0, 2, 0]), np.array([1, 3, 1])]}, "two arrays of numbers"),
        _picked((4,), np.array([True, False, True, True]), "truth values"),
        _picked((5, 3), {"index": [EVERY_SECOND, np.array([0, 0, 2])]}, "a slice and an array"),
        _picked((4, 5, 2), np.array([[3, 0], [3, 3]]), "an array of two axes"),
    ),
    slip(
        "index-overwritten",
        _written_over,
        "an element that was picked twice kept one gradient only: += on an index writes once, np.add.at adds up.",
    ),
    slip(
        "index-marked",
        lambda g, y, x, index: (_put(np.ones_like(g), x, index), None),
        "picked elements got a 1: they get the upstream gradient.",
    ),
    UPSTREAM_IGNORED,
    misfit=misfit(
        "index-not-spread", "the gradient kept the result's shape: it is zeros of x's shape, added to where picked."
    ),
)
