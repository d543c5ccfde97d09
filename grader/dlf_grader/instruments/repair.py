"""Repair on request: the one change of a learner's own function that makes its checks pass.

The file's edits are tried in the isolated worker that holds it, on the smallest failing case first; one that is right
there runs the whole check. What is left is graded like any file, in a tree of its own: only the grader's verdict
counts.
"""

from __future__ import annotations

import ast
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlf_grader import checks as methods
from dlf_grader.config import Config
from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, WorkerLost
from dlf_grader.instruments.case import Answer, Case
from dlf_grader.instruments.compare import compare
from dlf_grader.instruments.edits.one_step import Edit, broken, edits_of, functions, source_of
from dlf_grader.instruments.edits.repairs import EVERYWHERE, MISSING, everywhere, with_what_is_missing
from dlf_grader.instruments.edits.words import RANK, rank
from dlf_grader.instruments.methods import carry_out, subject_of
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.model import Check, Exercise, Status
from dlf_grader.report import Result
from dlf_grader.run.collect import with_prerequisites
from dlf_grader.run.exercise import Grader
from dlf_grader.run.oracle import Oracle
from dlf_grader.run.reading.source import Source, first_line
from dlf_grader.run.reading.tree import Tree, read_source, snapshot
from dlf_grader.run.session import Session
from dlf_grader.run.submissions import AnswersInMemory
from dlf_grader.sandbox.proxy import Submission
from dlf_grader.sandbox.servers import Servers

if TYPE_CHECKING:
    import pluggy

SECONDS = 2.0  # that one edit may take on the failing case
LATE = (MISSING, EVERYWHERE, "wrapped", "term", "factor", "reduced")  # kinds that are tried last

KINDS = {
    "operator": "An operator is wrong.",
    "operands-swapped": "Two operands are swapped.",
    "operand-dropped": "There is an operand too many.",
    "regrouped": "Brackets are in the wrong place.",
    "sign": "A sign is wrong.",
    "constant": "A number is wrong.",
    "comparison": "A comparison is wrong.",
    "condition": "A condition is wrong.",
    "condition-dropped": "A condition is too many.",
    "branch-dropped": "A condition is too many.",
    "branch": "The wrong branch is taken.",
    "axis": "An axis is wrong.",
    "axes": "Axes are in the wrong order.",
    "shape": "A shape is in the wrong order.",
    "keepdims": "An axis is lost.",
    "switch": "True and False are swapped.",
    "ddof": "The count is n where n - 1 is right, or the other way round.",
    "function": "A function is the wrong one.",
    "call-dropped": "There is a call too many.",
    "argument-dropped": "There is an argument too many.",
    "arguments-swapped": "Two arguments are swapped.",
    "index": "An index is wrong.",
    "index-dropped": "There is an index too many.",
    "swapped": "Two parts are swapped.",
    "name": "A name is the wrong one.",
    "transposed": "A transpose is missing, or too many.",
    "statement-dropped": "There is a statement too many.",
    "statements-swapped": "Two statements are in the wrong order.",
    "assignment": "An assignment replaces where it adds, or the other way round.",
    "after-loop": "A statement of the loop belongs after it.",
    "into-loop": "A statement after the loop belongs inside.",
    "loop": "A loop has the wrong range.",
    "factor": "A factor is missing.",
    "term": "A term is missing.",
    "wrapped": "A function is missing around an expression.",
    "reduced": "A sum over an axis is missing.",
    MISSING: "Something is missing.",
    EVERYWHERE: "The same name or number is wrong several times.",
}

Show = Callable[[str, int, int], None]  # the function's name, how many of its edits were tried, how many there are


class Stuck(Exception):
    """There is nothing to search for; says why."""


