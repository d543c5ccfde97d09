"""m4.compare: every optimiser on the same LeNet and the same SentimentLSTM, on real digits and real reviews.

Each must bring both losses under the goal; the curves stand in the report, side by side. Plain SGD is shown on the
LSTM without a goal: most words of the reviews are rare, their vectors hardly move, and that is the lesson.
"""

from __future__ import annotations

import numpy as np

from dlf_grader.context import Context
from dlf_grader.milestones.m4.learning import Goal, driven, missed
from dlf_grader.milestones.m4.trajectory import Options
from dlf_grader.model import Measurements, RunCheck
from dlf_grader.sandbox.proxy import Submission

STEPS, LAST, POINTS = 400, 20, 20
LENET, LSTM = Goal("LeNet", STEPS, 0.30), Goal("SentimentLSTM", STEPS, 0.45)


def compared(*runs: tuple[str, Goal, Options, bool]) -> RunCheck:
    """A check that trains the networks with optimisers of one file.

    Args:
        runs: the optimiser, the network with its goal, the optimiser's options, and whether it must reach the goal.
    """

    def run(submission: Submission, ctx: Context) -> Measurements:
        measured: dict[str, float | int | str] = {}
        for at, (name, goal, options, required) in enumerate(runs):
            losses = driven(submission, ctx, name, options, goal, at / len(runs), 1 / len(runs))
            if required and not losses[-1] < goal.loss:
                raise missed(goal, options, losses)
            label = f"{goal.model} {_label(name, options)}"
            measured[f"{label} loss"] = round(losses[-1], 3)
            measured[f"{label} curve"] = _curve(losses[:-1])
        return measured | {"LeNet goal": LENET.loss, "SentimentLSTM goal": LSTM.loss}

    return run


def _label(name: str, options: Options) -> str:
    if options.get("nesterov"):
        return f"{name} with Nesterov's momentum"
    return f"{name} with momentum" if options.get("momentum") else name


def _curve(losses: list[float]) -> str:
    """Means of equal parts of the run, as one line of text."""
    return " ".join(f"{np.mean(part):.3f}" for part in np.array_split(losses, POINTS))


sgd = compared(
    ("SGD", LENET, {"lr": 0.1}, True),
    ("SGD", LENET, {"lr": 0.03, "momentum": 0.9}, True),
    ("SGD", LENET, {"lr": 0.03, "momentum": 0.9, "nesterov": True}, True),
    ("SGD", LSTM, {"lr": 1.0}, False),
    ("SGD", LSTM, {"lr": 2.0, "momentum": 0.9}, True),
    ("SGD", LSTM, {"lr": 2.0, "momentum": 0.9, "nesterov": True}, True),
)
rmsprop = compared(("RMSProp", LENET, {"lr": 1e-3}, True), ("RMSProp", LSTM, {"lr": 3e-3}, True))
adam = compared(
    ("Adam", LENET, {"lr": 2e-3}, True),
    ("AdamW", LENET, {"lr": 2e-3, "weight_decay": 0.01}, True),
    ("Adam", LSTM, {"lr": 1e-2}, True),
    ("AdamW", LSTM, {"lr": 1e-2, "weight_decay": 0.01}, True),
)
