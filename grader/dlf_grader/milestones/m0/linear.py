"""Linear: its cases, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments_old.behaviour import manners
from dlf_grader.instruments_old.gradient import gradient
from dlf_grader.instruments_old.initialisation import he_normal
from dlf_grader.instruments_old.layer import Array, Ask, Case, Layer, Misconception, RngFor
from dlf_grader.instruments_old.parity import parity
from dlf_grader.instruments_old.refusal import refuses
from dlf_grader.milestones.m0.drawing import shown, whole

# N, inputs, outputs, bias; a square W comes before any other, because there a swapped axis shows as numbers, not as
# NumPy's complaint about shapes
SIZES = (
    (1, 1, 1, True),
    (1, 1, 1, False),
    (2, 1, 1, True),
    (1, 2, 2, True),
    (2, 2, 2, True),
    (1, 2, 1, True),
    (1, 1, 2, True),
    (2, 3, 2, True),
    (3, 2, 3, False),
    (3, 1, 4, True),
    (5, 4, 1, True),
    (4, 6, 5, True),
    (8, 5, 5, False),
    (7, 12, 9, True),
    (16, 20, 10, True),
    (32, 64, 16, True),
)
WHOLE_NUMBERS = 9  # the first cases hold small whole numbers that can be followed by hand


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: one number in, one out; then one new thing at a time, then all at once."""
    for number, (n, inputs, outputs, bias) in enumerate(SIZES, start=1):
        rng = rng_for(number)

        def draw(*shape: int, rng: np.random.Generator = rng, by_hand: bool = number <= WHOLE_NUMBERS) -> Array:
            return whole(rng, *shape) if by_hand else rng.standard_normal(shape)

        x, w, b, upstream = draw(n, inputs), draw(outputs, inputs), draw(outputs) if bias else None, draw(n, outputs)
        numbers = shown(x=x, W=w, b=b, dL_dy=upstream)
        words = [f"N={n}", f"{inputs} in", f"{outputs} out", "" if bias else "no bias", numbers]
        yield Case(
            label=", ".join(word for word in words if word),
            traits=_traits(n, inputs, outputs, bias),
            init={"in_features": inputs, "out_features": outputs, "bias": bias},
            attributes={"W": w, "b": b},
            inputs=(x,),
            upstream=upstream,
        )


def _traits(n: int, inputs: int, outputs: int, bias: bool) -> frozenset[str]:
    named = {
        "more than one sample": n > 1,
        "more than one input": inputs > 1,
        "more than one output": outputs > 1,
        "fewer outputs than inputs": outputs < inputs,
        "more outputs than inputs": outputs > inputs,
        "no bias": not bias,
    }
    return frozenset(name for name, holds in named.items() if holds)


# -- what people get wrong ------------------------------------------------------------------------


def _w_not_transposed(ask: Ask, case: Case, tensor: str) -> Any:
    x, w, b = case.inputs[0], case.attributes["W"], case.attributes["b"]
    return x @ w + (0 if b is None else b)


def _bias_forgotten(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(replace(case, attributes=case.attributes | {"b": None}))["y"]


def _bias_subtracted(ask: Ask, case: Case, tensor: str) -> Any:
    b = case.attributes["b"]
    return None if b is None else ask(replace(case, attributes=case.attributes | {"b": -b}))["y"]


def _relu_inside(ask: Ask, case: Case, tensor: str) -> Any:
    return np.maximum(ask(case)["y"], 0)


def _w_transposed_in_backward(ask: Ask, case: Case, tensor: str) -> Any:
    return _upstream(case) @ case.attributes["W"].T


def _upstream_ignored(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(replace(case, upstream=np.ones_like(_upstream(case))))[tensor]


def _averaged_over_batch(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(case)[tensor] / len(case.inputs[0])


def _gradient_transposed(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(case)["dL_dW"].T


def _last_sample_only(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(replace(case, inputs=(case.inputs[0][-1:],), upstream=_upstream(case)[-1:]))[tensor]


def _summed_over_outputs(ask: Ask, case: Case, tensor: str) -> Any:
    return None if case.attributes["b"] is None else _upstream(case).sum(axis=1)


def _summed_over_everything(ask: Ask, case: Case, tensor: str) -> Any:
    return None if case.attributes["b"] is None else _upstream(case).sum()


def _upstream(case: Case) -> Array:
    assert case.upstream is not None
    return case.upstream


LINEAR = Layer(
    name="Linear",
    oracle="dlf_reference.oracles.m0:linear",
    cases=cases,
    parameters=("W", "b"),
    misconceptions=(
        Misconception(
            "w-not-transposed",
            "It looks as if x met W as it is: W is (outputs, inputs), one row an output, so multiply by its transpose.",
            ("y",),
            _w_not_transposed,
        ),
        Misconception(
            "bias-forgotten",
            "It looks as if the bias were never added: output o of every row gets b[o].",
            ("y",),
            _bias_forgotten,
        ),
        Misconception(
            "bias-subtracted",
            "It looks as if the bias were subtracted: add b to the weighted sums.",
            ("y",),
            _bias_subtracted,
        ),
        Misconception(
            "relu-inside",
            "It looks as if a ReLU were inside the layer: Linear ends with the bias, and ReLU is a class of its own.",
            ("y",),
            _relu_inside,
        ),
        Misconception(
            "w-transposed-in-backward",
            "It looks as if the gradient went back through W transposed: forward used Wᵀ, so backward multiplies by W.",
            ("dL_dx",),
            _w_transposed_in_backward,
        ),
        Misconception(
            "upstream-ignored",
            "It looks as if dL_dy were ignored, as if it were all ones: every gradient here starts from dL_dy.",
            ("dL_dx", "dL_dW", "dL_db"),
            _upstream_ignored,
        ),
        Misconception(
            "averaged-over-batch",
            "It looks as if the gradient were averaged over the batch: sum it; the loss has averaged already.",
            ("dL_dx", "dL_dW", "dL_db"),
            _averaged_over_batch,
        ),
        Misconception(
            "gradient-transposed",
            "It looks as if dL_dW were transposed: a gradient has its parameter's shape, here (outputs, inputs).",
            ("dL_dW",),
            _gradient_transposed,
        ),
        Misconception(
            "last-sample-only",
            "It looks as if only the last sample counted: every row used W and b, so sum over all rows.",
            ("dL_dW", "dL_db"),
            _last_sample_only,
        ),
        Misconception(
            "summed-over-outputs",
            "It looks as if dL_db were summed along each row: b[o] was added in every row, so sum over axis 0.",
            ("dL_db",),
            _summed_over_outputs,
        ),
        Misconception(
            "summed-over-everything",
            "It looks as if dL_db were one sum over all: each output has its own bias, so sum over the batch only.",
            ("dL_db",),
            _summed_over_everything,
        ),
    ),
)

init = he_normal("Linear", {"in_features": 300, "out_features": 100}, (100, 300), fan_in=300)
forward = parity(LINEAR, "y")
backward = parity(LINEAR, "dL_dx")
parameters = parity(LINEAR, "dL_dW", "dL_db")
slope = gradient(LINEAR)
behaviour = manners(LINEAR)
errors = refuses(
    "Linear",
    [
        ("one row without a batch axis", {"in_features": 3, "out_features": 2}, np.zeros(3)),
        ("too few features", {"in_features": 3, "out_features": 2}, np.zeros((4, 2))),
        ("too many features", {"in_features": 3, "out_features": 2}, np.zeros((2, 4))),
        ("an axis too many", {"in_features": 3, "out_features": 2}, np.zeros((2, 2, 3))),
    ],
)
