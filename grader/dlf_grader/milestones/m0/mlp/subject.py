"""TwoLayerMLP's methods as subjects: a network with a case's parameters, smallest first, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Answer, Array, Case, RngFor, label, shown, traits, whole
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.instruments.training.models import Goal
from dlf_grader.instruments.written import written
from dlf_grader.milestones.m0.mlp import mistakes, step_mistakes
from dlf_grader.milestones.m0.mlp.formulas import DEFAULT_LR, PARAMETERS, classes, network
from dlf_grader.sandbox.protocol import Call, Get, Set
from dlf_grader.sandbox.proxy import Remote, Submission

# N, inputs, hidden units, classes, learning rate (None for the default)
SIZES: tuple[tuple[int, int, int, int, float | None], ...] = (
    (1, 1, 2, 2, 1.0),
    (1, 2, 2, 2, 0.5),
    (2, 2, 3, 2, 0.5),
    (2, 3, 2, 3, None),
    (4, 3, 5, 3, 0.1),
    (5, 4, 4, 4, 2.0),
    (8, 6, 10, 4, 0.1),
    (16, 20, 12, 10, None),
)
# one hidden unit is positive and one is not; both logits are 1, so both probabilities are a half
EASY = (
    (np.array([[2.0]]), np.array([0])),
    (np.array([[1.0], [-1.0]]), np.array([0.0, 1.0]), np.array([[1.0, -1.0], [0.0, 2.0]]), np.array([-1.0, 1.0])),
)
MANY_ROWS = ((70, 120), (1100, 1300))  # from, to; odd numbers, so no multiple of a batch
WHOLE_NUMBERS = 2  # the first cases hold small whole numbers that can be followed by hand


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: one number in, two hidden units, two classes; then everything at once."""
    for number, (n, d, h, k, lr) in enumerate(SIZES, start=1):
        rng = rng_for(number)

        def draw(*shape: int, rng: np.random.Generator = rng, by_hand: bool = number <= WHOLE_NUMBERS) -> Array:
            return whole(rng, *shape) if by_hand else rng.standard_normal(shape)

        x, y, drawn = draw(n, d), rng.integers(0, k, n), (draw(h, d), draw(h), draw(k, h), draw(k))
        if number == 1:
            (x, y), drawn = EASY
        parameters = dict(zip(PARAMETERS, drawn, strict=True))
        rate = "lr left out" if lr is None else f"lr = {lr:g}"
        yield Case(
            label=label(f"N={n}, {d} in, {h} hidden, {k} classes", shown(x=x, y=y, **parameters), rate),
            inputs=(x, y),
            init={"input_size": d, "hidden_size": h, "num_classes": k},
            attributes=parameters | {"lr": DEFAULT_LR if lr is None else lr},
            traits=traits({"more than one sample": n > 1, rate: lr is None}),
        )


def _rows(case: Case, rng: np.random.Generator, n: int) -> Case:
    """The network of a case on other rows."""
    x, y = rng.standard_normal((n, case.inputs[0].shape[1])), rng.integers(0, case.init["num_classes"], n)
    words = ", ".join([f"N={n}", *case.label.split(", ")[1:]])
    return replace(case, label=words, inputs=(x, y), traits=case.traits | {f"{n} rows"})


