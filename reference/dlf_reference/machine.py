"""What machine this is."""

from __future__ import annotations

import platform
from pathlib import Path


def processor() -> str:
    """The processor's name, as the operating system gives it."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        return next((line.partition(":")[2].strip() for line in info.open() if line.startswith("model name")), "")
    return platform.processor()


def hardware(device: str) -> str:
    """What trained: the GPU's name, or the processor's and how many threads of it."""
    import torch

    if device == "cuda":
        return torch.cuda.get_device_name()
    threads = torch.get_num_threads()
    return f"{processor()}, {device}, {threads} thread{'s' * (threads > 1)}"
