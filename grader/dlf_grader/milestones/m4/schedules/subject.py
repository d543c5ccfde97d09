"""Schedules as subjects: functions that are asked once for every step of a case, and PyTorch as their oracle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.instruments.case import Answer, Case, RngFor
from dlf_grader.instruments.compare import as_array
from dlf_grader.instruments.function import Function
from dlf_grader.instruments.mistake import Mistake
from dlf_grader.milestones.m4.schedules import mistakes
from dlf_grader.milestones.m4.schedules.mistakes import CURVE
from dlf_grader.milestones.m4.trajectories import Options
from dlf_grader.sandbox.protocol import Call
from dlf_grader.sandbox.proxy import Submission


@dataclass(frozen=True, kw_only=True)
class Schedule(Function):
    """A function of the step's number. A case's input is the numbers of its steps, its `init` the options."""

    whole: str = CURVE

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        steps = case.inputs[0].tolist()
        yield _curve(submission.many([Call(0, self.name, [step], case.init) for step in steps]))

    def question(self, case: Case) -> dict[str, Any]:
        return case.question()

    def expected(self, ctx: Context, cases: Sequence[Case]) -> list[Answer]:
        return [_curve(answer["lrs"]) for answer in super().expected(ctx, cases)]

    def code(self, module: str, case: Case, tensors: Sequence[str]) -> str:
        options = "".join(f", {option}={value!r}" for option, value in case.init.items())
        asked = f"print([{self.name}(step{options}) for step in range({len(case.inputs[0])})])"
        return "\n".join([f"from {module} import {self.name}", "", asked])


def _curve(rates: Sequence[Any]) -> Answer:
    answer: Answer = {f"lr at step {step}": rate for step, rate in enumerate(rates)}
    numbers = [as_array(rate) for rate in rates]
    scalars = [float(x) for x in numbers if x is not None and x.ndim == 0]
    return answer | ({CURVE: np.array(scalars)} if len(scalars) == len(rates) else {})


def _schedule(name: str, known: tuple[Mistake, ...], *configurations: tuple[int, Options]) -> Schedule:
    """A schedule with one case for each (number of steps, options)."""

    def cases(rng_for: RngFor) -> Iterable[Case]:
        return [_case(name, steps, options) for steps, options in configurations]

    return Schedule(name=name, oracle="dlf_reference.oracles.m4:schedule", cases=cases, mistakes=known, results=("lr",))


def _case(name: str, steps: int, options: Options) -> Case:
    words = ", ".join(f"{option} = {value:g}" for option, value in options.items())
    traits = {f"{option} = {value:g}" for option, value in options.items() if option != "base_lr"}
    return Case(words, (np.arange(steps),), options, {"function": name}, traits=frozenset(traits))


STEP_DECAY = _schedule(
    "step_decay",
    mistakes.STEP_DECAY,
    (3, {"base_lr": 8, "step_size": 1, "gamma": 0.5}),
    (7, {"base_lr": 8, "step_size": 2, "gamma": 0.5}),
    (9, {"base_lr": 1.0, "step_size": 3}),
    (101, {"base_lr": 0.3, "step_size": 30, "gamma": 0.2}),
    (4, {"base_lr": 0.1, "step_size": 10, "gamma": 0.5}),
)
COSINE_ANNEALING = _schedule(
    "cosine_annealing",
    mistakes.COSINE_ANNEALING,
    (3, {"base_lr": 8, "total_steps": 2}),
    (3, {"base_lr": 8, "total_steps": 2, "min_lr": 2}),
    (2, {"base_lr": 1.0, "total_steps": 1, "min_lr": 0.25}),
    (6, {"base_lr": 0.1, "total_steps": 5}),
    (101, {"base_lr": 0.3, "total_steps": 100, "min_lr": 0.003}),
)
LINEAR_WARMUP = _schedule(
    "linear_warmup",
    mistakes.LINEAR_WARMUP,
    (6, {"base_lr": 8, "warmup_steps": 4}),
    (4, {"base_lr": 8, "warmup_steps": 2}),
    (3, {"base_lr": 8, "warmup_steps": 1}),
    (30, {"base_lr": 0.3, "warmup_steps": 7}),
    (5, {"base_lr": 0.1, "warmup_steps": 100}),
)
