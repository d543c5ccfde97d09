"""Gradient checks: a layer's `backward` against central differences of its own `forward`.

Each tensor by itself is projected on random directions, which costs two forwards a direction instead of two an
element; only a failure is followed element by element, to name the index. Always in float64. No oracle is asked: the
slope of a wrong `forward` would pass, so these checks come after parity of `forward`, or a constant would earn points.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, DlfError, LearnerError, NotWritten
from dlf_grader.instruments.compare import around, as_array, compare, cut_out, differs, number
from dlf_grader.instruments_old.code import telling_how
from dlf_grader.instruments_old.layer import Array, Case, Layer, flat, gradient_of, named, plan_case
from dlf_grader.instruments_old.parity import raised_on
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Nearby
from dlf_grader.sandbox.protocol import Call, Operation, Set
from dlf_grader.sandbox.proxy import Submission

STEP = 1e-5
DIRECTIONS = 8  # one misses a 0.1 % error in one element 27 % of the time, four none of 200
SMOOTH, KINKED = 1e-6, 1e-5  # relative tolerances
NOISE = 1e-7  # a slope at one place is no more exact than that
FLOOR = 1e-3  # of the loss: a slope below that counts as that large, or rounding would decide where it is zero
LOCATED = 20  # elements followed one by one after a failure
SHOWN = 8  # rows and columns of them that are followed around a wrong one, for a page to draw
PATIENCE = 1.0  # seconds that those may take, at most


@dataclass(frozen=True)
class GradientCheck:
    """A check that `backward` differentiates the learner's own `forward`.

    Attributes:
        layer: what is tested.
        cases: how many of its cases, evenly from the smallest to the largest.
        rtol: `SMOOTH`, or `KINKED` where the layer has kinks.
    """

    layer: Layer
    cases: int = 2
    rtol: float = SMOOTH

    def __call__(self, submission: Submission, ctx: Context) -> Measurements:
        worst, forwards = 0.0, 0
        with telling_how(ctx, self.layer, backward=True):
            for number_, case in self.chosen(ctx):
                probe = _Probe(submission, self.layer, case, number_, ctx.rng(number_))
                try:
                    worst = max(worst, probe.check(self.rtol))
                except NotWritten:
                    raise
                except LearnerError as error:
                    raise raised_on(case, number_, error) from error
                forwards += probe.forwards
        return {"directions": DIRECTIONS, "forwards": forwards, "max rel err": worst}

    def chosen(self, ctx: Context) -> list[tuple[int, Case]]:
        """The cases to check, with their numbers."""
        numbered = self.layer.numbered_cases(ctx)
        return [numbered[at] for at in sorted({round(i) for i in np.linspace(0, len(numbered) - 1, self.cases)})]


def gradient(layer: Layer, *, cases: int = 2, rtol: float = SMOOTH) -> GradientCheck:
    """A `GradientCheck`, in the words of the other instruments."""
    return GradientCheck(layer, cases, rtol)


def differentiated(layer: Layer, case: Case) -> dict[str, Array]:
    """The tensors that have a gradient, by the gradient's name."""
    tensors = dict(zip(flat(layer.gradients), case.inputs, strict=False))
    for name in layer.parameters:
        if case.attributes.get(name) is not None:
            tensors[gradient_of(name)] = case.attributes[name]
    return tensors


