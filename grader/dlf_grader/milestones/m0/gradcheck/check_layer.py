"""check_layer as a subject: tried on layers of ours, some of them wrong by a known amount."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Answer, Array, Case, RngFor
from dlf_grader.instruments.compare import as_array, number
from dlf_grader.instruments.mistake import Ask, Mistaken, mistake
from dlf_grader.instruments.subject import Subject
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission, describe_value

FIXTURES = "dlf_grader.sandbox.fixtures:"
STEP = 1e-3  # exact for the linear and the square layers, and far from rounding
TOLERANCE = 1e-4  # between what a right layer gives, below 1e-8, and the least a wrong one does, 1/7
ERRORS = ("error of x", "error of W", "error of b", "error of gamma")


@dataclass(frozen=True, kw_only=True)
class TriedLayer(Case):
    """A layer of ours, with an input for it.

    Attributes:
        layer: the class in `sandbox.fixtures`; `init` are its arguments.
        errors: the right relative errors by name; a gradient that is twice too large has |2g − g| / |3g| = 1/3.
        eps: of the call.
        seed: of the call's generator.
    """

    layer: str
    errors: dict[str, float]
    eps: float = STEP
    seed: int


def cases(rng_for: RngFor) -> Iterator[TriedLayer]:
    """Smallest first: no parameters, right ones, then one wrong gradient at a time."""
    rng = rng_for(0)
    x, w, b = np.array([[1.0, -2.0]]), np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, -1.0])
    wide, w2, b2 = rng.standard_normal((4, 3)), rng.standard_normal((2, 3)), rng.standard_normal(2)
    seed = int(rng.integers(1 << 32))

    def tried(
        label: str, layer: str, init: dict[str, Any], x: Array, errors: dict[str, float], eps: float = STEP
    ) -> TriedLayer:
        return TriedLayer(label=label, inputs=(x,), init=init, layer=layer, errors=errors, eps=eps, seed=seed)

    none = {"x": 0.0, "W": 0.0, "b": 0.0}
    yield tried("a right layer without parameters, y = x²", "Power", {"n": 2}, x, {"x": 0.0})
    yield tried("a right linear layer", "Affine", {"W": w, "b": b}, x, none)
    yield tried("a right linear layer, N=4", "Affine", {"W": w2, "b": b2}, wide, none)
    yield tried("a right linear layer without b", "Affine", {"W": w, "b": None}, x, {"x": 0.0, "W": 0.0})
    yield tried("a right layer y = gamma · x", "Scale", {"gamma": b}, x, {"x": 0.0, "gamma": 0.0})
    for name in none:
        init = {"W": w2, "b": b2, "doubled": name}
        yield tried(f"a linear layer whose dL_d{name} is twice too large", "Affine", init, wide, none | {name: 1 / 3})
    yield tried("a layer that subtracts the mean, with a backward that is zero", "Centre", {}, wide, {"x": 1.0})
    # at |x| = 1 a central difference of x³ is 3 + eps², so its error against 3 is eps² / (6 + eps²)
    yield tried("y = x³ with eps = 1", "Power", {"n": 3}, np.array([[1.0, -1.0]]), {"x": 1 / 7}, eps=1.0)


# -- what people get wrong ------------------------------------------------------------------------


def _missed_where(missed: Callable[[TriedLayer], bool]) -> Mistaken:
    """No error where there is one, in some of the layers."""

    def answer(ask: Ask, case: Case, tensor: str) -> float:
        assert isinstance(case, TriedLayer)
        return 0.0 if missed(case) else case.errors[tensor.removeprefix("error of ")]

    return answer


MISTAKES = (
    mistake(
        "eps-ignored",
        "error of x",
        _missed_where(lambda case: case.eps != STEP),
        "eps is not passed on: give it to numerical_gradient.",
    ),
    mistake(
        "upstream-of-ones",
        "error of x",
        (
            _missed_where(lambda case: case.layer == "Centre"),
            _missed_where(lambda case: case.layer == "Centre" or case.eps != STEP),
        ),
        "The upstream gradient is all ones, where some wrong gradients agree: draw it at random.",
    ),
    mistake(
        "tautology",
        ERRORS,
        _missed_where(lambda case: True),
        "The two gradients cannot differ: take one from backward, the other from numerical_gradient.",
    ),
)
UNSEEN = Diagnosis(
    "parameter-not-moved",
    "An error of 1 means that a gradient is zero or has the wrong sign. Does forward read the array that is moved?",
)
DIFFERENT = Diagnosis(
    "different-losses",
    "The two gradients belong to different losses: multiply forward's output by the upstream gradient that backward "
    "gets.",
)
NAMES = Diagnosis(
    "parameters-by-name",
    'After backward, look for every attribute dL_dP of the layer: its P is a parameter, and "P" is the key.',
)


@dataclass(frozen=True, kw_only=True)
class CheckLayer(Subject):
    """The function check_layer, called twice on each layer."""

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        assert isinstance(case, TriedLayer)
        layer, x = submission.new(FIXTURES + case.layer, **case.init), submission.put(case.inputs[0])

        def errors() -> Any:
            rng = submission.new("numpy.random:default_rng", case.seed)
            return submission.call("check_layer", layer, x, eps=case.eps, rng=rng)

        first = errors()
        yield {f"error of {name}": value for name, value in _seen(first, case).items()}
        given = {name: value for name, value in case.init.items() if isinstance(value, np.ndarray)}
        for name, before in ({"x": case.inputs[0]} | given).items():
            after = x.fetch() if name == "x" else getattr(layer, name)
            if not np.array_equal(after, before):
                text = f"{name} is not what it was before check_layer: put every number back, or work on copies"
                raise CheckFailure(text, Counterexample(case.label, 0, name))
        if first != errors():
            text = "two calls with generators of the same seed differ: draw the upstream gradient from rng"
            raise CheckFailure(text)


def _seen(errors: Any, case: TriedLayer) -> Answer:
    """The errors by name, where those of right gradients are small enough to count as none.

    Raises:
        CheckFailure: they have another form, or a right gradient gets a large error.
    """
    if not isinstance(errors, dict):
        raise CheckFailure(f'expected a dict such as {{"x": 1e-9}}, got {describe_value(errors)}')
    if set(errors) != set(case.errors):
        wanted, got = (", ".join(sorted(map(str, names))) or "none" for names in (case.errors, errors))
        raise CheckFailure(f"expected the keys {wanted}, got {got}", diagnosis=(NAMES,))
    seen: Answer = {}
    for name, right in case.errors.items():
        value = as_array(errors[name])
        if value is None or value.ndim:
            raise CheckFailure(f"the error of {name} should be a number, got {describe_value(errors[name])}")
        seen[name] = 0.0 if abs(value) < TOLERANCE else float(value)
        if right == 0 != seen[name]:
            at = Counterexample(case.label, 0, f"error of {name}", (), number(seen[name]), 0.0)
            text = f"the gradient of {name} is right, but it gets a relative error of {seen[name]:.2g}"
            raise CheckFailure(text, at, (UNSEEN, DIFFERENT) if abs(seen[name] - 1) < TOLERANCE else (DIFFERENT,))
    return seen


def _right(case: Case) -> Answer:
    assert isinstance(case, TriedLayer)
    return {f"error of {name}": right for name, right in case.errors.items()}


CHECK_LAYER = CheckLayer(
    name="check_layer",
    oracle=_right,
    cases=cases,
    mistakes=MISTAKES,
    errors_know=(NAMES, UNSEEN, DIFFERENT),
    rtol=TOLERANCE,
)
