"""What no limit of the operating system bounds, looked at now and then by the fork server: a worker's memory in all,
its threads, and everything it keeps in files, named or deleted.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator

SECONDS_BETWEEN = 0.25
THREADS = 512
DISK = 1 << 30  # bytes in the scratch folder, and in files that have no name any more
ENTRIES = 10_000  # files and folders in the scratch folder
SHARED_MEMORY = 1 << 30  # bytes beyond the limit of private data: what is mapped from files and between processes


def excess(pid: int, scratch: str, memory: int) -> str:
    """What a worker, with all that descends from it, has too much of; "" if nothing.

    Args:
        pid: the worker.
        scratch: its folder; "" if it has none.
        memory: bytes it may hold at the same time; 0 for no limit.
    """
    family = list(_family(pid))
    if memory and (used := sum(_resident(member) for member in family)) > memory:
        return f"held {used / 2**30:.1f} GiB of memory; at most {memory / 2**30:.0f} GiB are allowed"
    if (threads := sum(_threads(member) for member in family)) > THREADS:
        return f"ran {threads} threads; at most {THREADS} are allowed"
    entries, kept = _on_disk(scratch) if scratch else (0, 0)
    kept += sum(_in_nameless_files(member) for member in family)
    if kept > DISK:
        return f"kept {kept / 2**30:.1f} GiB in files; at most {DISK >> 30} GiB are allowed"
    if entries > ENTRIES:
        return f"made more than {ENTRIES} files"
    return ""


def waited(pid: int) -> float:
    """Seconds that a worker, and what descends from it, could have run and did not, as others had the processor.

    Of each process its first thread counts; 0 where the platform keeps no such number.
    """
    fields = [_read(f"/proc/{member}/schedstat").split() for member in _family(pid)]
    return sum(int(found[1]) for found in fields if len(found) > 1) / 1e9


def _family(pid: int) -> Iterator[int]:
    yield pid
    for child in children(pid):
        yield from _family(child)


def children(pid: int) -> set[int]:
    """The processes that a process started, or adopted; none where the platform keeps no such list."""
    return {int(child) for child in _read(f"/proc/{pid}/task/{pid}/children").split()}


def _resident(pid: int) -> int:
    fields = _read(f"/proc/{pid}/statm").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if fields else 0


def _threads(pid: int) -> int:
    try:
        return os.stat(f"/proc/{pid}/task").st_nlink - 2  # a folder for each
    except OSError:
        return 0


def _in_nameless_files(pid: int) -> int:
    """Bytes in regular files that a process holds open and that no folder names."""
    sizes: dict[tuple[int, int], int] = {}
    try:
        for descriptor in os.listdir(f"/proc/{pid}/fd"):
            found = os.stat(f"/proc/{pid}/fd/{descriptor}")
            if stat.S_ISREG(found.st_mode) and found.st_nlink == 0:
                sizes[found.st_dev, found.st_ino] = found.st_blocks * 512
    except OSError:  # it ended meanwhile, or is not ours to look at
        pass
    return sum(sizes.values())


def _on_disk(folder: str) -> tuple[int, int]:
    """How many entries a folder has, counted up to the limit, and their bytes."""
    entries = size = 0
    waiting = [folder]
    while waiting and entries <= ENTRIES:
        try:
            for entry in os.scandir(waiting.pop()):
                entries += 1
                size += entry.stat(follow_symlinks=False).st_blocks * 512
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
        except OSError:  # it ended meanwhile, or made a folder unreadable
            pass
    return entries, size


def _read(path: str) -> str:
    try:
        with open(path, "rb", buffering=0) as file:
            return file.read().decode("ascii")
    except OSError:
        return ""
