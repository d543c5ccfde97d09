"""What an optimiser does besides the right numbers: it moves the caller's arrays, and touches nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments_old.layer import Array, Case
from dlf_grader.milestones.m0.drawing import whole
from dlf_grader.milestones.m4.in_order import NOT_IN_PLACE
from dlf_grader.milestones.m4.trajectory import MOVES, Options, given, run_case
from dlf_grader.model import Counterexample, Diagnosis, Measurements, RunCheck
from dlf_grader.sandbox.protocol import Call, Handle
from dlf_grader.sandbox.proxy import Remote, Submission

STEPS = 3
SINGLE = 1e-5  # relative error that float32 may leave after three steps

_ADVICE = {
    "copies-kept": ".params must hold the very arrays that were passed: a list of copies moves, and the network stays.",
    "gradient-modified": "An in-place operation (+=, *=) reached the caller's gradient; work on a new array.",
    "gradient-kept": "The state refers to the gradient's own array, which the caller writes into next time: copy it.",
    "private-weights": "Read the parameters anew in every step; the caller may have changed them meanwhile.",
    "dtype-lost": "A float32 parameter keeps its dtype, beside a float64 one too: write into it, do not replace it.",
    "not-strided": "reshape and ravel copy an array that is not contiguous, so what is written there is lost.",
    "shared-state": "State belongs to one optimiser: make it in __init__ and keep it on self, not on the class.",
    "returns-something": "step returns nothing; what it does is done in place.",
}


def in_place(name: str, options: Options) -> RunCheck:
    """A check that the optimiser works on the caller's arrays, with every option in use."""

    def run(submission: Submission, ctx: Context) -> Measurements:
        rng = ctx.rng(1)
        shapes = ((2, 3), (2,))
        params = tuple(whole(rng, *shape) for shape in shapes)
        grads = [[whole(rng, *shape) for shape in shapes] for _ in range(STEPS)]
        case = given(name, params, grads, [options["lr"]] * STEPS, options)
        trying = _Trying(submission, case)
        claims: tuple[Callable[[], None], ...] = (
            trying.moves_the_callers_arrays,
            trying.shares_nothing,
            trying.leaves_gradients_alone,
            trying.keeps_no_gradient,
            trying.sees_changes_from_outside,
            trying.keeps_dtypes,
            trying.moves_strided_arrays,
        )
        for claim in claims:
            try:
                claim()
            except NotWritten:
                raise
            except LearnerError as error:
                raise CheckFailure(str(error)) from error
        return {"claims": len(claims)}

    return run


