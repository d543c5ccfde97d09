"""One run: every check gets a result, in the catalogue's order, and a report exists from first to last.

What is remembered is answered here, without NumPy or a process; `grading.py` does the rest.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader import __version__
from dlf_grader.config import Config, tree_name
from dlf_grader.failures import GraderFault, RunCancelled
from dlf_grader.hookspecs import hookimpl
from dlf_grader.installed import version
from dlf_grader.isolation import describe, resolve
from dlf_grader.model import NOT_RUN, Check, Measurements, Report, Result, Status
from dlf_grader.run.collect import all_milestones, collect
from dlf_grader.run.reports import write_reports
from dlf_grader.run.sources import Tree
from dlf_grader.run.store import Store, open_store, result_key

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pluggy

    from dlf_grader.run.context import Context
    from dlf_grader.run.oracle import Reference
    from dlf_grader.sandbox.proxy import Submission
    from dlf_grader.sandbox.servers import Servers

REMEMBERED = {Status.PASSED, Status.FAILED, Status.TODO, Status.REFUSED}


@hookimpl(trylast=True)
def dlf_executor(config: Config) -> Executor:
    """Threads that wait for workers; the work itself is done in the workers' processes."""
    from concurrent.futures import ThreadPoolExecutor  # an answer from memory needs no threads

    return ThreadPoolExecutor(max_workers=config.jobs)


@hookimpl(trylast=True)
def dlf_run_check(check: Check, submission: Submission, ctx: Context) -> Measurements:
    """Run the check's own function."""
    if check.run is None:
        raise GraderFault(f"nobody knows how to run {check.id}")
    return check.run(submission, ctx) or {}


