"""Gradient checks: a layer's `backward` against central differences of its own `forward`.

Each tensor by itself is projected on random directions, which costs two forwards a direction instead of two an
element; only a failure is followed element by element, to name the index. Always in float64. No oracle is asked: a
wrong `forward` with the matching `backward` passes here, and is caught by parity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import as_array, compare, number
from dlf_grader.instruments.layer import Answer, Array, Case, Layer, run_case
from dlf_grader.instruments.parity import raised_on
from dlf_grader.model import Counterexample, Measurements
from dlf_grader.sandbox.protocol import Call, Operation, Set
from dlf_grader.sandbox.proxy import Submission

STEP = 1e-5
DIRECTIONS = 8  # one misses a 0.1 % error in one element 27 % of the time, four none of 200
SMOOTH, KINKED = 1e-6, 1e-5  # relative tolerances
FLOOR = 1e-3  # of the loss: a slope below that counts as that large, or rounding would decide where it is zero
LOCATED = 20  # elements followed one by one after a failure


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
        for number_, case in self.chosen(ctx):
            try:
                answer = run_case(submission, self.layer, case, backward=True)
                probe = _Probe(submission, self.layer, case, ctx.rng(number_))
                for name, tensor in differentiated(self.layer, case).items():
                    worst = max(worst, _check_tensor(probe, answer, name, tensor, self.rtol, number_))
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
    tensors = dict(zip(layer.gradients, case.inputs, strict=False))
    for name in layer.parameters:
        if case.attributes.get(name) is not None:
            tensors[f"dL_d{name}"] = case.attributes[name]
    return tensors


class _Probe:
    """Forwards of one layer on nudged tensors, many in a message."""

    def __init__(self, submission: Submission, layer: Layer, case: Case, rng: np.random.Generator) -> None:
        self.submission, self.layer, self.case, self.rng = submission, layer, case, rng
        self.handle = submission.new(layer.name, **case.init).handle.number
        submission.many([Set(self.handle, attribute, value) for attribute, value in case.attributes.items()])
        self.forwards = 0
        self.size = 1.0  # the largest sum |upstream · y| met: what a loss's rounding is relative to

    def slopes(self, name: str, tensor: Array, directions: list[Array]) -> list[float]:
        """Central differences of the loss <upstream, y> along each direction of one tensor."""
        operations: list[Operation] = []
        for direction in directions:
            for sign in (1, -1):
                operations += self._forward_at(name, tensor + sign * STEP * direction)
        if name not in self.layer.gradients:
            operations.append(Set(self.handle, name.removeprefix("dL_d"), tensor))  # as it was, for the next tensor
        values = self.submission.many(operations)
        outputs = [value for value, done in zip(values, operations, strict=True) if isinstance(done, Call)]
        self.forwards += len(outputs)
        losses = [self._loss(y) for y in outputs]
        return [(up - down) / (2 * STEP) for up, down in zip(losses[::2], losses[1::2], strict=True)]

    def _forward_at(self, name: str, nudged: Array) -> list[Operation]:
        inputs = list(self.case.inputs)
        if name in self.layer.gradients:
            inputs[self.layer.gradients.index(name)] = nudged
            return [Call(self.handle, "forward", inputs)]
        parameter = name.removeprefix("dL_d")
        return [Set(self.handle, parameter, nudged), Call(self.handle, "forward", inputs)]

    def _loss(self, y: Any) -> float:
        array = as_array(y)
        if array is None or (self.case.upstream is not None and array.shape != self.case.upstream.shape):
            raise CheckFailure("forward returns the wrong kind or shape; see its own check")
        upstream = np.ones_like(array) if self.case.upstream is None else self.case.upstream
        self.size = max(self.size, float(np.vdot(np.abs(upstream), np.abs(array))))
        return float(np.vdot(upstream, array))


def _check_tensor(probe: _Probe, answer: Answer, name: str, tensor: Array, rtol: float, number_: int) -> float:
    """The largest relative error of one tensor's gradient over random directions."""
    analytic = as_array(answer.get(name))
    counterexample = Counterexample(probe.case.label, number_, name)
    if analytic is None or analytic.shape != tensor.shape:
        mismatch = compare(name, answer.get(name), tensor)
        raise CheckFailure(mismatch.text if mismatch else f"{name} is wrong", counterexample)
    directions = [probe.rng.standard_normal(tensor.shape) for _ in range(DIRECTIONS)]
    numeric = probe.slopes(name, tensor, directions)
    # a loss of size L is known to about eps * L, so its slope to eps * L / STEP = 2e-11 L
    scale = max(math.sqrt(sum(s * s for s in numeric) / len(numeric)), FLOOR * probe.size)
    worst = 0.0
    for slope, direction in zip(numeric, directions, strict=True):
        error = abs(float(np.vdot(analytic, direction)) - slope)
        worst = max(worst, error / scale)
    if not worst <= rtol:
        raise _located(probe, name, tensor, analytic, counterexample, worst)
    return worst


def _located(
    probe: _Probe, name: str, tensor: Array, analytic: Array, at: Counterexample, worst: float
) -> CheckFailure:
    """Follow single elements to find one that is wrong."""
    order = probe.rng.permutation(tensor.size)[:LOCATED] if tensor.size > LOCATED else np.arange(tensor.size)
    units = [np.eye(1, tensor.size, int(flat)).reshape(tensor.shape) for flat in order]
    numeric = np.array(probe.slopes(name, tensor, units))
    errors = np.abs(analytic.ravel()[order] - numeric)
    flat = int(np.nanargmax(errors)) if not np.isnan(errors).all() else 0
    index = tuple(int(i) for i in np.unravel_index(int(order[flat]), tensor.shape))
    yours, expected = number(analytic[index]), number(numeric[flat])
    counterexample = Counterexample(at.case, at.number, name, index, yours, expected)
    return CheckFailure(
        f"{name} disagrees with the slope of your own forward (relative error {worst:.1e})", counterexample
    )
