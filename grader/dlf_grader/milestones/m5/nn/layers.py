"""Linear and MLP, built of the learner's Tensors: cases, what people get wrong, and how an MLP starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array, Case, RngFor, traits, whole
from dlf_grader.instruments.mistake import Mistaken, mistake, of_case
from dlf_grader.instruments.program import Cases
from dlf_grader.milestones.m5.nn.tensor_module import TensorModule, found_in
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission

WHOLE_NUMBERS = 3  # the first cases hold small whole numbers that can be followed by hand


def _networks(*networks: tuple[int, list[int]]) -> Cases:
    """Cases from the number of rows and the sizes of each network."""

    def cases(rng_for: RngFor) -> list[Case]:
        return [_network(rng_for(number), number, n, sizes) for number, (n, sizes) in enumerate(networks, start=1)]

    return cases


def _network(rng: np.random.Generator, number: int, n: int, sizes: list[int]) -> Case:
    def draw(*shape: int) -> Array:
        return whole(rng, *shape) if number <= WHOLE_NUMBERS else np.asarray(rng.standard_normal(shape))

    attributes: dict[str, Array] = {}
    for at, (size, out) in enumerate(pairwise(sizes)):
        attributes |= {f"W{at}": draw(out, size), f"b{at}": draw(out)}
    new = {
        "more than one layer": len(sizes) > 2,
        "more than two layers": len(sizes) > 3,
        "more than one row": n > 1,
    }
    x, upstream = draw(n, sizes[0]), draw(n, sizes[-1])
    return Case(f"N={n}, sizes {sizes}", (x,), {}, attributes, upstream, traits(new))


def _sizes(case: Case) -> list[int]:
    weights = [value for name, value in case.attributes.items() if name[0] == "W"]
    return [weights[0].shape[1], *(value.shape[0] for value in weights)]


LINEAR = TensorModule(
    name="Linear",
    cases=_networks((1, [1, 1]), (1, [2, 1]), (2, [2, 2]), (3, [2, 4]), (5, [7, 3])),
    arguments=lambda case: tuple(_sizes(case)),
    mistakes=(
        mistake(
            "bias-forgotten",
            "y",
            of_case(lambda case: case.inputs[0] @ case.attributes["W0"].T),
            "The bias is not added: add b to every row.",
        ),
    ),
    errors_know=(
        Diagnosis("W-as-it-is", "The shapes of x and W do not fit: W is (out, in), so multiply x by W transposed."),
    ),
)


def _of_activations(between: Callable[[Array], Array], last: Callable[[Array], Array]) -> Mistaken:
    """The output of a network with other functions between the layers, and after the last."""

    def answer(case: Case) -> Array:
        y, count = case.inputs[0], len(case.attributes) // 2
        for at in range(count):
            y = y @ case.attributes[f"W{at}"].T + case.attributes[f"b{at}"]
            y = between(y) if at < count - 1 else last(y)
        return y

    return of_case(answer)


def _relu(x: Array) -> Array:
    y: Array = np.maximum(x, 0)
    return y


def _identity(x: Array) -> Array:
    return x


MLP = TensorModule(
    name="MLP",
    cases=_networks((1, [1, 1]), (1, [2, 2, 2]), (2, [2, 3, 2]), (3, [3, 4, 5, 2]), (16, [20, 12, 12, 10])),
    arguments=lambda case: (_sizes(case),),
    mistakes=(
        mistake(
            "relu-at-the-end",
            "y",
            _of_activations(_relu, _relu),
            "A ReLU follows the last layer too: leave it out, because logits may be negative.",
        ),
        mistake(
            "relu-skipped",
            "y",
            _of_activations(_identity, _identity),
            "The ReLU between the layers is missing: without it several layers compute no more than one.",
        ),
        mistake(
            "tanh-for-relu", "y", _of_activations(np.tanh, _identity), "tanh is used between the layers: use ReLU."
        ),
    ),
)


def mlp_init(submission: Submission, ctx: Context) -> Measurements:
    """Layers of the right sizes, each drawn from the one rng."""
    label = "MLP([5, 4, 4, 4])"

    def drawn(seed: int) -> Iterator[Array]:
        rng = submission.new("numpy.random:default_rng", seed)
        return (one.data for one in found_in(submission.new("MLP", [5, 4, 4, 4], rng=rng), label))

    first, again, other = list(drawn(ctx.seed)), list(drawn(ctx.seed)), list(drawn(ctx.seed + 1))
    shapes = sorted(value.shape for value in first)
    if shapes != sorted([(4, 5), (4,), (4, 4), (4,), (4, 4), (4,)]):
        text = f"expected W (4, 5), (4, 4), (4, 4) and a b (4,) for each among the parameters, got {shapes}"
        raise CheckFailure(text, Counterexample(label, 0, "parameters()"))
    weights = [[value for value in values if value.ndim == 2] for values in (first, again, other)]
    if any(not np.array_equal(a, b) for a, b in zip(weights[0], weights[1], strict=True)):
        raise CheckFailure("two networks made with generators of the same seed differ: pass rng on to every layer")
    if any(np.array_equal(a, b) for a, b in zip(weights[0], weights[2], strict=True)):
        raise CheckFailure("generators of different seeds give the same weights: pass rng on to every layer")
    if np.array_equal(weights[0][1], weights[0][2]):
        raise CheckFailure("two layers start with the same weights: let all layers draw from one generator")
    return {"layers": 3}
