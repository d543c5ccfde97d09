"""How a layer's parameters start: in the right shapes, and drawn from the generator that is given, from it alone."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.compare import as_array
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Get, Operation
from dlf_grader.sandbox.proxy import Submission, describe_value

SHAPE = Diagnosis("start-shape", "Make every parameter in __init__, with the shape that the docstring gives.")
ELSEWHERE = Diagnosis(
    "drawn-elsewhere", "Draw every number from the rng that is given: np.random draws from a generator of its own."
)
ALIKE = Diagnosis(
    "starts-alike", "Draw the weights from rng: after a constant start all units learn the same, and stay the same."
)
KNOWN = (SHAPE, ELSEWHERE, ALIKE)
FIXED = 2  # different numbers in a matrix that is a choice, as the identity, and not drawn


def drawn_from_rng(layer: Layer) -> Layer:
    """The layer with the claim that its weights start so."""
    return replace(layer, claims=(*layer.claims, partial(_draws, layer)), claims_know=(*layer.claims_know, *KNOWN))


def _draws(layer: Layer, submission: Submission, ctx: Context) -> None:
    cases = [case for _, case in layer.numbered_cases(replace(ctx, only_case=None))]
    other = next((case for case in reversed(cases) if case.init != cases[-1].init), cases[-1])
    for case in (other, cases[-1]):
        _draws_for(layer, submission, ctx.seed, case)


def _draws_for(layer: Layer, submission: Submission, seed: int, case: Case) -> None:
    first, again, another = (_started(layer, submission, case, at) for at in (seed, seed, seed + 1))
    for name in layer.parameters:
        shape = np.shape(case.attributes[name])
        array = as_array(first[name])
        if array is None or array.shape != shape:
            text = f"{name} starts as {describe_value(first[name])}, expected an array of shape {shape}"
            raise CheckFailure(text, Counterexample(case.label, 0, name), (SHAPE,))
        if not np.array_equal(array, again[name]):
            text = f"{name} differs between two objects made with generators of the same seed"
            raise CheckFailure(text, Counterexample(case.label, 0, name), (ELSEWHERE,))
        if len(shape) > 1 and array.size > 1 and _is_alike(array, as_array(another[name])):
            text = f"{name} starts the same with generators of different seeds"
            raise CheckFailure(text, Counterexample(case.label, 0, name), (ALIKE if np.ptp(array) == 0 else ELSEWHERE,))


def _started(layer: Layer, submission: Submission, case: Case, seed: int) -> dict[str, Any]:
    rng = submission.new("numpy.random:default_rng", seed)
    made = submission.new(layer.name, **case.init, rng=rng)
    wanted: list[Operation] = [Get(made.handle.number, name) for name in layer.parameters]
    return dict(zip(layer.parameters, submission.many(wanted), strict=True))


def _is_alike(array: Array, other: Array | None) -> bool:
    """Whether a matrix is the same whatever the seed: a constant, or drawn elsewhere; the identity is a choice."""
    if other is None or not np.array_equal(array, other):
        return False
    return bool(np.ptp(array) == 0 or np.unique(array).size > FIXED)
