"""Running checks: a worker for each exercise, a result for each of its checks."""

from __future__ import annotations

import contextlib
import tempfile
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from dlf_grader.config import Config, has_gpu
from dlf_grader.context import Context
from dlf_grader.failures import ServerLost, UsageError, WorkerTimeout
from dlf_grader.model import Check, Exercise, Status
from dlf_grader.report import Result
from dlf_grader.run.machine import usable_processors
from dlf_grader.run.oracle import Oracle
from dlf_grader.run.outcome import Outcome
from dlf_grader.run.reading.tree import Tree, snapshot
from dlf_grader.run.results import plain_measurements, result_of
from dlf_grader.sandbox.limits import MEMORY
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import FIRST_SECONDS, FIRST_SHARE, IMPORT_SECONDS, Submission
from dlf_grader.sandbox.rungs import resolve
from dlf_grader.sandbox.scratch import remove_folder
from dlf_grader.sandbox.servers import Servers

if TYPE_CHECKING:
    import pluggy

OUTPUT_SHOWN = 2000  # characters of a learner's prints that a result keeps
NOT_KEPT = "…\n(the rest is not kept)"


@dataclass(frozen=True)
class Graded:
    """A check with its result.

    Attributes:
        lasting: whether the same file would give it again; what is said of a whole file is found out anew each time.
        decided: its verdict was certain before the check was over, so that it stands if the run was stopped.
        endless: the function that it is about did not even end its smallest case in time.
    """

    check: Check
    result: Result
    lasting: bool = True
    decided: bool = False
    endless: bool = False


