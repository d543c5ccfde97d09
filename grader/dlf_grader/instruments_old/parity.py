"""Parity: a learner's layer gives PyTorch's numbers, on cases enumerated from the smallest up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import RTOL, Mismatch, compare, nearby, relative_error, small_list
from dlf_grader.instruments_old.code import telling_how
from dlf_grader.instruments_old.diagnosis import Trial, absence, explain, first_with
from dlf_grader.instruments_old.layer import Answer, Ask, Case, Layer, Misconception, run_case
from dlf_grader.model import Measurements, RunCheck
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission

EVIDENCE = 6  # cases on which a named mistake must agree before it is named


def parity(layer: Layer, *tensors: str) -> RunCheck:
    """A check that `tensors` of a layer equal PyTorch's on every case.

    Args:
        layer: what is tested.
        tensors: names such as "y", "dL_dx", "running_mean"; a gradient's name means `backward` is called.
    """
    backward = any("dL_d" in name for name in tensors)

    def run(submission: Submission, ctx: Context) -> Measurements:
        with telling_how(ctx, layer, backward=backward):
            return _compared(submission, layer, ctx, tensors, backward)

    return run


def _compared(
    submission: Submission, layer: Layer, ctx: Context, tensors: Sequence[str], backward: bool
) -> Measurements:
    trials, stopped = _learners_answers(submission, layer, ctx, backward)
    expected = ctx.answers(layer.oracle, [case.question() for _, case, _ in trials])
    done = [Trial(n, case, yours, right) for (n, case, yours), right in zip(trials, expected, strict=True)]

    def ask(case: Case) -> Answer:
        return ctx.answers(layer.oracle, [case.question()])[0]

    worst = judge(done, tensors, (*layer.misconceptions, *_ignoring(submission, layer)), ask)
    if stopped is not None:
        raise stopped
    return {"cases": len(done), "max rel err": worst}


def judge(
    trials: Sequence[Trial],
    tensors: Sequence[str],
    misconceptions: Sequence[Misconception] = (),
    ask: Ask = lambda case: {},
    rtol: float = RTOL,
) -> float:
    """Compare `tensors` on every trial, smallest first; the largest relative error of what is right.

    Raises:
        CheckFailure: a tensor is wrong; with the first such case, and the name of the mistake if it is known.
    """
    worst = 0.0
    for at, trial in enumerate(trials):
        for name in tensors:
            if name not in trial.expected:
                continue
            mismatch = compare(name, trial.yours.get(name), trial.expected[name], rtol)
            if mismatch is not None:
                evidence = [later for later in trials[at:] if name in later.expected]  # no bias, no dL_db
                diagnosis = explain(misconceptions, ask, trials[:at], evidence[:EVIDENCE], name)
                raise _failure(trial, name, mismatch, diagnosis, rtol)
            worst = max(worst, relative_error(trial.yours[name], trial.expected[name]))
    return worst


def _ignoring(submission: Submission, layer: Layer) -> Iterator[Misconception]:
    """For each parameter, the mistake that `forward` does not read it: the learner's own answer to another value."""
    for name in layer.parameters:

        def answer(ask: Ask, case: Case, tensor: str, name: str = name) -> Any:
            value = case.attributes.get(name)
            if value is None:
                return None
            other = replace(case, attributes=case.attributes | {name: value * 2 + 1})
            try:
                return run_case(submission, layer, other, backward=False)[layer.output]
            except LearnerError as error:
                raise ValueError(f"{name} is read") from error

        text = f"Assigning {name} changes nothing: read self.{name} inside forward, not a copy made earlier."
        yield Misconception(f"{name}-ignored", text, (layer.output,), answer)


def _learners_answers(
    submission: Submission, layer: Layer, ctx: Context, backward: bool
) -> tuple[list[tuple[int, Case, Answer]], CheckFailure | None]:
    """What the learner's layer gives for each case, up to the first that raises."""
    trials: list[tuple[int, Case, Answer]] = []
    for number, case in layer.numbered_cases(ctx):
        try:
            trials.append((number, case, run_case(submission, layer, case, backward=backward)))
        except NotWritten:
            raise
        except LearnerError as error:
            return trials, raised_on(case, number, error, [earlier for _, earlier, _ in trials])
    return trials, None


def raised_on(case: Case, number: int, error: LearnerError, passed: Sequence[Case] = ()) -> CheckFailure:
    """The failure of a case on which the learner's code raised, after cases that were right."""
    found = (absence(error), first_with(passed, case))
    failure = CheckFailure(str(error), Counterexample(case.label, number), tuple(d for d in found if d is not None))
    failure.__cause__ = error
    return failure


def _failure(
    trial: Trial, name: str, mismatch: Mismatch, diagnosis: tuple[Diagnosis, ...], rtol: float
) -> CheckFailure:
    counterexample = Counterexample(
        case=trial.case.label,
        number=trial.number,
        tensor=name,
        index=mismatch.index,
        yours=mismatch.yours,
        expected=mismatch.expected,
        yours_array=small_list(trial.yours.get(name)),
        expected_array=small_list(trial.expected[name]),
        nearby=nearby(trial.yours.get(name), trial.expected[name], mismatch.index, rtol),
    )
    return CheckFailure(mismatch.text, counterexample, diagnosis)
