"""check_layer as a subject: tried on layers of ours, some of them wrong by a known amount."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Answer, Array, Case, RngFor
from dlf_grader.instruments.compare import as_array, number
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission, describe_value

FIXTURES = "dlf_grader.sandbox.fixtures:"
STEP = 1e-3  # exact for the linear and the square layers, and far from rounding
TOLERANCE = 1e-4  # between what a right layer gives, below 1e-8, and the least a wrong one does, 1/11
ERRORS = ("error of x", "error of W", "error of b", "error of gamma")


@dataclass(frozen=True, kw_only=True)
class TriedLayer(Case):
    """A layer of ours, with an input for it.

    Attributes:
        layer: the function in `sandbox.fixtures` that makes it; `init` are its arguments.
        errors: the right relative errors by name; a gradient that is f times too large has |f g − g| / |f g + g|.
        eps: of the call.
        seed: of the call's generator.
    """

    layer: str
    errors: dict[str, float]
    eps: float = STEP
    seed: int


def cases(rng_for: RngFor) -> Iterator[TriedLayer]:
    """Smallest first: no parameters, right ones, then one wrong gradient at a time, by a factor that is drawn."""
    rng = rng_for(0)
    x, w, b = np.array([[1.0, -2.0]]), np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, -1.0])
    wide, w2, b2 = rng.standard_normal((4, 3)), rng.standard_normal((2, 3)), rng.standard_normal(2)
    seed = int(rng.integers(1 << 32))

    def tried(
        label: str, layer: str, init: dict[str, Any], x: Array, errors: dict[str, float], eps: float = STEP
    ) -> TriedLayer:
        return TriedLayer(label=label, inputs=(x,), init=init, layer=layer, errors=errors, eps=eps, seed=seed)

    none = {"x": 0.0, "W": 0.0, "b": 0.0}
    yield tried("a right layer without parameters, y = x²", "power", {"n": 2}, x, {"x": 0.0})
    yield tried("a right linear layer", "affine", {"W": w, "b": b, "factors": {}}, x, none)
    yield tried("a right linear layer, N=4", "affine", {"W": w2, "b": b2, "factors": {}}, wide, none)
    yield tried("a right linear layer without b", "affine", {"W": w, "b": None, "factors": {}}, x, {"x": 0.0, "W": 0.0})
    for name in none:
        factor = _factor(rng)
        init = {"W": w2, "b": b2, "factors": {name: factor}}
        errors = none | {name: _error(factor)}
        yield tried(f"a linear layer whose dL_d{name} is {factor:g} times too large", "affine", init, wide, errors)
    yield tried("a right layer y = gamma · x", "scale", {"gamma": b, "factors": {}}, x, {"x": 0.0, "gamma": 0.0})
    factor = _factor(rng)
    errors, words = {"x": 0.0, "gamma": _error(factor)}, f"y = gamma · x, whose dL_dgamma is {factor:g} times too large"
    yield tried(words, "scale", {"gamma": b2, "factors": {"gamma": factor}}, wide[:, :2], errors)
    factor = _factor(rng)
    words = f"a layer that subtracts the mean, whose backward is {factor:g} times too large"
    yield tried(words, "centre", {"factor": factor}, wide, {"x": _error(factor)})
    # at |x| = 1 a central difference of x³ is 3 + eps², so its error against 3 is eps² / (6 + eps²)
    eps = round(float(rng.uniform(0.8, 1.5)), 2)
    yield tried(
        f"y = x³ with eps = {eps:g}", "power", {"n": 3}, np.array([[1.0, -1.0]]), {"x": eps**2 / (6 + eps**2)}, eps
    )


def _factor(rng: np.random.Generator) -> float:
    return round(float(rng.uniform(1.5, 4)), 2)


def _error(factor: float) -> float:
    """Of a gradient that is so many times too large."""
    return (factor - 1) / (factor + 1)


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
            _missed_where(lambda case: case.layer == "centre"),
            _missed_where(lambda case: case.layer == "centre" or case.eps != STEP),
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
NOT_MOVED = Diagnosis(
    "not-measured",
    "Measure every element of x and of each parameter with numerical_gradient, which calls forward twice for each.",
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
        layer, forwards = submission.call(FIXTURES + case.layer, **case.init)
        x = submission.put(case.inputs[0])

        def errors() -> Any:
            rng = submission.new("numpy.random:default_rng", case.seed)
            return submission.call("check_layer", layer, x, eps=case.eps, rng=rng)

        first = errors()
        yield {f"error of {name}": value for name, value in _seen(first, case).items()}
        given = {name: value for name, value in case.init.items() if isinstance(value, np.ndarray)}
        numbers, ran = sum(array.size for array in (case.inputs[0], *given.values())), forwards()
        wrong_by_now = case.layer == "scale" and any(case.errors.values())  # so copied gradients have been told already
        if wrong_by_now and ran < 2 * numbers:
            text = f"forward ran {ran} times, too few to move each of {numbers} numbers up and down"
            raise CheckFailure(text, Counterexample(case.label, 0), (NOT_MOVED,))
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
            raise CheckFailure(text, at, (UNSEEN if abs(seen[name] - 1) < TOLERANCE else DIFFERENT,))
    return seen


def _right(case: Case) -> Answer:
    assert isinstance(case, TriedLayer)
    return {f"error of {name}": right for name, right in case.errors.items()}


CHECK_LAYER = CheckLayer(
    name="check_layer",
    oracle=_right,
    cases=cases,
    mistakes=MISTAKES,
    errors_know=(NAMES, UNSEEN, DIFFERENT, NOT_MOVED),
    rtol=TOLERANCE,
)
