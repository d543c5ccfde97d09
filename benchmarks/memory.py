"""Peak memory of all processes together, each page counted once (PSS), against a bare `import torch`. Linux only."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure

ROOT = Path(__file__).parents[1]


def measure() -> Iterator[Figure]:
    """One figure, in MiB."""
    if not Path("/proc/self/smaps_rollup").exists():
        return
    grade = [str(Path(sys.executable).with_name("dlf-grade")), "m1", "--no-train", "--tree", "solutions", "--fresh"]
    bare = [sys.executable, "-c", "import torch, time; time.sleep(0.5)"]
    ours, yardstick = (max(_peak(command) for _ in range(3)) for command in (grade, bare))
    yield Figure("peak memory (PSS) of dlf-grade m1 --no-train", ours, yardstick, 2.2, "MiB")


def _peak(command: list[str]) -> float:
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"DLF_CACHE": cache}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, sum(map(_pss, _family(process.pid))))
            time.sleep(0.01)
    return peak / 1024


def _family(pid: int) -> Iterator[int]:
    """A process and all its descendants."""
    yield pid
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                yield from _family(int(child))
    except OSError:
        return  # it has just ended


def _pss(pid: int) -> int:
    """Proportional set size in KiB; 0 if it has just ended."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
