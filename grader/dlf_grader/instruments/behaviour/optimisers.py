"""Behaviour of an optimiser: it moves the caller's own arrays, keeps their dtypes, and touches nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.behaviour.claims import Claim
from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments.subjects.optimiser import NOT_IN_PLACE, SHARED_STATE, Optimiser, take_steps
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Call, Handle
from dlf_grader.sandbox.proxy import Remote, Submission

SINGLE = 1e-5  # relative error that float32 may leave after a few steps

ADVICE = {
    NOT_IN_PLACE.id: NOT_IN_PLACE.text,
    "copies-kept": ".params must be a list of the very arrays that were passed: copies would move without the network.",
    "gradient-modified": "An in-place operation (+=, *=) changed the caller's gradient: compute a new array.",
    "gradient-kept": "The state is the caller's gradient array itself, which the caller overwrites: store a copy.",
    "private-weights": "Read the parameters in every step: the caller may write into them between steps.",
    "dtype-lost": "A parameter's dtype changed: write into the array that was passed, float32 or float64.",
    "not-strided": "reshape and ravel copy an array that is not contiguous: write into the parameter itself.",
    SHARED_STATE.id: SHARED_STATE.text,
    "returns-something": "step must return None: it works in place.",
}


def optimiser_claims(optimiser: Optimiser, submission: Submission, ctx: Context) -> list[Claim]:
    """In place, state, gradients, parameters changed from outside, dtypes, strides; on the subject's last case."""
    claims = _Claims(submission, optimiser, list(optimiser.cases(ctx.rng))[-1])
    return [
        claims.moves_the_callers_arrays,
        claims.shares_nothing,
        claims.leaves_gradients_alone,
        claims.keeps_no_gradient,
        claims.sees_changes_from_outside,
        claims.keeps_dtypes,
        claims.moves_strided_arrays,
    ]


