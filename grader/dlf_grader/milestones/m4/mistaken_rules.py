"""Answers of mistakes in optimisers: PyTorch's own rule with other options, or another rule, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistake import Ask, Mistaken, mistake
from dlf_grader.instruments.optimiser import NOT_IN_PLACE, UPDATES, trajectory
from dlf_grader.milestones.m4.trajectories import DEFAULTS, Options


@dataclass
class Step:
    """One parameter at one step, for a rule to move.

    Attributes:
        w, g: the parameter and its gradient.
        t: number of the step, from 1; `calls` counts over parameters as well.
        state: what the rule stores of this parameter from step to step.
    """

    w: Array
    g: Array
    lr: float
    t: int
    calls: int
    state: dict[str, Any]

    def stored(self, name: str) -> Any:
        """A part of the state, 0 at first."""
        return self.state.get(name, 0.0)

    def accumulate(self, name: str, share: float, new: Array) -> Any:
        """Keep a share of a part of the state, and add something new; gives what it is then."""
        self.state[name] = share * self.stored(name) + new
        return self.state[name]

    def decayed(self, options: Options) -> Any:
        """The gradient with the weight decay in it."""
        return self.g + options["weight_decay"] * self.w

    def shrunk(self, share: float) -> Step:
        """The step after a share of the parameter is lost."""
        return replace(self, w=self.w * (1 - share))


Rule = Callable[[Step, Options], Array]  # a parameter's new value


def by_rule(rule: Rule) -> Mistaken:
    """The updates that another rule gives."""

    def answer(ask: Ask, case: Case, tensor: str) -> Array:
        params: list[Array] = list(case.inputs)
        states: list[dict[str, Any]] = [{} for _ in params]
        options, steps = all_options(case), []
        for t, (gradients, lr) in enumerate(zip(case.attributes["grads"], case.attributes["lrs"], strict=True), 1):
            for at, g in enumerate(gradients):
                params[at] = rule(Step(params[at], g, lr, t, (t - 1) * len(params) + at + 1, states[at]), options)
            steps.append(list(params))
        updates: Array = trajectory(case.inputs, steps)[UPDATES]
        return updates

    return answer


def with_options(change: Callable[[Options], Options], optimiser: str = "") -> Mistaken:
    """The updates of PyTorch's own rule, or of another optimiser's, with options changed."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        options = all_options(case)
        other = case.attributes | ({"optimiser": optimiser} if optimiser else {})
        return ask(replace(case, init=options | change(options), attributes=other))[tensor]

    return answer


def with_rates(change: Callable[[list[float]], list[float]]) -> Mistaken:
    """The updates of PyTorch's own rule with other learning rates."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        return ask(replace(case, attributes=case.attributes | {"lrs": change(case.attributes["lrs"])}))[tensor]

    return answer


def all_options(case: Case) -> Options:
    """A case's options, with the defaults of those that it leaves out."""
    return DEFAULTS[case.attributes["optimiser"]] | case.init


EVERY = (
    NOT_IN_PLACE,
    mistake(
        "lr-from-construction",
        UPDATES,
        with_rates(lambda lrs: [lrs[0]] * len(lrs)),
        "Every step uses the learning rate of the constructor: read self.lr at every step, because schedules set it.",
    ),
)
UPHILL = mistake(
    "uphill",
    UPDATES,
    with_rates(lambda lrs: [-lr for lr in lrs]),
    "The update has the wrong sign: the gradient points uphill, so *subtract* lr × gradient.",
)
