"""Training by a learner's optimiser: it brings the losses of small networks of ours under stated goals.

The networks are ours and live on PyTorch's side; gradients are carried to the learner's optimiser, parameters back.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.autopsy.in_numpy import of_course
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.pictures import of_optimisers
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.protocol import Call, Get
from dlf_grader.sandbox.proxy import Submission

SMALL = "training.small"
BATCH = 32
POINTS = 20  # of a curve in the report
DIVERGED = "The loss became nan or inf: look for a division by zero, and for the root of a negative number."


@dataclass(frozen=True)
class Descent:
    """One optimiser on one network, and the loss below which it must end.

    Attributes:
        network: its name in `training.small`.
        optimiser: the learner's class.
        options: the optimiser's.
        label: what it is called beside other descents on the same network.
        must: whether it must reach the goal; else it is only shown.
    """

    network: str
    optimiser: str
    options: dict[str, Any]
    steps: int
    goal: float
    label: str = ""
    must: bool = True

    @property
    def title(self) -> str:
        """The network's name as it is shown, "CNN"."""
        return self.network.upper() if self.network.islower() else self.network


@dataclass(frozen=True)
class Went:
    """How a descent went.

    Attributes:
        losses: of each batch, and at the end that of all the data.
        states: the parameters before each step, and after the last.
        grads: at each step.
    """

    losses: list[float] = field(default_factory=list)
    states: list[list[Array]] = field(default_factory=list)
    grads: list[list[Array]] = field(default_factory=list)

    def explained(self, descent: Descent, ctx: Context) -> tuple[Diagnosis, ...]:
        """What the optimiser did, beside PyTorch's on the same states and gradients."""
        ctx.decided()
        return of_course(descent.optimiser, descent.options, self.states, self.grads, BATCH, ctx).said()


@dataclass(frozen=True)
class Descents:
    """The goal of a check: several descents, listed when it runs."""

    listed: Callable[[], Sequence[Descent]]


def descend(descents: Descents, submission: Submission, ctx: Context) -> Measurements:
    """Check that a learner's optimisers bring every network under its goal.

    Raises:
        CheckFailure: a loss ended above its goal, or became nan or inf.
    """
    every = descents.listed()
    goals = {descent.title: descent.goal for descent in every}
    measured: dict[str, float | int | str] = {}
    curves: dict[str, dict[str, list[float]]] = {}
    for at, descent in enumerate(every):
        went = _went(submission, ctx, descent, at / len(every), 1 / len(every))
        losses = went.losses
        curves.setdefault(descent.title, {})[descent.label or descent.optimiser] = losses
        if descent.must and not losses[-1] < descent.goal:
            ctx.pictures.append(of_optimisers(curves, goals))
            raise _missed(descent, losses, went.explained(descent, ctx))
        name = f"{descent.network} {descent.label}".strip()
        measured |= {f"{name} loss": round(losses[-1], 4), f"{name} curve": _curve(losses[:-1])}
    ctx.pictures.append(of_optimisers(curves, goals))
    return measured | {f"{descent.network} goal": descent.goal for descent in every}


def _went(submission: Submission, ctx: Context, descent: Descent, done: float, share: float) -> Went:
    """Take every step of a descent.

    Args:
        done, share: how much of the check lies behind, and how much of it this is, for its progress.

    Raises:
        CheckFailure: the loss became nan or inf.
        DataUnusable: a data set is not whole.
    """
    network, folder = descent.network, str(ctx.config.data_folder)
    data = ctx.reference.fresh(f"{SMALL}:start", model=network, seed=ctx.seed, folder=folder)
    x, y, params = data["x"], data["y"], data["params"]
    arrays = [submission.put(w) for w in params]
    optimiser = submission.new(descent.optimiser, arrays, **descent.options)
    rng, went = np.random.default_rng(ctx.seed), Went(states=[params])
    for step in range(descent.steps):
        rows = rng.integers(0, len(x), BATCH)
        found = ctx.reference.fresh(f"{SMALL}:slopes", model=network, params=params, x=x[rows], y=y[rows])
        went.losses.append(found["loss"])
        if not math.isfinite(found["loss"]):
            raise _diverged(descent, went.losses, found["grads"], went.explained(descent, ctx))
        stepping = Call(optimiser.handle.number, "step", [found["grads"]])
        params = submission.many([stepping, *(Get(array.handle.number, "") for array in arrays)])[1:]
        went.states.append(params)
        went.grads.append(found["grads"])
        if step % 10 == 0:
            words = f"{descent.optimiser} on the {descent.title} · loss {went.losses[-1]:.3f} · goal {descent.goal:g}"
            ctx.show(done + share * step / descent.steps, words)
    went.losses.append(ctx.reference.fresh(f"{SMALL}:slopes", model=network, params=params, x=x, y=y)["loss"])
    return went


def _curve(losses: list[float]) -> str:
    """Means of equal parts of the run, as one line of text."""
    return " ".join(f"{np.mean(part):.3f}" for part in np.array_split(losses, POINTS))


def _diverged(descent: Descent, losses: list[float], grads: list[Array], why: tuple[Diagnosis, ...]) -> CheckFailure:
    norm = math.sqrt(sum(float(np.vdot(g, g)) for g in grads))
    before = losses[-2] if len(losses) > 1 else losses[-1]
    text = f"the {descent.title}'s loss became {losses[-1]} at step {len(losses)} (lr {descent.options['lr']:g}, "
    text += f"loss before {before:.3g}, gradient norm {norm:.3g})"
    return CheckFailure(text, diagnosis=why or (Diagnosis("diverged", DIVERGED),))


def _missed(descent: Descent, losses: list[float], why: tuple[Diagnosis, ...]) -> CheckFailure:
    options = ", ".join(f"{name} = {value}" for name, value in descent.options.items())
    text = f"the {descent.title}'s loss after {descent.steps} steps is {losses[-1]:.3f}, "
    text += f"expected below {descent.goal:g} (it started at {losses[0]:.3f}; {options})"
    return CheckFailure(text, diagnosis=why)
