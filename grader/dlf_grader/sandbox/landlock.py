"""Takes the file system away from a worker, down to what it needs, for good: Landlock, in Linux 5.13 and later.

From Linux 6.7 on it takes TCP as well, and from 6.12 on signals to other processes. No root, a few milliseconds. What
cannot be read cannot be imported: a NumPy exercise has no access to PyTorch's files, and none has any to solutions,
oracles, data sets or the home folder.
"""

from __future__ import annotations

import ctypes
import os
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.sandbox.engines import Engine
from dlf_grader.sandbox.readable import listable, readable

if TYPE_CHECKING:
    from py_landlock import Landlock

CREATE_RULESET, WHICH_VERSION = 444, 1  # a system call's number, on every processor since Linux 5.1, and its flag
TCP_SINCE, SIGNALS_SINCE = 4, 6  # versions of Landlock's interface


@cache
def version() -> int:
    """The version of Landlock's interface that this kernel offers; 0 if none."""
    if sys.platform != "linux" or find_spec("py_landlock") is None:
        return 0
    # asked here, since importing py_landlock takes longer than a run in which everything is remembered has
    return max(0, int(ctypes.CDLL(None).syscall(CREATE_RULESET, None, ctypes.c_size_t(0), WHICH_VERSION)))


def lock(root: str, scratch: str, engine: Engine, *, gpu: bool) -> list[str]:
    """Give up every file but a few, TCP, and signals to others; returns what of it could not be had, in words.

    Args:
        root: the tree's copy, readable.
        scratch: readable and writable.
        engine: whose files may be read.
        gpu: whether a training may use NVIDIA's devices.
    """
    if not version():
        return ["Landlock"]
    from py_landlock import AccessFs

    rules = prepare(engine)
    rules.allow_read(root, *(("/proc", "/sys") if gpu else ()))
    rules.allow_read_write(scratch)
    rules.add_path_rule(scratch, access=AccessFs.REFER)  # renaming from one of its folders to another
    rules.add_path_rule(
        *(map(str, Path("/dev").glob("nvidia*")) if gpu else ()), access=AccessFs.READ_FILE | AccessFs.WRITE_FILE
    )
    rules.apply()
    wanted = {"refusal of TCP": TCP_SINCE, "refusal of signals": SIGNALS_SINCE}
    return [f"{what} by Landlock {version()}" for what, since in wanted.items() if version() < since]


@cache
def prepare(engine: Engine) -> Landlock:
    """Rules for what every worker of an engine may read.

    Made once, by the fork server: a worker adds its own folders to its copy, and only has to hand them to the kernel.
    """
    from py_landlock import AccessFs, Landlock

    paths = readable(engine)
    rules = Landlock(strict=False)
    rules.allow_read(*filter(os.path.isdir, paths))
    rules.add_path_rule(*(path for path in paths if not os.path.isdir(path)), access=AccessFs.READ_FILE)
    rules.add_path_rule("/dev/null", access=AccessFs.READ_FILE | AccessFs.WRITE_FILE)
    rules.add_path_rule(*listable(), access=AccessFs.READ_DIR)
    return rules