@dataclass(frozen=True)
class _Claims:
    """The claims, each against the learner's own numbers in the plainest use."""

    submission: Submission
    optimiser: Optimiser
    case: Case

    @property
    def grads(self) -> list[list[Array]]:
        grads: list[list[Array]] = self.case.attributes["grads"]
        return grads

    def moves_the_callers_arrays(self) -> None:
        """The arrays that were passed move, and `.params` are the same ones."""
        arrays, optimiser = self._start(self.case.inputs)
        returned = [optimiser.step(gradients) for gradients in self.grads]
        if any(value is not None for value in returned):
            raise self._fails("returns-something", "step should return None")
        held = optimiser.params
        if not isinstance(held, list | tuple) or len(held) != len(arrays):
            raise self._fails("copies-kept", f".params should be the list of {len(arrays)} arrays that was passed")
        moved = [array.fetch() for array in arrays]
        for at, (mine, start) in enumerate(zip(moved, self.case.inputs, strict=True)):
            if np.array_equal(mine, start):
                raise self._fails(NOT_IN_PLACE.id, f"params[{at}] did not change in place", f"params[{at}]")
            if compare("", held[at], mine) is not None:
                raise self._fails("copies-kept", f".params[{at}] is not the array that was passed", f"params[{at}]")

    def leaves_gradients_alone(self) -> None:
        """The gradients are as they were, those of earlier steps too."""
        for case in (self.case, self._undecayed()):
            arrays = [self.submission.put(w) for w in case.inputs]
            optimiser = self.submission.new(self.optimiser.name, arrays, **case.init)
            handed: list[tuple[str, Remote, Array]] = []
            for step, gradients in enumerate(self.grads, start=1):
                sent = [self.submission.put(g) for g in gradients]
                words = [f"grads[{at}] of step {step}" for at in range(len(sent))]
                handed += zip(words, sent, gradients, strict=True)
                optimiser.step(sent)
                for name, array, g in handed:
                    if not np.array_equal(array.fetch(), g):
                        raise self._fails("gradient-modified", f"step {step} changed {name}", name)

    def keeps_no_gradient(self) -> None:
        """The caller may write the next gradients into the same arrays."""
        for case in (self.case, self._undecayed()):
            arrays = [self.submission.put(w) for w in case.inputs]
            optimiser = self.submission.new(self.optimiser.name, arrays, **case.init)
            sent = [self.submission.put(np.zeros_like(g)) for g in self.grads[0]]
            for gradients in self.grads:
                for array, g in zip(sent, gradients, strict=True):
                    self.submission.call("numpy:copyto", array, g)
                optimiser.step(sent)
            self._same(arrays, "gradient-kept", "when the caller reuses its gradient arrays", self._expected(case))

    def _undecayed(self) -> Case:
        """The case without weight decay: then the gradient itself, not a sum with it, is at hand to be kept."""
        return replace(self.case, init=self.case.init | {"weight_decay": 0.0})

    def sees_changes_from_outside(self) -> None:
        """What the caller writes into a parameter between steps is where the next step starts."""
        undecayed = self._undecayed()  # so that where it starts is all
        arrays = [self.submission.put(w) for w in undecayed.inputs]
        optimiser = self.submission.new(self.optimiser.name, arrays, **undecayed.init)
        optimiser.step(self.grads[0])
        for array in arrays:
            self.submission.call("numpy:copyto", array, array.fetch() + 1)
        for gradients in self.grads[1:]:
            optimiser.step(gradients)
        expected = [w + 1 for w in self._expected(undecayed)]
        self._same(arrays, "private-weights", "after the caller wrote into a parameter", expected)

    def keeps_dtypes(self) -> None:
        """A float32 parameter beside a float64 one: each keeps its dtype and comes out right."""
        dtypes = ("float32", "float64")
        params = [w.astype(dtype) for w, dtype in zip(self.case.inputs, dtypes, strict=True)]
        arrays, optimiser = self._start(params)
        for gradients in self.grads:
            optimiser.step([g.astype(dtype) for g, dtype in zip(gradients, dtypes, strict=True)])
        for at, (array, dtype) in enumerate(zip(arrays, dtypes, strict=True)):
            held = as_array(optimiser.params[at])
            if held is None or held.dtype != dtype:
                raise self._fails("dtype-lost", f".params[{at}] should stay {dtype}", f"params[{at}]")
            if compare("", array.fetch(), self._expected(self.case)[at], rtol=SINGLE) is not None:
                raise self._fails("dtype-lost", f"params[{at}] in {dtype} is far from float64's", f"params[{at}]")

    def moves_strided_arrays(self) -> None:
        """A parameter that is not contiguous in memory moves too."""
        arrays = [self._transposed(w) for w in self.case.inputs]
        optimiser = self.submission.new(self.optimiser.name, arrays, **self.case.init)
        for gradients in self.grads:
            optimiser.step(gradients)
        self._same(arrays, "not-strided", "when the parameters are not contiguous")

    def shares_nothing(self) -> None:
        """Two optimisers of one class, stepping by turns, do not meet."""
        (arrays, first), (_, second) = self._start(self.case.inputs), self._start(self.case.inputs)
        for gradients in self.grads:
            first.step(gradients)
            second.step([2 * g + 1 for g in gradients])
        self._same(arrays, SHARED_STATE.id, "when another optimiser steps in between")
        for array, start in zip(arrays, self.case.inputs, strict=True):
            self.submission.call("numpy:copyto", array, start)
        again = self.submission.new(self.optimiser.name, arrays, **self.case.init)
        for gradients in self.grads:
            again.step(gradients)
        self._same(arrays, SHARED_STATE.id, "when a new optimiser is built on the same arrays")

    # -- helpers ----------------------------------------------------------------------------------

    def _start(self, params: Sequence[Array]) -> tuple[list[Remote], Remote]:
        arrays = [self.submission.put(w) for w in params]
        return arrays, self.submission.new(self.optimiser.name, arrays, **self.case.init)

    def _transposed(self, w: Array) -> Remote:
        """The same numbers, in memory that lies the other way round; even strided arrays may be flattened in place."""
        stored, view = self.submission.put(w.T), self.submission.reserve("parameter")
        self.submission.many([Call("numpy", "transpose", [stored], keep=view)])
        return Remote(self.submission, Handle(view, "parameter"))

    def _expected(self, case: Case) -> list[Any]:
        """Where the learner's own steps lead in the plainest use."""
        return take_steps(self.submission, self.optimiser, case)[-1]

    def _same(self, arrays: Sequence[Remote], advice: str, when: str, expected: Sequence[Any] = ()) -> None:
        fetched = [array.fetch() for array in arrays]
        for at, (mine, right) in enumerate(zip(fetched, expected or self._expected(self.case), strict=True)):
            if compare("", mine, right) is not None:
                raise self._fails(advice, f"params[{at}] comes out differently {when}", f"params[{at}]")

    def _fails(self, advice: str, text: str, tensor: str = "") -> CheckFailure:
        return CheckFailure(text, Counterexample(self.case.label, 0, tensor), (Diagnosis(advice, ADVICE[advice]),))
