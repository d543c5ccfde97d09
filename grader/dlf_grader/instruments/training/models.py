"""Training: a learner's model reaches an accuracy under our recipe.

The model trains in the worker. Test images go over without their labels, predictions come back, and the grader counts.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from dlf_reference import metrics
from dlf_reference.data.classes import NAMES
from dlf_reference.training.config import Config, load

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.autopsy import why as autopsy
from dlf_grader.instruments.pictures import of_training
from dlf_grader.instruments.training.predicted import of_predictions
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

Data = dict[str, np.ndarray]
RECIPES = "dlf_reference.training"
KEPT = ("y_test", "y_held_out", "vocabulary")  # what a recipe is not given
DIVERGED = "The loss became nan or inf: look for an exp or log that overflows, and for a division by zero."
BATCHES = "dlf-train ID batch_size=32 tries it"


@dataclass(frozen=True)
class Goal:
    """What a model must reach.

    Attributes:
        recipe: "module:function" in `dlf_reference.training`; those of `numpy_models` and
            `autograd` train a model of NumPy arrays.
        model: the learner's class.
        data: name of a data set made on the spot, "digits"; that of a full training is loaded by its config.
        data_arguments: of what makes that data set.
        arguments: the model's.
        settings: keyword arguments of the recipe.
        test, train: accuracies to reach, in [0, 1]; train 0 where none is asked.
        beside: a recipe that trains a simple model of ours on the same data, to compare; its settings are its own.
        classes: their names; numbers if not given.
    """

    recipe: str
    model: str
    data: str
    arguments: dict[str, Any] = field(default_factory=dict)
    data_arguments: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    test: float = 0.0
    train: float = 0.0
    beside: str = ""
    classes: tuple[str, ...] = ()

    @property
    def in_numpy(self) -> bool:
        """Whether the model is made of NumPy arrays, so that it draws from an `rng` that it is given."""
        return self.recipe.startswith(("numpy", "autograd"))

    def new(self, submission: Submission, seed: int) -> Remote:
        """The learner's model, whose random start follows from the seed."""
        if self.in_numpy:
            return submission.new(self.model, **self.arguments, rng=submission.new("numpy.random:default_rng", seed))
        submission.call("torch:manual_seed", seed)
        return submission.new(self.model, **self.arguments)

    def names(self, data: Data) -> tuple[str, ...]:
        """What the classes are called."""
        return self.classes or tuple(str(number) for number in range(int(data["y_train"].max()) + 1))


def reach(goal: Goal, submission: Submission, ctx: Context) -> Measurements:
    """Check that a model trained by our recipe reaches a goal, on data that is made on the spot.

    The data have a seed of their own: the model's, which the worker is told, would give the labels away.
    """
    ctx.show(0.0, "loading data")
    seed = secrets.randbits(32)
    return _train(goal, ctx.reference.data(f"quick:{goal.data}", seed=seed, **goal.data_arguments), submission, ctx)


def _train(goal: Goal, data: Data, submission: Submission, ctx: Context) -> Measurements:
    """Train and judge; a training that fails is looked into before it is told."""
    inputs = {name: values for name, values in data.items() if name not in KEPT}
    model = goal.new(submission, ctx.seed)
    began = submission.clock()
    try:
        return _judged_training(goal, data, inputs, model, submission, ctx)
    except (CheckFailure, LearnerError) as failure:
        ctx.decided()
        raised = str(failure) if any(isinstance(each, LearnerError) for each in (failure, failure.__cause__)) else ""
        new = partial(goal.new, submission)
        asked = autopsy.Asked(new, goal.recipe, inputs, goal.settings, goal.in_numpy, raised)
        finding = autopsy.why(asked, model, submission, ctx, submission.clock() - began)
        said = finding.said("" if ctx.config.patience > 1 else f"dlf-grade why {ctx.check.id}")
        if not said or (finding.cause is None and isinstance(failure, LearnerError)):  # what it raised says it all
            raise
        told = said if finding.cause else (*said, *getattr(failure, "diagnosis", ()))
        ctx.pictures[:0] = finding.pictures
        raise CheckFailure(str(failure), diagnosis=told, line=finding.line, attribute=finding.weight) from (
            failure.__cause__ or failure
        )


def _judged_training(
    goal: Goal, data: Data, inputs: Data, model: Remote, submission: Submission, ctx: Context
) -> Measurements:
    curve = list[float]()

    def progress(report: Any) -> None:
        report = _readable(report, PROGRESS)
        for which in ("held_out", "test"):
            if which in report:
                curve.append(accuracy(report[which], data[f"y_{which}"], which))
        ctx.show(float(report["fraction"]), _words(report, curve, goal))

    submission.on_progress = progress
    found = trained(submission, goal.recipe, model, inputs, ctx.seed, goal.settings)
    accuracy(found["test"], data["y_test"], "test")  # what is malformed ends here, without a picture
    course = {"losses": found["losses"], "accuracies": curve, "target": goal.test, "test": found["test"]}
    ctx.pictures.extend(of_training(submission, model, goal.recipe, data, course, goal.names(data)))
    measured = _judged(goal, found, data, curve)
    if goal.beside:
        submission.on_progress = lambda report: ctx.show(0.0, "a simple model, to compare")
        beside = _readable(submission.call(f"{RECIPES}.{goal.beside}", inputs, seed=ctx.seed), RESULT)
        name = goal.beside.partition(":")[2].replace("_", " ")
        measured[name] = accuracy(beside["test"], data["y_test"], name)
    return measured


