"""Behaviour: what a layer or a function does besides computing the right numbers.

Everything here compares the learner's code with itself, so it needs no oracle: the dtype that comes in goes out, inputs
stay untouched, calls do not leak into each other, parameters are read when they are used.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments.layer import Layer, gradient_of, run_case
from dlf_grader.instruments.names import flat, named
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Call, Get
from dlf_grader.sandbox.proxy import Remote, Submission

Claim = Callable[[], None]  # raises a CheckFailure where it does not hold


def check_claims(claims: Sequence[Claim]) -> Measurements:
    """Check one claim after the other; what the learner's code raises is a failure."""
    for claim in claims:
        try:
            claim()
        except NotWritten:
            raise
        except LearnerError as error:
            raise CheckFailure(str(error)) from error
    return {"claims": len(claims)}


def layer_claims(layer: Layer, submission: Submission, ctx: Context) -> list[Claim]:
    """dtype, inputs, memory, parameters read at call time, repeated calls; on two of the layer's cases."""
    cases = [case for _, case in layer.numbered_cases(replace(ctx, only_case=None))]
    first, second = _two_of_one_kind(cases)
    return [
        lambda: keeps_dtype(submission, layer, second),
        lambda: leaves_inputs_alone(submission, layer, second),
        lambda: accepts_strided(submission, layer, second),
        lambda: reads_parameters_at_call(submission, layer, second),
        lambda: keeps_calls_apart(submission, layer, first, second),
    ]


def _two_of_one_kind(cases: Sequence[Case]) -> tuple[Case, Case]:
    """Two cases, of different input shapes where there are any, that one object can serve; the largest such two."""
    pairs = [
        (early, late)
        for early, late in itertools.combinations(cases, 2)
        if early.init == late.init and early.inputs[0].shape != late.inputs[0].shape
    ]
    fallback = [(cases[0], cases[-1])]
    return max(pairs or fallback, key=lambda pair: min(case.inputs[0].size for case in pair))


ADVICE = {
    "dtype-lost": "Cast to the input's dtype: an array made without a dtype is float64, and so is a parameter.",
    "input-modified": "Work on a copy: an in-place operation (+=, -=, out=) reached the caller's array.",
    "not-contiguous": "Do not assume how an array lies in memory: reshape instead of setting shape, no raw buffers.",
    "stale": "Store what backward needs in every forward.",
    "accumulated": "Overwrite the gradients in every backward: do not add to those of the call before.",
    "shared-buffer": "Return a new array from every call: a later call must not write into one that was returned.",
    "parameters-copied": "Read the parameter's attribute inside forward: a copy misses what is assigned later.",
}


def fails(name: str, text: str, case: Case, tensor: str = "") -> CheckFailure:
    """A claim that does not hold: what is wrong, and the advice of that name."""
    return CheckFailure(text, Counterexample(case.label, 0, tensor), (Diagnosis(name, ADVICE[name]),))


def _cast(case: Case, dtype: str) -> Case:
    """A case in another dtype; where no input is floating, as in an embedding, the parameters are cast."""

    def cast(value: Any) -> Any:
        return value.astype(dtype) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value

    inputs, more = (tuple(map(cast, arrays)) for arrays in (case.inputs, case.more))
    if not any(x.dtype.kind == "f" for x in inputs):
        return replace(case, attributes={name: cast(value) for name, value in case.attributes.items()})
    return replace(case, inputs=inputs, upstream=cast(case.upstream), more=more)


def keeps_dtype(submission: Submission, layer: Layer, case: Case) -> None:
    """float32 in, float32 out, whatever the parameters' dtype; and float64 likewise."""
    for dtype in ("float32", "float64"):
        cast = _cast(case, dtype)
        answer = run_case(submission, layer, cast, backward=True)
        exact = run_case(submission, layer, case, backward=True)
        outputs = [] if case.upstream is None else flat(layer.returned)
        for name in (*outputs, *flat(layer.gradients)):
            array = as_array(answer[name])
            if array is None or array.dtype != dtype:
                got = "something else" if array is None else str(array.dtype)
                raise fails("dtype-lost", f"{name} should be {dtype} when the input is, got {got}", case, tensor=name)
            if compare(name, array, exact[name], rtol=1e-3) is not None:
                raise fails("dtype-lost", f"{name} in {dtype} is far from {name} in float64", case, tensor=name)


def _handed(submission: Submission, layer: Layer, case: Case, *, strided: bool) -> tuple[Answer, list[Array]]:
    """Run a case with every array passed by reference; returns the answer and the arrays afterwards."""
    remote = submission.new(layer.name, **case.init)
    _assign(remote, case)
    inputs, upstreams = (
        [submission.put(x, strided=strided and x.ndim > 0) for x in arrays] for arrays in (case.inputs, case.upstreams)
    )
    y = remote.forward(*layer.forward_takes(inputs))
    returned = remote.backward(*layer.backward_takes(upstreams))
    return _answer(layer, y, returned), [array.fetch() for array in (*inputs, *upstreams)]


