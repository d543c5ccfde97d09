"""An update rule in parts, so that a mistake is one part replaced, and two mistakes are two.

A part is a function of the step; it asks the step for other parts by name. What no part has a name for is an option
of the optimiser: "momentum" is what the case has for it, unless a mistake puts a part of that name in its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.mistakes.mistake import Ask, Mistake, Mistaken
from dlf_grader.instruments.subjects.optimiser import SHARED_STATE, UPDATES, Optimiser, trajectory
from dlf_grader.milestones.m4.trajectories import DEFAULTS, Options
from dlf_grader.report import Diagnosis

ONE_STATE = "one state"  # a part that is true where parameters of one shape share their state
GRADIENT = "gradient"  # a part that is what a mistake makes of the gradient before anything else
SLIP_NUMBERS, PAIR_NUMBERS = 4, 12  # that must agree before a slip, or a pair of them, is named
CALM = (0.02, 0.01)  # betas with which a mistaken correction stays above 0 for fifty steps
PAIR_LIMIT = 400  # numbers in the updates of a case on which pairs of mistakes are tried: there are a thousand pairs


class Step:
    """One parameter at one step, as a rule sees it.

    Attributes:
        w, g: the parameter and its gradient.
        rate: the learning rate; `first_rate` is that of the constructor.
        t: number of the step, from 1; `calls` counts over parameters as well.
        at, last: number of the parameter, from 0; whether it is the last.
        norm: of all parameters' gradients at this step, as one vector.
    """

    def __init__(self, parts: Parts, options: Options, state: dict[str, Any], w: Array, g: Array) -> None:
        self.parts, self.options, self.state, self.w, self.g = parts, options, state, w, g
        self.rate = self.first_rate = 0.0
        self.t = self.calls = 1
        self.at, self.last, self.norm = 0, False, 0.0
        self.known: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """A part of the rule; it is worked out once."""
        if name not in self.known:
            self.known[name] = self.parts[name](self) if name in self.parts else self.options[name]
        return self.known[name]

    def old(self, name: str) -> Any:
        """A part of the state from the step before; at first what the part "<name> at first" says, or 0."""
        if name in self.state:
            return self.state[name]
        start = f"{name} at first"
        return self.parts[start](self) if start in self.parts else 0.0

    def keep(self, name: str, value: Any) -> Any:
        """Store a part of the state."""
        self.state[name] = value
        return value

    def accumulate(self, name: str, share: float, new: Any) -> Any:
        """Keep a share of a part of the state, and add something new; gives what it is then."""
        return self.keep(name, share * self.old(name) + new)


Part = Callable[[Step], Any]
Parts = Mapping[str, Part]  # a rule; its part "moved" is the parameter's new value
Rules = Mapping[str, Parts]  # the right rules of optimisers, by the optimiser's name


@dataclass(frozen=True, eq=False, kw_only=True)
class Slip(Mistake):
    """A mistake that replaces parts of a rule; each of its forms names those that it replaces."""

    rules: Rules
    forms: tuple[Parts, ...]


def slips_of(rules: Rules) -> Callable[..., Slip]:
    """How to declare the slips of a rule, or of several that have their parts in common."""

    def slip(id: str, text: str, *forms: Parts) -> Slip:
        answers = tuple(_updates(rules, form) for form in forms)
        return Slip(id, (UPDATES,), answers, text, numbers=SLIP_NUMBERS, rules=rules, forms=forms)

    return slip


def updates_by(rules: Rules, case: Case, form: Parts) -> Array:
    """The updates that a case's rule gives with some of its parts replaced.

    Raises:
        ValueError: it gives none: parts ask each other in a circle, or an array changes its shape.
    """
    parts: Parts = {**rules[case.attributes["optimiser"]], **form}
    params: list[Array] = list(case.inputs)
    states: dict[Any, dict[str, Any]] = {}
    options, steps = all_options(case), []
    for t, (gradients, rate) in enumerate(zip(case.attributes["grads"], case.attributes["lrs"], strict=True), 1):
        norm = math.hypot(*(float(np.linalg.norm(g)) for g in gradients))
        for at, g in enumerate(gradients):
            state = states.setdefault(g.shape if ONE_STATE in form else at, {})
            step = Step(parts, options, state, params[at], g)
            step.rate, step.first_rate = rate, case.attributes["lrs"][0]
            step.t, step.calls = t, (t - 1) * len(params) + at + 1
            step.at, step.last, step.norm = at, at == len(params) - 1, norm
            if GRADIENT in form:
                step.g = form[GRADIENT](step)
            try:
                params[at] = step["moved"]
            except RecursionError as error:
                raise ValueError("no rule: its parts ask each other") from error
        steps.append(list(params))
    found = trajectory(case.inputs, steps)
    if UPDATES not in found:
        raise ValueError("an array changes its shape")
    updates: Array = found[UPDATES]
    return updates


def _updates(rules: Rules, form: Parts) -> Mistaken:
    def answer(ask: Ask, case: Case, tensor: str) -> Array:
        updates = updates_by(rules, case, form)
        if not np.isfinite(updates).all() and "betas" in all_options(case):  # many a mistake ends in nan
            calm = replace(case, init=case.init | {"betas": CALM})
            if not close(ask.learner(calm).get(UPDATES), updates_by(rules, calm, form)):
                raise ValueError("another mistake")
        return updates

    return answer


def all_options(case: Case) -> Options:
    """A case's options, with the defaults of those that it leaves out."""
    return DEFAULTS[case.attributes["optimiser"]] | case.init


@dataclass(frozen=True, kw_only=True)
class Ruled(Optimiser):
    """An optimiser whose mistakes are slips in a rule.

    Attributes:
        slips: those of the whole file; a check may meet any of them, whatever it is about, and two at once.
    """

    slips: tuple[Slip, ...] = ()
    errors_know: tuple[Diagnosis, ...] = (SHARED_STATE,)

    def known_mistakes(self) -> tuple[Mistake, ...]:
        return (*self.mistakes, *(slip for slip in self.slips if slip not in self.mistakes), *pairs(self.slips))


def pairs(slips: Sequence[Slip]) -> Iterator[Mistake]:
    """Two slips at once, where they replace different parts."""
    for a, b in combinations(slips, 2):
        forms = [{**x, **y} for x in a.forms for y in b.forms if not x.keys() & y.keys()]
        if forms:
            answers = tuple(_on_small(a.rules, form) for form in forms)
            text = f"Two things are wrong. {a.text} {b.text}"
            yield Mistake(f"{a.id} and {b.id}", (UPDATES,), answers, text, numbers=PAIR_NUMBERS)


def _on_small(rules: Rules, form: Parts) -> Mistaken:
    def tried(ask: Ask, case: Case, tensor: str) -> Any:
        if sum(w.size for w in case.inputs) * len(case.attributes["lrs"]) > PAIR_LIMIT:
            raise ValueError("too many numbers to try pairs on")
        updates = updates_by(rules, case, form)
        if not np.isfinite(updates).all():
            raise ValueError("nan tells no pair from another")
        return updates

    return tried
