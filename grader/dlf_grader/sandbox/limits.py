"""What the operating system takes away from a worker before it imports a learner's file."""

from __future__ import annotations

import os
import sys

MEMORY = 4 << 30  # bytes of data a worker may allocate beyond what it starts with
FILE_SIZE = 1 << 29  # bytes a worker may write to one file
OPEN_FILES = 256
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
# glibc gives large arrays back at once, and each step of a training then waits for fresh, zeroed pages: 10 % of it
KEEPS_MEMORY = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": str(1 << 40)}
LARGE_PAGE, MADV_COLLAPSE = 1 << 21, 25
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36


def environment() -> dict[str, str]:
    """The few variables a worker gets: none of the caller's secrets, data folders or Python settings.

    One thread for each numerical library: fair to compare, and workers run side by side.
    """
    kept = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "TZ", "LD_LIBRARY_PATH")
    given = {name: os.environ[name] for name in kept if name in os.environ}
    return given | dict.fromkeys(THREADS, "1") | KEEPS_MEMORY


def one_thread() -> None:
    """Let this process's numerical libraries, not loaded yet, use one thread unless the user said otherwise.

    The grader's arrays are small, and threads that wait for more of them take their time from the workers.
    """
    for name in THREADS:
        os.environ.setdefault(name, "1")


def confine(scratch: str, memory: int, processor_seconds: int) -> None:
    """Enter the scratch folder and lower every limit, for good.

    Args:
        scratch: an empty folder; the working directory, the home and the place of temporary files.
        memory: bytes of data the worker may add to what it started with; 0 for no limit.
        processor_seconds: of all its threads together; 0 for no limit. The grader's own deadlines come first.
    """
    os.chdir(scratch)
    os.environ.update(HOME=scratch, TMPDIR=scratch, TEMP=scratch, TMP=scratch)
    import tempfile

    tempfile.tempdir = None  # a server that asked before would hand on its own answer
    if sys.platform == "win32":
        return
    import resource

    lower = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, FILE_SIZE), (resource.RLIMIT_NOFILE, OPEN_FILES)]
    if memory and sys.platform == "linux":  # elsewhere the kernel does not count data alone
        lower.append((resource.RLIMIT_DATA, _data_in_use() + memory))
    if processor_seconds:
        lower.append((resource.RLIMIT_CPU, processor_seconds))
    if sys.platform == "linux":
        lower.append((resource.RLIMIT_MSGQUEUE, 0))
    for which, wanted in lower:
        _, hard = resource.getrlimit(which)
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(which, (limit, limit))


def die_with_parent() -> None:
    """Ask Linux to kill this process when the one that started it ends."""
    _prctl(PR_SET_PDEATHSIG, 9)


def adopt_orphans() -> None:
    """Ask Linux to hand this process every descendant whose own parent ends, so that none escapes."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def shut_memory(shut: bool = True) -> None:
    """Ask Linux to keep the user's other processes out of this one's memory and descriptors; children inherit it."""
    _prctl(PR_SET_DUMPABLE, int(not shut))


def use_large_pages() -> None:
    """Ask Linux to hold this process's own memory in large pages: a fork copies an entry for each, and ends it again.

    It takes a tenth of the time that importing PyTorch does, and three quarters off each fork after it. A kernel that
    cannot do it goes on as before.
    """
    if sys.platform != "linux":
        return
    import ctypes

    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    with open("/proc/self/maps", encoding="ascii") as maps:
        lines = [line.split() for line in maps]
    for addresses, mode, _, _, _, *name in lines:
        first, end = (int(address, 16) for address in addresses.split("-"))
        first, end = -(-first // LARGE_PAGE) * LARGE_PAGE, end // LARGE_PAGE * LARGE_PAGE
        if mode == "rw-p" and name in ([], ["[heap]"]) and first < end:
            advise(first, end - first, MADV_COLLAPSE)


def _prctl(option: int, value: int) -> None:
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _data_in_use() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:
        pages = int(statm.read().split()[5])
    return pages * os.sysconf("SC_PAGE_SIZE")
