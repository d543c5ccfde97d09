"""Linear and MLP, built of the learner's Tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments_old.diagnosis import Trial
from dlf_grader.instruments_old.initialisation import he_normal
from dlf_grader.instruments_old.layer import Answer, Array, Case, Misconception
from dlf_grader.instruments_old.parity import judge, raised_on
from dlf_grader.instruments_old.refusal import refused
from dlf_grader.milestones.m5.cases import whole
from dlf_grader.milestones.m5.modules import found_in, tensor
from dlf_grader.model import Counterexample, Measurements
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

ORACLE = "dlf_reference.oracles.m5:mlp"

init = he_normal(
    "Linear",
    {"in_features": 48, "out_features": 96},
    (96, 48),
    fan_in=48,
    read=lambda value: value.data if isinstance(value, Remote) else value,
    optional_bias=False,
)
# N, sizes of a Linear, then of MLPs
LINEAR_SIZES = ((1, [1, 1]), (1, [2, 1]), (2, [2, 2]), (3, [2, 4]), (5, [7, 3]))
MLP_SIZES = ((1, [1, 1]), (1, [2, 2, 2]), (2, [2, 3, 2]), (3, [3, 4, 5, 2]), (16, [20, 12, 12, 10]))
WHOLE_NUMBERS = 3


def _networks(ctx: Context, sizes: Sequence[tuple[int, list[int]]]) -> list[tuple[int, Case]]:
    cases = []
    for number, (n, widths) in enumerate(sizes, start=1):
        rng = ctx.rng(number)

        def draw(*shape: int, rng: np.random.Generator = rng, by_hand: bool = number <= WHOLE_NUMBERS) -> Array:
            return whole(rng, *shape) if by_hand else np.asarray(rng.standard_normal(shape))

        attributes: dict[str, Array] = {}
        for at, (size, out) in enumerate(pairwise(widths)):
            attributes |= {f"W{at}": draw(out, size), f"b{at}": draw(out)}
        traits = {
            "more than one layer": len(widths) > 2,
            "more than two layers": len(widths) > 3,
            "more than one row": n > 1,
        }
        label = f"N={n}, sizes {widths}"
        there = frozenset(name for name, holds in traits.items() if holds)
        cases.append((number, Case(label, (draw(n, widths[0]),), {}, attributes, draw(n, widths[-1]), there)))
    return [pair for pair in cases if ctx.only_case in (None, pair[0])]


def _run(submission: Submission, case: Case, build: Callable[[Case], Remote]) -> Answer:
    """Assign the case's parameters, call the module on x, and go backward."""
    module = build(case)
    held = found_in(module, case.label)
    by_rank = {"W": [one for one in held if len(one.shape) == 2], "b": [one for one in held if len(one.shape) == 1]}
    layers = len(case.attributes) // 2
    if len(held) != 2 * layers or len(by_rank["W"]) != layers or len(by_rank["b"]) != layers:
        shapes = ", ".join(str(tuple(one.shape)) for one in held)
        text = f"expected W and b of {layers} layers among the parameters, got shapes {shapes or 'none'}"
        raise CheckFailure(text, Counterexample(case.label, 0, "parameters()"))
    names = {name: by_rank[name[0]][int(name[1:])] for name in case.attributes}
    for name, remote in names.items():
        if tuple(remote.shape) != case.attributes[name].shape:
            text = f"{name}: expected shape {case.attributes[name].shape}, got {tuple(remote.shape)}"
            raise CheckFailure(text, Counterexample(case.label, 0, name))
        remote.data = case.attributes[name]
    x = tensor(submission, case.inputs[0])
    y = module(x)
    if not isinstance(y, Remote) or "backward" not in y.handle.methods:
        raise CheckFailure(
            f"calling the module should give a Tensor, got {describe_value(y)}", Counterexample(case.label, 0)
        )
    answer: Answer = {"y": y.data}
    y.backward(case.upstream)
    return answer | {f"dL_d{name}": remote.grad for name, remote in (names | {"x": x}).items()}


def _network(x: Array, case: Case, *, between: Callable[[Array], Array], last: Callable[[Array], Array]) -> Array:
    count = len(case.attributes) // 2
    y = x
    for at in range(count):
        y = y @ case.attributes[f"W{at}"].T + case.attributes[f"b{at}"]
        y = between(y) if at < count - 1 else last(y)
    return y


def _value(id: str, function: Callable[[Case], Any], text: str) -> Misconception:
    return Misconception(id, "It looks as if " + text, ("y",), lambda ask, case, tensor: function(case))


def _relu(x: Array) -> Array:
    y: Array = np.maximum(x, 0)
    return y


def _same(x: Array) -> Array:
    return x


