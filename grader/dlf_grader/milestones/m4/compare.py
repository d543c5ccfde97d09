"""m4.compare: every optimiser on the same LeNet and the same SentimentLSTM, on real digits and real reviews.

Each must bring both losses under the goal; the curves stand in the report, side by side.
"""

from __future__ import annotations

import numpy as np

from dlf_grader.context import Context
from dlf_grader.instruments.pictures import of_optimisers
from dlf_grader.milestones.m4.learning import Goal, driven, missed
from dlf_grader.model import Measurements
from dlf_grader.sandbox.proxy import Submission

POINTS = 20  # of a curve in the report


def _compared(submission: Submission, ctx: Context, *optimisers: str) -> Measurements:
    """Train the networks with the optimisers of one file."""
    from dlf_reference.training.comparison import load

    comparison = load()
    runs = [run for run in comparison.runs if run.optimiser in optimisers]
    measured: dict[str, float | int | str] = {}
    curves: dict[str, dict[str, list[float]]] = {}
    for at, run in enumerate(runs):
        goal = Goal(run.network, comparison.steps, comparison.goals[run.network])
        losses = driven(submission, ctx, run.optimiser, run.options, goal, at / len(runs), 1 / len(runs))
        curves.setdefault(goal.name, {})[run.name] = losses
        if run.below and not losses[-1] < goal.loss:
            ctx.pictures.append(of_optimisers(curves, comparison.goals))
            raise missed(goal, run.options, losses)
        measured[f"{goal.model} {run.name} loss"] = round(losses[-1], 3)
        measured[f"{goal.model} {run.name} curve"] = _curve(losses[:-1])
    ctx.pictures.append(of_optimisers(curves, comparison.goals))
    return measured | {f"{network} goal": loss for network, loss in comparison.goals.items()}


def _curve(losses: list[float]) -> str:
    """Means of equal parts of the run, as one line of text."""
    return " ".join(f"{np.mean(part):.3f}" for part in np.array_split(losses, POINTS))


def sgd(submission: Submission, ctx: Context) -> Measurements:
    """SGD, plain, with momentum and with Nesterov's."""
    return _compared(submission, ctx, "SGD")


def rmsprop(submission: Submission, ctx: Context) -> Measurements:
    """RMSProp."""
    return _compared(submission, ctx, "RMSProp")


def adam(submission: Submission, ctx: Context) -> Measurements:
    """Adam and AdamW."""
    return _compared(submission, ctx, "Adam", "AdamW")
