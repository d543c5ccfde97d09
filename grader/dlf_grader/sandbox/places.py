"""Where a worker may write, enforced by name: its scratch folder, and nowhere else.

An audit hook sees every road of Python's to the file system, and answers one that leads outside as the system would
answer on the rung `locked`: with PermissionError. So honest code meets the same walls on every rung. What does not ask
Python, this does not stop; the isolation around the process does.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from typing import Any

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
DEVICES = (os.devnull, "/dev/zero", "/dev/full", "/dev/tty")
# which arguments of an audit event are paths that it changes
CHANGES = {
    "os.chflags": (0,),
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.link": (0, 1),  # through a link in the scratch folder the file itself could be written
    "os.mkdir": (0,),
    "os.removexattr": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.setxattr": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
    "sqlite3.connect": (0,),
}
ON_THE_NAME = (
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.symlink",
)  # not on what a link points to


def install(scratch: str) -> None:
    """Start refusing, for as long as the process lives."""
    sys.addaudithook(_hook(os.path.realpath(scratch)))


def _hook(scratch: str) -> Callable[[str, tuple[Any, ...]], None]:
    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = args
            # a folder that is held open is a way round its name
            if flags & WRITING or (mode is None and not _inside(path, scratch) and _is_folder(path)):
                judge(path)
        elif event in CHANGES:
            for at in CHANGES[event]:
                judge(args[at], by_name=event in ON_THE_NAME)

    def judge(path: Any, *, by_name: bool = False) -> None:
        if not _inside(path, scratch, by_name=by_name):
            raise PermissionError(errno.EACCES, "only the working folder can be written to", os.fsdecode(path))

    return hook


def _inside(path: Any, scratch: str, *, by_name: bool = False) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return True  # a descriptor, which was judged when it was opened
    name = os.fsdecode(path)
    if name in DEVICES or name in (":memory:", ""):
        return True
    folder, last = os.path.split(name)
    if by_name:
        real = os.path.join(os.path.realpath(folder) if folder else os.getcwd(), last)
    else:
        real = os.path.realpath(name)
    return real == scratch or real.startswith(scratch + os.sep)


def _is_folder(path: Any) -> bool:
    return isinstance(path, str | bytes | os.PathLike) and os.path.isdir(path)
