"""Running checks: a worker for each exercise, a verdict for each check."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from dlf_grader.config import tree_name
from dlf_grader.failures import (
    CheckFailure,
    DataUnusable,
    DlfError,
    Frame,
    GraderFault,
    LearnerError,
    NotWritten,
    ServerLost,
    WorkerLost,
    WorkerRefused,
    WorkerTimeout,
)
from dlf_grader.isolation import resolve
from dlf_grader.model import Check, Exercise, Result, Status
from dlf_grader.run.context import Context
from dlf_grader.run.oracle import Reference
from dlf_grader.run.requirements import has_gpu
from dlf_grader.run.session import Session, result_of
from dlf_grader.run.sources import Source, snapshot
from dlf_grader.run.traces import trace_lines
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import IMPORT_SECONDS, MEMORY, Submission
from dlf_grader.sandbox.scratch import remove_folder
from dlf_grader.sandbox.servers import Servers

OUTPUT_SHOWN = 2000  # characters of a learner's prints that a result keeps


def _asks_pytorch(check: Check) -> bool:
    """Whether a check may have to wait for PyTorch to be imported, or for one that does: those can go last."""
    return check.kind == "parity" or bool(check.after)


class Grader:
    """The workers and scratch folders of one run; a context manager that leaves nothing behind."""

    def __init__(self, session: Session, servers: Servers, checks: Sequence[Check]) -> None:
        self.session, self.config, self.checks = session, session.config, checks
        self.servers = servers
        self.shared = resolve(self.config.isolation) != "bwrap"  # PyTorch's answers and the workers share a server
        store = None if self.config.fresh else session.store
        self.reference = session.reference or Reference(self.servers, store)
        self._folder = Path(tempfile.mkdtemp(prefix="dlf-"))
        self.copy = self._folder / "tree"
        self.copy.mkdir()

    def __enter__(self) -> Grader:
        try:
            snapshot(self.session.tree, [check.exercise for check in self.checks], self.copy)
            if any(self._needs_torch(check) for check in self.checks):
                self.servers.preload("torch")
        except BaseException:  # a full disk, or the run was called off
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.session.reference is None:
            self.reference.close()
        self.servers.leave(self._folder)
        with contextlib.suppress(OSError):  # what the system will not give up stays
            remove_folder(self._folder)

    def _needs_torch(self, check: Check) -> bool:
        """Whether PyTorch is likely to be asked: only a guess, made so that it can be imported early."""
        source = self.session.tree.source(check.exercise)
        if source.problem or f'NotImplementedError("{check.id}")'.encode() in source.data:
            return False
        if self.session.exercises[check.exercise].engine == "torch":
            return self.shared and not source.still_a_stub()
        return check.kind == "parity" and (self.config.fresh or not self.session.answered(check))

    # -- one exercise -----------------------------------------------------------------------------

    def grade_exercise(self, path: str, checks: Sequence[Check]) -> None:
        """Give each check of one file its result."""
        try:
            self._grade(self.session.exercises[path], checks)
        finally:
            self.session.release(checks)

    def _grade(self, exercise: Exercise, checks: Sequence[Check]) -> None:
        problem = self._ungradable(exercise, checks[0])
        if problem is not None:
            self._settle_all(checks, problem)
            return
        submission = self._submission(exercise, checks)
        try:
            problem = self._import_problem(submission, checks[0])
            if problem is not None:
                self._settle_all(checks, problem)
                return
            for check in sorted(checks, key=_asks_pytorch):
                self.session.settle(check, self._result(check, submission))
        finally:
            self.session.lacking |= submission.lacking
            submission.close()

    def _import_problem(self, submission: Submission, check: Check) -> Result | None:
        """The verdict on a file that cannot be imported, said once, by its first check."""
        submission.deadline = time.monotonic() + check.timeout
        try:
            submission.ready()
        except Exception as error:  # noqa: BLE001 - a fault of ours must not lose the other results
            return replace(self._verdict(check, error), output=submission.take_output()[:OUTPUT_SHOWN])
        return None

    def _ungradable(self, exercise: Exercise, check: Check) -> Result | None:
        """The verdict that reading the file is enough for: it is broken, forbidden, or still as it was handed out."""
        source = self.session.tree.source(exercise.path)
        if source.problem:
            at, text = self._at(source.path, source.line), source.text_of(source.line)
            trace = (f"{at}: {text}",) if text else ()
            return result_of(check, Status.FAILED, message=source.problem, location=at, trace=trace)
        if found := self.session.tree.forbidden(exercise):
            source, used, line = found
            at, text = self._at(source.path, line), f"{used}: {self._instead(exercise, source, used)}"
            trace = (f"{at}: {source.text_of(line)}",)
            return result_of(check, Status.REFUSED, message=text, location=at, trace=trace)
        if exercise.engine == "torch" and (line := source.still_a_stub()):
            return result_of(check, Status.TODO, message="not written yet", location=self._at(source.path, line))
        return None

    def _instead(self, exercise: Exercise, source: Source, used: str) -> str:
        """What to do instead of something forbidden."""
        folder, _, _ = source.path.rpartition("/")
        module = used.removeprefix("imports ").partition(".")[0]
        if used.startswith("imports ") and (self.config.tree / folder / f"{module}.py").is_file():
            return f"it is {folder.replace('/', '.')}.{module} from here, as imports start at the tree's root"
        return exercise.instead

    def _settle_all(self, checks: Sequence[Check], first: Result) -> None:
        """One message for a whole file, then checks that wait for it."""
        self.session.settle(checks[0], first, remember=False)
        for check in checks[1:]:
            status = Status.TODO if first.status is Status.TODO else Status.BLOCKED
            message = first.message if status is Status.TODO else f"waits for {check.exercise} to be importable"
            self.session.settle(check, result_of(check, status, message=message), remember=False)

    def _submission(self, exercise: Exercise, checks: Sequence[Check]) -> Submission:
        scratch = self._folder / f"scratch-{exercise.module}"
        scratch.mkdir()
        where = {"servers": self.servers, "scratch": scratch}
        start = self.session.plugins.hook.dlf_worker(exercise=exercise, config=self.config, **where)
        load = Load(
            root=str(self.copy),
            module=exercise.module,
            engine=exercise.engine,
            instead=exercise.instead,
            scratch=str(scratch),
            memory=MEMORY,
            rung=resolve(self.config.isolation),
            processor_seconds=round(sum(check.timeout for check in checks) + IMPORT_SECONDS) * (os.cpu_count() or 1),
            refused=exercise.refused,
        )
        return Submission(start, load)

    # -- one check --------------------------------------------------------------------------------

    def _result(self, check: Check, submission: Submission) -> Result:
        if (before := self.session.blocking(check)) is not None:
            return result_of(check, Status.BLOCKED, message=f"waits for {before.id}")
        start = time.monotonic()
        hook = self.session.plugins.hook
        hook.dlf_check_started(check=check)
        ctx = Context(
            check,
            self.config,
            self.reference,
            self.config.only_case,
            show=lambda fraction, words: hook.dlf_check_progress(check=check, fraction=fraction, words=words),
        )
        try:
            try:
                result = self._run(check, submission, ctx)
            except ServerLost:  # perhaps another's doing: once more, with a server of its own
                ctx.pictures.clear()
                result = self._run(check, submission, ctx)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not lose the other results
            result = self._verdict(check, error)
        if check.kind == "parity" and result.status is Status.PASSED:
            self.session.note_answered(check)
        output = self._tidy_up(submission)
        seconds = round(time.monotonic() - start, 4)
        return replace(result, seconds=seconds, output=output, pictures=tuple(ctx.pictures))

    def _run(self, check: Check, submission: Submission, ctx: Context) -> Result:
        submission.let_use_gpu(check.kind == "training" and has_gpu(self.config))
        submission.deadline = time.monotonic() + check.timeout
        measured = self.session.plugins.hook.dlf_run_check(check=check, submission=submission, ctx=ctx)
        return result_of(check, Status.PASSED, measurements=dict(measured or {}))

    def _tidy_up(self, submission: Submission) -> str:
        output = submission.take_output()[:OUTPUT_SHOWN]
        try:
            submission.deadline = time.monotonic() + 5
            submission.forget()
        except DlfError:
            submission.close()
        return output

    def _verdict(self, check: Check, error: Exception) -> Result:
        """The result that an exception means."""
        where = self._location(check, error)
        frames = _frames(error)
        if frames:
            where = self._at(frames[-1].file, frames[-1].line)
        trace = trace_lines(frames, self.session.tree.closure(check.exercise), tree_name(self.config.tree))
        match error:
            case NotWritten():
                return result_of(check, Status.TODO, message="not written yet", location=where)
            case CheckFailure():
                explained = [
                    d for found in self.session.plugins.hook.dlf_explain(check=check, failure=error) for d in found
                ]
                return result_of(
                    check,
                    Status.FAILED,
                    message=str(error),
                    diagnosis=(*error.diagnosis, *explained),
                    counterexample=error.counterexample,
                    replay=self._replay(check, error),
                    location=where,
                    trace=trace,
                )
            case LearnerError():
                return result_of(check, Status.FAILED, message=str(error), location=where, trace=trace)
            case WorkerTimeout():
                text = f"{error}; the whole check has {check.timeout:g} s"
                return result_of(check, Status.TIMEOUT, message=text, location=where, trace=trace)
            case WorkerLost():
                status = Status.REFUSED if isinstance(error, WorkerRefused) else Status.CRASHED
                return result_of(check, status, message=str(error), location=where, trace=trace)
            case DataUnusable():
                return result_of(check, Status.SKIPPED, message=str(error))
            case GraderFault():
                return result_of(check, Status.ERROR, message=str(error))
        details = "".join(traceback.format_exception(error)) if self.config.verbose else "dlf-grade -v shows where"
        return result_of(check, Status.ERROR, message=f"{type(error).__name__}: {error} ({details})")

    def _replay(self, check: Check, error: CheckFailure) -> str:
        if error.counterexample is None or not error.counterexample.number:
            return ""
        return f"{check.id}@{self.config.seed}.{error.counterexample.number}"

    def _location(self, check: Check, error: Exception) -> str:
        return self._at(*self.session.tree.where(check.exercise, check.target))

    def _at(self, path: str, line: int) -> str:
        return f"{tree_name(self.config.tree)}/{path}:{line}"


def _frames(error: Exception) -> tuple[Frame, ...]:
    """The learner's own frames behind a verdict."""
    cause = error.__cause__ if isinstance(error, CheckFailure) else error
    return cause.frames if isinstance(cause, LearnerError | WorkerLost) else ()
