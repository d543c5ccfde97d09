"""The one loop: a learner's code is run on case after case, smallest first, and compared with what is right.

The first wrong tensor of the smallest wrong case is the counterexample; what explains it is looked up in `diagnosis`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten, WorkerLost
from dlf_grader.instruments.case import Answer, Case, Trial
from dlf_grader.instruments.compare import ATOL, Mismatch, as_array, close, compare, nearby, relative_error, small_list
from dlf_grader.instruments.dictionary.lookup import look_up
from dlf_grader.instruments.ends import ends_of
from dlf_grader.instruments.mistakes.diagnosis import EVIDENCE, absence, explain, first_with
from dlf_grader.instruments.mistakes.generic import FIRST_WITH
from dlf_grader.instruments.subjects.subject import Subject, adding_code
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission

AGAIN = 4  # times that a wrong case runs once more
STEADY = "Does it draw random numbers, use what an earlier call left, or read np.empty before it is filled?"
Attempt = tuple[int, Case, Answer]  # a case's number, the case, and the learner's answer to it


def judge(subject: Subject, submission: Submission, ctx: Context, tensors: Sequence[str]) -> Measurements:
    """Check that a learner's `tensors` are right on every case.

    Raises:
        CheckFailure: a tensor is wrong, or the learner's code raised; with the first such case, the Python that
            repeats it, and the name of the mistake if it is known.
    """
    with adding_code(subject, ctx, tensors):
        attempts, stopped = _attempts(subject, submission, ctx, tensors)
        cases = [case for _, case, _ in attempts]
        if stopped is None:
            expected = ctx.once("right", subject, lambda: subject.expected(ctx, cases))
        else:
            expected = subject.expected(ctx, cases)
        trials = [Trial(*attempt, right) for attempt, right in zip(attempts, expected, strict=True)]
        if stopped is not None and trials:  # the last may hold only what came to be known before the code raised
            known = {name: right for name, right in expected[-1].items() if name in trials[-1].yours}
            trials[-1] = replace(trials[-1], expected=known)
        asked = _Ask(subject, submission, ctx, tensors, stopped is not None or ctx.only_case is not None)
        worst = _compared(subject, trials, tensors, asked)
        if stopped is not None:
            raise stopped
    return {"cases": len(trials), "max rel err": worst}


@dataclass(frozen=True)
class _Ask:
    """Answers to what mistakes ask.

    Attributes:
        cut_short: whether not all cases were run, as the learner's code raised on one, or only one is replayed.
    """

    subject: Subject
    submission: Submission
    ctx: Context
    tensors: Sequence[str]
    cut_short: bool = False

    def __call__(self, case: Case) -> Answer:
        return self.subject.expected(self.ctx, [case])[0]

    def learner(self, case: Case, tensors: Sequence[str] = ()) -> Answer:
        answer: Answer = {}
        try:
            for part in self.subject.run(self.submission, case, tensors):
                answer |= part
        except (LearnerError, CheckFailure) as error:
            raise ValueError(str(error)) from error
        return answer

    def dictionary(self, tensor: str, number: int) -> Diagnosis | None:
        """The edit of our solution that gives the learner's numbers."""
        check = self.ctx.check
        asked = (check.exercise, check.subject, self.subject, self.submission, self.tensors)
        return look_up(*asked, tensor, number)

    def in_turn(self, cases: Sequence[Case]) -> list[Answer]:
        try:
            return self.subject.in_turn(self.submission, cases)
        except (LearnerError, CheckFailure) as error:
            raise ValueError(str(error)) from error


def _attempts(
    subject: Subject, submission: Submission, ctx: Context, tensors: Sequence[str]
) -> tuple[list[Attempt], CheckFailure | None]:
    """What the learner's code gives for each case, up to the first on which it raises."""
    numbered = subject.numbered_cases(ctx)
    cases = ctx.once("complete", subject, lambda: subject.complete(ctx, [case for _, case in numbered]))
    key = (id(subject), subject.asks(tensors), *map(id, cases))
    if key in submission.kept:
        return submission.kept[key][-1], None
    attempts: list[Attempt] = []
    runs = subject.runs(submission, cases, tensors)
    for (number, _), case, parts in zip(numbered, cases, runs, strict=True):
        answer: Answer = {}
        stopped: CheckFailure | None = None
        try:
            for part in parts:
                answer |= part
        except NotWritten:
            raise
        except LearnerError as error:
            found = subject.explain_error(error)
            stopped = raised_on(case, number, error, [earlier for _, earlier, _ in attempts], found)
        except CheckFailure as failure:
            failure.counterexample = replace(failure.counterexample or Counterexample(case.label, 0), number=number)
            stopped = failure
        if answer or stopped is None:
            attempts.append((number, case, answer))
        if stopped is not None:
            return attempts, stopped
    submission.kept[key] = subject, cases, attempts  # the objects too: their ids are not given to others
    return attempts, None


