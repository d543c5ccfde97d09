"""TwoLayerMLP in use: how it starts, what it predicts, and what must not happen on the side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.compare import compare
from dlf_grader.instruments_old.layer import Answer, Array, Ask, Case
from dlf_grader.milestones.m0.mistakes import mistake
from dlf_grader.milestones.m0.mlp import PARAMETERS, build, numbered_cases, oracle, parameters_of, softmax, step
from dlf_grader.milestones.m0.trying import tried
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

SHAPES = {"fc1.W": "(hidden_size, input_size)", "fc1.b": "(hidden_size,)"}
SHAPES |= {"fc2.W": "(num_classes, hidden_size)", "fc2.b": "(num_classes,)"}


def init(submission: Submission, ctx: Context) -> Measurements:
    """The parts are there, of the right sizes, and drawn from rng."""

    def made(seed: int, **sizes: int) -> Remote:
        return submission.new("TwoLayerMLP", **sizes, rng=submission.new("numpy.random:default_rng", seed))

    for label, sizes in (
        ("TwoLayerMLP(5, 4, 3)", {"input_size": 5, "hidden_size": 4, "num_classes": 3}),
        ("TwoLayerMLP()", {}),
    ):
        d, h, k = sizes.values() or (784, 128, 10)
        values = parameters_of(made(ctx.seed, **sizes))
        for (name, value), shape in zip(values.items(), ((h, d), (h,), (k, h), (k,)), strict=True):
            if getattr(value, "shape", None) != shape:
                text = (
                    f"{name}: expected an array of shape {shape}, that is {SHAPES[name]}, got {describe_value(value)}"
                )
                raise CheckFailure(text, Counterexample(label, 0, name))
    square = {"input_size": 4, "hidden_size": 4, "num_classes": 4}
    mlp = made(ctx.seed, **square)
    for part, methods in (("relu", {"forward", "backward"}), ("loss", {"forward", "backward"})):
        if not methods <= set(getattr(getattr(getattr(mlp, part), "handle", None), "methods", ())):
            got = describe_value(getattr(mlp, part))
            raise CheckFailure(f"the attribute {part} should be a layer with forward and backward, got {got}")
    first, again, other = (parameters_of(made(seed, **square)) for seed in (ctx.seed, ctx.seed, ctx.seed + 1))
    for name in ("fc1.W", "fc2.W"):
        if not np.array_equal(first[name], again[name]):
            text = f"two networks made with generators of the same seed differ in {name}: hand rng on to both layers"
            raise CheckFailure(text)
        if np.array_equal(first[name], other[name]):
            raise CheckFailure(f"generators of different seeds give the same {name}: hand rng on to both layers")
    if np.array_equal(first["fc1.W"], first["fc2.W"]):
        raise CheckFailure(
            "fc1 and fc2 start with the same weights: make one generator and let both layers draw from it in turn"
        )
    return {}


# -- predict, evaluate, num_parameters ------------------------------------------------------------


def _from_logits(function: Callable[[Array], Any]) -> Callable[[Ask, Case, str], Any]:
    return lambda ask, case, tensor: function(ask(case)["logits"])


PREDICT_MISTAKES = (
    mistake(
        "argmin", "classes", _from_logits(lambda z: z.argmin(axis=1)), "the smallest logit won: the largest one does."
    ),
    mistake(
        "wrong-axis",
        "classes",
        _from_logits(lambda z: z.argmax(axis=0)),
        "the largest logit were looked for down the batch: each row has its own winner, along axis 1.",
    ),
    mistake("flattened", "classes", _from_logits(np.argmax), "argmax ran over the whole batch: give it the axis."),
    mistake("logits", "classes", _from_logits(lambda z: z), "logits were returned: the answer is each row's class."),
    mistake("probabilities", "classes", _from_logits(softmax), "probabilities were returned: the answer is the class."),
    mistake(
        "largest-logit",
        "classes",
        _from_logits(lambda z: z.max(axis=1)),
        "the largest logit itself were returned: the answer is its position, argmax rather than max.",
    ),
)


def _decided(ctx: Context, ask: Ask) -> list[tuple[int, Case]]:
    """The cases in which no two logits of a row are equal: which of them wins is nobody's mistake."""
    return [
        (number, case)
        for number, case in numbered_cases(ctx)
        if (np.diff(np.sort(ask(case)["logits"], axis=1), axis=1) > 1e-6).all()
    ]


def predict(submission: Submission, ctx: Context) -> Measurements:
    """Each row's class is the one with the largest logit, as int64."""
    ask = oracle(ctx)

    def yours(case: Case) -> Answer:
        return {"classes": build(submission, case).predict(case.inputs[0])}

    def expected(case: Case) -> Answer:
        return {"classes": ask(case)["logits"].argmax(axis=1)}

    trials, _ = tried(_decided(ctx, ask), yours, expected, "classes", mistakes=PREDICT_MISTAKES, ask=ask)
    for trial in trials:
        if trial.yours["classes"].dtype != np.int64:
            text = f"the classes are right, but of dtype {trial.yours['classes'].dtype}: expected int64"
            raise CheckFailure(text, Counterexample(trial.case.label, trial.number, "classes"))
    return {"cases": len(trials)}


def _share(case: Case) -> tuple[int, int]:
    return int(case.attributes["right"]), len(case.inputs[1])


def _counted(rule: Callable[[int, int], float]) -> Callable[[Ask, Case, str], Any]:
    """A mistaken accuracy: rule(right, all)."""
    return lambda ask, case, tensor: rule(*_share(case))


