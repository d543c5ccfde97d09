"""`dlf-grade doctor`: what this machine has, and what is missing for what."""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dlf_grader import __version__, config
from dlf_grader.failures import DlfError
from dlf_grader.isolation import describe, resolve
from dlf_grader.model import Engine
from dlf_grader.requirements import FILES, has_gpu
from dlf_grader.sandbox.process import Servers, can_fork
from dlf_grader.store import cache_folder, open_store

GOOD, MISSING = "✓", "–"


def doctor(words: list[str]) -> int:
    """Print one line a finding; returns 0 if grading works here."""
    if words:
        print("usage: dlf-grade doctor")
        return 0 if words[0] in ("-h", "--help") else 2
    broken = False
    for mark, text in _findings():
        print(f"  {mark} {text}")
        broken |= mark == "✗"
    return 1 if broken else 0


def _findings() -> Iterator[tuple[str, str]]:
    yield GOOD, f"dl-foundations {__version__}, Python {platform.python_version()}, {platform.platform()}"
    yield GOOD, f"{os.cpu_count()} processors"
    for name in ("numpy", "torch", "torchvision", "scikit-learn", "matplotlib"):
        try:
            yield GOOD, f"{name} {version(name)}"
        except PackageNotFoundError:
            yield "✗", f"{name} is not installed; run: pip install -r requirements.txt -e ."
    yield from _workers()
    store = open_store()
    if store is None:
        yield MISSING, f"nothing can be remembered: {cache_folder()} cannot be written; set DLF_CACHE to a folder"
    else:
        store.close()
        yield GOOD, f"remembers results in {cache_folder()}"
    folder = config.data_folder()
    for name, file in FILES.items():
        if (folder / file).exists():
            yield GOOD, f"{name} in {folder}"
        else:
            yield MISSING, f"{name} is not in {folder}; fetch it with: dlf-data get {name}, or set DLF_DATA"
    gpu = has_gpu(config.Config(tree=Path()))
    yield (GOOD, "a GPU") if gpu else (MISSING, "no GPU: full training runs only with --train, on the CPU")
    root = config.repository()
    yield (GOOD, f"exercises in {root}") if root else (MISSING, "no exercises/ here or above; give --tree PATH")


def _workers() -> Iterator[tuple[str, str]]:
    """Start a worker of each kind and time it."""
    how = "forked from a server" if can_fork() else f"started one by one ({sys.platform} cannot fork)"
    yield GOOD, f"workers are {how}"
    yield GOOD, f"isolation {describe('process')}"
    if resolve("auto") == "locked":
        yield GOOD, f"isolation {describe('locked')} (the default)"
    else:
        yield MISSING, "isolation locked needs Linux 5.13 or later with Landlock"
    servers = Servers()
    engines: tuple[Engine, ...] = ("numpy", "torch")
    try:
        for engine in engines:
            times = []
            for _ in range(2):  # the first starts the server
                start = time.perf_counter()
                servers.worker(engine).close()
                times.append(time.perf_counter() - start)
            yield GOOD, f"a {engine} worker starts in {times[1] * 1000:.0f} ms (the first in {times[0]:.1f} s)"
    except DlfError as error:
        yield "✗", f"workers do not start: {error}"
    finally:
        servers.stop()
