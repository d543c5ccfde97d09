"""Takes system calls away from a worker, for good: a filter of a hundred comparisons that Linux runs at each call.

Refused calls fail with EPERM, so honest code that tries one gets an exception and goes on. The filter is assembled
here, as bytes: what can be installed with pip for it wants libseccomp beside it, or has hardly been used yet, and this
is the last line of a trust boundary. Numbers are the kernel's, for the two architectures that the course runs on.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterable, Iterator
from functools import cache

PR_SET_SECCOMP, SECCOMP_MODE_FILTER, PR_SET_NO_NEW_PRIVS = 22, 2, 38
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER = 1, 4, 36
CLONE_THREAD = 0x10000
SOCK_STREAM, SOCK_STREAM_CLOEXEC, SOCK_STREAM_NONBLOCK = 1, 1 | 0o2000000, 1 | 0o4000
X32 = 0x40000000  # the bit of calls in x86's third interface, which would slip through by other numbers

LOAD, JUMP_IF_EQUAL, JUMP_IF_AT_LEAST, JUMP_IF_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16  # where Linux's description of a call holds them, in bytes
ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.EPERM
UNKNOWN = 0x00050000 | errno.ENOSYS

# name: (x86_64, aarch64); 0 where an architecture has no such call
CALLS = {
    "other processes": {
        "ptrace": (101, 117),
        "process_vm_readv": (310, 270),
        "process_vm_writev": (311, 271),
        "kcmp": (312, 272),
        "tkill": (200, 130),
        "rt_sigqueueinfo": (129, 138),
        "rt_tgsigqueueinfo": (297, 240),
        "pidfd_send_signal": (424, 424),
        "pidfd_open": (434, 434),
        "pidfd_getfd": (438, 438),
        "process_madvise": (440, 440),
        "process_mrelease": (448, 448),
        "migrate_pages": (256, 238),
        "move_pages": (279, 239),
        "setpriority": (141, 140),
        "sched_setscheduler": (144, 119),
        "sched_setparam": (142, 118),
        "sched_setattr": (314, 274),
        "ioprio_set": (251, 30),
    },
    "new processes": {
        "fork": (57, 0),
        "vfork": (58, 0),
        "execve": (59, 221),
        "execveat": (322, 281),
        "unshare": (272, 97),
        "setns": (308, 268),
    },
    "mounts": {
        "mount": (165, 40),
        "umount2": (166, 39),
        "pivot_root": (155, 41),
        "chroot": (161, 51),
        "open_tree": (428, 428),
        "move_mount": (429, 429),
        "fsopen": (430, 430),
        "fsconfig": (431, 431),
        "fsmount": (432, 432),
        "fspick": (433, 433),
        "mount_setattr": (442, 442),
        "open_tree_attr": (467, 467),
        "mknod": (133, 0),
        "mknodat": (259, 33),
        "name_to_handle_at": (303, 264),
        "open_by_handle_at": (304, 265),
        "fanotify_init": (300, 262),
        "quotactl": (179, 60),
        "quotactl_fd": (443, 443),
    },
    "the kernel": {
        "bpf": (321, 280),
        "perf_event_open": (298, 241),
        "userfaultfd": (323, 282),
        "io_uring_setup": (425, 425),
        "io_uring_enter": (426, 426),
        "io_uring_register": (427, 427),
        "add_key": (248, 217),
        "request_key": (249, 218),
        "keyctl": (250, 219),
        "kexec_load": (246, 104),
        "kexec_file_load": (320, 294),
        "init_module": (175, 105),
        "finit_module": (313, 273),
        "delete_module": (176, 106),
        "reboot": (169, 142),
        "swapon": (167, 224),
        "swapoff": (168, 225),
        "sethostname": (170, 161),
        "setdomainname": (171, 162),
        "settimeofday": (164, 170),
        "clock_settime": (227, 112),
        "clock_adjtime": (305, 266),
        "adjtimex": (159, 171),
        "acct": (163, 89),
        "syslog": (103, 116),
        "iopl": (172, 0),
        "ioperm": (173, 0),
        "personality": (135, 92),
        "vhangup": (153, 58),
    },
    "memory that outlives a process": {
        "shmget": (29, 194),
        "semget": (64, 190),
        "msgget": (68, 186),
        "mq_open": (240, 180),
    },
    "files without a name": {
        "memfd_create": (319, 279),
        "memfd_secret": (447, 447),
    },
    "sockets": {
        "socket": (41, 198),
        "connect": (42, 203),
        "bind": (49, 200),
        "listen": (50, 201),
        "accept": (43, 202),
        "accept4": (288, 242),
    },
    "files' owners, modes and times": {
        "chmod": (90, 0),
        "fchmod": (91, 52),
        "fchmodat": (268, 53),
        "fchmodat2": (452, 452),
        "chown": (92, 0),
        "lchown": (94, 0),
        "fchown": (93, 55),
        "fchownat": (260, 54),
        "utime": (132, 0),
        "utimes": (235, 0),
        "futimesat": (261, 0),
        "utimensat": (280, 88),
        "setxattr": (188, 5),
        "lsetxattr": (189, 6),
        "fsetxattr": (190, 7),
        "setxattrat": (463, 463),
        "removexattr": (197, 14),
        "lremovexattr": (198, 15),
        "fremovexattr": (199, 16),
        "removexattrat": (466, 466),
        "file_setattr": (469, 469),
    },
}
EVERYWHERE = ("other processes", "new processes", "mounts", "the kernel", "memory that outlives a process")
SOCKETS, METADATA, NAMELESS = "sockets", "files' owners, modes and times", "files without a name"

KILL, TGKILL, PRLIMIT = (62, 129), (234, 131), (302, 261)  # allowed on oneself
CLONE, CLONE3, PRCTL, SOCKETPAIR = (56, 220), (435, 435), (157, 167), (53, 199)
MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column above, and Linux's name for it


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def supported() -> bool:
    """Whether this machine's calls are known here, and its kernel filters them."""
    return sys.platform == "linux" and platform.machine() in MACHINES and os.path.exists("/proc/sys/kernel/seccomp")