class _Trying:
    """The claims, each against the learner's own numbers in the plainest use."""

    def __init__(self, submission: Submission, case: Case) -> None:
        self.submission, self.case = submission, case
        self.name, self.grads = case.attributes["optimiser"], case.attributes["grads"]

    def moves_the_callers_arrays(self) -> None:
        """The arrays that were passed move, and `.params` are the same ones."""
        arrays, optimiser = self._start(self.case.inputs)
        returned = [optimiser.step(slopes) for slopes in self.grads]
        if any(value is not None for value in returned):
            raise self._fails("returns-something", "step should return None")
        held = optimiser.params
        if not isinstance(held, list | tuple) or len(held) != len(arrays):
            raise self._fails("copies-kept", f".params should be the list of {len(arrays)} arrays that was passed")
        moved = [array.fetch() for array in arrays]
        for at, (mine, start) in enumerate(zip(moved, self.case.inputs, strict=True)):
            if np.array_equal(mine, start):
                found = Counterexample(self.case.label, 0, f"params[{at}]")
                raise CheckFailure(f"params[{at}] did not move in place", found, (NOT_IN_PLACE,))
            if compare("", held[at], mine) is not None:
                raise self._fails("copies-kept", f".params[{at}] is not the array that was passed", f"params[{at}]")

    def leaves_gradients_alone(self) -> None:
        """The gradients are as they were."""
        _, optimiser = self._start(self.case.inputs)
        for step, slopes in enumerate(self.grads, start=1):
            sent = [self.submission.put(g) for g in slopes]
            optimiser.step(sent)
            for at, (array, g) in enumerate(zip(sent, slopes, strict=True)):
                if not np.array_equal(array.fetch(), g):
                    raise self._fails("gradient-modified", f"step {step} changed grads[{at}]", f"grads[{at}]")

    def keeps_no_gradient(self) -> None:
        """The caller may write the next gradients into the same arrays."""
        arrays, optimiser = self._start(self.case.inputs)
        sent = [self.submission.put(np.zeros_like(g)) for g in self.grads[0]]
        for slopes in self.grads:
            for array, g in zip(sent, slopes, strict=True):
                self.submission.call("numpy:copyto", array, g)
            optimiser.step(sent)
        self._same(arrays, "gradient-kept", "when the caller reuses its gradient arrays")

    def sees_changes_from_outside(self) -> None:
        """What the caller writes into a parameter between steps is where the next step starts."""
        undecayed = replace(self.case, init=self.case.init | {"weight_decay": 0.0})  # so that where it starts is all
        arrays = [self.submission.put(w) for w in undecayed.inputs]
        optimiser = self.submission.new(self.name, arrays, **undecayed.init)
        optimiser.step(self.grads[0])
        for array in arrays:
            self.submission.call("numpy:copyto", array, array.fetch() + 1)
        for slopes in self.grads[1:]:
            optimiser.step(slopes)
        expected = [w + 1 for w in self._expected(undecayed)]
        self._same(arrays, "private-weights", "after the caller wrote into a parameter", expected)

    def keeps_dtypes(self) -> None:
        """A float32 parameter beside a float64 one: each keeps its dtype and comes out right."""
        dtypes = ("float32", "float64")
        params = [w.astype(dtype) for w, dtype in zip(self.case.inputs, dtypes, strict=True)]
        arrays, optimiser = self._start(params)
        for slopes in self.grads:
            optimiser.step([g.astype(dtype) for g, dtype in zip(slopes, dtypes, strict=True)])
        for at, (array, dtype) in enumerate(zip(arrays, dtypes, strict=True)):
            held = as_array(optimiser.params[at])
            if held is None or held.dtype != dtype:
                text = f".params[{at}] should stay {dtype}"
                raise self._fails("dtype-lost", text, f"params[{at}]")
            if compare("", array.fetch(), self._expected()[at], rtol=SINGLE) is not None:
                raise self._fails("dtype-lost", f"params[{at}] in {dtype} is far from float64's", f"params[{at}]")

    def moves_strided_arrays(self) -> None:
        """A parameter that is not contiguous in memory moves too."""
        arrays = [self._transposed(w) for w in self.case.inputs]
        optimiser = self.submission.new(self.name, arrays, **self.case.init)
        for slopes in self.grads:
            optimiser.step(slopes)
        self._same(arrays, "not-strided", "when the parameters are not contiguous")

    def shares_nothing(self) -> None:
        """Two optimisers of one class, stepping in turn, do not meet."""
        (arrays, first), (_, second) = self._start(self.case.inputs), self._start(self.case.inputs)
        for slopes in self.grads:
            first.step(slopes)
            second.step([2 * g + 1 for g in slopes])
        self._same(arrays, "shared-state", "when another optimiser steps in between")

    # -- helpers ----------------------------------------------------------------------------------

    def _start(self, params: Sequence[Array]) -> tuple[list[Remote], Remote]:
        arrays = [self.submission.put(w) for w in params]
        return arrays, self.submission.new(self.name, arrays, **self.case.init)

    def _transposed(self, w: Array) -> Remote:
        """The same numbers, in memory that lies the other way round; even strided arrays may be flattened in place."""
        stored, view = self.submission.put(w.T), self.submission.reserve("parameter")
        self.submission.many([Call("numpy", "transpose", [stored], keep=view)])
        return Remote(self.submission, Handle(view, "parameter"))

    def _expected(self, case: Case | None = None) -> list[Any]:
        answer = run_case(self.submission, case or self.case, self.grads)
        names = [name for name in answer if name != MOVES]
        return [answer[name] for name in names[-len(self.case.inputs) :]]

    def _same(self, arrays: Sequence[Remote], advice: str, when: str, expected: Sequence[Any] = ()) -> None:
        fetched = [array.fetch() for array in arrays]
        for at, (mine, right) in enumerate(zip(fetched, expected or self._expected(), strict=True)):
            if compare("", mine, right) is not None:
                raise self._fails(advice, f"params[{at}] comes out differently {when}", f"params[{at}]")

    def _fails(self, advice: str, text: str, tensor: str = "") -> CheckFailure:
        found = Counterexample(self.case.label, 0, tensor)
        return CheckFailure(text, found, (Diagnosis(advice, _ADVICE[advice]),))