def _compared(subject: Subject, trials: Sequence[Trial], tensors: Sequence[str], ask: _Ask) -> float:
    """The largest relative error, if every tensor of every trial is right."""
    worst = 0.0
    for at, trial in enumerate(trials):
        for name in subject.compared(tensors, trial.expected):
            asked = (name, trial.yours.get(name), trial.expected[name], subject.rtol)
            mismatch = None if compare(*asked) is None else compare(*asked, _rounding(trial.expected))
            if mismatch is not None:
                failure = _failure(subject, trial, name, mismatch, _explained(subject, trials, at, name, ask))
                failure.ends = ends_of(subject, ask.submission, trial.case, tensors)
                raise failure
            worst = max(worst, relative_error(trial.yours[name], trial.expected[name]))
    return worst


def _rounding(expected: Answer) -> float:
    """What no number of an answer is held to: a gradient that is zero in theory is as inexact as the case's largest."""
    gradients = [np.max(np.abs(right), initial=0.0) for name, right in expected.items() if "dL_d" in name]
    return ATOL * max(1.0, *map(float, gradients)) if gradients else ATOL


def _explained(subject: Subject, trials: Sequence[Trial], at: int, name: str, ask: _Ask) -> tuple[Diagnosis, ...]:
    shows_in = subject.explained_by(name)
    if shows_in != name and trials[at].yours.get(shows_in) is None:
        return ()  # what came is not a number, or has another shape, and the message says so
    later = list(trials[at:])
    if ask.cut_short and len(later) < EVIDENCE:  # few small cases fit mistakes that nobody made
        later += _after(ask, name, trials[-1].number, EVIDENCE - len(later))
    later = [trial for trial in later if shows_in in trial.expected]  # no bias, no dL_db
    look = partial(ask.dictionary, shows_in, trials[at].number)
    found = explain(subject.known_mistakes(), ask, trials[:at], later, shows_in, look)
    if all(each.id == FIRST_WITH for each in found) and (unsteady := _unsteady(ask, trials[at], shows_in)):
        return (unsteady,)
    return found


def _unsteady(ask: _Ask, trial: Trial, tensor: str) -> Diagnosis | None:
    """That a case gives other numbers when it runs again: two rows in a random order are often as they were."""
    first = trial.yours.get(tensor)
    for _ in range(AGAIN if as_array(first) is not None else 0):
        try:
            again = ask.learner(trial.case, (tensor,)).get(tensor)
        except (ValueError, WorkerLost):
            return None
        if as_array(again) is None:
            return None
        if not close(again, first):
            return Diagnosis("unsteady", f"The same case gives another {tensor} when it runs again. {STEADY}")
    return None


def _after(ask: _Ask, name: str, number: int, most: int) -> list[Trial]:
    """The trials that follow a case, but for those on which the learner's code raises."""
    ctx = replace(ask.ctx, only_case=None)
    cases = [(at, case) for at, case in ask.subject.numbered_cases(ctx) if at > number]
    found = list[Trial]()
    for at, case in zip((at for at, _ in cases), ask.subject.complete(ctx, [case for _, case in cases]), strict=True):
        if len(found) == most:
            break
        try:
            yours = ask.learner(case, (name,))
        except ValueError:
            continue
        except WorkerLost:
            break
        found.append(Trial(at, case, yours, ask(case)))
    return found


def _failure(
    subject: Subject, trial: Trial, name: str, mismatch: Mismatch, diagnosis: tuple[Diagnosis, ...]
) -> CheckFailure:
    yours, expected = trial.yours.get(name), trial.expected[name]
    counterexample = Counterexample(
        case=trial.case.label,
        number=trial.number,
        tensor=name,
        index=mismatch.index,
        yours=mismatch.yours,
        expected=mismatch.expected,
        yours_array=small_list(yours),
        expected_array=small_list(expected),
        nearby=nearby(yours, expected, mismatch.index, subject.rtol),
    )
    return CheckFailure(mismatch.text, counterexample, diagnosis)


def raised_on(
    case: Case,
    number: int,
    error: LearnerError,
    passed: Sequence[Case] = (),
    known: tuple[Diagnosis, ...] = (),
) -> CheckFailure:
    """The failure of a case on which the learner's code raised, after cases that were right."""
    found = (*known, absence(error), first_with(passed, case))
    failure = CheckFailure(str(error), Counterexample(case.label, number), tuple(d for d in found if d is not None))
    failure.__cause__ = error
    return failure
