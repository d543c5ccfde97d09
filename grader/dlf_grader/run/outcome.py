"""What a check's end means: an exception, or what its file says without being run, as a result."""

from __future__ import annotations

import ast
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import chain

from dlf_grader.config import Config
from dlf_grader.failures import (
    CheckFailure,
    DataUnusable,
    GraderFault,
    LearnerError,
    NotWritten,
    WorkerLost,
    WorkerRefused,
    WorkerTimeout,
)
from dlf_grader.frames import Frame
from dlf_grader.model import Check, Exercise, Status
from dlf_grader.places import repository
from dlf_grader.report import Diagnosis, Excerpt, Location, Result, TraceLine
from dlf_grader.run.fault import fault_of, raised_at, target_of
from dlf_grader.run.reading.excerpts import added_statements, excerpt_of, written
from dlf_grader.run.reading.handed_out import behind
from dlf_grader.run.reading.lacking import lacks_return
from dlf_grader.run.reading.slips import Slip, shared_in, slips_in
from dlf_grader.run.reading.source import Source
from dlf_grader.run.reading.stubs import stub_of
from dlf_grader.run.reading.traces import trace_lines
from dlf_grader.run.reading.tree import Tree
from dlf_grader.run.results import result_of

SPELT_ALIKE = 0.8  # of 1: "numpi" and "numpy"


