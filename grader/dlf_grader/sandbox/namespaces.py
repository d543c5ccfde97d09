"""Gives a worker its own view of the machine: no other processes, no network, a file system that it can only read.

Needs no root: a process may make namespaces inside a user namespace of its own, where the system allows those. The
worker becomes process 1 of its process namespace, so the kernel kills whatever it started when it ends. A stand-in
stays outside, of which the fork server knows, and ends as the worker ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import struct
import sys
from functools import cache
from pathlib import Path

from dlf_grader.sandbox import limits

CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
ALL = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP

MS_BIND, MS_REC, MS_PRIVATE, MS_NOSUID, MS_NODEV, MS_NOEXEC = 0x1000, 0x4000, 0x40000, 2, 4, 8
SYS_MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOEXEC = 442, -100, 0x8000, 1, 8
CAPABILITIES_VERSION = 0x20080522
OVERRIDE_FILE_MODES = 1 << 1 | 1 << 2  # the two capabilities by which root reads and writes anyone's files
TASKS = 256  # processes and threads in a worker's user namespace


def enter(scratch: str, *, gpu: bool) -> list[str]:
    """Continue in a child that has its own user, process, mount, network, IPC and host name space.

    Args:
        scratch: the only folder that stays writable.
        gpu: show the namespace's own processes in /proc, which a GPU's driver reads.

    Returns:
        What could not be had, in words; in the child only, the calling process does not come back.

    Raises:
        OSError: no namespaces here; nothing has changed.
    """
    user, group = os.geteuid(), os.getegid()
    _call("unshare", ALL)
    for name, line in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        Path("/proc/self", name).write_text(line, encoding="ascii")
    child = os.fork()
    if child:
        _stand_in(child)
    limits.die_with_parent()
    lacking = []
    try:
        _make_read_only(scratch, gpu=gpu)
    except OSError as error:
        lacking.append(f"a read-only view of all files ({error.strerror or error})")
    _bound_tasks()
    drop_capabilities()
    return lacking


def _stand_in(child: int) -> None:
    """Wait for the worker, holding nothing of its, and end as it ends."""
    os.closerange(0, limits.OPEN_FILES)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code < 0:
        signal.signal(-code, signal.SIG_DFL) if -code not in (signal.SIGKILL, signal.SIGSTOP) else None
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 128 - code)


def _make_read_only(scratch: str, *, gpu: bool) -> None:
    """Every mount is read-only, also to changes of modes and times; the scratch folder is not, and runs nothing."""
    _call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)
    if gpu:
        with contextlib.suppress(OSError):  # many containers forbid it, and the outer one serves as well
            _call("mount", b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)
    _call("mount", os.fsencode(scratch), os.fsencode(scratch), None, MS_BIND, None)
    _set_attributes("/", AT_RECURSIVE, MOUNT_ATTR_RDONLY, 0)
    _set_attributes(scratch, 0, MOUNT_ATTR_NOEXEC, MOUNT_ATTR_RDONLY)
    os.chdir(scratch)  # by its new mount: the old one is read-only


def _set_attributes(path: str, flags: int, add: int, remove: int) -> None:
    attributes = struct.pack("=QQQQ", add, remove, 0, 0)
    at, size = ctypes.c_long(AT_FDCWD), ctypes.c_size_t(len(attributes))
    _call("syscall", SYS_MOUNT_SETATTR, at, os.fsencode(path), ctypes.c_long(flags), attributes, size)


def _bound_tasks() -> None:
    """A limit that counts in this user namespace alone; Linux exempts the machine's root from it."""
    import resource

    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    limit = TASKS if hard == resource.RLIM_INFINITY else min(TASKS, hard)
    resource.setrlimit(resource.RLIMIT_NPROC, (limit, limit))


def drop_capabilities(keep: int = 0) -> None:
    """Give up what root may do, and whoever makes a user namespace may do in it, but for the capabilities in `keep`."""
    low = struct.pack("=III", keep, keep, 0)
    _call("capset", struct.pack("=Ii", CAPABILITIES_VERSION, 0), low + bytes(12))


def drop_root() -> None:
    """Give up all capabilities but those by which root reads and writes the worker's own files."""
    drop_capabilities(keep=OVERRIDE_FILE_MODES if os.getuid() == 0 else 0)


@cache
def open_to(path: str, user: int) -> bool:
    """Whether a user may read a file or folder, and enter every folder above it, without root's privileges."""
    place = os.path.realpath(path)
    if place == os.sep:
        return True
    found = os.stat(place)
    return bool(found.st_mode & (0o400 if found.st_uid == user else 0o004)) and open_to(os.path.dirname(place), user)


def _call(name: str, *arguments: object) -> None:
    """One of the C library's functions, 0 on success."""
    if getattr(_libc(), name)(*arguments):
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "linux":
        libc.mount.argtypes = (*[ctypes.c_char_p] * 3, ctypes.c_ulong, ctypes.c_char_p)
        libc.unshare.argtypes = (ctypes.c_int,)
        libc.capset.argtypes = (ctypes.c_char_p, ctypes.c_char_p)
        libc.syscall.restype = ctypes.c_long
    return libc
