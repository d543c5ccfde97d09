"""Behaviour of a layer: it is compared with itself, so no oracle is asked.

The dtype that comes in goes out, inputs and parameters stay untouched, parameters are read when they are used, and
neither calls nor objects leak into each other.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.instruments.behaviour.apart import keeps_calls_apart, keeps_memory_apart
from dlf_grader.instruments.behaviour.claims import Claim, fails
from dlf_grader.instruments.case import FEW, Answer, Case
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments.names import flat
from dlf_grader.instruments.subjects.layer import Layer, run_case
from dlf_grader.instruments.subjects.script import Script
from dlf_grader.sandbox.protocol import Handle, Put
from dlf_grader.sandbox.proxy import Submission


def layer_claims(layer: Layer, submission: Submission, ctx: Context) -> list[Claim]:
    """dtype, inputs, memory, parameters read at call time, repeated calls; on one or two of the layer's cases."""
    cases = [case for _, case in layer.numbered_cases(replace(ctx, only_case=None))]
    case, other = _chosen(cases)

    @cache
    def exact() -> Answer:
        return run_case(submission, layer, case, backward=True)

    return [
        lambda: keeps_dtype(submission, layer, case, exact()),
        lambda: leaves_inputs_alone(submission, layer, case),
        lambda: accepts_strided(submission, layer, case, exact()),
        lambda: keeps_calls_apart(submission, layer, case, other, exact()),
        lambda: reads_parameters_at_call(submission, layer, case),
        lambda: keeps_memory_apart(submission, layer, case),
    ]


def _chosen(cases: Sequence[Case]) -> tuple[Case, Case | None]:
    """The largest case that is not too large to repeat, and one of another shape that the same object can serve.

    With such another one, if there is any: then the largest of those that have one.
    """
    few = [case for case in cases if case.numbers <= FEW] or [cases[0]]
    pairs = [
        (late, early)
        for early, late in itertools.combinations(few, 2)
        if early.init == late.init and early.inputs[0].shape != late.inputs[0].shape
    ]
    if pairs:
        return max(pairs, key=lambda pair: min(case.inputs[0].size for case in pair))
    return max(few, key=lambda case: case.numbers), None


def _cast(case: Case, dtype: str) -> Case:
    """A case in another dtype; where no input is floating, as in an embedding, the parameters are cast."""

    def cast(value: Any) -> Any:
        return value.astype(dtype) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value

    inputs, more = (tuple(map(cast, arrays)) for arrays in (case.inputs, case.more))
    if not any(x.dtype.kind == "f" for x in inputs):
        return replace(case, attributes={name: cast(value) for name, value in case.attributes.items()})
    return replace(case, inputs=inputs, upstream=cast(case.upstream), more=more)


def keeps_dtype(submission: Submission, layer: Layer, case: Case, exact: Answer) -> None:
    """float32 in, float32 out, whatever the parameters' dtype; and float64 likewise."""
    small = run_case(submission, layer, _cast(case, "float32"), backward=True)
    outputs = [] if case.upstream is None else flat(layer.returned)
    for dtype, answer in (("float32", small), ("float64", exact)):
        for name in (*outputs, *flat(layer.gradients)):
            array = as_array(answer[name])
            if array is None or array.dtype != dtype:
                got = "something else" if array is None else str(array.dtype)
                raise fails("dtype-lost", f"{name} should be {dtype} when the input is, got {got}", case, tensor=name)
            if compare(name, array, exact[name], rtol=1e-3) is not None:
                raise fails("wrong-in-float32", f"{name} in {dtype} is far from {name} in float64", case, tensor=name)


@dataclass(frozen=True)
class _Handed:
    """A case of which every array was passed by reference.

    Attributes:
        arrays: the inputs and upstream gradients afterwards.
        parameters: those afterwards, by name.
    """

    answer: Answer
    arrays: list[Any]
    parameters: Answer


def _handed(submission: Submission, layer: Layer, case: Case, *, strided: bool) -> _Handed:
    script, arrays = Script(submission, layer), [*case.inputs, *case.upstreams]
    held = [submission.reserve("value") for _ in arrays]
    script.operations += [Put(n, x, strided and x.ndim > 0) for n, x in zip(held, arrays, strict=True)]
    handles = [Handle(number) for number in held]
    number = script.new(case)
    script.forward(number, case, "answer", inputs=handles[: len(case.inputs)])
    script.backward(number, case, "answer", upstreams=handles[len(case.inputs) :])
    for at, one in enumerate(held):
        script.returned("arrays", one, str(at))
    for name in layer.parameters:
        script.read("parameters", number, name)
    answers = script.run()
    return _Handed(answers["answer"], list(answers.get("arrays", {}).values()), answers.get("parameters", {}))


def leaves_inputs_alone(submission: Submission, layer: Layer, case: Case) -> None:
    """`forward` and `backward` leave their arguments and the parameters as they were."""
    handed = _handed(submission, layer, case, strided=False)
    before = [*case.inputs, *case.upstreams]
    names = [*layer.input_names[: len(case.inputs)], *(f"dL_d{name}" for name in flat(layer.returned))]
    for name, old, new in zip(names, before, handed.arrays, strict=False):
        if np.shape(new) != old.shape:
            text = f"{name} was given another shape in place: the caller's array changed"
            raise fails("input-modified", text, case, tensor=name)
        if not np.array_equal(old, new):
            text = f"{name} was modified in place: the caller's array changed"
            raise fails("input-modified", text, case, tensor=name)
    for name, new in handed.parameters.items():
        if (given := case.attributes.get(name)) is not None and not np.array_equal(given, new):
            raise fails("parameter-modified", f"{name} is not what it was before the call", case, tensor=name)


def accepts_strided(submission: Submission, layer: Layer, case: Case, exact: Answer) -> None:
    """The same numbers in non-contiguous memory give the same answer."""
    for name, value in _handed(submission, layer, case, strided=True).answer.items():
        if (mismatch := compare(name, value, exact[name])) is not None:
            raise fails("not-contiguous", f"{mismatch.text} when the input is not contiguous", case, tensor=name)


def reads_parameters_at_call(submission: Submission, layer: Layer, case: Case) -> None:
    """A parameter assigned after a call is the one the next call uses."""
    there = [name for name in layer.parameters if isinstance(case.attributes.get(name), np.ndarray)]
    if not there:
        return
    other = replace(case, attributes=case.attributes | {name: case.attributes[name] * 2 + 1 for name in there})
    script = Script(submission, layer)
    fresh, used = script.new(case), script.new(case)
    script.forward(fresh, other, "fresh")
    script.forward(used, case)
    script.forward(used, other, "used")
    answers = script.run()
    if compare(layer.output, answers["used"][layer.output], answers["fresh"][layer.output]) is not None:
        text = "forward ignores a parameter assigned after the first call"
        raise fails("parameters-copied", text, case, tensor=layer.output)