def refuse(*more: str) -> list[str]:
    """Refuse the calls that no exercise needs, and more groups of them; returns what could not be had, in words."""
    if not supported():
        return ["a filter of system calls"]
    install([*EVERYWHERE, *more])
    return []


def install(groups: Iterable[str]) -> None:
    """Refuse groups of `CALLS`, and always signals to others and anything that starts a process.

    Raises:
        OSError: the kernel did not take the filter.
    """
    install_code(assemble(groups, platform.machine(), os.getpid()))


def install_code(code: bytes) -> None:
    """Hand a filter to the kernel; raises `OSError` if it is not taken."""
    buffer = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    libc = _libc()
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(
        PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0
    ):
        raise OSError(ctypes.get_errno(), f"seccomp: {os.strerror(ctypes.get_errno())}")


def assemble(groups: Iterable[str], machine: str, pid: int) -> bytes:
    """The filter's instructions, eight bytes each.

    Args:
        groups: names in `CALLS`.
        machine: a name in `MACHINES`.
        pid: the only process that may be signalled.
    """
    column, architecture = MACHINES[machine]
    return b"".join(
        [
            _step(LOAD, ARCHITECTURE),
            _step(JUMP_IF_EQUAL, architecture, 1, 0),
            _step(RETURN, REFUSE),
            _step(LOAD, NUMBER),
            *([_step(JUMP_IF_AT_LEAST, X32, 0, 1), _step(RETURN, REFUSE)] if machine == "x86_64" else []),
            *_where(CLONE[column], 0, JUMP_IF_BITS, [CLONE_THREAD], ALLOW, REFUSE),
            # its flags lie in memory, out of a filter's sight; without it the C library uses clone
            *_always(CLONE3[column], UNKNOWN),
            *_where(KILL[column], 0, JUMP_IF_EQUAL, [pid], ALLOW, REFUSE),
            *_where(TGKILL[column], 0, JUMP_IF_EQUAL, [pid], ALLOW, REFUSE),
            *_where(PRLIMIT[column], 0, JUMP_IF_EQUAL, [0, pid], ALLOW, REFUSE),
            *_where(
                PRCTL[column],
                0,
                JUMP_IF_EQUAL,
                [PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_CHILD_SUBREAPER],
                REFUSE,
                ALLOW,
            ),
            # a pair of datagram sockets could still send to any address
            *_where(
                SOCKETPAIR[column],
                1,
                JUMP_IF_EQUAL,
                [SOCK_STREAM, SOCK_STREAM_CLOEXEC, SOCK_STREAM_NONBLOCK, SOCK_STREAM_CLOEXEC | SOCK_STREAM_NONBLOCK],
                ALLOW,
                REFUSE,
            ),
            *_each_refused(sorted({CALLS[group][name][column] for group in groups for name in CALLS[group]} - {0})),
        ]
    )


def _each_refused(numbers: list[int]) -> Iterator[bytes]:
    for at, number in enumerate(numbers):
        yield _step(JUMP_IF_EQUAL, number, len(numbers) - at, 0)
    yield _step(RETURN, ALLOW)
    yield _step(RETURN, REFUSE)


def _where(call: int, argument: int, test: int, values: list[int], then: int, otherwise: int) -> Iterator[bytes]:
    """Decide one call by the lower half of one argument: `then` if the test holds for any value."""
    yield _step(JUMP_IF_EQUAL, call, 0, len(values) + 3)
    yield _step(LOAD, FIRST_ARGUMENT + 8 * argument)
    for at, value in enumerate(values):
        yield _step(test, value, len(values) - at, 0)
    yield _step(RETURN, otherwise)
    yield _step(RETURN, then)


def _always(call: int, outcome: int) -> Iterator[bytes]:
    yield _step(JUMP_IF_EQUAL, call, 0, 1)
    yield _step(RETURN, outcome)


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
