"""What machine this is."""

from __future__ import annotations

import platform
from pathlib import Path


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