class Grader:
    """The workers and scratch folders of one run; a context manager that leaves nothing behind.

    Args:
        checks: all that will be graded.
        blocking: the id of a check that this one builds on and that did not pass; waits until that is known.

    Attributes:
        lacking: what workers could not give up, of what their rung of isolation takes away.
    """

    def __init__(
        self,
        config: Config,
        tree: Tree,
        hook: pluggy.HookRelay,
        servers: Servers,
        reference: Oracle,
        checks: Sequence[Check],
        blocking: Callable[[Check], str | None],
    ) -> None:
        self.config, self.tree, self.hook, self.servers, self.reference = config, tree, hook, servers, reference
        self.blocking = blocking
        self.outcome = Outcome(config, tree, hook.dlf_explain)
        self.lacking: set[str] = set()
        self._exercises = list(dict.fromkeys(check.exercise for check in checks))
        self._folder = Path(tempfile.mkdtemp(prefix="dlf-"))
        self._copy = self._folder / "tree"
        self._copy.mkdir()

    def __enter__(self) -> Grader:
        try:
            snapshot(self.tree, self._exercises, self._copy)
        except BaseException:  # a full disk, or the run was called off
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.servers.leave(self._folder)
        with contextlib.suppress(OSError):  # what the system will not give up stays
            remove_folder(self._folder)

    # -- one exercise -----------------------------------------------------------------------------

    def grade(self, exercise: Exercise, checks: Sequence[Check]) -> Generator[Graded, None, None]:
        """The checks of one file, each with its result as soon as it is there."""
        if (problem := self.outcome.of_file(exercise, checks[0])) is not None:
            yield from _for_all(checks, problem)
            return
        submission = self.submission(exercise, checks)
        try:
            if (problem := self._import_problem(submission, checks[0])) is not None:
                yield from _for_all(checks, problem)
                return
            endless: dict[str, str] = {}  # functions that never end, and the check that found it out
            for check in sorted(checks, key=_may_wait_for_pytorch):
                made_by = f"{check.target.partition('.')[0]}.__init__"
                before = self.blocking(check) or endless.get(check.target) or endless.get(made_by)
                if before is not None:
                    yield Graded(check, _blocked(check, before))
                    continue
                graded = self._graded(check, submission)
                if graded.endless:
                    endless[check.target] = check.id
                yield graded
        finally:
            self.lacking |= submission.lacking
            submission.close()

    def submission(self, exercise: Exercise, checks: Sequence[Check]) -> Submission:
        """The file in a worker, on the rung of isolation that was asked for."""
        scratch = self._folder / f"scratch-{exercise.module}"
        scratch.mkdir()
        where = {"servers": self.servers, "scratch": scratch}
        start = self.hook.dlf_worker(exercise=exercise, config=self.config, **where)
        load = Load(
            root=str(self._copy),
            module=exercise.module,
            engine=exercise.engine,
            instead=exercise.instead,
            scratch=str(scratch),
            memory=MEMORY,
            rung=resolve(self.config.isolation).name,
            processor_seconds=round(sum(check.timeout for check in checks) + IMPORT_SECONDS) * usable_processors(),
            refused=exercise.refused,
        )
        return Submission(start, load)

    def _import_problem(self, submission: Submission, check: Check) -> Result | None:
        """The result for a file that cannot be imported, said once, by its first check."""
        submission.deadline = time.monotonic() + check.timeout
        try:
            submission.ready()
        except Exception as error:  # noqa: BLE001 - a fault of ours must not lose the other results
            return self._readable(self.outcome.of_error(check, error), submission)
        return None

    # -- one check --------------------------------------------------------------------------------

    def _graded(self, check: Check, submission: Submission) -> Graded:
        start = time.monotonic()
        self.hook.dlf_check_started(check=check)
        decided = threading.Event()
        ctx, endless = self._context(check, submission, decided.set), False
        try:
            try:
                result = self._run(check, submission, ctx)
            except ServerLost:  # perhaps another's doing: once more, with a server of its own
                ctx = self._context(check, submission, decided.set)
                result = self._run(check, submission, ctx)
        except UsageError:  # a case that is not there
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours must not lose the other results
            result = self.outcome.of_error(check, error)
            endless = isinstance(error, WorkerTimeout) and error.small
        result = self._readable(result, submission)
        submission.forget()  # nothing of a check is left for the next
        seconds = round(time.monotonic() - start, 4)
        result = replace(result, seconds=seconds, pictures=tuple(ctx.pictures))
        return Graded(check, result, decided=decided.is_set(), endless=endless)

    def _readable(self, result: Result, submission: Submission) -> Result:
        """A result with what was printed; what is said names the learner's file, not the copy that was run."""
        copy, shown = str(self._copy), self.config.tree_name
        output = submission.take_output().replace(copy, shown)
        if len(output) > OUTPUT_SHOWN:
            output = output[: OUTPUT_SHOWN - len(NOT_KEPT)] + NOT_KEPT
        return replace(result, message=result.message.replace(copy, shown), output=output)

    def _context(self, check: Check, submission: Submission, decided: Callable[[], None]) -> Context:
        def show(fraction: float, words: str) -> None:
            self.hook.dlf_check_progress(check=check, fraction=fraction, words=words)

        reference = _Excused(self.reference, submission)
        return Context(check, self.config, reference, self.config.only_case, show, decided, self.reference.kept)

    def _run(self, check: Check, submission: Submission, ctx: Context) -> Result:
        submission.let_use_gpu(check.kind == "training" and has_gpu(self.config))
        submission.deadline, submission.excused = time.monotonic() + check.timeout, 0.0
        training = check.kind == "training"  # asks little, and takes long
        submission.patience = float("inf") if training else max(FIRST_SECONDS, FIRST_SHARE * check.timeout)
        measured = self.hook.dlf_run_check(check=check, submission=submission, ctx=ctx)
        return result_of(check, Status.PASSED, measurements=plain_measurements(measured))


@dataclass(frozen=True)
class _Excused:
    """PyTorch's answers; the time that they take is not the exercise's."""

    reference: Oracle
    submission: Submission

    def answers(self, oracle: str, questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        with self._waiting():
            return self.reference.answers(oracle, questions)

    def data(self, name: str, **arguments: Any) -> Any:
        with self._waiting():
            return self.reference.data(name, **arguments)

    def fresh(self, function: str, **arguments: Any) -> Any:
        with self._waiting():
            return self.reference.fresh(function, **arguments)

    @contextlib.contextmanager
    def _waiting(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.submission.excused += time.monotonic() - began


def _may_wait_for_pytorch(check: Check) -> bool:
    """Whether a check may have to wait for PyTorch to be imported, or for one that does: those can go last."""
    return check.kind == "parity" or bool(check.after)


def _blocked(check: Check, before: str) -> Result:
    return result_of(check, Status.BLOCKED, message=f"waits for {before}")


def _for_all(checks: Sequence[Check], first: Result) -> Iterator[Graded]:
    """One message for a whole file, then checks that wait for it."""
    yield Graded(checks[0], first, lasting=False)
    for check in checks[1:]:
        status = Status.TODO if first.status is Status.TODO else Status.BLOCKED
        message = first.message if status is Status.TODO else f"waits for {check.exercise} to be importable"
        yield Graded(check, result_of(check, status, message=message), lasting=False)