MLP_MISTAKES = (
    _value(
        "relu-at-the-end",
        lambda case: _network(case.inputs[0], case, between=_relu, last=_relu),
        "a ReLU stood after the last layer too: logits may be negative.",
    ),
    _value(
        "relu-skipped",
        lambda case: _network(case.inputs[0], case, between=_same, last=_same),
        "no ReLU stood between the layers: without it they are no more than one.",
    ),
    _value(
        "tanh-for-relu",
        lambda case: _network(case.inputs[0], case, between=np.tanh, last=_same),
        "tanh stood where a ReLU belongs.",
    ),
)
LINEAR_MISTAKES = (
    _value("bias-forgotten", lambda case: case.inputs[0] @ case.attributes["W0"].T, "b were never added."),
    _value(
        "W-as-it-is",
        lambda case: case.inputs[0] @ case.attributes["W0"] + case.attributes["b0"],
        "W were not transposed: it is (out, in), and the sum is over in.",
    ),
    _value(
        "W-times-x",
        lambda case: (case.attributes["W0"] @ case.inputs[0]) + case.attributes["b0"],
        "W stood on the left: every row of x is multiplied by W's rows, x Wᵀ.",
    ),
)


def _judged(
    submission: Submission,
    ctx: Context,
    sizes: Sequence[tuple[int, list[int]]],
    build: Callable[[Case], Remote],
    mistakes: Sequence[Misconception],
) -> Measurements:
    answers: list[tuple[int, Case, Answer]] = []
    stopped: CheckFailure | None = None
    for number, case in _networks(ctx, sizes):
        try:
            answers.append((number, case, _run(submission, case, build)))
        except NotWritten:
            raise
        except LearnerError as error:
            stopped = raised_on(case, number, error, [earlier for _, earlier, _ in answers])
            break

    def ask(case: Case) -> Answer:
        return ctx.answers(ORACLE, [case.question()])[0]

    right = ctx.answers(ORACLE, [case.question() for _, case, _ in answers])
    trials = [Trial(number, case, yours, r) for (number, case, yours), r in zip(answers, right, strict=True)]
    tensors = ["y", "dL_dx", *(f"dL_d{kind}{at}" for at in range(3) for kind in "Wb")]
    worst = judge(trials, tensors, mistakes, ask)
    if stopped is not None:
        raise stopped
    return {"cases": len(trials), "max rel err": worst}


def linear(submission: Submission, ctx: Context) -> Measurements:
    """x Wᵀ + b, and its gradients, for W and b that were assigned."""

    def build(case: Case) -> Remote:
        out, size = case.attributes["W0"].shape
        return submission.new("Linear", size, out)

    return _judged(submission, ctx, LINEAR_SIZES, build, LINEAR_MISTAKES)


def errors(submission: Submission, ctx: Context) -> Measurements:
    """Linear refuses rows of the wrong length."""
    bad = {"the wrong number of features": np.zeros((2, 4)), "a row without a batch": np.zeros(3)}
    for what, x in bad.items():
        refused(ctx, what, lambda x=x: submission.new("Linear", 3, 2).forward(tensor(submission, x)), x)  # type: ignore[misc]
    return {"inputs": len(bad)}


def mlp_init(submission: Submission, ctx: Context) -> Measurements:
    """Layers of the right sizes, each drawn from the one rng."""

    def made(seed: int) -> list[Array]:
        rng = submission.new("numpy.random:default_rng", seed)
        return [one.data for one in found_in(submission.new("MLP", [5, 4, 4, 4], rng=rng), label)]

    label = "MLP([5, 4, 4, 4])"
    first, again, other = made(ctx.seed), made(ctx.seed), made(ctx.seed + 1)
    shapes = sorted(value.shape for value in first)
    if shapes != sorted([(4, 5), (4,), (4, 4), (4,), (4, 4), (4,)]):
        text = f"expected W (4, 5), (4, 4), (4, 4) and a b (4,) for each among the parameters, got {shapes}"
        raise CheckFailure(text, Counterexample(label, 0, "parameters()"))
    weights = [[value for value in values if value.ndim == 2] for values in (first, again, other)]
    if any(not np.array_equal(a, b) for a, b in zip(weights[0], weights[1], strict=True)):
        raise CheckFailure("two networks made with generators of the same seed differ: hand rng on to every layer")
    if any(np.array_equal(a, b) for a, b in zip(weights[0], weights[2], strict=True)):
        raise CheckFailure("generators of different seeds give the same weights: hand rng on to every layer")
    if np.array_equal(weights[0][1], weights[0][2]):
        raise CheckFailure("two layers start with the same weights: let all of them draw from one generator in turn")
    return {"layers": 3}


def mlp(submission: Submission, ctx: Context) -> Measurements:
    """Linear layers with a ReLU between each two."""
    return _judged(submission, ctx, MLP_SIZES, lambda case: submission.new("MLP", _sizes(case)), MLP_MISTAKES)


def _sizes(case: Case) -> list[int]:
    weights = [value for name, value in case.attributes.items() if name[0] == "W"]
    return [weights[0].shape[1], *(value.shape[0] for value in weights)]
