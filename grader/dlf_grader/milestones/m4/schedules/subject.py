"""Schedules as subjects: functions that are asked once for every step of a case, and PyTorch as their oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Answer, Array, Case, RngFor
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments.mistakes.mistake import Mistake
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.milestones.m4.schedules import cosine, mistakes
from dlf_grader.milestones.m4.schedules.curves import CURVE, STATEFUL
from dlf_grader.milestones.m4.trajectories import Options
from dlf_grader.report import Counterexample
from dlf_grader.sandbox.protocol import Call
from dlf_grader.sandbox.proxy import Submission

DRAWN = 3  # cases whose options and length are drawn; the last of them asks for its steps out of order
MOST_ASKED = 60  # steps of one case


@dataclass(frozen=True, kw_only=True)
class Schedule(Function):
    """A function of the step's number. A case's input is the numbers of its steps, its `init` the options."""

    whole: str = CURVE

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        """The rate at every step in order; then each once more, out of order and between calls with other options."""
        steps = case.inputs[0].tolist()
        first = submission.many([Call(0, self.name, [step], case.init) for step in steps])
        yield _curve(steps, first)
        others = case.init | {"base_lr": 3 * case.init["base_lr"]}
        again = steps[::-2] + steps[1::2] if len(steps) % 2 else steps[::-1]
        calls = [(step, options) for step in again for options in (others, case.init)]
        rates = submission.many([Call(0, self.name, [step], options) for step, options in calls])[1::2]
        for step, rate in zip(again, rates, strict=True):
            if compare("", rate, first[steps.index(step)]) is not None:
                text = f"{self.name} gives another rate for step {step} when it is asked again, after other steps"
                raise CheckFailure(text, Counterexample(case.label, 0, f"lr at step {step}"), (STATEFUL,))

    def question(self, case: Case) -> dict[str, Any]:
        return case.question()

    def expected(self, ctx: Context, cases: Sequence[Case]) -> list[Answer]:
        answers = super().expected(ctx, cases)
        return [_curve(case.inputs[0].tolist(), answer["lrs"]) for case, answer in zip(cases, answers, strict=True)]

    def code(self, module: str, case: Case, tensors: Sequence[str]) -> str:
        options = "".join(f", {option}={value!r}" for option, value in case.init.items())
        steps = case.inputs[0].tolist()
        written = f"range({len(steps)})" if steps == list(range(len(steps))) else steps
        asked = f"print([{self.name}(step{options}) for step in {written}])"
        return "\n".join([f"from {module} import {self.name}", "", asked])


def _curve(steps: Sequence[int], rates: Sequence[Any]) -> Answer:
    answer: Answer = {f"lr at step {step}": rate for step, rate in zip(steps, rates, strict=True)}
    numbers = [as_array(rate) for rate in rates]
    scalars = [float(x) for x in numbers if x is not None and x.ndim == 0]
    return answer | ({CURVE: np.array(scalars)} if len(scalars) == len(rates) else {})


def _schedule(
    name: str,
    known: tuple[Mistake, ...],
    by_hand: Sequence[tuple[int, Options]],
    draw: Callable[[np.random.Generator], tuple[int, Options]],
) -> Schedule:
    """A schedule with cases (number of steps, options): those of `by_hand`, then drawn ones, each longer."""

    def cases(rng_for: RngFor) -> Iterable[Case]:
        yield from (_case(name, np.arange(steps), options) for steps, options in by_hand)
        for number in range(1, DRAWN + 1):
            rng = rng_for(number)
            steps, options = draw(rng)
            asked = rng.permutation(steps)[:MOST_ASKED]
            if number < DRAWN:
                asked.sort()
            yield _case(name, asked, options)

    return Schedule(
        name=name,
        oracle="dlf_reference.oracles.m4:schedule",
        cases=cases,
        mistakes=known,
        errors_know=(STATEFUL,),
        results=("lr",),
    )


def _case(name: str, steps: Array, options: Options) -> Case:
    words = ", ".join(f"{option} = {value:g}" for option, value in options.items())
    traits = {option for option in ("min_lr",) if option in options}
    return Case(words, (steps,), options, {"function": name}, traits=frozenset(traits))


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    """A number with three digits, drawn on a logarithmic scale."""
    return float(f"{np.exp(rng.uniform(np.log(low), np.log(high))):.3g}")


def _step_decay(rng: np.random.Generator) -> tuple[int, Options]:
    size = int(_between(rng, 2, 60))
    drawn = {"base_lr": _between(rng, 1e-3, 1), "step_size": size, "gamma": _between(rng, 0.2, 0.9)}
    return size * int(rng.integers(2, 5)) + 2, drawn


def _cosine_annealing(rng: np.random.Generator) -> tuple[int, Options]:
    total, base = int(_between(rng, 4, 400)), _between(rng, 1e-3, 1)
    return total + 1, {"base_lr": base, "total_steps": total, "min_lr": float(f"{base * rng.uniform(0.05, 0.5):.3g}")}


def _linear_warmup(rng: np.random.Generator) -> tuple[int, Options]:
    steps = int(_between(rng, 3, 200))
    return steps + 5, {"base_lr": _between(rng, 1e-3, 1), "warmup_steps": steps}


STEP_DECAY = _schedule(
    "step_decay",
    mistakes.STEP_DECAY,
    [
        (3, {"base_lr": 8, "step_size": 1, "gamma": 0.25}),
        (7, {"base_lr": 8, "step_size": 2, "gamma": 0.25}),
        (9, {"base_lr": 1.0, "step_size": 3}),
    ],
    _step_decay,
)
COSINE_ANNEALING = _schedule(
    "cosine_annealing",
    cosine.COSINE_ANNEALING,
    [
        (3, {"base_lr": 8, "total_steps": 2}),
        (3, {"base_lr": 8, "total_steps": 2, "min_lr": 2}),
        (2, {"base_lr": 1.0, "total_steps": 1, "min_lr": 0.25}),
    ],
    _cosine_annealing,
)
LINEAR_WARMUP = _schedule(
    "linear_warmup",
    mistakes.LINEAR_WARMUP,
    [
        (6, {"base_lr": 8, "warmup_steps": 4}),
        (4, {"base_lr": 8, "warmup_steps": 2}),
        (3, {"base_lr": 8, "warmup_steps": 1}),
    ],
    _linear_warmup,
)
