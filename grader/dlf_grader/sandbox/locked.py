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
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.sandbox import limits, namespaces, seccomp
from dlf_grader.sandbox.engines import Engine

if TYPE_CHECKING:
    from py_landlock import Landlock

TCP_SINCE, SIGNALS_SINCE = 4, 6  # versions of Landlock's interface
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
SYSTEM = ("/usr/share/zoneinfo", "/etc/localtime", "/etc/ld.so.cache")
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
    limits.shut_memory(False)  # the server's is shut, but its worker's is to be watched
    if rung == "locked":
        lacking += _enter_namespaces(root, scratch, engine, gpu=gpu)
        if lacking:
            refused.append(seccomp.METADATA)  # Landlock lets pass what changes no file's content
    if rung == "process" or lacking:  # with namespaces of its own it has no capabilities any more
        namespaces.drop_capabilities(keep=namespaces.OVERRIDE_FILE_MODES if os.getuid() == 0 else 0)
    if rung != "process":
        refused.append(seccomp.SOCKETS)
        lacking += _lock_files(root, scratch, engine, gpu=gpu)
    if not seccomp.supported():
        return [*lacking, "a filter of system calls"]
    seccomp.install(refused)
    return lacking


def _enter_namespaces(root: str, scratch: str, engine: Engine, *, gpu: bool) -> list[str]:
    """Go where there is no network and nobody else, if the system allows it and all that is needed is there too."""
    reason = only_root_reads(engine)
    if os.getuid() == 0 and not namespaces.open_to(root, 0):
        reason = root
    if reason:
        return [f"namespaces of its own (in them root cannot read {reason})"]
    try:
        return namespaces.enter(scratch, gpu=gpu)
    except OSError as error:
        return [f"namespaces of its own ({error.strerror or error})"]


@cache
def only_root_reads(engine: Engine) -> str:
    """Something that a worker needs and that root may read by privilege alone, which a namespace takes away; or ""."""
    if os.getuid() != 0:
        return ""
    return next((path for path in readable(engine) if not namespaces.open_to(path, 0)), "")


def _lock_files(root: str, scratch: str, engine: Engine, *, gpu: bool) -> list[str]:
    """Give up every file but a few, TCP, and signals to others."""
    version = landlock_version()
    if not version:
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
    return [f"{what} by Landlock {version}" for what, since in wanted.items() if version < since]


@cache
def prepare(engine: Engine) -> Landlock:
    """Rules for what every worker of an engine may read.

    Made once, by the fork server: a worker adds its own folders to its copy, and only has to hand them to the kernel.
    """
    from py_landlock import AccessFs, Landlock

    standard, _ = standard_library()
    reference = _reference()
    paths = readable(engine)
    rules = Landlock(strict=False)
    rules.allow_read(*filter(os.path.isdir, paths))
    rules.add_path_rule(*(path for path in paths if not os.path.isdir(path)), access=AccessFs.READ_FILE)
    rules.add_path_rule("/dev/null", access=AccessFs.READ_FILE | AccessFs.WRITE_FILE)
    # of these the names only: an import lists the folders it searches
    rules.add_path_rule(_site(), *standard, GRADER, *([reference] if reference else []), access=AccessFs.READ_DIR)
    return rules


@cache
def readable(engine: Engine) -> tuple[str, ...]:
    """Files and folders that every worker of an engine may read."""
    standard, hidden = standard_library()
    whole = [*standard, *dict.fromkeys(map(os.path.realpath, LIBRARIES))]
    return tuple(
        path
        for path in [*SYSTEM, *DEVICES, *_except(hidden, whole), *packages(engine), *ours()]
        if os.path.exists(path)
    )


def standard_library() -> tuple[list[str], list[str]]:
    """Python's own folders, and the folders of packages that lie inside these or among the system's libraries."""
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    folders = list(dict.fromkeys(sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib")))
    pythons = [*map(Path, folders), *(path for place in LIBRARIES[2:] for path in Path(place).glob("python3*"))]
    inside = [str(path / name) for path in pythons for name in ("site-packages", "dist-packages")]
    return folders, [path for path in dict.fromkeys(inside) if os.path.isdir(path)]


def _except(hidden: list[str], folders: list[str]) -> Iterator[str]:
    """Folders piece by piece, without what is hidden in them: Landlock can only add."""
    for folder in folders:
        if folder in hidden:
            continue
        if any(path.startswith(folder + os.sep) for path in hidden):
            yield from _except(hidden, [entry.path for entry in os.scandir(folder)])
        else:
            yield folder


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