def cases_of_many_rows(rng_for: RngFor) -> Iterator[Case]:
    """The cases above, and more rows than a batch usually has, no multiple of one."""
    every = list(cases(rng_for))
    yield from every
    for number, (few, many) in enumerate(MANY_ROWS, start=len(every) + 1):
        rng = rng_for(number)
        yield _rows(every[-1], rng, 2 * int(rng.integers(few, many) // 2) + 1)


def decided_cases(rng_for: RngFor) -> Iterator[Case]:
    """Those in which no two logits of a row are equal: argmax may take either."""
    for case in cases_of_many_rows(rng_for):
        if (np.diff(np.sort(network(case)["logits"], axis=1), axis=1) > 1e-6).all():
            yield case


def labelled_cases(rng_for: RngFor) -> Iterator[Case]:
    """Labels of which a known number is right."""
    for at, case in enumerate(decided_cases(rng_for)):
        n, right_classes = len(case.inputs[0]), classes(case)
        right = (n - 1, n, 0)[at % 3] if n < MANY_ROWS[0][0] else n // 2 + at
        # the last rows are right in a case of many: a batch left over counts as much as any other
        is_right = np.arange(n) < right if n < MANY_ROWS[0][0] else np.arange(n) >= n - right
        labels = np.where(is_right, right_classes, (right_classes + 1) % case.init["num_classes"])
        words = f"{case.label.partition(', x = ')[0].partition(', lr')[0]}, {right} of {n} rows right"
        yield replace(
            case,
            label=words,
            inputs=(case.inputs[0], labels),
            attributes=case.attributes | {"right": right},
            traits=case.traits & {f"{n} rows"},
        )


# -- the subjects ---------------------------------------------------------------------------------


def build(submission: Submission, case: Case) -> Remote:
    """A network of the case's sizes, with the case's parameters."""
    number = submission.reserve("TwoLayerMLP")
    assigned = [Set(number, name, case.attributes[name]) for name in PARAMETERS]
    mlp: Remote = submission.many([Call(0, "TwoLayerMLP", [], case.init, keep=number), *assigned])[0]
    return mlp


def parameters_of(submission: Submission, mlp: Remote) -> Answer:
    """The network's parameters now, by name."""
    found = submission.many([Get(mlp.handle.number, name) for name in PARAMETERS])
    return dict(zip(PARAMETERS, found, strict=True))


@dataclass(frozen=True, kw_only=True)
class Method(Subject):
    """A method of TwoLayerMLP.

    Attributes:
        arguments: names of the case's inputs that it takes.
        result: what it returns.
        step: whether it is a step of training, which takes a learning rate and leaves new parameters.
    """

    arguments: tuple[str, ...] = ("x", "y")
    result: str
    step: bool = False

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        mlp = build(submission, case)
        found = getattr(mlp, self.name)(*case.inputs[: len(self.arguments)], **self.rate(case))
        yield {self.result: found} | (parameters_of(submission, mlp) if self.step else {})

    def rate(self, case: Case) -> dict[str, float]:
        """The learning rate by keyword; left out where it is the default."""
        lr = case.attributes["lr"]
        return {"lr": lr} if self.step and lr != DEFAULT_LR else {}

    def code(self, module: str, case: Case, tensors: Sequence[str]) -> str:
        sizes = ", ".join(f"{name}={size}" for name, size in case.init.items())
        lines = ["import numpy as np", f"from {module} import TwoLayerMLP", "", f"mlp = TwoLayerMLP({sizes})"]
        lines += [f"mlp.{name} = {written(case.attributes[name])}" for name in PARAMETERS]
        lines += [f"{name} = {written(value)}" for name, value in zip(self.arguments, case.inputs, strict=False)]
        arguments = [*self.arguments, *(f"{name}={value!r}" for name, value in self.rate(case).items())]
        lines.append(f"print(mlp.{self.name}({', '.join(arguments)}))")
        return "\n".join([*lines, *(f"print(mlp.{name})" for name in PARAMETERS if self.step)])


@dataclass(frozen=True, kw_only=True)
class Predict(Method):
    """The method predict, whose classes are int64."""

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        for answer in super().run(submission, case, tensors):
            yield answer
            found: Any = answer[self.result]
            if np.array_equal(found, classes(case)) and getattr(found, "dtype", np.int64) != np.int64:
                raise CheckFailure(f"the classes are right, but of dtype {found.dtype}: expected int64")


def _share(case: Case) -> Answer:
    return {"accuracy": case.attributes["right"] / len(case.inputs[1])}


ORACLE = "dlf_reference.oracles.m0:two_layer_mlp"
FORWARD = Method(
    name="forward", arguments=("x",), result="logits", oracle=ORACLE, cases=cases, mistakes=mistakes.FORWARD
)
TRAIN_STEP = Method(
    name="train_step", result="loss", step=True, oracle=ORACLE, cases=cases, mistakes=step_mistakes.TRAIN_STEP
)
PREDICT = Predict(
    name="predict",
    arguments=("x",),
    result="classes",
    oracle=lambda case: {"classes": classes(case)},
    cases=decided_cases,
    mistakes=mistakes.PREDICT,
)
EVALUATE = Method(name="evaluate", result="accuracy", oracle=_share, cases=labelled_cases, mistakes=mistakes.EVALUATE)


# -- the quick training ---------------------------------------------------------------------------


DIGITS = Goal(
    "numpy_models:classifier",
    "TwoLayerMLP",
    "digits",
    arguments={"input_size": 64, "hidden_size": 32},
    data_arguments={"size": 8},
    settings={"epochs": 20, "batch_size": 16, "lr": 0.05},
    test=0.9,
)