@dataclass(frozen=True)
class Search:
    """A search for the repair of one check's failure.

    Attributes:
        checks: those of the check's file, and what they build on.
        until: when to give up, on the clock of `time.monotonic`.
    """

    check: Check
    exercise: Exercise
    checks: Sequence[Check]
    config: Config
    plugins: pluggy.PluginManager
    servers: Servers
    until: float
    show: Show

    def run(self) -> Edit | None:
        """The edit that repairs the file; None if none does.

        Raises:
            Stuck: the check does not fail.
            TimeoutError: time was up.
        """
        reference = Oracle(self.servers, AnswersInMemory())
        try:
            needed = with_prerequisites([self.check], self.checks)
            failed = self._graded(self.config.tree, reference, needed)[self.check.id]
            if failed.status not in (Status.FAILED, Status.CRASHED, Status.TIMEOUT):
                raise Stuck(_why(failed))
            return self._found(failed, reference)
        finally:
            reference.close()

    def _found(self, failed: Result, reference: Oracle) -> Edit | None:
        tree = Tree(self.config.tree)
        hook = self.plugins.hook
        with Grader(self.config, tree, hook, self.servers, reference, self.checks, lambda check: None) as grader:
            submission = grader.submission(self.exercise, self.checks)
            context = Context(self.check, self.config, reference)
            try:
                tried = _Trial(self.check, submission, context, failed)
                for edit in self._candidates(tree, failed, submission, tried):
                    if tried.repairs(edit) and self._holds(edit, reference):
                        return edit
            finally:
                submission.close()
        return None

    def _candidates(self, tree: Tree, failed: Result, submission: Submission, tried: _Trial) -> Iterator[Edit]:
        """The edits of the functions that have a part in the failure, most likely places first."""
        module = tree.source(self.exercise.path).syntax
        taking_part = [name for name in functions(module) if tried.runs(name, module)]
        names = sorted(taking_part, key=lambda name: _distance(name, self.check.target))
        tensor = failed.counterexample.tensor if failed.counterexample else ""
        frames = {line.location.line for line in failed.trace if line.location is not None}
        for late in (False, True):
            for name in names:
                edits = _ordered(module, name, tensor, frames, late=late)
                for number, edit in enumerate(edits, start=1):
                    if time.monotonic() > self.until:
                        raise TimeoutError
                    self.show(name, number, len(edits))
                    yield edit
                submission.redefine(name, source_of(module, name))

    def _holds(self, edit: Edit, reference: Oracle) -> bool:
        """Whether the changed file's check passes, and no check of the file is worse off than before."""
        with tempfile.TemporaryDirectory(prefix="dlf-locate-") as folder:
            tree = Path(folder).resolve() / "tree"
            tree.mkdir()
            snapshot(Tree(self.config.tree), [self.exercise.path], tree)
            source = read_source(tree, self.exercise.path)
            file = tree / self.exercise.path
            file.unlink()  # a snapshot's files are read-only
            file.write_text(changed(source, edit), encoding=source.encoding)
            after = self._graded(tree, reference, self.checks)
        if after[self.check.id].status is not Status.PASSED:
            return False
        wrong = [check for check in self.checks if after[check.id].status is not Status.PASSED]
        if not wrong:
            return True
        before = self._graded(self.config.tree, reference, with_prerequisites(wrong, self.checks))
        return all(before[check.id].status is not Status.PASSED for check in wrong)

    def _graded(self, tree: Path, reference: Oracle, checks: Sequence[Check]) -> dict[str, Result]:
        config = replace(self.config, tree=tree, train=False, fresh=True)
        session = Session(config, self.plugins, checks=checks, servers=self.servers, reference=reference)
        return {result.id: result for result in session.run().results}


