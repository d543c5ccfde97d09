"""Calls and objects apart: whatever was called before, or is alive beside it, an object answers as a fresh one does.

One object is called with data of the same shape, then of another, then with the case itself, while a second object of
the class is at work between its `forward` and its `backward`: all in one message, and compared with fresh objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.behaviour.claims import fails
from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments.subjects.layer import Layer, run_case
from dlf_grader.instruments.subjects.script import Script
from dlf_grader.sandbox.protocol import Call, Get, Handle, Operation
from dlf_grader.sandbox.proxy import Submission


def keeps_calls_apart(submission: Submission, layer: Layer, case: Case, other: Case | None, fresh: Answer) -> None:
    """Each answer of one object is what a fresh object would give.

    Args:
        other: a case of another shape that the same object can serve.
        fresh: a fresh object's answer to the case.
    """
    twin = twin_of(case)
    alone = _Sitting(submission, layer, case, twin, other, fresh, run_case(submission, layer, twin, backward=True))
    if (problem := alone.problem(company=True)) is None:
        return
    if (own := alone.problem(company=False)) is not None:
        raise own
    raise fails("objects-share", f"with a second object of the class beside it, {problem}", case)


def twin_of(case: Case) -> Case:
    """The same shapes with other data: numbers in another order, of another size and sign; ids mirrored."""

    def other(x: Array, factor: float) -> Array:
        turned = x.ravel()[::-1].reshape(x.shape)
        if x.dtype.kind == "f":
            return factor * turned
        return turned if x.dtype.kind == "b" or x.size == 0 else x.max() + x.min() - x

    inputs = tuple(other(x, -0.5 - 0.25 * at) for at, x in enumerate(case.inputs))
    upstreams = [other(x, -0.5) for x in case.upstreams]
    return replace(case, inputs=inputs, upstream=upstreams[0] if upstreams else None, more=tuple(upstreams[1:]))


@dataclass(frozen=True)
class _Sitting:
    """One object in use, call after call."""

    submission: Submission
    layer: Layer
    case: Case
    twin: Case
    other: Case | None
    fresh: Answer
    fresh_twin: Answer

    def problem(self, *, company: bool) -> CheckFailure | None:
        """The first answer that is not a fresh object's."""
        try:
            answers = self._answers(company=company)
        except NotWritten:
            raise
        except LearnerError as error:
            if ".backward(" not in error.call:
                return fails("carried-over", f"a later call on the same object fails: {error}", self.case)
            if self._fails_without_repeat(company=company):
                return fails("stale", f"a later call on the same object fails: {error}", self.case)
            return fails("spoilt", f"a second backward after one forward fails: {error}", self.case)
        return self._first_wrong(answers)

    def _fails_without_repeat(self, *, company: bool) -> bool:
        """Whether the calls fail even if no backward is called twice after one forward."""
        try:
            self._answers(company=company, repeat=False)
        except LearnerError:
            return True
        return False

    def _answers(self, *, company: bool, repeat: bool = True) -> dict[str, Answer]:
        script = Script(self.submission, self.layer)
        y, dx = (self.submission.reserve(name) for name in ("y", "gradients"))
        mine, theirs = script.new(self.case), script.new(self.case) if company else 0
        if self.other is not None:  # with the same parameters: to copy those is another mistake
            script.forward(mine, replace(self.other, attributes=self.case.attributes))
        script.forward(mine, self.twin, keep=y)
        script.returned("twin's forward", y, self.layer.returned)
        script.backward(mine, self.twin, keep=dx)
        script.returned("twin's backward", dx, script.gradients)
        script.forward(mine, self.case, "forward")
        if company:
            script.forward(theirs, self._stranger())
            if self.other is not None:
                script.forward(theirs, self.other)
        script.backward(mine, self.case, "backward")
        if repeat:
            script.backward(mine, self.case, "again")
        if company:
            script.backward(theirs, self.other or self.twin)
            script.stored("again", mine, self.case)
        script.returned("kept y", y, self.layer.returned)
        script.returned("kept gradients", dx, script.gradients)
        return script.run()

    def _stranger(self) -> Case:
        """The twin, with other parameters."""
        changed = {n: v * 2 + 1 for n in self.layer.parameters if (v := self.twin.attributes.get(n)) is not None}
        return replace(self.twin, attributes=self.twin.attributes | changed)

    def _first_wrong(self, answers: dict[str, Answer]) -> CheckFailure | None:
        def failure(id: str, text: str) -> CheckFailure:
            return fails(id, f"{name} {text}", self.case, name)

        late = "on a later call differs from a fresh object's"
        for key, right, id in (
            ("twin's forward", self.fresh_twin, "carried-over"),
            ("twin's backward", self.fresh_twin, "stale"),
            ("forward", self.fresh, "carried-over"),
        ):
            if name := _wrong(answers[key], right):
                return failure(id, late)
        if name := _wrong(answers["backward"], self.fresh):
            if _doubled(answers["backward"][name], self.fresh_twin.get(name), self.fresh[name]):
                return failure("accumulated", "still holds the gradient of an earlier backward")
            return failure("stale", late)
        if name := _wrong(answers["again"], self.fresh):
            if _doubled(answers["again"][name], self.fresh[name], self.fresh[name]):
                return failure("accumulated", "doubles when backward is called twice")
            return failure("spoilt", "is right after one backward, and wrong after a second one")
        for key in ("kept y", "kept gradients"):
            if name := _wrong(answers[key], self.fresh_twin):
                return failure("shared-buffer", "of an earlier call was changed by a later one")
        return None


