"""One run: every check gets a result, in the catalogue's order, and a report exists from first to last.

What is remembered is answered here, without NumPy or a process; `exercise.py` does the rest.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from dlf_grader.config import Config
from dlf_grader.failures import GraderFault, RunCancelled, UsageError
from dlf_grader.installed import version
from dlf_grader.model import Check, Exercise, Status
from dlf_grader.plugins import contents
from dlf_grader.report import Report, Result
from dlf_grader.run.checksums import files_in_words
from dlf_grader.run.collect import all_milestones, collect
from dlf_grader.run.memory import Memory, Verdicts
from dlf_grader.run.prerequisites import built_on
from dlf_grader.run.reading.tree import Tree
from dlf_grader.run.reports import write_reports
from dlf_grader.run.results import Results, result_of
from dlf_grader.run.store import Store, open_store
from dlf_grader.sandbox.turns import turn

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pluggy

    from dlf_grader.run.exercise import Grader
    from dlf_grader.run.oracle import Oracle
    from dlf_grader.sandbox.servers import Servers


class Session:
    """A run in progress: the results so far.

    Args:
        config: what was asked for.
        plugins: everything that takes part.
        checks: what to run; what `config` names if not given.
        servers: fork servers to share with other runs; the run's own if not given.
        reference: PyTorch's answers to share with other runs, on the same servers.
        verdicts: those of a class's other submissions, on the same files.
        store: what to remember in, left open; with neither it nor a reference the user's, with only a reference none.
    """

    def __init__(
        self,
        config: Config,
        plugins: pluggy.PluginManager,
        *,
        checks: Sequence[Check] | None = None,
        servers: Servers | None = None,
        reference: Oracle | None = None,
        store: Store | None = None,
        verdicts: Verdicts | None = None,
    ) -> None:
        self.config, self.plugins, self.servers, self.reference = config, plugins, servers, reference
        self.checks = list(collect(config, plugins) if checks is None else checks)
        self.exercises = {e.path: e for milestone in all_milestones(plugins) for e in milestone.exercises}
        self.store = open_store() if reference is None and store is None else store
        self.tree = Tree(config.tree, self.store)
        self._store_is_ours = store is None
        self.results = Results(self.checks)
        self.lacking: set[str] = set()  # what workers could not give up, of what their rung takes away
        self.memory = Memory(self.store, config, self.tree, environment(), contents(plugins), verdicts)
        self._announced = 0
        self._graded = self._stopping = False
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._turns = threading.Semaphore(config.jobs)

    def run(self) -> Report:
        """Grade everything asked for.

        Raises:
            RunCancelled: `cancel` was called meanwhile.
        """
        self._write()
        self.plugins.hook.dlf_session_start(checks=self.checks, config=self.config)
        try:
            self._settle_without_running()
            left = [check for check in self.checks if check not in self.results]
            if left:
                self._graded = True
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
        results = tuple(self.results[check] for check in self.checks)
        sources = [self.tree.source(path) for path in dict.fromkeys(check.exercise for check in self.checks)]
        return Report(
            tree=self.config.tree_name,
            seed=self.config.seed,
            isolation=self._isolation(),
            environment=environment(),
            files={source.path: source.sha256 if source.data else "" for source in sources},
            score=round(sum(result.score for result in results), 6),
            max_score=round(sum(result.max_score for result in results), 6),
            results=results,
        )

    def _isolation(self) -> str:
        """How workers are isolated, where there were any or somebody reads it."""
        if not self._graded and self.config.isolation == "auto" and not self.config.reports:
            return "not needed: every result was remembered"
        from dlf_grader.sandbox.rungs import resolve  # takes a tenth of a run in which that is so

        return resolve(self.config.isolation).describe(self.lacking)

    # -- results ----------------------------------------------------------------------------------

    def _settle(self, check: Check, result: Result, *, decided: bool = False) -> None:
        """Record a check's result, and announce every result whose turn has come.

        Args:
            decided: it is a verdict although the run was stopped meanwhile.
        """
        with self._lock:
            if self._stopping and not decided:
                # its worker was killed under it: no verdict, and nobody is to wait for one
                self.results.release([check])
                return
            self.results.settle(check, built_on(check, result, self.results, self.store, self.config.tree))
            if self.store is not None and self.config.only_case is None:
                contents = ((source.path, source.data) for source in self.tree.closure(check.exercise))
                self.store.note(str(self.config.tree), result, files_in_words(contents))
            while self._announced < len(self.checks) and self.checks[self._announced] in self.results:
                next_check = self.checks[self._announced]
                self._announced += 1
                self.plugins.hook.dlf_check_finished(check=next_check, result=self.results[next_check])

    def _settle_without_running(self) -> None:
        """Settle what needs no worker: what cannot be run here, and what the same files and versions gave before."""
        for check in self.checks:
            if missing := self._missing_requirement(check):
                self._settle(check, result_of(check, Status.SKIPPED, message=missing))
            elif self.results.passed_before(check) and (found := self.memory.result(check)) is not None:
                self._settle(check, replace(found, cached=True))

    def _missing_requirement(self, check: Check) -> str:
        for requirement in check.requires:
            missing: str | None = self.plugins.hook.dlf_probe(requirement=requirement, check=check, config=self.config)
            if missing is None:
                raise GraderFault(f"nobody knows the requirement {requirement!r} of {check.id}")
            if missing:
                return missing
        return ""

    # -- the rest ---------------------------------------------------------------------------------

    def _grade(self, left: list[Check]) -> None:
        from dlf_grader.sandbox.servers import Servers

        servers = self.servers or Servers()
        try:
            self._preload(servers, left)
            self._grade_on(servers, left)
        finally:
            if self.servers is None:
                servers.stop()

    def _grade_on(self, servers: Servers, left: list[Check]) -> None:
        from dlf_grader.run.exercise import Grader  # imports NumPy, while a server does the same
        from dlf_grader.run.oracle import Oracle

        reference = self.reference or Oracle(servers, None if self.config.fresh else self.store)
        hook = self.plugins.hook
        try:
            with Grader(self.config, self.tree, hook, servers, reference, left, self.results.blocking) as grader:
                try:
                    self._grade_with(grader, left)
                finally:
                    self.lacking |= grader.lacking
        finally:
            if self.reference is None:
                reference.close()

    def _grade_with(self, grader: Grader, left: list[Check]) -> None:
        from concurrent.futures import wait

        executor: Executor = self.plugins.hook.dlf_executor(config=self.config)
        by_file = {path: [c for c in left if c.exercise == path] for path in dict.fromkeys(c.exercise for c in left)}
        futures = [
            executor.submit(self._grade_file, grader, self.exercises[path], checks) for path, checks in by_file.items()
        ]
        try:
            wait(futures)
        except BaseException:
            self._stopping = True
            grader.servers.stop()  # workers end, so the threads that wait for them do
            self.results.release(self.checks)  # and those that wait for each other
            raise
        finally:
            executor.shutdown(cancel_futures=True)
        for future in futures:
            future.result()

    def _grade_file(self, grader: Grader, exercise: Exercise, checks: Sequence[Check]) -> None:
        """Settle each check of one file, and keep what is worth keeping."""
        try:
            with turn(self._turns), closing(grader.grade(exercise, checks)) as graded:
                for one in graded:
                    self._settle(one.check, one.result, decided=one.decided)
                    if one.lasting and not self._stopping:
                        self.memory.keep(one.check, one.result)
                        if one.check.kind == "parity" and one.result.status is Status.PASSED:
                            self.memory.keep_needs_no_pytorch(one.check)
            with self._writing, suppress(UsageError):  # what cannot be written is said at the end
                self._write()
        finally:
            self.results.release(checks)

    def _preload(self, servers: Servers, left: list[Check]) -> None:
        """Start importing now what will be needed soon, before this process imports NumPy for itself."""
        from dlf_grader.sandbox.rungs import resolve

        shared = resolve(self.config.isolation).enclosure is None  # PyTorch's answers and the workers share a server
        if shared:
            servers.preload("numpy")
        if any(self._likely_asks_pytorch(check, shared) for check in left):
            servers.preload("torch")

    def _likely_asks_pytorch(self, check: Check, shared: bool) -> bool:
        """Whether PyTorch is likely to be asked: only a guess, made so that it can be imported early."""
        source = self.tree.source(check.exercise)
        if source.problem or f'NotImplementedError("{check.id}")'.encode() in source.data:
            return False
        if self.exercises[check.exercise].engine == "torch":
            return shared and not source.still_a_stub()
        return check.kind == "parity" and not self.memory.needs_no_pytorch(check)

    def _write(self) -> None:
        if self.config.reports:
            write_reports(self.report(), self.config, self.plugins)


def environment() -> dict[str, str]:
    """What a result may depend on besides the files."""
    packages = {name: version(name) for name in ("numpy", "torch")}
    return {"python": sys.version.partition(" ")[0], "platform": _system(), **packages}


def _system() -> str:
    """ "Linux x86_64", as `platform` tells it, whose import takes longer than all that is asked of it here."""
    if hasattr(os, "uname"):
        system = os.uname()
        return f"{system.sysname} {system.machine}"
    import platform

    return f"{platform.system()} {platform.machine()}"
