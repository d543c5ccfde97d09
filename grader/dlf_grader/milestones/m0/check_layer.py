"""check_layer: tried on layers of ours, some of them deliberately wrong by a known amount."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import as_array, number
from dlf_grader.instruments_old.layer import Array, Case
from dlf_grader.instruments_old.parity import raised_on
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

STEP = 1e-3  # exact for the linear and the square layers, and far from rounding
TOLERANCE = 1e-4  # between what a right layer gives, below 1e-8, and the least a wrong one does, 1/7
PROPS = "dlf_grader.sandbox.fixtures:"


@dataclass(frozen=True)
class Prop:
    """A layer of ours, and what check_layer must say about it.

    Attributes:
        label: in words; layer, init: the class in `sandbox.fixtures`, and its arguments.
        expected: relative error by name; a gradient that is twice too large has |2g − g| / |3g| = 1/3.
        missed: what to tell somebody who sees no error where there is one.
    """

    label: str
    layer: str
    init: dict[str, Any]
    x: Array
    expected: dict[str, float]
    missed: Diagnosis
    eps: float = STEP


TAUTOLOGY = Diagnosis(
    "tautology",
    "Two gradients that cannot differ were compared: take one from backward, the other from differences of forward.",
)
ONES = Diagnosis(
    "upstream-of-ones",
    "It looks as if the upstream gradient were all ones: some wrong gradients agree there, so draw it at random.",
)
EPS_IGNORED = Diagnosis("eps-ignored", "It looks as if eps were not passed on to numerical_gradient.")
UNSEEN = Diagnosis(
    "parameter-not-moved",
    "An error of 1 means that a gradient is zero or has the wrong sign: does forward see the array that is moved?",
)
DIFFERENT = Diagnosis(
    "different-losses",
    "Both gradients must be of one loss: weigh forward's output with the very "
    "upstream gradient that backward was given.",
)
NAMES = Diagnosis(
    "parameters-by-name",
    'After backward, look for every attribute dL_dP of the layer: its P is a parameter, and "P" is the key.',
)


def _props(ctx: Context) -> Iterator[Prop]:
    """Smallest first: no parameters, right ones, then one wrong gradient at a time."""
    rng = ctx.rng(0)
    x, w, b = np.array([[1.0, -2.0]]), np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, -1.0])
    wide, w2, b2 = rng.standard_normal((4, 3)), rng.standard_normal((2, 3)), rng.standard_normal(2)
    third, affine = 1 / 3, {"x": 0.0, "W": 0.0, "b": 0.0}
    yield Prop("a right layer without parameters, y = x²", "Power", {"n": 2}, x, {"x": 0.0}, TAUTOLOGY)
    yield Prop("a right linear layer", "Affine", {"W": w, "b": b}, x, affine, TAUTOLOGY)
    yield Prop("a right linear layer, N=4", "Affine", {"W": w2, "b": b2}, wide, affine, TAUTOLOGY)
    yield Prop("a right linear layer without b", "Affine", {"W": w, "b": None}, x, {"x": 0.0, "W": 0.0}, TAUTOLOGY)
    yield Prop("a right layer y = gamma · x", "Scale", {"gamma": b}, x, {"x": 0.0, "gamma": 0.0}, TAUTOLOGY)
    for name in affine:
        init = {"W": w2, "b": b2, "doubled": name}
        label = f"a linear layer whose dL_d{name} is twice too large"
        yield Prop(label, "Affine", init, wide, affine | {name: third}, TAUTOLOGY)
    label = "a layer that takes off the mean, with a backward that is zero"
    yield Prop(label, "Centre", {}, wide, {"x": 1.0}, ONES)
    # at |x| = 1 a central difference of x³ is 3 + eps², so its error against 3 is eps² / (6 + eps²)
    yield Prop("y = x³ with eps = 1", "Power", {"n": 3}, np.array([[1.0, -1.0]]), {"x": 1 / 7}, EPS_IGNORED, eps=1.0)


def check(submission: Submission, ctx: Context) -> Measurements:
    """Right layers have no error, wrong ones have theirs; layer and x stay as they were."""
    props = list(_props(ctx))
    for at, prop in enumerate(props, start=1):
        if ctx.only_case not in (None, at):
            continue
        layer, x = submission.new(PROPS + prop.layer, **prop.init), submission.put(prop.x)
        errors = _errors(submission, ctx, prop, at, layer, x)
        _judge(errors, prop, at)
        _unchanged(prop, at, layer, x)
        if errors != _errors(submission, ctx, prop, at, layer, x):
            text = "two calls with generators of the same seed differ: draw the upstream gradient from rng"
            raise CheckFailure(text, Counterexample(prop.label, at))
    return {"layers": len(props)}


def _errors(submission: Submission, ctx: Context, prop: Prop, at: int, layer: Remote, x: Remote) -> Any:
    rng = submission.new("numpy.random:default_rng", [ctx.seed, at])
    try:
        return submission.call("check_layer", layer, x, eps=prop.eps, rng=rng)
    except NotWritten:
        raise
    except LearnerError as error:
        raise raised_on(Case(prop.label, ()), at, error) from error


def _judge(errors: Any, prop: Prop, at: int) -> None:
    """The keys first, then each value."""
    case = Counterexample(prop.label, at)
    if not isinstance(errors, dict):
        raise CheckFailure(f'expected a dict such as {{"x": 1e-9}}, got {describe_value(errors)}', case)
    if set(errors) != set(prop.expected):
        wanted, got = (", ".join(sorted(names)) or "none" for names in (prop.expected, errors))
        raise CheckFailure(f"expected the keys {wanted}, got {got}", case, (NAMES,))
    told: tuple[Diagnosis, ...]
    for name, right in prop.expected.items():
        value = as_array(errors[name])
        if value is None or value.ndim:
            raise CheckFailure(f"the error of {name} should be a number, got {describe_value(errors[name])}", case)
        if abs(float(value) - right) <= TOLERANCE:
            continue
        if right == 0:
            told = (UNSEEN, DIFFERENT) if abs(float(value) - 1) < TOLERANCE else (DIFFERENT,)
            text = f"the layer is right, but {name} gets a relative error of {float(value):.2g}"
        else:
            told = (prop.missed,) if float(value) < TOLERANCE else ()
            text = f"the gradient of {name} is off by a relative error of {right:.4g}, but it gets {float(value):.2g}"
        at_ = Counterexample(prop.label, at, f"error of {name}", (), number(value), right)
        raise CheckFailure(text, at_, told)


def _unchanged(prop: Prop, at: int, layer: Remote, x: Remote) -> None:
    kept = {"x": (x.fetch(), prop.x)}
    kept |= {name: (getattr(layer, name), value) for name, value in prop.init.items() if isinstance(value, np.ndarray)}
    for name, (after, before) in kept.items():
        if not np.array_equal(after, before):
            text = f"{name} is not what it was before check_layer: put every number back, or work on copies"
            raise CheckFailure(text, Counterexample(prop.label, at, name))