def trained(
    submission: Submission, recipe: str, model: Remote, inputs: Data, seed: int, settings: dict[str, Any]
) -> dict[str, Any]:
    """What a recipe gives at its end; "losses", "seconds" and "test" are there.

    Raises:
        CheckFailure: the training stopped, for the model's fault, or gave back something else.
    """
    try:
        found = submission.call(f"{RECIPES}.{recipe}", model, inputs, seed=seed, **settings)
    except LearnerError as error:
        if error.kind == "DivergedError":
            raise CheckFailure(error.text, diagnosis=(Diagnosis("diverged", DIVERGED),)) from error
        if error.kind == "OutOfMemoryError":
            advice = f"Free the GPU of other work, train with --device cpu, or lower batch_size ({BATCHES})."
            raise CheckFailure(error.text, diagnosis=(Diagnosis("out-of-memory", advice),)) from error
        raise
    return _readable(found, RESULT)


def full_training(submission: Submission, ctx: Context) -> Measurements:
    """Check a full training: its model, data, recipe and target are those of its config."""
    config = load(ctx.check.id)
    ctx.show(0.0, "loading data")
    data = ctx.reference.data(config.data, folder=str(ctx.config.data_folder))
    goal = goal_of(config, data)
    device = {} if goal.in_numpy else {"device": ctx.config.device}
    return _train(replace(goal, settings=goal.settings | device), data, submission, ctx)


def goal_of(config: Config, data: Data) -> Goal:
    """What the config of a full training asks for; the size of a vocabulary is that of its data."""
    return Goal(
        config.recipe,
        config.model.partition(":")[2],
        config.data,
        arguments=config.arguments | ({"vocab_size": len(data["vocabulary"])} if "vocabulary" in data else {}),
        settings=config.settings,
        test=config.target,
        train=config.train_target,
        beside=config.beside,
        classes=NAMES.get(config.data, ()),
    )


PROGRESS = {"fraction": (int, float), "epoch": (int,), "loss": (int, float), "seconds_left": (int, float)}
RESULT = {"losses": (list,), "seconds": (int, float), "test": (object,)}


def _readable(found: Any, wanted: Mapping[str, tuple[type, ...]]) -> dict[str, Any]:
    """What a recipe said, if it has the form that our recipes give it: the code beside it may have replaced them.

    Raises:
        CheckFailure: it has not.
    """
    readable = isinstance(found, dict) and all(isinstance(found.get(name), kinds) for name, kinds in wanted.items())
    if not readable or not all(isinstance(loss, int | float) for loss in found.get("losses", ())):
        raise CheckFailure(f"the training gave back no result of our recipe's: expected {', '.join(wanted)}")
    return dict(found)


def accuracy(predictions: Any, labels: np.ndarray, which: str) -> float:
    """The share of right predictions.

    Raises:
        CheckFailure: they are not one class number for each label.
    """
    if (
        not isinstance(predictions, np.ndarray)
        or predictions.shape != labels.shape
        or predictions.dtype.kind not in "iu"
    ):
        got = describe_value(predictions)
        raise CheckFailure(f"{which} predictions: expected {len(labels)} class numbers, got {got}")
    return metrics.accuracy(labels, predictions)


def _judged(goal: Goal, found: dict[str, Any], data: Data, curve: list[float]) -> dict[str, float | int | str]:
    test = accuracy(found["test"], data["y_test"], "test")
    low, high = metrics.binomial_interval(test, len(data["y_test"]))
    measured: dict[str, float | int | str] = {
        "test accuracy": test,
        "interval": f"{100 * low:.2f} to {100 * high:.2f} %",
        "target": goal.test,
        "curve": " ".join(f"{100 * value:.2f}" for value in curve),
        "training seconds": round(float(found["seconds"]), 1),
    }
    shown = of_predictions(found["test"], data["x_test"], data["y_test"], goal.names(data))
    if goal.train:
        measured["train accuracy"] = train = accuracy(found.get("train"), data["y_train"], "train")
        if train <= goal.train:
            raise _missed("training", train, goal.train, measured, found, shown)
    if test < goal.test:
        raise _missed("test", test, goal.test, measured, found, shown)
    return measured


def _missed(
    which: str, reached: float, wanted: float, measured: Measurements, found: dict[str, Any], shown: str
) -> CheckFailure:
    text = f"{which} accuracy {100 * reached:.2f} %, expected {100 * wanted:.1f} %"
    text += f" (test {measured['interval']} with 95 % confidence; after each epoch: {measured['curve'] or '?'} %)"
    losses = [float(loss) for loss in found["losses"]]
    diagnosis = (Diagnosis("predictions", shown),) if shown else ()
    if not all(math.isfinite(loss) for loss in losses):
        diagnosis = (Diagnosis("diverged", DIVERGED),)
    return CheckFailure(text, diagnosis=diagnosis)


def _words(report: dict[str, Any], curve: list[float], goal: Goal) -> str:
    reached = f"accuracy {100 * curve[-1]:.1f} %" if curve else f"loss {float(report['loss']):.3f}"
    left = int(report["seconds_left"])
    return f"epoch {report['epoch']} · {reached} · target {100 * goal.test:g} % · {left // 60}:{left % 60:02d} left"
