"""What machine this is."""

from __future__ import annotations

import ctypes
import platform
import sys
from pathlib import Path

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # of glibc's malloc.h


def processor() -> str:
    """The processor's name, as the operating system gives it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = (line for line in info.read_text().splitlines() if line.startswith("model name"))
        return next(names, "").partition(":")[2].strip()
    return platform.processor()


def hardware(device: str) -> str:
    """What trained: the GPU's name, or the processor's and how many threads of it."""
    import torch

    if device == "cuda":
        return torch.cuda.get_device_name()
    threads = torch.get_num_threads()
    return f"{processor()}, {device}, {threads} thread{'s' * (threads > 1)}"


def keep_memory() -> None:
    """Let the C library keep what a training step frees for the next one, where that is glibc.

    It gives large arrays back at once otherwise, and each step waits for fresh, zeroed pages.
    """
    adjust = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if adjust is not None:
        adjust(M_MMAP_MAX, 0)
        adjust(M_TRIM_THRESHOLD, 2**31 - 1)
