"""Linear and MLP, built of the learner's Tensors: cases, what people get wrong, and how an MLP starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations, pairwise

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, traits, whole
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case
from dlf_grader.instruments.subjects.program import CUT_OFF, Cases
from dlf_grader.milestones.m5.nn.tensor_module import NO_LEAF, NOT_FOUND, TensorModule, found_in
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Call
from dlf_grader.sandbox.proxy import Submission

WHOLE_NUMBERS = 3  # the first cases hold small whole numbers that can be followed by hand


def _networks(*networks: tuple[int, list[int]], layers: Sequence[int]) -> Cases:
    """Cases from the number of rows and the sizes of each network, then drawn ones with so many layers.

    No two layers of a case have outputs of the same number: their parameters are told apart by their shapes.
    """

    def cases(rng_for: RngFor) -> list[Case]:
        found = [_network(rng_for(number), number, n, sizes) for number, (n, sizes) in enumerate(networks, start=1)]
        for number, count in enumerate(layers, start=len(networks) + 1):
            rng = rng_for(number)
            outputs = (2 + rng.permutation(30)[:count]).tolist()
            found.append(_network(rng, number, drawn_size(rng, 2, 64), [drawn_size(rng, 2, 100), *outputs]))
        return found

    return cases


def _network(rng: np.random.Generator, number: int, n: int, sizes: list[int]) -> Case:
    def draw(*shape: int) -> Array:
        return whole(rng, *shape) if number <= WHOLE_NUMBERS else np.asarray(rng.standard_normal(shape))

    attributes: dict[str, Array] = {}
    for at, (size, out) in enumerate(pairwise(sizes)):
        attributes |= {f"W{at}": draw(out, size), f"b{at}": draw(out) + 0.5}  # a half keeps the sums off ReLU's kink
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
    cases=_networks((1, [1, 1]), (1, [2, 1]), (2, [2, 2]), (3, [2, 4]), layers=(1, 1)),
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
        NO_LEAF,
        NOT_FOUND,
        CUT_OFF,
    ),
)


RESCALED = Diagnosis("rescaled", "MLP changes what Linear has drawn: leave the weights of its layers as they start.")
SHARED_MEMORY = Diagnosis(
    "shared-memory", "Two parameters are one array: make a new array for each, and a new layer for each pair of sizes."
)
SHARED_LAYER = Diagnosis("layer-shared", "Layers of equal sizes are one and the same: make a new one for each pair.")
DICTS = ("dict", "defaultdict", "OrderedDict")  # as the worker calls those that hold layers
KEPT_IN_DICT = Diagnosis("kept-in-dict", "parameters() does not look into dicts: keep the layers in a list.")
MLP_INIT = (RESCALED, SHARED_MEMORY, KEPT_IN_DICT, SHARED_LAYER)


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
    cases=_networks((1, [1, 1]), (1, [1, 2, 1]), (2, [2, 3, 2]), (3, [3, 4, 5, 2]), layers=(3, 2)),
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
            "sigmoid-for-relu",
            "y",
            _of_activations(lambda x: np.asarray(1 / (1 + np.exp(-x))), _identity),
            "sigmoid is used between the layers: use ReLU.",
        ),
        mistake(
            "tanh-for-relu", "y", _of_activations(np.tanh, _identity), "tanh is used between the layers: use ReLU."
        ),
    ),
)


def mlp_init(submission: Submission, ctx: Context) -> Measurements:
    """Layers of the right sizes, each drawn from the one rng, which share no memory."""
    rng = ctx.rng(1)
    inner = int(rng.integers(4, 8))
    sizes = [int(rng.integers(8, 12)), inner, inner, inner]
    label = f"MLP({sizes})"

    def drawn(seed: int) -> list[Array]:
        held = found_in(submission.new("MLP", sizes, rng=submission.new("numpy.random:default_rng", seed)), label)
        return [one.data for one in held]

    first, again, other = drawn(ctx.seed), drawn(ctx.seed), drawn(ctx.seed + 1)
    expected = sorted(shape for size, out in pairwise(sizes) for shape in ((out, size), (out,)))
    shapes = sorted(value.shape for value in first)
    if shapes != expected:
        text = f"expected W (out, in) and b (out,) of 3 layers among the parameters, {expected}, got {shapes}"
        known = (KEPT_IN_DICT,) if not shapes and _has_dict(submission, sizes) else ()
        known = (SHARED_LAYER,) if {*shapes} == {*expected} and len(shapes) < len(expected) else known
        raise CheckFailure(text, Counterexample(label, 0, "parameters()"), known)
    weights = [[value for value in values if value.ndim == 2] for values in (first, again, other)]
    if any(not np.array_equal(a, b) for a, b in zip(weights[0], weights[1], strict=True)):
        raise CheckFailure("two networks made with generators of the same seed differ: pass rng on to every layer")
    if any(np.array_equal(a, b) for a, b in zip(weights[0], weights[2], strict=True)):
        raise CheckFailure("generators of different seeds give the same weights: pass rng on to every layer")
    equal = [np.array_equal(a, b) for a, b in combinations(weights[0], 2)]
    if any(equal):
        raise CheckFailure("two layers start with the same weights: let all layers draw from one generator")
    for value in weights[0]:
        spread, wanted = float(np.std(value)), float(np.sqrt(2 / value.shape[1]))
        if not 1 / 5 < spread / wanted < 5:  # the deviation of sixteen numbers is within a factor of 2
            text = f"a W of shape {value.shape} has standard deviation {spread:.3f}, expected about {wanted:.3f}"
            raise CheckFailure(text, Counterexample(label, 0, "W"), (RESCALED,))
    _share_nothing(submission, sizes, label)
    return {"layers": 3}


def _has_dict(submission: Submission, sizes: list[int]) -> bool:
    """Whether an attribute of an MLP is a dict."""
    attributes = submission.call("builtins:vars", submission.new("MLP", sizes))
    values = attributes.values() if isinstance(attributes, dict) else ()
    return any(isinstance(value, dict) or getattr(value, "type_name", "") in DICTS for value in values)


def _share_nothing(submission: Submission, sizes: list[int], label: str) -> None:
    """Each parameter of two networks is filled with a number of its own; all must still hold it in the end."""
    held = [one for _ in range(2) for one in found_in(submission.new("MLP", sizes), label)]
    for number, one in enumerate(held):
        data = submission.reserve("data")
        take = Call("builtins", "getattr", [one, "data"], keep=data)
        submission.many([take, Call(data, "fill", [float(number)])])
    for number, one in enumerate(held):
        if np.any(one.data != number):
            raise CheckFailure(
                "a parameter changes when another one is written to", Counterexample(label, 0), (SHARED_MEMORY,)
            )
