"""Gradient checks: a layer's `backward` against central differences of its own `forward`.

Each tensor by itself is projected on random directions, which costs two forwards a direction instead of two an
element; only a failure is followed element by element, to name the index. Always in float64. No oracle is asked: the
slope of a wrong `forward` would pass, so these checks come after parity of `forward`, or a constant would earn points.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, DlfError, LearnerError, NotWritten
from dlf_grader.instruments.case import FEW, Array, Case
from dlf_grader.instruments.compare import around, as_array, compare, cut_out, differs, number
from dlf_grader.instruments.judge import raised_on
from dlf_grader.instruments.names import flat, named
from dlf_grader.instruments.subjects.layer import Layer, gradient_of, loud, plan_case
from dlf_grader.instruments.subjects.subject import adding_code
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis, Nearby
from dlf_grader.sandbox.protocol import Call, Operation, Set
from dlf_grader.sandbox.proxy import Submission

STEP = 1e-5
OTHERWISE = ((1e-4, 2e-4), (1e-6, 2e-6), (1e-7,))  # steps to try where that one disagrees: two are extrapolated to none
DIRECTIONS = 8  # one misses a 0.1 % error in one element 27 % of the time, four none of 200
SMOOTH, KINKED = 1e-6, 1e-5  # relative tolerances
NOISE = 1e-7  # a slope at one place is no more exact than that
FLOOR = 1e-3  # of the loss: a slope below that counts as that large, or rounding would decide where it is zero
LOCATED = 20  # elements followed one by one after a failure
SHOWN = 8  # rows and columns of them that are followed around a wrong one, for a page to draw
PATIENCE = 1.0  # seconds that those may take, at most
KEPT = Diagnosis(
    "kept-between-calls", "forward carries something over from an earlier call: start from its arguments alone."
)


def check_gradient(layer: Layer, submission: Submission, ctx: Context, count: int, rtol: float) -> Measurements:
    """Check that `backward` differentiates the learner's own `forward`.

    Args:
        count: how many of the layer's cases, evenly from the smallest to the largest.
        rtol: `SMOOTH`, or `KINKED` where the layer has kinks.
    """
    worst, forwards = 0.0, 0
    with adding_code(layer, ctx, flat(layer.gradients)):
        for number_, case in chosen(layer, ctx, count):
            probe = _Probe(submission, layer, case, number_, ctx.rng(number_))
            try:
                worst = max(worst, probe.check(rtol))
            except NotWritten:
                raise
            except LearnerError as error:
                raise raised_on(case, number_, error) from error
            forwards += probe.forwards
    return {"directions": DIRECTIONS, "forwards": forwards, "max rel err": worst}


def chosen(layer: Layer, ctx: Context, count: int) -> list[tuple[int, Case]]:
    """The cases to check, with their numbers, the largest loud; none of those that are too large to be run so often."""
    numbered = layer.numbered_cases(ctx)
    numbered = [pair for pair in numbered if pair[1].numbers <= FEW] or numbered
    found = [numbered[at] for at in sorted({round(i) for i in np.linspace(0, len(numbered) - 1, count)})]
    return [*found[:-1], *((at, loud(case)) for at, case in found[-1:])]


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

    def _nudges(self, name: str, directions: list[Array], step: float = STEP) -> list[Operation]:
        """Forwards with one tensor moved along each direction, to either side; then it is put back."""
        tensor, handle = self.tensors[name], self.plan.handle
        moved = [tensor + sign * step * direction for direction in directions for sign in (1, -1)]
        if name in (gradients := flat(self.layer.gradients)):
            at, arrays = gradients.index(name), self.case.inputs
            nudged = [[*arrays[:at], value, *arrays[at + 1 :]] for value in moved]
            return [Call(handle, "forward", self.layer.forward_takes(inputs)) for inputs in nudged]
        parameter, arguments = name.replace("dL_d", "", 1), self.layer.forward_takes(self.case.inputs)
        operations: list[Operation] = []
        for value in moved:
            operations += [Set(handle, parameter, value), Call(handle, "forward", arguments)]
        return [*operations, Set(handle, parameter, tensor)]

    def _slopes(self, operations: list[Operation], values: list[Any], step: float = STEP) -> Array:
        """Central differences of the loss <upstream, y>, summed over all that forward returns."""
        outputs = [value for value, done in zip(values, operations, strict=True) if isinstance(done, Call)]
        self.forwards += len(outputs)
        pairs = zip(outputs[::2], outputs[1::2], strict=True)
        return np.array([self._difference(up, down) for up, down in pairs]) / (2 * step)

    def _difference(self, up: Any, down: Any) -> float:
        """What the loss gains from one answer to another, subtracted number by number: so less is lost to rounding."""
        upstreams = self.case.upstreams or (None,)
        parts = zip(flat(self.layer.returned), self._outputs(up), self._outputs(down), upstreams, strict=False)
        gain, size = 0.0, 0.0
        for name, y, other, upstream in parts:
            array, below = self._checked(name, y, upstream), self._checked(name, other, upstream)
            weights = np.ones_like(array) if upstream is None else upstream
            gain += float(np.vdot(weights, array - below))
            size += float(np.vdot(np.abs(weights), np.abs(array)))
        self.size = max(self.size, size)
        return gain

    def _outputs(self, returned: Any) -> Iterable[Any]:
        return named(self.layer.returned, returned, f"{self.layer.name}.forward").values()

    def _checked(self, name: str, y: Any, upstream: Array | None) -> Array:
        array = as_array(y)
        if array is None or (upstream is not None and array.shape != upstream.shape):
            mismatch = compare(name, y, 0.0 if upstream is None else upstream)
            text = mismatch.text if mismatch else f"{name} is wrong"
            raise CheckFailure(text, Counterexample(self.case.label, self.number, name))
        return array

    def _error(self, name: str, gradient: Any, directions: list[Array], slopes: Array, rtol: float) -> float:
        """How far a gradient is from the slopes, relative to them; too far is a failure with an index."""
        analytic, tensor = as_array(gradient), self.tensors[name]
        if analytic is None or analytic.shape != tensor.shape:
            mismatch = compare(name, gradient, tensor)
            text = mismatch.text if mismatch else f"{name} is wrong"
            raise CheckFailure(text, Counterexample(self.case.label, self.number, name))
        along = np.array([float(np.vdot(analytic, direction)) for direction in directions])
        # a loss of size L is known to about eps * L, so its slope to eps * L / STEP = 2e-11 L
        scale = max(float(np.sqrt(np.mean(slopes**2))), FLOOR * self.size)
        errors = np.abs(along - slopes) / scale
        if not (errors <= rtol).all() and np.isfinite(along).all():  # the step may be at fault: a kink, a sharp curve
            errors = np.minimum(errors, np.abs(along - self._otherwise(name, directions)).min(axis=0) / scale)
        if not (errors <= rtol).all():  # nan is not
            self._expect_same_again()
            raise self._located(name, analytic, rtol)
        return float(np.max(errors))

    def _otherwise(self, name: str, directions: list[Array]) -> Array:
        """The slopes by other steps, a row for each: by two steps and extrapolation, and by a small one."""
        found = []
        for steps in OTHERWISE:
            nudges = [self._nudges(name, directions, step) for step in steps]
            values = [self.submission.many(asked) for asked in nudges]
            slopes = [self._slopes(*both) for both in zip(nudges, values, steps, strict=True)]
            found.append(slopes[0] if len(slopes) == 1 else (4 * slopes[0] - slopes[1]) / 3)
        return np.array(found)

    def _expect_same_again(self) -> None:
        """Fail if `forward` answers the same question in two ways: then no gradient could be right."""
        x, *others = self.case.inputs
        asked = [[x, *others], [-x, *others], [x, *others]]
        calls = [Call(self.plan.handle, "forward", self.layer.forward_takes(inputs)) for inputs in asked]
        first, _, again = (self._outputs(returned) for returned in self.submission.many(calls))
        for name, one, other in zip(flat(self.layer.returned), first, again, strict=False):
            if compare(name, other, one) is not None:
                text = f"{name} is another after a call with other inputs in between"
                raise CheckFailure(text, Counterexample(self.case.label, self.number, name), (KEPT,))

    def _located(self, name: str, analytic: Array, rtol: float) -> CheckFailure:
        """Follow single elements to find one that is wrong; its relative error is that of m0's lesson."""
        size, shape = analytic.size, analytic.shape
        order = self.rng.permutation(size)[:LOCATED] if size > LOCATED else np.arange(size)
        start = time.monotonic()
        numeric = self._followed(name, order)
        quick = (time.monotonic() - start) / len(order) * SHOWN**2 < PATIENCE
        errors = np.abs(analytic.ravel()[order] - numeric)
        at = int(np.nanargmax(errors)) if not np.isnan(errors).all() else 0
        index = tuple(int(i) for i in np.unravel_index(int(order[at]), shape))
        found = number(analytic[index]), number(numeric[at])
        relative = float(errors[at] / max(1e-8, abs(analytic[index]) + abs(numeric[at])))
        told = f" (relative error {relative:.2g})" if relative > rtol else ""
        return CheckFailure(
            f"{name} disagrees with finite differences of your own forward{told}",
            Counterexample(
                self.case.label, self.number, name, index, *found, nearby=self._map(name, analytic, index, quick)
            ),
        )

    def _followed(self, name: str, places: Array) -> Array:
        """The slope at each of some places of a flattened tensor."""
        tensor = self.tensors[name]
        nudges = self._nudges(name, [np.eye(1, tensor.size, int(at)).reshape(tensor.shape) for at in places.ravel()])
        return self._slopes(nudges, self.submission.many(nudges)).reshape(places.shape)

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
