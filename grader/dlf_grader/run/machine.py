"""What this machine lets a process use: processors and memory, as its control group and affinity say."""

from __future__ import annotations

import math
import os
from pathlib import Path

A_JOB = 600 << 20  # bytes: a grading process and its workers take 501 MiB at their peak on m1 (PyTorch for the CPU)
UNLIMITED = 1 << 60
GROUP = Path("/sys/fs/cgroup")


def usable_processors(group: Path = GROUP) -> int:
    """Processors that this process may use."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota, _, period = _read(group / "cpu.max").partition(" ")
    if not quota:  # the older control groups
        quota, period = _read(group / "cpu/cpu.cfs_quota_us"), _read(group / "cpu/cpu.cfs_period_us")
    if quota.isdigit() and period.isdigit() and int(quota) > 0 and int(period) > 0:
        count = min(count, math.ceil(int(quota) / int(period)))
    return max(1, count)


def free_memory(group: Path = GROUP, about: Path = Path("/proc/meminfo")) -> int | None:
    """Bytes that this process may still take; None where nothing tells."""
    lines = dict(line.split(":", 1) for line in _read(about).splitlines() if ":" in line)
    free = [int(words[0]) << 10] if (words := lines.get("MemAvailable", "").split()) else []
    for limit, used in (
        ("memory.max", "memory.current"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes"),
    ):
        most, now = _read(group / limit), _read(group / used)
        if most.isdigit() and now.isdigit() and int(most) < UNLIMITED:
            free.append(max(0, int(most) - int(now)))
    return min(free) if free else None


def jobs_that_fit(jobs: int, free: int | None) -> int:
    """So many grading processes as there is memory for, at least one."""
    return jobs if free is None else max(1, min(jobs, free // A_JOB))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
