"""TwoLayerMLP's parts: how it is made, and how many parameters it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Answer, Case, RngFor
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.milestones.m0.mlp import mistakes
from dlf_grader.milestones.m0.mlp.subject import parameters_of
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

SHAPES = {"fc1.W": "(hidden_size, input_size)", "fc1.b": "(hidden_size,)"}
SHAPES |= {"fc2.W": "(num_classes, hidden_size)", "fc2.b": "(num_classes,)"}
ADVICE = "pass rng to both layers"
SWAPPED = Diagnosis(
    "arguments-swapped", "Linear's arguments are swapped: it takes the number of inputs first, then that of outputs."
)
PARTS = (SWAPPED,)


def check_parts(submission: Submission, ctx: Context) -> Measurements:
    """The parts are there, of the right sizes, and drawn from rng: claims about a network that is never called."""

    def made(seed: int, *sizes: int) -> Remote:
        arguments = dict(zip(("input_size", "hidden_size", "num_classes"), sizes, strict=False))
        return submission.new("TwoLayerMLP", **arguments, rng=submission.new("numpy.random:default_rng", seed))

    for label, sizes in (("TwoLayerMLP(5, 4, 3)", (5, 4, 3)), ("TwoLayerMLP()", ())):
        d, h, k = sizes or (784, 128, 10)
        values = parameters_of(submission, made(ctx.seed, *sizes))
        for (name, value), shape in zip(values.items(), ((h, d), (h,), (k, h), (k,)), strict=True):
            if getattr(value, "shape", None) != shape:
                wanted = f"expected an array of shape {shape}, that is {SHAPES[name]}"
                where = Counterexample(label, 0, name)
                raise CheckFailure(
                    f"{name}: {wanted}, got {describe_value(value)}", where, _swapped(values, shape, name)
                )
    mlp = made(ctx.seed, 4, 4, 4)
    for part in ("relu", "loss"):
        if not {"forward", "backward"} <= set(getattr(getattr(getattr(mlp, part), "handle", None), "methods", ())):
            got = describe_value(getattr(mlp, part))
            raise CheckFailure(f"the attribute {part} should be a layer with forward and backward, got {got}")
    first, again, other = (
        parameters_of(submission, made(seed, 4, 4, 4)) for seed in (ctx.seed, ctx.seed, ctx.seed + 1)
    )
    for name in ("fc1.W", "fc2.W"):
        if not np.array_equal(first[name], again[name]):
            text = f"two networks from generators of the same seed differ in {name}: {ADVICE}"
            raise CheckFailure(text, attribute=name.partition(".")[0])
        if np.array_equal(first[name], other[name]):
            text = f"generators of different seeds give the same {name}: {ADVICE}"
            raise CheckFailure(text, attribute=name.partition(".")[0])
    if np.array_equal(first["fc1.W"], first["fc2.W"]):
        raise CheckFailure("fc1 and fc2 start with the same weights: pass one generator to both layers")
    return {}


def _swapped(values: Mapping[str, Any], shape: tuple[int, ...], name: str) -> tuple[Diagnosis, ...]:
    """Whether a layer has as many outputs as it should have inputs, and the reverse: W and b agree on it."""
    layer = name.partition(".")[0]
    w, b = (getattr(values[f"{layer}.{one}"], "shape", None) for one in ("W", "b"))
    return (SWAPPED,) if name.endswith(".W") and w == shape[::-1] and b == w[:1] else ()


# -- num_parameters -------------------------------------------------------------------------------


METHOD = Diagnosis("method", "num_parameters is a method: put @property above it.")


def _cases(rng_for: RngFor) -> Iterator[Case]:
    for sizes in ((2, 3, 2), (4, 3, 2), (5, 7, 3)):
        yield Case(f"TwoLayerMLP{sizes}", (), {"arguments": sizes}, {"sizes": sizes})
    yield Case("TwoLayerMLP()", (), {"arguments": ()}, {"sizes": (784, 128, 10)})


def _right(case: Case) -> Answer:
    d, h, k = case.attributes["sizes"]
    return {"num_parameters": d * h + h + h * k + k}


def _count(submission: Submission, case: Case) -> Iterator[Answer]:
    count = submission.new("TwoLayerMLP", *case.init["arguments"]).num_parameters
    if callable(count) and not isinstance(count, int):
        raise CheckFailure("num_parameters should be an int, got a method", diagnosis=(METHOD,))
    yield {"num_parameters": count}


NUM_PARAMETERS = Function(
    name="num_parameters",
    results=("num_parameters",),
    oracle=_right,
    cases=_cases,
    call=_count,
    mistakes=mistakes.NUM_PARAMETERS,
    errors_know=(METHOD,),
)