@dataclass(frozen=True)
class Outcome:
    """Makes results for the checks of one tree.

    Attributes:
        explain: what plugins know of a mistake, one answer each; called as the hook `dlf_explain` is.
    """

    config: Config
    tree: Tree
    explain: Callable[..., Iterable[Iterable[Diagnosis]]]

    def of_file(self, exercise: Exercise, check: Check) -> Result | None:
        """The result that reading the file is enough for: it is broken, or still as it was handed out."""
        source = self.tree.source(exercise.path)
        if source.problem:
            at, text = self._at(source.path, source.line), source.text_of(source.line)
            trace = (TraceLine(f": {text}", at),) if text else ()
            excerpt = excerpt_of(source, at) if text else None
            found = {"location": at, "trace": trace, "excerpt": excerpt, "unreadable": bool(source.data)}
            return result_of(check, Status.FAILED, message=source.problem, **found)
        if exercise.engine == "torch" and (line := source.still_a_stub()):
            return result_of(check, Status.TODO, message="not written yet", location=self._at(source.path, line))
        return None

    def of_error(self, check: Check, error: Exception) -> Result:
        """The result that an exception means."""
        try:
            return self._of_error(check, error)
        except Exception as fault:  # noqa: BLE001 - that it cannot be explained must not lose the other results
            return self._of_fault(check, fault)

    def _of_error(self, check: Check, error: Exception) -> Result:
        frames = _frames(error)
        if isinstance(error, NotWritten):
            where = self._at(frames[-1].file, frames[-1].line) if frames else self._location(check)
            return result_of(check, Status.TODO, message=self._left_to_do(check, frames), location=where)
        excerpt = self._excerpt(check, error, frames)
        where = excerpt.location if excerpt else self._location(check, self._target(check, error))
        trace = trace_lines(frames, self.tree.closure(check.exercise), self.config.tree_name)
        found = {"location": where, "trace": trace, "excerpt": excerpt}
        match error:
            case CheckFailure():
                return result_of(
                    check,
                    Status.FAILED,
                    message=str(error),
                    diagnosis=(*self._diagnosed(check, error), *self._explained(check, error)),
                    counterexample=error.counterexample,
                    replay=self._replay(check, error),
                    **found,
                )
            case LearnerError():
                failure = CheckFailure(str(error))
                failure.__cause__ = error
                explained = self._explained(check, failure)
                return result_of(check, Status.FAILED, message=str(error), diagnosis=explained, **found)
            case WorkerTimeout():
                text = f"{error}; {error.had or f'the whole check has {check.timeout:g} s'}"
                slips = tuple(slip.diagnosis for slip in self._slips(check) if slip.diagnosis.id == "endless")
                return result_of(check, Status.TIMEOUT, message=text, diagnosis=slips, **found)
            case WorkerLost():
                status = Status.REFUSED if isinstance(error, WorkerRefused) else Status.CRASHED
                return result_of(check, status, message=self._lost(error, frames), **found)
            case DataUnusable():
                return result_of(check, Status.SKIPPED, message=str(error))
            case GraderFault():
                return result_of(check, Status.ERROR, message=str(error))
        return self._of_fault(check, error)

    def _of_fault(self, check: Check, error: Exception) -> Result:
        """The result where the grader itself raised."""
        details = "".join(traceback.format_exception(error)) if self.config.verbose else "dlf-grade -v shows where"
        return result_of(check, Status.ERROR, message=f"{type(error).__name__}: {error} ({details})")

    def _left_to_do(self, check: Check, frames: tuple[Frame, ...]) -> str:
        """That a function is not written; or, where the learner's code stands in it, that the stub's line is left."""
        source = self.tree.source(frames[-1].file) if frames else None
        stub = self._stub(source.path) if source else ""
        if source and stub and not source.problem:
            target = source.function_at(frames[-1].line)
            if added_statements(source.definition(target), Source(source.path, stub.encode()).definition(target)):
                return "still raises NotImplementedError"
            if target and target != check.target:
                return f"{target} is not written yet"
        return "not written yet"

    def _diagnosed(self, check: Check, error: CheckFailure) -> tuple[Diagnosis, ...]:
        """What the check found out; where it is None that was returned, the missing `return`."""
        path, _ = self.tree.where(check.exercise, check.target)
        none = any(diagnosis.id == "nothing" for diagnosis in error.diagnosis) and error.counterexample
        if none and lacks_return(self.tree.source(path), check.target, none.tensor):
            return (Diagnosis("no-return", f"{check.target} returns nothing: end it with `return`."),)
        return error.diagnosis

    def _explained(self, check: Check, failure: CheckFailure) -> tuple[Diagnosis, ...]:
        """What plugins know of a mistake, a definition that another of its name hides, and slips in the function."""
        closure = self.tree.closure(check.exercise)
        sources = {source.path: source.text for source in closure if not source.problem}
        found = self.explain(check=check, failure=failure, sources=sources)
        source = self.tree.source(check.exercise)
        hidden = source.defined_twice(check.target)
        twice = [Diagnosis("defined-twice", hidden)] if hidden else []
        slips = [slip.diagnosis for slip in self._slips(check)]
        return (*(diagnosis for explained in found for diagnosis in explained), *twice, *slips)

    def _slips(self, check: Check) -> Iterator[Slip]:
        source = self.tree.source(self.tree.where(check.exercise, check.target)[0])
        if source.problem:
            return iter(())
        whole = source.definition(check.target.partition(".")[0])
        shared = shared_in(whole) if isinstance(whole, ast.ClassDef) else ()
        return chain(slips_in(source.definition(check.target)), shared)

    def _lost(self, error: WorkerLost, frames: tuple[Frame, ...]) -> str:
        """A refusal says where a file of the tree is that was imported as if it stood at the tree's root."""
        found = re.match(r"imports (\w+)", str(error)) if isinstance(error, WorkerRefused) else None
        folder = frames[-1].file.rpartition("/")[0] if frames else ""
        if found and folder and (self.tree.root / folder / f"{found[1]}.py").is_file():
            module = f"{folder.replace('/', '.')}.{found[1]}"
            return f"{found[0]}: it is {module} from here, as imports start at the tree's root"
        known = ["numpy", *sys.stdlib_module_names]
        near = get_close_matches(found[1], known, n=1, cutoff=SPELT_ALIKE) if found else []
        return f"{found[0]}; did you mean {near[0]}?" if found and near else str(error)

    def _replay(self, check: Check, error: CheckFailure) -> str:
        if error.counterexample is None or not error.counterexample.number:
            return ""
        return f"{check.id}@{self.config.seed}.{error.counterexample.number}"

    def _excerpt(self, check: Check, error: Exception, frames: tuple[Frame, ...]) -> Excerpt | None:
        """The learner's own line behind a failure: where they called what raised, or where they set what is wrong."""
        sources = {source.path: source for source in self.tree.closure(check.exercise)}
        target = self._target(check, error)
        path, _ = self.tree.where(check.exercise, target)
        if path not in sources:
            return None
        if frames:
            there = sources.keys() & {frame.file for frame in frames}
            lines_of = {path: written(sources[path], stub) for path in there if (stub := self._stub(path))}
            spot = raised_at(check, error, frames, lines_of, (sources[path], target))
            if spot is None:  # all of it was handed out
                return None
            path, line, expression = spot
        elif isinstance(error, CheckFailure) and error.line:
            path, line, expression = check.exercise, error.line, ()
        else:
            found = fault_of(check, error, sources[path], target) if isinstance(error, CheckFailure) else None
            if found is None:
                return None
            if (stub := self._stub(path)) and found[0] not in (own := written(sources[path], stub)):
                found = behind(sources[path], found[0], own) or found
            line, expression = found[0], found
        return excerpt_of(sources[path], self._at(path, line), expression) if path in sources else None

    def _target(self, check: Check, error: Exception) -> str:
        """The function that a failure is about."""
        return target_of(check, error, self.tree.source(check.exercise))

    def _stub(self, path: str) -> str:
        """The file as it was handed out; "" where that is not known."""
        root = repository()
        file = root / "solutions" / path if root else None
        if file is None or not file.is_file() or file.is_relative_to(self.tree.root):
            return ""
        return stub_of(file.read_text(encoding="utf-8"), path)

    def _location(self, check: Check, target: str = "") -> Location:
        """Where a check's function stands; where it is not there, a method that is called as the check is."""
        path, line = self.tree.where(check.exercise, target or check.target)
        source = self.tree.source(path)
        if line == 1 and not source.problem and (renamed := source.line_of_spelt(check.target.partition(".")[0])):
            line = renamed
        elif line == 1 and not source.problem and ("." not in check.target or source.has(check.target.split(".")[0])):
            name = check.id.rpartition(".")[2]
            operator = {"index": "getitem", "div": "truediv"}.get(name, name)
            line = source.line_of_method({name, f"__{operator}__", check.target})
        return self._at(path, line)

    def _at(self, path: str, line: int) -> Location:
        return Location(f"{self.config.tree_name}/{path}", line)


def _frames(error: Exception) -> tuple[Frame, ...]:
    """The learner's own frames behind a result."""
    cause = error.__cause__ if isinstance(error, CheckFailure) else error
    return cause.frames if isinstance(cause, LearnerError | WorkerLost) else ()
