"""What a worker gives up, for good and before it imports a learner's file, rung by rung.

Three of Linux's means, each best effort: a filter of system calls (`seccomp`), namespaces of its own (`namespaces`),
and Landlock (Linux 5.13 and later), which takes the file system down to what the exercise may import, the tree's copy
and a scratch folder; from Linux 6.7 on it takes TCP as well, and from 6.12 on signals to other processes. No root, a
few milliseconds. What cannot be read cannot be imported: a NumPy exercise has no access to PyTorch's files, and none
has any to solutions, oracles, data sets or the home folder.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from functools import cache
from pathlib import Path

from dlf_grader.model import Engine
from dlf_grader.sandbox import namespaces, seccomp

TCP_SINCE, SIGNALS_SINCE = 4, 6  # versions of Landlock's interface
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/etc/localtime", "/etc/ld.so.cache")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
GRADER = Path(__file__).parents[1]
OURS = "dlf_"  # our own packages, of which only what a worker runs may be read


@cache
def landlock_version() -> int:
    """The version of Landlock's interface that this kernel offers; 0 if none."""
    if sys.platform != "linux":
        return 0
    try:
        from py_landlock import get_abi_version

        return int(get_abi_version())
    except (ImportError, OSError, RuntimeError, _landlock_errors()):
        return 0


def confine(rung: str, root: str, scratch: str, engine: Engine, *, gpu: bool) -> list[str]:
    """Give up what a rung takes away; cannot be undone, and every thread started later inherits it.

    Args:
        rung: "process", "locked", or "bwrap", whose sandbox this process is already in.
        root: the tree's copy, readable.
        scratch: readable and writable.
        engine: whose files may be read.
        gpu: whether a training may use NVIDIA's devices.

    Returns:
        What of it could not be taken away here, in words.

    Raises:
        OSError: something that works here failed.
    """
    if sys.platform != "linux":
        return []
    lacking, refused = [], [*seccomp.EVERYWHERE]
    if rung == "locked":
        try:
            lacking += namespaces.enter(scratch, (root, *prepare(engine)[0]), gpu=gpu)
        except OSError as error:
            lacking.append(f"namespaces of its own ({error})")
        if lacking:
            refused.append(seccomp.METADATA)  # Landlock lets pass what changes no file's content
    if rung != "process":
        refused.append(seccomp.SOCKETS)
        lacking += _lock_files(root, scratch, engine, gpu=gpu)
    if not seccomp.supported():
        return [*lacking, "a filter of system calls"]
    seccomp.install(refused)
    return lacking


def _lock_files(root: str, scratch: str, engine: Engine, *, gpu: bool) -> list[str]:
    """Give up every file but a few, TCP, and signals to others."""
    version = landlock_version()
    if not version:
        return ["Landlock"]
    from py_landlock import AccessFs, Landlock

    folders, files, listed = prepare(engine)
    writable = ["/dev/null", *(map(str, Path("/dev").glob("nvidia*")) if gpu else ())]
    rules = Landlock(strict=False)
    rules.allow_read(root, *folders, *(("/proc", "/sys") if gpu else ()))
    rules.add_path_rule(*files, access=AccessFs.READ_FILE)
    rules.add_path_rule(*writable, access=AccessFs.READ_FILE | AccessFs.WRITE_FILE)
    rules.add_path_rule(*listed, access=AccessFs.READ_DIR)  # names only: an import lists the folders it searches
    rules.allow_read_write(scratch)
    rules.apply()
    wanted = {"refusal of TCP": TCP_SINCE, "refusal of signals": SIGNALS_SINCE}
    return [f"{what} by Landlock {version}" for what, since in wanted.items() if version < since]


@cache
def prepare(engine: Engine) -> tuple[list[str], list[str], list[str]]:
    """What every worker of an engine may read: folders, single files, and folders of which it may see the names.

    Called once by the fork server, so that a worker only has to hand it to the kernel.
    """
    standard, hidden = standard_library()
    if hidden:  # Landlock can only add, so the standard library is taken piece by piece
        standard = [entry.path for folder in standard for entry in os.scandir(folder) if entry.path not in hidden]
    readable = [*SYSTEM, *DEVICES, *standard, *packages(engine), *ours()]
    folders = [path for path in readable if os.path.isdir(path)]
    files = [path for path in readable if os.path.exists(path) and not os.path.isdir(path)]
    reference = _reference()
    listed = [_site(), *standard_library()[0], str(GRADER), *([str(reference)] if reference else [])]
    return folders, files, listed


def standard_library() -> tuple[list[str], list[str]]:
    """Python's own folders, and the folders of packages that some installations keep inside them."""
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    folders = list(dict.fromkeys(sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib")))
    inside = [os.path.join(folder, name) for folder in folders for name in ("site-packages", "dist-packages")]
    return folders, [path for path in inside if os.path.isdir(path)]


def packages(engine: Engine) -> list[str]:
    """Installed packages: NumPy's alone, or all but our own, since PyTorch imports many when it needs them."""
    entries = list(Path(_site()).iterdir())
    if engine == "numpy":
        return [str(entry) for entry in entries if entry.name.startswith("numpy")]
    if any(entry.name.startswith(OURS) and entry.is_dir() for entry in entries):
        return [str(entry) for entry in entries if not entry.name.startswith(OURS)]
    return [_site()]  # our own packages are installed from elsewhere


def ours() -> list[str]:
    """Of our packages: the sandbox, and the recipes that train beside a model."""
    found = [GRADER / "__init__.py", GRADER / "sandbox"]
    reference = _reference()
    if reference is not None:
        found += [reference / "__init__.py", reference / "training"]
    return list(map(str, found))


def _site() -> str:
    """The folder of installed packages."""
    return sysconfig.get_path("purelib")


def _reference() -> Path | None:
    from importlib.util import find_spec

    spec = find_spec("dlf_reference")
    return Path(spec.origin).parent if spec is not None and spec.origin else None


def _landlock_errors() -> type[Exception]:
    try:
        from py_landlock import LandlockError
    except ImportError:
        return ImportError
    return LandlockError
