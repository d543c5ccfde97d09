"""A case as Python that a learner can paste: the smallest failing case, without the grader around it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments_old.layer import Case, Layer, gradient_of

SHOWN = 200  # elements up to which an array is written out; larger ones are drawn anew, to the same shape


@contextmanager
def telling_how(ctx: Context, layer: Layer, *, backward: bool) -> Iterator[None]:
    """Add to a failure inside the Python that repeats its case, which a replay shows."""
    try:
        yield
    except CheckFailure as failure:
        found = failure.counterexample
        cases = dict(layer.numbered_cases(ctx))
        if found is not None and found.number in cases:
            module = ctx.check.exercise.removesuffix(".py").replace("/", ".")
            code = as_code(module, layer, cases[found.number], backward=backward)
            failure.counterexample = replace(found, code=code)
        raise


def as_code(module: str, layer: Layer, case: Case, *, backward: bool) -> str:
    """Python that repeats a case on the learner's own file, to be run in the tree's folder.

    Args:
        module: the exercise's, "m1_cnn.conv".
        backward: whether to call `backward` as well.
    """
    arguments = ", ".join(f"{name}={value!r}" for name, value in case.init.items())
    lines = ["import numpy as np", f"from {module} import {layer.name}", "", f"layer = {layer.name}({arguments})"]
    lines += [f"layer.{name} = {written(value)}" for name, value in case.attributes.items()]
    inputs = layer.input_names[: len(case.inputs)]
    lines += [f"{name} = {written(x)}" for name, x in zip(inputs, case.inputs, strict=True)]
    lines.append(f"print(layer.forward({_listed(layer.forward_takes(inputs))}))")
    if backward:
        upstreams = [written(array) for array in case.upstreams]
        lines.append(f"print(layer.backward({_listed(layer.backward_takes(upstreams))}))")
        read = [name for name in layer.parameters if case.attributes.get(name, ...) is not None]
        lines += [f"print(layer.{gradient_of(name)})" for name in read]
    return "\n".join(lines)


def _listed(arguments: Sequence[Any]) -> str:
    return ", ".join(f"({_listed(part)})" if isinstance(part, tuple) else part for part in arguments)


def written(value: Any) -> str:
    """A value as Python; a large array as one that is drawn."""
    if not isinstance(value, np.ndarray):
        return repr(value)
    if value.size > SHOWN:
        return f"np.random.default_rng(0).standard_normal({value.shape})  # the case's own numbers are too many to show"
    numbers = np.array2string(value, separator=", ", threshold=SHOWN + 1, floatmode="unique", max_line_width=10_000)
    return f"np.array({' '.join(numbers.split())})"
