"""The rung `locked`: a worker gives up, for good and before it imports a learner's file, what it does not need.

Landlock (Linux 5.13 and later) takes the file system down to what the exercise may import, the tree's copy and a
scratch folder; from Linux 6.7 on it takes TCP as well, and from 6.12 on signals to other processes. No root, no new
process, a few milliseconds. What cannot be read cannot be imported: a NumPy exercise has no access to PyTorch's files,
and none has any to solutions, oracles, data sets or the home folder. Older kernels give up less; `describe` says what.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dlf_grader.model import Engine

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


def describe() -> str:
    """What this rung takes away here, and what it does not."""
    version = landlock_version()
    taken = ["files"] + ["TCP"] * (version >= TCP_SINCE) + ["signals"] * (version >= SIGNALS_SINCE)
    left = ["other sockets"] if version >= TCP_SINCE else ["the network"]
    left += [] if version >= SIGNALS_SINCE else ["killing other processes"]
    words = f"separate processes without {', '.join(taken)} (Landlock {version})"
    return f"{words}; does not stop code from using {', '.join(left)} or forging its answers"


def lock(root: str, scratch: str, engine: Engine, *, gpu: bool) -> None:
    """Give up everything else; cannot be undone, and every process or thread started later inherits it.

    Args:
        root: the tree's copy, readable.
        scratch: readable and writable.
        engine: whose files may be read.
        gpu: whether a training may use NVIDIA's devices.
    """
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


@cache
def prepare(engine: Engine) -> tuple[list[str], list[str], list[str]]:
    """What every worker of an engine may read: folders, single files, and folders of which it may see the names.

    Called once by the fork server, so that a worker only has to hand it to the kernel.
    """
    readable = [*SYSTEM, *DEVICES, *_python(), *_packages(engine), *_ours()]
    folders = [path for path in readable if os.path.isdir(path)]
    files = [path for path in readable if os.path.exists(path) and not os.path.isdir(path)]
    reference = _reference()
    return folders, files, [_site(), str(GRADER), *([str(reference)] if reference else [])]


def _python() -> Iterator[str]:
    """Python's own standard library."""
    yield from {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}


def _packages(engine: Engine) -> Iterator[str]:
    """Installed packages: NumPy's alone, or all but our own, since PyTorch imports many when it needs them."""
    entries = list(Path(_site()).iterdir())
    if engine == "numpy":
        yield from (str(entry) for entry in entries if entry.name.startswith("numpy"))
    elif any(entry.name.startswith(OURS) and entry.is_dir() for entry in entries):
        yield from (str(entry) for entry in entries if not entry.name.startswith(OURS))
    else:
        yield _site()  # our own packages are installed from elsewhere


def _ours() -> Iterator[str]:
    """Of our packages: the sandbox, and the recipes that train beside a model."""
    yield from (str(GRADER / "__init__.py"), str(GRADER / "sandbox"))
    reference = _reference()
    if reference is not None:
        yield from (str(reference / "__init__.py"), str(reference / "training"))


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