def _answer(layer: Layer, y: Any, returned: Any) -> Answer:
    gradients = layer.gradients[0] if len(layer.gradients) == 1 else layer.gradients
    return named(layer.returned, y, f"{layer.name}.forward") | named(gradients, returned, f"{layer.name}.backward")


def leaves_inputs_alone(submission: Submission, layer: Layer, case: Case) -> None:
    """`forward` and `backward` leave their arguments as they were."""
    _, after = _handed(submission, layer, case, strided=False)
    before = [*case.inputs, *case.upstreams]
    names = [*layer.input_names[: len(case.inputs)], *(f"dL_d{name}" for name in flat(layer.returned))]
    for name, old, new in zip(names, before, after, strict=False):
        if not np.array_equal(old, new):
            raise fails(
                "input-modified", f"{name} was modified in place: the caller's array changed", case, tensor=name
            )


def accepts_strided(submission: Submission, layer: Layer, case: Case) -> None:
    """The same numbers in non-contiguous memory give the same answer."""
    answer, _ = _handed(submission, layer, case, strided=True)
    exact = run_case(submission, layer, case, backward=True)
    for name, value in answer.items():
        mismatch = compare(name, value, exact[name])
        if mismatch is not None:
            raise fails("not-contiguous", f"{mismatch.text} when the input is not contiguous", case, tensor=name)


def keeps_calls_apart(submission: Submission, layer: Layer, first: Case, second: Case) -> None:
    """One object serves call after call: each answer is what a fresh object would give."""
    expected = run_case(submission, layer, first, backward=False)[layer.output]
    fresh = run_case(submission, layer, second, backward=True)
    try:
        _in_turn(submission, layer, first, second, expected, fresh)
    except NotWritten:
        raise
    except LearnerError as error:
        raise fails("stale", f"a later call on the same object fails: {error}", second) from error


def _in_turn(submission: Submission, layer: Layer, first: Case, second: Case, expected: Array, fresh: Answer) -> None:
    remote = submission.new(layer.name, **first.init)
    _assign(remote, first)
    kept = submission.reserve("y")
    submission.many([Call(remote.handle.number, "forward", layer.forward_takes(first.inputs), keep=kept)])
    opposite = replace(first, inputs=tuple(-x if x.dtype.kind == "f" else x for x in first.inputs))
    _call(layer, remote, opposite)
    y = _call(layer, remote, second)
    earlier = _output(layer, submission.many([Get(kept, "")])[0])
    if (mismatch := compare(layer.output, earlier, expected)) is not None:
        text = f"a later forward changed an earlier answer: {mismatch.text}"
        raise fails("shared-buffer", text, first, tensor=layer.output)
    _backward(layer, remote, second)
    _same_as_fresh(layer, remote, fresh, second, _backward(layer, remote, second), y)


def _assign(remote: Remote, case: Case) -> None:
    for name, value in case.attributes.items():
        setattr(remote, name, value)


def _call(layer: Layer, remote: Remote, case: Case) -> Any:
    _assign(remote, case)
    return remote.forward(*layer.forward_takes(case.inputs))


def _backward(layer: Layer, remote: Remote, case: Case) -> Any:
    return remote.backward(*layer.backward_takes(case.upstreams))


def _output(layer: Layer, returned: Any) -> Any:
    """The first, or only, thing that forward returned."""
    return named(layer.returned, returned, f"{layer.name}.forward")[layer.output]


def _same_as_fresh(layer: Layer, remote: Remote, fresh: Answer, case: Case, returned: Any, y: Any) -> None:
    again = _answer(layer, y, returned)
    for name in layer.parameters:
        if case.attributes.get(name) is not None:
            again[gradient_of(name)] = getattr(remote, gradient_of(name))
    names = sorted(fresh.keys() & again.keys() - set(layer.state))
    wrong = [name for name in names if compare(name, again[name], fresh[name]) is not None]
    for name in wrong:
        doubled = as_array(again[name])
        if doubled is not None and compare(name, doubled / 2, fresh[name]) is None:
            text = f"{name} doubles when backward is called twice"
            raise fails("accumulated", text, case, tensor=name)
    if wrong:
        raise fails("stale", f"{wrong[0]} on a second call differs from a fresh object's", case, tensor=wrong[0])


def reads_parameters_at_call(submission: Submission, layer: Layer, case: Case) -> None:
    """A parameter assigned after a call is the one the next call uses."""
    named = [name for name in layer.parameters if isinstance(case.attributes.get(name), np.ndarray)]
    if not named:
        return
    changed = {name: case.attributes[name] * 2 + 1 for name in named}
    other = replace(case, attributes=case.attributes | changed)
    expected = run_case(submission, layer, other, backward=False)[layer.output]
    remote = submission.new(layer.name, **case.init)
    _call(layer, remote, case)
    mismatch = compare(layer.output, _output(layer, _call(layer, remote, other)), expected)
    if mismatch is not None:
        text = "forward ignores a parameter assigned after the first call"
        raise fails("parameters-copied", text, case, tensor=layer.output)
