"""Schedules: their cases and checks; what people get wrong is in `schedules_mistakes`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import as_array
from dlf_grader.instruments_old.diagnosis import Trial
from dlf_grader.instruments_old.layer import Answer, Case, Misconception
from dlf_grader.instruments_old.parity import raised_on
from dlf_grader.milestones.m4 import schedules_mistakes
from dlf_grader.milestones.m4.in_order import judge_in_order
from dlf_grader.milestones.m4.schedules_mistakes import CURVE
from dlf_grader.milestones.m4.trajectory import Options
from dlf_grader.model import Measurements, RunCheck
from dlf_grader.sandbox.protocol import Call
from dlf_grader.sandbox.proxy import Submission

ORACLE = "dlf_reference.oracles.m4:schedule"
Configurations = Sequence[tuple[int, Options]]  # how many steps, with which options


def _matches(function: str, configurations: Configurations, misconceptions: Sequence[Misconception]) -> RunCheck:
    """A check that a schedule gives PyTorch's learning rate at every step."""
    cases = [_case(function, steps, options) for steps, options in configurations]

    def run(submission: Submission, ctx: Context) -> Measurements:
        numbered = [pair for pair in enumerate(cases, start=1) if ctx.only_case in (None, pair[0])]
        yours: list[tuple[int, Case, Answer]] = []
        stopped: CheckFailure | None = None
        for number, case in numbered:
            try:
                asked = [Call(0, function, [step], case.init) for step in case.inputs[0].tolist()]
                yours.append((number, case, _curve(submission.many(asked))))
            except NotWritten:
                raise
            except LearnerError as error:
                stopped = raised_on(case, number, error, [earlier for _, earlier, _ in yours])
                break
        answers = ctx.answers(ORACLE, [case.question() for _, case, _ in yours])
        trials = [Trial(n, case, y, _curve(a["lrs"])) for (n, case, y), a in zip(yours, answers, strict=True)]
        worst = judge_in_order(trials, CURVE, misconceptions)
        if stopped is not None:
            raise stopped
        return {"cases": len(trials), "max rel err": worst}

    return run


def _case(function: str, steps: int, options: Options) -> Case:
    words = ", ".join(f"{name} = {value:g}" for name, value in options.items())
    traits = {f"{name} = {value:g}" for name, value in options.items() if name != "base_lr"}
    return Case(words, (np.arange(steps),), options, {"function": function}, traits=frozenset(traits))


def _curve(rates: Sequence[Any]) -> Answer:
    answer: Answer = {f"lr at step {step}": rate for step, rate in enumerate(rates)}
    numbers = [as_array(rate) for rate in rates]
    plain = [float(x) for x in numbers if x is not None and x.ndim == 0]
    return answer | ({CURVE: np.array(plain)} if len(plain) == len(rates) else {})


step_decay = _matches(
    "step_decay",
    (
        (3, {"base_lr": 8, "step_size": 1, "gamma": 0.5}),
        (7, {"base_lr": 8, "step_size": 2, "gamma": 0.5}),
        (9, {"base_lr": 1.0, "step_size": 3}),
        (101, {"base_lr": 0.3, "step_size": 30, "gamma": 0.2}),
        (4, {"base_lr": 0.1, "step_size": 10, "gamma": 0.5}),
    ),
    schedules_mistakes.STEP_DECAY,
)
cosine_annealing = _matches(
    "cosine_annealing",
    (
        (3, {"base_lr": 8, "total_steps": 2}),
        (3, {"base_lr": 8, "total_steps": 2, "min_lr": 2}),
        (2, {"base_lr": 1.0, "total_steps": 1, "min_lr": 0.25}),
        (6, {"base_lr": 0.1, "total_steps": 5}),
        (101, {"base_lr": 0.3, "total_steps": 100, "min_lr": 0.003}),
    ),
    schedules_mistakes.COSINE,
)
linear_warmup = _matches(
    "linear_warmup",
    (
        (6, {"base_lr": 8, "warmup_steps": 4}),
        (4, {"base_lr": 8, "warmup_steps": 2}),
        (3, {"base_lr": 8, "warmup_steps": 1}),
        (30, {"base_lr": 0.3, "warmup_steps": 7}),
        (5, {"base_lr": 0.1, "warmup_steps": 100}),
    ),
    schedules_mistakes.WARMUP,
)
