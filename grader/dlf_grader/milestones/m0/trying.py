"""Trying a learner's function on cases, where it is no layer that the parity instrument could run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.compare import RTOL
from dlf_grader.instruments_old.diagnosis import Trial
from dlf_grader.instruments_old.layer import Answer, Ask, Case, Misconception
from dlf_grader.instruments_old.parity import judge, raised_on


def tried(
    cases: Sequence[tuple[int, Case]],
    yours: Callable[[Case], Answer],
    expected: Ask,
    *tensors: str,
    mistakes: Sequence[Misconception],
    ask: Ask = lambda case: {},
    rtol: float = RTOL,
) -> tuple[list[Trial], float]:
    """Every case's answers, and the largest relative error, where all are right.

    Args:
        cases: with their numbers, smallest first.
        yours, expected: the learner's answer to a case, and the right one.
        tensors: what to compare of them.
        mistakes, ask: what may explain a wrong answer, and what they ask.

    Raises:
        CheckFailure: an answer is wrong, or there is none because the learner's code raised.
    """
    trials: list[Trial] = []
    stopped: CheckFailure | None = None
    for number, case in cases:
        try:
            trials.append(Trial(number, case, yours(case), expected(case)))
        except NotWritten:
            raise
        except LearnerError as error:
            stopped = raised_on(case, number, error, [trial.case for trial in trials])
            break
    worst = judge(trials, tensors, mistakes, ask, rtol)
    if stopped is not None:
        raise stopped
    return trials, worst