class _Trial:
    """Tries edits on one check: its failing case, then all of it."""

    def __init__(self, check: Check, submission: Submission, context: Context, failed: Result) -> None:
        self.check, self.submission, self.context = check, submission, context
        self.cases: list[Case] = []
        if isinstance(check.method, methods.Parity):
            self.subject: Subject = subject_of(check)
            self.tensors = check.method.tensors
            numbered = self.subject.numbered_cases(context)
            self.cases = self.subject.complete(context, [case for _, case in numbered])
            self.expected = self.subject.expected(context, self.cases)
            number = failed.counterexample.number if failed.counterexample else 0
            self.first = next((at for at, (n, _) in enumerate(numbered) if n == number), 0)

    def runs(self, name: str, module: ast.Module) -> bool:
        """Whether the failing case runs a function: one that does not cannot be behind it."""
        if not self.cases:
            return True
        before = self._outcome()
        self.submission.redefine(name, broken(module, name))
        after = self._outcome()
        self.submission.redefine(name, source_of(module, name))
        return before != after

    def _outcome(self) -> str:
        """How the failing case ends, in words."""
        self.submission.deadline = time.monotonic() + self.check.timeout
        try:
            return f"right: {self._right(self.first)}"
        except (CheckFailure, LearnerError) as error:
            return str(error)

    def repairs(self, edit: Edit) -> bool:
        """Whether the check is right with an edit, as far as this can tell."""
        self.submission.deadline = time.monotonic() + SECONDS
        try:
            self.submission.redefine(edit.function, edit.source)
            if not self.cases:
                self.submission.deadline += self.check.timeout
                carry_out(self.check, self.submission, self.context)
                return True
            if not self._right(self.first):
                return False
            self.submission.deadline += self.check.timeout
            return all(self._right(at) for at in range(len(self.cases)))
        except (CheckFailure, LearnerError):
            return False
        except WorkerLost:  # the next worker has the learner's own code again
            self.submission.close()
            return False

    def _right(self, at: int) -> bool:
        answer: Answer = {}
        for part in self.subject.run(self.submission, self.cases[at], self.tensors):
            answer |= part
        right = self.expected[at]
        asked = self.subject.compared(self.tensors, right)
        return all(compare(name, answer.get(name), right[name], self.subject.rtol) is None for name in asked)


def together(check: Check, checks: Sequence[Check]) -> list[Check]:
    """The checks of a check's file that train nothing, and what they build on."""
    untrained = [one for one in checks if one.exercise == check.exercise and one.kind != "training"]
    return with_prerequisites(untrained, checks)


def in_words(kind: str) -> str:
    """A kind of change as a sentence."""
    return KINDS.get(kind, "An expression is another one.")


def changed(source: Source, edit: Edit) -> str:
    """A file's text with an edit made; the function is written anew, and loses its comments."""
    old = functions(source.syntax)[edit.function]
    new = functions(ast.parse(edit.source))[edit.function]
    first = first_line(old)
    indent = " " * old.col_offset
    body = [indent + line for line in ast.unparse(new).splitlines()]
    return "\n".join([*source.lines[: first - 1], *body, *source.lines[old.end_lineno or first :]])


def _distance(name: str, target: str) -> tuple[bool, bool]:
    """How far a function is from the one that a check is about: itself, then its class, then the rest."""
    return name != target, name.partition(".")[0] != target.partition(".")[0]


def _ordered(module: ast.Module, name: str, tensor: str, lines: set[int], *, late: bool) -> list[Edit]:
    """A function's edits: first where an exception came from and where the wrong tensor is made, then by kind."""
    if late:
        found: Any = itertools.chain(edits_of(module, name, None, with_what_is_missing), everywhere(module, name))
    else:
        found = edits_of(module, name)
    chosen = [edit for edit in found if (edit.kind in LATE) == late]
    made_here = tensor.rpartition(".")[2]

    def order(edit: Edit) -> tuple[bool, bool, int]:
        makes = bool(made_here) and made_here in edit.whole
        likely = rank(edit.kind, edit.before, edit.after)[0] if edit.kind in RANK else len(RANK)
        return edit.line not in lines, not makes, likely

    return sorted(chosen, key=order)


def _why(result: Result) -> str:
    if result.status is Status.PASSED:
        return f"{result.id} passes: there is nothing to repair"
    return f"{result.id} is not wrong yet: {result.message or result.status}"