def _wrong(yours: Answer, right: Answer) -> str:
    """The first tensor that is not what it should be."""
    return next((name for name in yours if name in right and compare(name, yours[name], right[name]) is not None), "")


def _doubled(yours: Any, earlier: Any, right: Any) -> bool:
    """Whether a gradient is the sum of two calls'."""
    array, before = as_array(yours), as_array(earlier)
    if array is None or before is None or before.shape != np.shape(right):
        return False
    return compare("", array, before + right) is None


# -- memory ---------------------------------------------------------------------------------------

Place = tuple[int, str]  # an object's number, and an attribute


def keeps_memory_apart(submission: Submission, layer: Layer, case: Case) -> None:
    """Two parameters of one object share no memory, and neither do two objects."""
    objects = [submission.reserve(layer.name) for _ in range(2)]
    made = [Call(0, layer.name, [], case.init, keep=number) for number in objects]
    places = [(one, name) for one in objects for name in (*layer.parameters, *layer.state)]
    values = submission.many([*made, *(Get(*place) for place in places)])[2:]
    filled = [place for place, value in zip(places, values, strict=True) if _is_parameter(value)]
    try:
        after = submission.many(_fill_and_read(submission, filled))[len(filled) * 3 :]
    except LearnerError as error:
        raise fails("read-only", f"a parameter cannot be changed in place: {error}", case) from error
    for at, ((_, name), value) in enumerate(zip(filled, after, strict=True), start=1):
        if (strange := value[value != at]).size:
            _, sharer = filled[int(strange[0]) - 1]
            shares = "the same parameter of another object" if sharer == name else sharer
            raise fails("memory-shared", f"{name} shares its memory with {shares}", case, name)


def _is_parameter(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.size > 0


def _fill_and_read(submission: Submission, places: Sequence[Place]) -> list[Operation]:
    """Fill each array with its number, counted from 1, in three operations; then read them all."""
    operations: list[Operation] = []
    for at, (number, name) in enumerate(places, start=1):
        getter, array = submission.reserve("attrgetter"), submission.reserve(name)
        operations.append(Call("operator", "attrgetter", [name], keep=getter))
        operations.append(Call(getter, "", [Handle(number)], keep=array))
        operations.append(Call(array, "fill", [float(at)]))
    return [*operations, *(Get(*place) for place in places)]
