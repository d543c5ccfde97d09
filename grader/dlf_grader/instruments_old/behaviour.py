"""Behaviour: what a well-mannered layer does besides computing the right numbers.

Everything here compares a layer with itself, so it needs no oracle: the dtype that comes in goes out, inputs stay
untouched, calls do not leak into each other, parameters are read when they are used, bad shapes are refused.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments_old.layer import Answer, Array, Case, Layer, flat, gradient_of, named, run_case
from dlf_grader.model import Measurements, RunCheck
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Call, Get
from dlf_grader.sandbox.proxy import Remote, Submission


def manners(layer: Layer) -> RunCheck:
    """A check of dtype, inputs, repeated calls and parameters read at call time, on two of the layer's cases."""

    def run(submission: Submission, ctx: Context) -> Measurements:
        cases = [case for _, case in layer.numbered_cases(replace(ctx, only_case=None))]
        first, second = _two_of_one_kind(cases)
        claims: list[Callable[[], None]] = [
            lambda: keeps_dtype(submission, layer, second),
            lambda: leaves_inputs_alone(submission, layer, second),
            lambda: accepts_strided(submission, layer, second),
            lambda: reads_parameters_at_call(submission, layer, second),
            lambda: keeps_calls_apart(submission, layer, first, second),
        ]
        for claim in claims:
            try:
                claim()
            except NotWritten:
                raise
            except LearnerError as error:
                raise CheckFailure(str(error)) from error
        return {"claims": len(claims)}

    return run


def _two_of_one_kind(cases: Sequence[Case]) -> tuple[Case, Case]:
    """Two cases, of different input shapes where there are any, that one object can serve; the largest such two."""
    pairs = [
        (early, late)
        for early, late in itertools.combinations(cases, 2)
        if early.init == late.init and early.inputs[0].shape != late.inputs[0].shape
    ]
    fallback = [(cases[0], cases[-1])]
    return max(pairs or fallback, key=lambda pair: min(case.inputs[0].size for case in pair))


def _fail(name: str, text: str, case: Case, **values: Any) -> CheckFailure:
    return CheckFailure(text, Counterexample(case.label, 0, **values), (Diagnosis(name, _ADVICE[name]),))


_ADVICE = {
    "dtype-lost": "Arrays made without a dtype are float64; parameters of another dtype promote: cast to the input's.",
    "input-modified": "An in-place operation (+=, -=, out=) reached the caller's array; work on a new one.",
    "not-contiguous": "Do not assume how an array lies in memory: reshape instead of setting shape, no raw buffers.",
    "stale": "What backward needs must be stored anew by every forward.",
    "accumulated": "backward overwrites the gradients of the call before; it does not add to them.",
    "shared-buffer": "An array that was returned belongs to the caller; a later call must not write into it.",
    "parameters-copied": "Read the parameter's attribute inside forward; a copy made earlier misses what is assigned.",
}


def _cast(case: Case, dtype: str) -> Case:
    def cast(value: Any) -> Any:
        return value.astype(dtype) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value

    inputs, more = (tuple(map(cast, arrays)) for arrays in (case.inputs, case.more))
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
                raise _fail("dtype-lost", f"{name} should be {dtype} when the input is, got {got}", case, tensor=name)
            if compare(name, array, exact[name], rtol=1e-3) is not None:
                raise _fail("dtype-lost", f"{name} in {dtype} is far from {name} in float64", case, tensor=name)


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
            raise _fail("input-modified", f"{name} was changed in the caller's hands", case, tensor=name)


def accepts_strided(submission: Submission, layer: Layer, case: Case) -> None:
    """The same numbers in non-contiguous memory give the same answer."""
    answer, _ = _handed(submission, layer, case, strided=True)
    exact = run_case(submission, layer, case, backward=True)
    for name, value in answer.items():
        mismatch = compare(name, value, exact[name])
        if mismatch is not None:
            raise _fail("not-contiguous", f"{mismatch.text} when the input is not contiguous", case, tensor=name)


def keeps_calls_apart(submission: Submission, layer: Layer, first: Case, second: Case) -> None:
    """One object serves call after call: each answer is what a fresh object would give."""
    expected = run_case(submission, layer, first, backward=False)[layer.output]
    fresh = run_case(submission, layer, second, backward=True)
    try:
        _in_turn(submission, layer, first, second, expected, fresh)
    except NotWritten:
        raise
    except LearnerError as error:
        raise _fail("stale", f"a later call on the same object fails: {error}", second) from error


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
        raise _fail("shared-buffer", text, first, tensor=layer.output)
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
            raise _fail("accumulated", text, case, tensor=name)
    if wrong:
        raise _fail("stale", f"{wrong[0]} on a second call differs from a fresh object's", case, tensor=wrong[0])


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
        raise _fail("parameters-copied", text, case, tensor=layer.output)
