"""Grading on other machines, through Dask: `--scheduler`, `--slurm`, `--kubernetes`.

Dask pickles what it moves between our own processes: the function below, a submission's files, a report. Nothing that a
submission made is ever pickled or unpickled: it stays in its worker, which talks to its grader as it does everywhere,
and a report travels as JSON. Anybody who reaches a Dask scheduler can run code on it: keep it to a network of your own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from dlf_grader.classroom.class_run import ClassRun, hash_of_checks
from dlf_grader.classroom.worker import Graded, graded
from dlf_grader.failures import UsageError
from dlf_grader.plugins import contents
from dlf_grader.run.submissions import Assignment, SubmissionGrader

try:
    from distributed import Client, WorkerPlugin, as_completed, get_worker
except ImportError:
    raise UsageError("more than one machine needs Dask: pip install distributed dask-jobqueue") from None

PLUGIN = "dlf-grader"
CONNECT_SECONDS = 10
AHEAD = 2  # submissions sent for each thread of the cluster: one is graded while the next waits beside it
GPU = {"GPU": 1}


class GraderPlugin(WorkerPlugin):  # type: ignore[misc]  # Dask has no types
    """Keeps a grader on every Dask worker, also on those that join late."""

    name = PLUGIN

    def __init__(self, assignment: bytes, checks: str) -> None:
        self.assignment, self.checks = assignment, checks
        self.grader: SubmissionGrader | None = None

    def setup(self, worker: Any) -> None:
        assignment = msgspec.msgpack.decode(self.assignment, type=Assignment)
        grader = SubmissionGrader(assignment)
        if hash_of_checks(assignment, grader.checks, contents(grader.plugins)) != self.checks:
            raise RuntimeError("another version of dl-foundations, NumPy, PyTorch or dlfplugin.py is installed there")
        self.grader = grader.__enter__()

    def teardown(self, worker: Any) -> None:
        if self.grader is not None:
            self.grader.__exit__(None, None, None)


def grade_there(files: dict[str, bytes]) -> bytes:
    """Grade a submission on a Dask worker; the answer is a `Graded` as MessagePack."""
    return msgspec.msgpack.encode(graded(get_worker().plugins[PLUGIN].grader, files))


def grade_on_cluster(client: Client, assignment: Assignment, run: ClassRun) -> None:
    """Grade all there is on a cluster; workers may come and go.

    Raises:
        UsageError: the workers have other versions than we do.
    """
    try:
        client.register_plugin(GraderPlugin(msgspec.msgpack.encode(assignment), run.checks))
    except RuntimeError as error:
        raise UsageError(f"the cluster's workers cannot grade: {error}") from None
    resources = GPU if wants_gpu(assignment) else {}
    pending: dict[Any, Any] = {}
    finished = as_completed(raise_errors=False)
    while True:
        while len(pending) < AHEAD * max(1, sum(client.nthreads().values())) and (taken := run.take()) is not None:
            submission, files = taken
            future = client.submit(grade_there, files, pure=False, resources=resources)
            pending[future] = submission
            finished.add(future)
        if not pending:
            return
        future = next(finished)
        submission = pending.pop(future)
        answer = _answer(future)
        future.release()
        if answer.report:
            run.save(submission, answer.report)
        else:
            run.retry(submission, answer.problem)


def _answer(future: Any) -> Graded:
    if future.status == "finished":
        return msgspec.msgpack.decode(future.result(), type=Graded)
    error = future.exception() if future.status == "error" else future.status
    return Graded(problem=f"the cluster lost it: {type(error).__name__}: {error}".splitlines()[0])


def wants_gpu(assignment: Assignment) -> bool:
    """Whether every submission is to be graded where a GPU is, a worker's resource GPU: training asked for on one."""
    return assignment.train is not False and assignment.device == "cuda"


@contextlib.contextmanager
def connected(scheduler: str, slurm: Path | None, kubernetes: Path | None) -> Iterator[Client]:
    """A client of a running scheduler, or of a cluster that is started for this run and ended after it.

    Raises:
        UsageError: it cannot be reached, or not be started.
    """
    with contextlib.ExitStack() as stack:
        place: Any = scheduler
        if slurm is not None:
            place = stack.enter_context(_started("dask_jobqueue", "SLURMCluster", "dask-jobqueue", slurm))
        elif kubernetes is not None:
            started = _started("dask_kubernetes.operator", "KubeCluster", "dask-kubernetes", kubernetes)
            place = stack.enter_context(started)
        try:
            client = stack.enter_context(Client(place, timeout=CONNECT_SECONDS))
        except (OSError, TimeoutError, ValueError) as error:
            name = place if isinstance(place, str) else "the cluster"
            raise UsageError(f"{name}: no Dask scheduler answers there: {error}") from None
        yield client


@contextlib.contextmanager
def _started(module: str, name: str, package: str, path: Path) -> Iterator[Any]:
    """A cluster as a YAML file describes it: `workers: N`, or `adapt: {minimum: N, maximum: N}`, and its arguments."""
    import importlib

    settings = read_settings(path)
    workers, adapt = settings.pop("workers", None), settings.pop("adapt", None)
    try:
        kind = getattr(importlib.import_module(module), name)
    except ImportError:
        raise UsageError(f"{path}: this needs {package}: pip install {package}") from None
    try:
        cluster = kind(**settings)
    except (TypeError, ValueError, OSError) as error:
        raise UsageError(f"{path}: {name} does not take these settings: {error}") from None
    with cluster:
        if adapt:
            cluster.adapt(**adapt)
        else:
            cluster.scale(workers or 1)
        yield cluster


def read_settings(path: Path) -> dict[str, Any]:
    """A YAML file of settings.

    Raises:
        UsageError: it cannot be read, or holds something else.
    """
    import yaml

    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(settings, dict):
        raise UsageError(f"{path}: expected settings like `queue: gpu`, got {type(settings).__name__}")
    return settings
