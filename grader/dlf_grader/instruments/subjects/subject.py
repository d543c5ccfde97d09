"""A subject: what checks are about. It knows its cases, how the learner's code is run on one, and what is right.

Layers, functions, optimisers, autograd programs and networks are adapters of it; `judge` has the one loop for all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, UsageError
from dlf_grader.instruments.case import Answer, Array, Case, RngFor
from dlf_grader.instruments.compare import RTOL
from dlf_grader.instruments.mistakes.mistake import Mistake
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.proxy import Submission


@dataclass(frozen=True, kw_only=True)
class Subject(ABC):
    """What checks are about.

    Attributes:
        name: of the class or function in the exercise.
        oracle: "module:function" in dlf_reference, called with what `question` gives; or our own formula of a case.
        cases: enumerates cases, smallest first; called with a source of random numbers for each case.
        mistakes: what people get wrong, most specific first.
        claims: what else its behaviour must be; each raises a CheckFailure where it does not hold.
        claims_know: the mistakes that these name.
        errors_know: the mistakes that `explain_error` names, or `run` where it raises a CheckFailure.
        rtol: relative tolerance of a comparison.
        whole: the tensor of an answer that holds all others in order, as all updates of an optimiser; it is not
            compared itself, but the mistakes behind a wrong one of the others show in it.
    """

    name: str
    oracle: str | Callable[[Case], Answer]
    cases: Callable[[RngFor], Iterable[Case]]
    mistakes: tuple[Mistake, ...] = ()
    claims: tuple[Callable[[Submission, Context], None], ...] = ()
    claims_know: tuple[Diagnosis, ...] = ()
    errors_know: tuple[Diagnosis, ...] = ()
    rtol: float = RTOL
    whole: str = ""

    @abstractmethod
    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        """Run the learner's code on a case, and yield its tensors as they come to be known.

        Args:
            tensors: those that are asked for; none asks for the value alone, without gradients.

        Raises:
            LearnerError, CheckFailure: the rest is not to be had.
        """

    def runs(self, submission: Submission, cases: Sequence[Case], tensors: Sequence[str]) -> Iterable[Iterator[Answer]]:
        """What `run` yields for each of several cases, in turn."""
        return (self.run(submission, case, tensors) for case in cases)

    def asks(self, tensors: Sequence[str]) -> object:
        """What of the tensors that are asked for changes how a case is run."""
        return tuple(tensors)

    def in_turn(self, submission: Submission, cases: Sequence[Case]) -> list[Answer]:
        """The answers of one object of the learner's to case after case, without gradients.

        Raises:
            LearnerError, CheckFailure: as `run`.
            ValueError: there is no object that could be used again.
        """
        raise ValueError(f"{self.name} is used once")

    def question(self, case: Case) -> dict[str, Any]:
        """A case as the oracle's arguments."""
        return case.question()

    def complete(self, ctx: Context, cases: list[Case]) -> list[Case]:
        """The cases with what only PyTorch can give them, such as the gradients of a loss; asked once a check."""
        return cases

    def expected(self, ctx: Context, cases: Sequence[Case]) -> list[Answer]:
        """The right answers."""
        if isinstance(self.oracle, str):
            return ctx.answers(self.oracle, [self.question(case) for case in cases])
        return [self.oracle(case) for case in cases]

    def compared(self, tensors: Sequence[str], expected: Answer) -> Sequence[str]:
        """Which tensors of an answer a check compares, in this order: those it names, or all."""
        return [name for name in tensors or expected if name in expected and name != self.whole]

    def explained_by(self, tensor: str) -> str:
        """The tensor in which the mistakes behind a wrong `tensor` show."""
        return self.whole or tensor

    def known_mistakes(self) -> tuple[Mistake, ...]:
        """The declared mistakes, and those that every subject of its kind can have."""
        return self.mistakes

    def explain_error(self, error: LearnerError) -> tuple[Diagnosis, ...]:
        """The mistakes behind an exception of the learner's code."""
        return ()

    def given(self, submission: Submission, array: Array) -> Any:
        """An array as the learner's code takes it."""
        return array

    def code(self, module: str, case: Case, tensors: Sequence[str]) -> str:
        """Python that repeats a case on the learner's own file, to be run in the tree's folder; "" for none."""
        return ""

    def all_cases(self, rng_for: RngFor) -> list[Case]:
        """The cases that are run."""
        return list(self.cases(rng_for))

    def numbered_cases(self, ctx: Context) -> list[tuple[int, Case]]:
        """The cases to run, with their numbers: all, or the one that a learner replays."""
        numbered = ctx.once("cases", self, lambda: list(enumerate(self.all_cases(ctx.rng), start=1)))
        if ctx.only_case is not None and ctx.only_case not in dict(numbered):
            raise UsageError(
                f"{ctx.check.id} has {len(numbered)} cases with this seed; there is no case {ctx.only_case}"
            )
        return [pair for pair in numbered if ctx.only_case in (None, pair[0])]


@contextmanager
def adding_code(subject: Subject, ctx: Context, tensors: Sequence[str]) -> Iterator[None]:
    """Add to a failure inside the Python that repeats its case, which a replay shows."""
    try:
        yield
    except CheckFailure as failure:
        found = failure.counterexample
        cases = dict(subject.numbered_cases(ctx))
        if found is not None and found.number in cases:
            module = ctx.check.exercise.removesuffix(".py").replace("/", ".")  # "m1_cnn.conv"
            code = subject.code(module, cases[found.number], tensors)
            failure.counterexample = replace(found, code=code)
        raise