class _Probe:
    """One case: the learner's gradients, and forwards of the same object on nudged tensors."""

    def __init__(
        self, submission: Submission, layer: Layer, case: Case, number_: int, rng: np.random.Generator
    ) -> None:
        self.submission, self.layer, self.case, self.number, self.rng = submission, layer, case, number_, rng
        self.tensors = differentiated(layer, case)
        self.plan = plan_case(submission, layer, case, backward=True)
        self.forwards = 0
        self.size = 1.0  # the largest sum |upstream · y| met: what a loss's rounding is relative to

    def check(self, rtol: float) -> float:
        """The largest relative error of any tensor's gradient over random directions, all asked in one message."""
        directions = {
            name: [self.rng.standard_normal(tensor.shape) for _ in range(DIRECTIONS)]
            for name, tensor in self.tensors.items()
        }
        nudges = {name: self._nudges(name, along) for name, along in directions.items()}
        operations = [*self.plan.operations, *(nudge for found in nudges.values() for nudge in found)]
        values = self.submission.many(operations)
        answer = self.plan.read(self.layer, values)
        start, worst = len(self.plan.operations), 0.0
        for name, asked in nudges.items():
            slopes = self._slopes(asked, values[start : start + len(asked)])
            worst = max(worst, self._error(name, answer.get(name), directions[name], slopes, rtol))
            start += len(asked)
        return worst

    def _nudges(self, name: str, directions: list[Array]) -> list[Operation]:
        """Forwards with one tensor moved along each direction, to either side; then it is put back."""
        tensor, handle = self.tensors[name], self.plan.handle
        moved = [tensor + sign * STEP * direction for direction in directions for sign in (1, -1)]
        if name in (gradients := flat(self.layer.gradients)):
            at, arrays = gradients.index(name), self.case.inputs
            nudged = [[*arrays[:at], value, *arrays[at + 1 :]] for value in moved]
            return [Call(handle, "forward", self.layer.forward_takes(inputs)) for inputs in nudged]
        parameter, arguments = name.replace("dL_d", "", 1), self.layer.forward_takes(self.case.inputs)
        operations: list[Operation] = []
        for value in moved:
            operations += [Set(handle, parameter, value), Call(handle, "forward", arguments)]
        return [*operations, Set(handle, parameter, tensor)]

    def _slopes(self, operations: list[Operation], values: list[Any]) -> list[float]:
        """Central differences of the loss <upstream, y>, summed over all that forward returns."""
        outputs = [value for value, done in zip(values, operations, strict=True) if isinstance(done, Call)]
        self.forwards += len(outputs)
        losses = [self._loss(y) for y in outputs]
        return [(up - down) / (2 * STEP) for up, down in zip(losses[::2], losses[1::2], strict=True)]

    def _loss(self, returned: Any) -> float:
        values = named(self.layer.returned, returned, f"{self.layer.name}.forward").values()
        upstreams = self.case.upstreams or (None,)
        named_parts = zip(flat(self.layer.returned), values, upstreams, strict=False)
        parts = [self._part(name, y, upstream) for name, y, upstream in named_parts]
        self.size = max(self.size, sum(size for _, size in parts))
        return sum(loss for loss, _ in parts)

    def _part(self, name: str, y: Any, upstream: Array | None) -> tuple[float, float]:
        """What one output adds to the loss, and to its size."""
        array = as_array(y)
        if array is None or (upstream is not None and array.shape != upstream.shape):
            mismatch = compare(name, y, 0.0 if upstream is None else upstream)
            text = mismatch.text if mismatch else f"{name} is wrong"
            raise CheckFailure(text, Counterexample(self.case.label, self.number, name))
        weights = np.ones_like(array) if upstream is None else upstream
        return float(np.vdot(weights, array)), float(np.vdot(np.abs(weights), np.abs(array)))

    def _error(self, name: str, gradient: Any, directions: list[Array], slopes: list[float], rtol: float) -> float:
        """How far a gradient is from the slopes, relative to them; too far is a failure with an index."""
        analytic, tensor = as_array(gradient), self.tensors[name]
        if analytic is None or analytic.shape != tensor.shape:
            mismatch = compare(name, gradient, tensor)
            text = mismatch.text if mismatch else f"{name} is wrong"
            raise CheckFailure(text, Counterexample(self.case.label, self.number, name))
        # a loss of size L is known to about eps * L, so its slope to eps * L / STEP = 2e-11 L
        scale = max(math.sqrt(sum(s * s for s in slopes) / len(slopes)), FLOOR * self.size)
        pairs = zip(slopes, directions, strict=True)
        errors = [abs(float(np.vdot(analytic, direction)) - slope) / scale for slope, direction in pairs]
        worst = max(errors)
        if not all(error <= rtol for error in errors):  # nan is not
            raise self._located(name, analytic, worst)
        return worst

    def _located(self, name: str, analytic: Array, worst: float) -> CheckFailure:
        """Follow single elements to find one that is wrong."""
        size, shape = analytic.size, analytic.shape
        order = self.rng.permutation(size)[:LOCATED] if size > LOCATED else np.arange(size)
        start = time.monotonic()
        numeric = self._followed(name, order)
        quick = (time.monotonic() - start) / len(order) * SHOWN**2 < PATIENCE
        errors = np.abs(analytic.ravel()[order] - numeric)
        at = int(np.nanargmax(errors)) if not np.isnan(errors).all() else 0
        index = tuple(int(i) for i in np.unravel_index(int(order[at]), shape))
        found = number(analytic[index]), number(numeric[at])
        return CheckFailure(
            f"{name} disagrees with the slope of your own forward (relative error {worst:.1e})",
            Counterexample(
                self.case.label, self.number, name, index, *found, nearby=self._map(name, analytic, index, quick)
            ),
        )

    def _followed(self, name: str, places: Array) -> Array:
        """The slope at each of some places of a flattened tensor."""
        tensor = self.tensors[name]
        nudges = self._nudges(name, [np.eye(1, tensor.size, int(at)).reshape(tensor.shape) for at in places.ravel()])
        return np.array(self._slopes(nudges, self.submission.many(nudges))).reshape(places.shape)

    def _map(self, name: str, analytic: Array, index: tuple[int, ...], quick: bool) -> Nearby | None:
        """The gradient around a wrong element, beside the slopes there; None where that is not to be had."""
        if not quick or not index:
            return None
        region = around(analytic.shape, index, SHOWN)
        yours, places = analytic[region], np.arange(analytic.size).reshape(analytic.shape)[region]
        try:
            numeric = self._followed(name, places)
        except DlfError:  # the verdict stands without it
            return None
        return cut_out(region, analytic.shape, yours, numeric, differs(yours, numeric, KINKED, NOISE))
