"""`dlf-grade doctor`: what this machine has, and what is missing for what."""

from __future__ import annotations

import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dlf_grader import __version__, config, places
from dlf_grader.exit_codes import OK, WORK_LEFT, WRONG_USE
from dlf_grader.failures import DlfError
from dlf_grader.run.machine import usable_processors
from dlf_grader.run.requirements import FILES
from dlf_grader.run.store import cache_folder, open_store
from dlf_grader.sandbox import limits
from dlf_grader.sandbox.engines import MAY_IMPORT
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission
from dlf_grader.sandbox.rungs import RUNGS, Rung, resolve
from dlf_grader.sandbox.servers import Servers, can_fork

GOOD, MISSING, BROKEN = "✓", "–", "✗"
STARTING = 60.0  # seconds until a worker has to be there


def doctor(words: list[str]) -> int:
    """Print one line a finding; what is broken here is work left."""
    if words:
        print("usage: dlf-grade doctor")
        return OK if words[0] in ("-h", "--help") else WRONG_USE
    broken = False
    for mark, text in _findings():
        print(f"  {mark} {text}")
        broken |= mark == BROKEN
    return WORK_LEFT if broken else OK


def _findings() -> Iterator[tuple[str, str]]:
    yield GOOD, f"dl-foundations {__version__}, Python {platform.python_version()}, {platform.platform()}"
    yield GOOD, f"{usable_processors()} processors"
    yield from packages()
    yield from _workers()
    store = open_store()
    if store is None:
        yield MISSING, f"no results can be kept: {cache_folder()} cannot be written; set DLF_CACHE to a folder"
    else:
        store.close()
        yield GOOD, f"remembers results in {cache_folder()}"
    folder = places.data_folder()
    for name, file in FILES.items():
        if (folder / file).exists():
            yield GOOD, f"{name} in {folder}"
        else:
            yield MISSING, f"{name} is not in {folder}; fetch it with: dlf-data get {name}, or set DLF_DATA"
    gpu = config.has_gpu(config.Config(tree=Path()))
    yield (GOOD, "a GPU") if gpu else (MISSING, "no GPU: full training runs only with --train, on the CPU")
    root = places.repository()
    yield (GOOD, f"exercises in {root}") if root else (MISSING, "no exercises/ here or above; give --tree PATH")


def packages() -> Iterator[tuple[str, str]]:
    """The packages that grading needs."""
    for name in ("numpy", "torch", "torchvision", "scikit-learn", "matplotlib"):
        try:
            yield GOOD, f"{name} {version(name)}"
        except PackageNotFoundError:
            yield BROKEN, f"{name} is not installed; run: pip install -r requirements.txt -e ."


def _workers() -> Iterator[tuple[str, str]]:
    """Start a worker of each kind and time it, and one on each rung and hear what it could not give up."""
    how = "forked from a server" if can_fork() else f"started one by one ({sys.platform} cannot fork)"
    yield GOOD, f"workers are {how}"
    servers = Servers()
    try:
        for engine in MAY_IMPORT:
            times = []
            for _ in range(2):  # the first starts the server
                start = time.perf_counter()
                servers.worker(engine).close()
                times.append(time.perf_counter() - start)
            yield GOOD, f"a {engine} worker starts in {times[1] * 1000:.0f} ms (the first in {times[0]:.1f} s)"
        for rung in RUNGS:
            yield _rung(rung, servers)
    except DlfError as error:
        yield BROKEN, f"workers do not start: {error}"
    finally:
        servers.stop()


def _rung(rung: Rung, servers: Servers) -> tuple[str, str]:
    """Whether a rung works here, and what its workers could not give up."""
    if reason := rung.why_not():
        return MISSING, f"isolation {rung.name}: {reason}"
    with tempfile.TemporaryDirectory(prefix="dlf-") as name:
        folder = Path(name)
        for inside in ("tree", "scratch"):
            (folder / inside).mkdir()
        (folder / "tree" / "nothing.py").touch()
        scratch = folder / "scratch"
        load = Load(str(folder / "tree"), "nothing", "numpy", "", str(scratch), limits.MEMORY, rung.name)
        submission = Submission(lambda: rung.start(servers, "numpy", scratch), load)
        submission.deadline = time.monotonic() + STARTING
        try:
            submission.ready()
        finally:
            submission.close()
            servers.leave(folder)
    default = " (the default)" if rung is resolve("auto") else ""
    return GOOD, f"isolation {rung.describe(submission.lacking)}{default}"