EVALUATE_MISTAKES = (
    mistake(
        "counted", "accuracy", _counted(lambda r, n: r), "the right rows were counted only: divide by their number."
    ),
    mistake(
        "percent", "accuracy", _counted(lambda r, n: 100 * r / n), "this were per cent: the share goes from 0 to 1."
    ),
    mistake(
        "error-rate",
        "accuracy",
        _counted(lambda r, n: 1 - r / n),
        "the wrong rows were counted: return the right ones' share.",
    ),
    mistake(
        "whole-division",
        "accuracy",
        _counted(lambda r, n: r // n),
        "the share were rounded down: divide with / rather than //.",
    ),
)


def evaluate(submission: Submission, ctx: Context) -> Measurements:
    """The share of right rows, for labels of which a known number is right."""
    ask, cases = oracle(ctx), []
    for number, case in _decided(ctx, ask):
        classes, n = ask(case)["logits"].argmax(axis=1), len(case.inputs[0])
        right = (n, 0, n - 1)[number % 3]
        k = case.init["num_classes"]
        labels = np.where(np.arange(n) < right, classes, (classes + 1) % k)
        known = case.attributes | {"right": right}
        label = f"{case.label.partition(', x = ')[0].partition(', lr')[0]}, {right} of {n} rows right"
        cases.append((number, Case(label, (case.inputs[0], labels), case.init, known)))

    def yours(case: Case) -> Answer:
        return {"accuracy": build(submission, case).evaluate(*case.inputs)}

    def expected(case: Case) -> Answer:
        right, n = _share(case)
        return {"accuracy": right / n}

    trials, _ = tried(cases, yours, expected, "accuracy", mistakes=EVALUATE_MISTAKES)
    return {"cases": len(trials)}


COUNT_MISTAKES: tuple[tuple[str, str, Callable[[int, int, int], int]], ...] = (
    ("biases-forgotten", "the biases were left out", lambda d, h, k: d * h + h * k),
    ("first-layer-only", "only fc1 were counted", lambda d, h, k: d * h + h),
    ("second-layer-only", "only fc2 were counted", lambda d, h, k: h * k + k),
    ("arrays-counted", "arrays were counted, not the numbers in them", lambda d, h, k: 4),
)


def num_parameters(submission: Submission, ctx: Context) -> Measurements:
    """The number of weights and biases, for several sizes."""
    sizes = ((2, 3, 2), (4, 3, 2), (5, 7, 3), (784, 128, 10))
    for d, h, k in sizes:
        default = (d, h, k) == (784, 128, 10)
        count = submission.new("TwoLayerMLP", *(() if default else (d, h, k))).num_parameters
        right = d * h + h + h * k + k
        label = "TwoLayerMLP()" if default else f"TwoLayerMLP({d}, {h}, {k})"
        at = Counterexample(label, 0, "num_parameters", (), count if isinstance(count, int) else None, right)
        if callable(count) and not isinstance(count, int):
            told = Diagnosis("method", "It is a method: put @property above it, so that it is read without brackets.")
            raise CheckFailure("num_parameters should be an int, got a method", at, (told,))
        if (mismatch := compare("num_parameters", count, right)) is not None:
            names = [(id, text) for id, text, rule in COUNT_MISTAKES if rule(d, h, k) == count]
            raise CheckFailure(mismatch.text, at, tuple(Diagnosis(i, f"It looks as if {t}.") for i, t in names))
    return {"sizes": len(sizes)}


# -- manners --------------------------------------------------------------------------------------


def behaviour(submission: Submission, ctx: Context) -> Measurements:
    """Steps follow one another as they should, and nothing is changed on the side."""
    ask, (_, case) = oracle(ctx), numbered_cases(ctx)[-1]
    at = Counterexample(case.label, 0)
    mlp = build(submission, case)
    x, y = (submission.put(array) for array in case.inputs)
    mlp.predict(x)
    mlp.evaluate(x, y)
    for name, value in parameters_of(mlp).items():
        if not np.array_equal(value, case.attributes[name]):
            raise CheckFailure(f"predict or evaluate changes {name}: only train_step may", at)
    mlp.train_step(x, y)
    for name, held, original in (("x", x, case.inputs[0]), ("y", y, case.inputs[1])):
        if not np.array_equal(held.fetch(), original):
            raise CheckFailure(f"{name} was changed in the caller's hands: work on a new array", at)
    later = Case(case.label, case.inputs, case.init, case.attributes | {name: ask(case)[name] for name in PARAMETERS})
    loss, right = step(mlp, later), ask(later)
    for name, value in ({"loss": loss} | parameters_of(mlp)).items():
        if (mismatch := compare(name, value, right[name])) is not None:
            told = Diagnosis("stale", "The first step was right: something of it is left over in the second.")
            text = f"{mismatch.text} after a second step"
            where = Counterexample(case.label, 0, name, mismatch.index, mismatch.yours, mismatch.expected)
            raise CheckFailure(text, where, (told,))
    logits = build(submission, case).forward(case.inputs[0].astype(np.float32))
    if getattr(logits, "dtype", None) != np.float32:
        raise CheckFailure(f"logits of a float32 x should be float32, got {describe_value(logits)}", at)
    before = parameters_of(mlp)
    mlp.train_step(x, y, lr=0.0)
    if any(not np.array_equal(value, before[name]) for name, value in parameters_of(mlp).items()):
        raise CheckFailure("a step with lr = 0 changes the parameters", at)
    return {"claims": 5}
