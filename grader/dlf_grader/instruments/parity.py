"""Parity: a learner's layer gives PyTorch's numbers, on cases enumerated from the smallest up."""

from __future__ import annotations

from collections.abc import Sequence

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import Mismatch, compare, relative_error, small_list
from dlf_grader.instruments.diagnosis import Trial, explain
from dlf_grader.instruments.layer import Answer, Case, Layer, run_case
from dlf_grader.model import Counterexample, Measurements, RunCheck
from dlf_grader.sandbox.proxy import Submission

EVIDENCE = 6  # cases on which a named mistake must agree before it is named


def parity(layer: Layer, *tensors: str) -> RunCheck:
    """A check that `tensors` of a layer equal PyTorch's on every case.

    Args:
        layer: what is tested.
        tensors: names such as "y", "dL_dx", "running_mean"; a gradient's name means `backward` is called.
    """
    backward = any(name.startswith("dL_d") for name in tensors)

    def run(submission: Submission, ctx: Context) -> Measurements:
        trials, stopped = _learners_answers(submission, layer, ctx, backward)
        expected = ctx.answers(layer.oracle, [case.question() for _, case, _ in trials])
        worst = 0.0
        done = [Trial(n, case, yours, right) for (n, case, yours), right in zip(trials, expected, strict=True)]
        for at, trial in enumerate(done):
            for name in tensors:
                if name not in trial.expected:
                    continue
                mismatch = compare(name, trial.yours.get(name), trial.expected[name])
                if mismatch is not None:
                    raise _failure(layer, ctx, done, at, name, mismatch)
                worst = max(worst, relative_error(trial.yours[name], trial.expected[name]))
        if stopped is not None:
            raise stopped
        return {"cases": len(done), "max rel err": worst}

    return run


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
            return trials, raised_on(case, number, error)
    return trials, None


def raised_on(case: Case, number: int, error: LearnerError) -> CheckFailure:
    """The failure of a case on which the learner's code raised."""
    failure = CheckFailure(str(error), Counterexample(case.label, number))
    failure.__cause__ = error
    return failure


def _failure(
    layer: Layer, ctx: Context, trials: Sequence[Trial], at: int, name: str, mismatch: Mismatch
) -> CheckFailure:
    trial = trials[at]
    counterexample = Counterexample(
        case=trial.case.label,
        number=trial.number,
        tensor=name,
        index=mismatch.index,
        yours=mismatch.yours,
        expected=mismatch.expected,
        yours_array=small_list(trial.yours.get(name)),
        expected_array=small_list(trial.expected[name]),
    )

    def ask(case: Case) -> Answer:
        return ctx.answers(layer.oracle, [case.question()])[0]

    diagnosis = explain(layer.misconceptions, ask, trials[:at], trials[at : at + EVIDENCE], name)
    return CheckFailure(mismatch.text, counterexample, diagnosis)
