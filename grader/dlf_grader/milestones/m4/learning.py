"""Each optimiser drives the same small CNN and the same small LSTM under a stated loss.

The networks are ours and live on PyTorch's side; gradients are carried to the learner's optimiser, parameters back.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.pictures import of_optimisers
from dlf_grader.instruments_old.layer import Array
from dlf_grader.milestones.m4.trajectory import Options
from dlf_grader.model import Diagnosis, Measurements, RunCheck
from dlf_grader.sandbox.protocol import Call, Get
from dlf_grader.sandbox.proxy import Submission

SMALL = "training.small"
BATCH = 32


@dataclass(frozen=True)
class Goal:
    """A network, how many steps it is given, and the loss below which it must end."""

    model: str
    steps: int
    loss: float

    @property
    def name(self) -> str:
        return self.model.upper() if self.model.islower() else self.model


GOALS = (Goal("cnn", 150, 0.30), Goal("lstm", 400, 0.30))
GOAL_LOSSES = {goal.name: goal.loss for goal in GOALS}


def drives(name: str, **options: Options) -> RunCheck:
    """A check that an optimiser brings every network under its goal.

    Args:
        name: the optimiser.
        options: for each network, by its name.
    """

    def run(submission: Submission, ctx: Context) -> Measurements:
        measured: dict[str, float | int | str] = {}
        curves: dict[str, dict[str, list[float]]] = {}
        for at, goal in enumerate(GOALS):
            losses = driven(submission, ctx, name, options[goal.model], goal, at / len(GOALS), 1 / len(GOALS))
            curves[goal.name] = {name: losses}
            if not losses[-1] < goal.loss:
                ctx.pictures.append(of_optimisers(curves, GOAL_LOSSES))
                raise missed(goal, options[goal.model], losses)
            measured[f"{goal.model} loss"] = round(losses[-1], 4)
            measured[f"{goal.model} goal"] = goal.loss
        ctx.pictures.append(of_optimisers(curves, GOAL_LOSSES))
        return measured

    return run


def driven(
    submission: Submission, ctx: Context, name: str, options: Options, goal: Goal, done: float, share: float
) -> list[float]:
    """The loss of each batch of a goal's network under a learner's optimiser, and at the end that of all the data.

    Args:
        done, share: how much of the check lies behind, and how much of it this is, for its progress.

    Raises:
        CheckFailure: the loss became nan or inf.
        DataUnusable: a data set is not whole.
    """
    folder = str(ctx.config.data_folder)
    data = ctx.reference.fresh(f"{SMALL}:start", model=goal.model, seed=ctx.seed, folder=folder)
    x, y, params = data["x"], data["y"], data["params"]
    arrays = [submission.put(w) for w in params]
    optimiser = submission.new(name, arrays, **options)
    rng, losses = np.random.default_rng(ctx.seed), list[float]()
    for step in range(goal.steps):
        rows = rng.integers(0, len(x), BATCH)
        found = ctx.reference.fresh(f"{SMALL}:slopes", model=goal.model, params=params, x=x[rows], y=y[rows])
        losses.append(found["loss"])
        if not math.isfinite(found["loss"]):
            raise _diverged(goal, options, step, losses, found["grads"])
        stepping = Call(optimiser.handle.number, "step", [found["grads"]])
        params = submission.many([stepping, *(Get(array.handle.number, "") for array in arrays)])[1:]
        if step % 10 == 0:
            words = f"{name} on the {goal.name} · loss {losses[-1]:.3f} · goal {goal.loss:g}"
            ctx.show(done + share * step / goal.steps, words)
    losses.append(ctx.reference.fresh(f"{SMALL}:slopes", model=goal.model, params=params, x=x, y=y)["loss"])
    return losses


def _diverged(goal: Goal, options: Options, step: int, losses: list[float], grads: list[Array]) -> CheckFailure:
    norm = math.sqrt(sum(float(np.vdot(g, g)) for g in grads))
    before = losses[-2] if len(losses) > 1 else losses[-1]
    text = f"the {goal.name}'s loss became {losses[-1]} at step {step + 1} (lr {options['lr']:g}, "
    text += f"loss before {before:.3g}, gradient norm {norm:.3g})"
    advice = "The loss became nan or inf: is anything divided by zero, or a root taken of what may be negative?"
    return CheckFailure(text, diagnosis=(Diagnosis("diverged", advice),))


def missed(goal: Goal, options: Options, losses: list[float]) -> CheckFailure:
    """The verdict on a network that ended above its goal."""
    text = f"the {goal.name}'s loss after {goal.steps} steps is {losses[-1]:.3f}, expected below {goal.loss:g} "
    text += f"(it started at {losses[0]:.3f}; {', '.join(f'{name} = {value}' for name, value in options.items())})"
    advice = "The rule is right on single steps, so look at what must last over hundreds of them: state, count, lr."
    return CheckFailure(text, diagnosis=(Diagnosis("not-learning", advice),))


sgd = drives("SGD", cnn={"lr": 0.05, "momentum": 0.9}, lstm={"lr": 0.3, "momentum": 0.8})
rmsprop = drives("RMSProp", cnn={"lr": 0.003}, lstm={"lr": 0.01, "alpha": 0.9})
adam = drives("Adam", cnn={"lr": 0.01}, lstm={"lr": 0.02})
adamw = drives("AdamW", cnn={"lr": 0.01}, lstm={"lr": 0.02})