class Session:
    """A run in progress: the results so far.

    Args:
        config: what was asked for.
        plugins: everything that takes part.
        checks: what to run; what `config` names if not given.
        servers: fork servers to share with other runs; the run's own if not given.
        reference: PyTorch's answers to share with other runs, on the same servers.
        store: what to remember in, left open; with neither it nor a reference the user's, with only a reference none.
    """

    def __init__(
        self,
        config: Config,
        plugins: pluggy.PluginManager,
        *,
        checks: Sequence[Check] | None = None,
        servers: Servers | None = None,
        reference: Reference | None = None,
        store: Store | None = None,
    ) -> None:
        self.config, self.plugins, self.servers, self.reference = config, plugins, servers, reference
        self.checks = list(collect(config, plugins) if checks is None else checks)
        self.exercises = {e.path: e for milestone in all_milestones(plugins) for e in milestone.exercises}
        self.tree = Tree(config.tree)
        self.store = open_store() if reference is None and store is None else store
        self._store_is_ours = store is None
        self.results: dict[str, Result] = {}
        self.lacking: set[str] = set()  # what workers could not give up, of what their rung takes away
        self._settled = {check.id: threading.Event() for check in self.checks}
        self._announced = 0
        self._stopping = False
        self._lock = threading.Lock()
        self._machine = environment()
        self._fingerprint = fingerprint()

    def run(self) -> Report:
        """Grade everything asked for.

        Raises:
            RunCancelled: `cancel` was called meanwhile.
        """
        self._write()
        self.plugins.hook.dlf_session_start(checks=self.checks, config=self.config)
        try:
            self._settle_without_running()
            left = [check for check in self.checks if check.id not in self.results]
            if left:
                self._grade(left)
        except GraderFault:
            if not self._stopping:  # what a run meets whose workers were killed under it is nobody's fault
                raise
        finally:
            try:
                self._write()
            finally:  # also where the disk is full
                if self.store is not None and self._store_is_ours:
                    self.store.close()
        if self._stopping:
            raise RunCancelled("the run was called off")
        report = self.report()
        self.plugins.hook.dlf_session_finish(report=report, config=self.config)
        return report

    def cancel(self) -> None:
        """Call the run off, from another thread: its workers, on servers shared with other runs, are killed."""
        assert self.servers is not None
        with self._lock:
            self._stopping = True
        self.servers.interrupt()

    def report(self) -> Report:
        """What is known now; a check without a result scores nothing."""
        results = tuple(self.results.get(check.id) or not_run(check) for check in self.checks)
        sources = [self.tree.source(path) for path in dict.fromkeys(check.exercise for check in self.checks)]
        return Report(
            tree=tree_name(self.config.tree),
            seed=self.config.seed,
            isolation=describe(resolve(self.config.isolation), self.lacking),
            environment=self._machine,
            files={source.path: source.sha256 if source.data else "" for source in sources},
            score=round(sum(result.score for result in results), 6),
            max_score=round(sum(result.max_score for result in results), 6),
            results=results,
        )

    # -- results ----------------------------------------------------------------------------------

    def settle(self, check: Check, result: Result, *, remember: bool = True) -> None:
        """Record a check's result, and announce every result whose turn has come."""
        with self._lock:
            if self._stopping:  # its worker was killed under it: no verdict, and nobody is to wait for one
                self._settled[check.id].set()
                return
            self.results[check.id] = result
            if self.store is not None and self.config.only_case is None:
                self.store.note(str(self.config.tree), result)
                if remember and not self.config.fresh and result.status in REMEMBERED:
                    self.store.remember_result(self._key(check), result)
            self._settled[check.id].set()
            while self._announced < len(self.checks) and self.checks[self._announced].id in self.results:
                next_check = self.checks[self._announced]
                self._announced += 1
                self.plugins.hook.dlf_check_finished(check=next_check, result=self.results[next_check.id])

    def blocking(self, check: Check) -> Result | None:
        """The first check before this one that did not pass, once all of them are settled."""
        for name in check.after:
            if name in self._settled:
                self._settled[name].wait()
                before = self.results.get(name) or not_run(check)
                if before.status is not Status.PASSED:
                    return before
        return None

    def release(self, checks: Sequence[Check]) -> None:
        """Let nobody wait any longer for checks that have no result, and will get none."""
        for check in checks:
            self._settled[check.id].set()

    def _settle_without_running(self) -> None:
        """Settle what needs no worker: what cannot be run here, and what the same files and versions gave before."""
        for check in self.checks:
            if missing := self._missing_requirement(check):
                self.settle(check, result_of(check, Status.SKIPPED, message=missing))
            elif (found := self._remembered(check)) is not None:
                self.settle(check, replace(found, cached=True), remember=False)

    def _missing_requirement(self, check: Check) -> str:
        for requirement in check.requires:
            missing: str | None = self.plugins.hook.dlf_probe(requirement=requirement, check=check, config=self.config)
            if missing is None:
                raise GraderFault(f"nobody knows the requirement {requirement!r} of {check.id}")
            if missing:
                return missing
        return ""

    def _remembered(self, check: Check) -> Result | None:
        """The result of an earlier run, if all that the check builds on passed as well."""
        if self.config.fresh or self.store is None or self.config.only_case is not None:
            return None
        before = [self.results.get(name) for name in check.after if name in self._settled]
        if any(result is None or result.status is not Status.PASSED for result in before):
            return None
        return self.store.result(self._key(check))

    def answered(self, check: Check) -> bool:
        """Whether PyTorch has answered all that a check asks with this seed, so that it will not be needed."""
        return self.store is not None and self.store.answer(self._asked_key(check)) is not None

    def note_answered(self, check: Check) -> None:
        """Remember that it has."""
        if self.store is not None and not self.config.fresh and self.config.only_case is None:
            self.store.remember_answer(self._asked_key(check), b"")

    def _asked_key(self, check: Check) -> str:
        return result_key(["asked", check.id, str(self.config.seed), self._fingerprint, *self._machine.values()])

    def _key(self, check: Check) -> str:
        files = [f"{source.path} {source.sha256} {source.problem}" for source in self.tree.closure(check.exercise)]
        run = [check.id, str(self.config.seed), str(self.config.train), self.config.device, self._fingerprint]
        return result_key([*run, *self._machine.values(), *files])

    # -- the rest ---------------------------------------------------------------------------------

    def _grade(self, left: list[Check]) -> None:
        from dlf_grader.sandbox.servers import Servers

        servers = self.servers or Servers()
        if resolve(self.config.isolation) != "bwrap":
            servers.preload("numpy")  # starts while this process imports NumPy for itself
        try:
            self._grade_with(servers, left)
        finally:
            if self.servers is None:
                servers.stop()

    def _grade_with(self, servers: Servers, left: list[Check]) -> None:
        from concurrent.futures import wait

        from dlf_grader.run.exercise import Grader

        with Grader(self, servers, left) as grader:
            executor: Executor = self.plugins.hook.dlf_executor(config=self.config)
            by_file = {
                path: [c for c in left if c.exercise == path] for path in dict.fromkeys(c.exercise for c in left)
            }
            futures = [executor.submit(grader.grade_exercise, path, checks) for path, checks in by_file.items()]
            try:
                wait(futures)
            except BaseException:
                self._stopping = True
                servers.stop()  # workers end, so the threads that wait for them do
                raise
            finally:
                executor.shutdown(cancel_futures=True)
            for future in futures:
                future.result()

    def _write(self) -> None:
        if self.config.reports:
            write_reports(self.report(), self.config, self.plugins)


def not_run(check: Check) -> Result:
    """The result that stands for a check until it has one of its own."""
    return result_of(check, Status.SKIPPED, message=NOT_RUN)


def result_of(check: Check, status: Status, **found: object) -> Result:
    """A result of a check: points if it passed, none otherwise."""
    score = check.points if status is Status.PASSED else 0.0
    about = (check.id, check.milestone, check.exercise, check.kind, check.title)
    shown = {"hints": check.hints, "lesson": check.lesson} | found
    return Result(*about, status, score, check.points, **shown)  # type: ignore[arg-type]  # named fields of Result


def environment() -> dict[str, str]:
    """What a result may depend on besides the files."""
    packages = {name: version(name) for name in ("numpy", "torch")}
    return {"python": platform.python_version(), "platform": f"{platform.system()} {platform.machine()}", **packages}


def fingerprint() -> str:
    """Changes whenever the grader or the reference does: version, and each file's size and time."""
    reference = importlib.util.find_spec("dlf_reference")
    folders = [str(Path(__file__).parents[1]), *((reference.submodule_search_locations or ()) if reference else ())]
    stats = [os.stat(file) for folder in folders for file in sorted(Path(folder).rglob("*.py"))]
    return f"{__version__} {hash(tuple((s.st_size, s.st_mtime_ns) for s in stats))}"
