"""The rung `bwrap`: a bubblewrap sandbox for each submission and engine, with a fork server of its own inside.

Bubblewrap gives the server a new root, in which only what `locked` would let a worker read is mounted, and namespaces
of its own. The workers that it forks give up system calls and files as well, as far as they can. PyTorch's answers come
from a server outside, where no submission runs.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dlf_grader.sandbox import landlock, readable, seccomp
from dlf_grader.sandbox.engines import Engine
from dlf_grader.sandbox.rungs.rung import ALONE, CONFINED, Place, Rung

PROGRAM, READ, HIDE, LINK = "bwrap", "--ro-bind", "--tmpfs", "--symlink"
NAMESPACES = ("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL")
PACKAGES = ("msgspec", "py_landlock", "typing_extensions.py")  # beside NumPy, what the server itself imports
MODULES = ("__init__.py", "failures.py", "sandbox")


@dataclass(frozen=True)
class Sandbox:
    """Where one submission runs.

    Attributes:
        folder: holds its copy, `tree`, and its workers' scratch folders.
        gpu: whether NVIDIA's devices are there.
    """

    folder: Path
    gpu: bool = False

    def command(self, engine: Engine, command: list[str]) -> list[str]:
        """A command that runs `command` inside."""
        mounts = ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - the sandbox's own
        for how, path in _mounts(engine):
            mounts += {READ: [how, path, path], HIDE: [how, path], LINK: [how, os.path.realpath(path), path]}[how]
        for device in map(str, Path("/dev").glob("nvidia*")) if self.gpu else ():
            mounts += ["--dev-bind", device, device]
        if self.gpu:
            mounts += ["--ro-bind", "/sys", "/sys"]
        folder, tree = str(self.folder), str(self.folder / "tree")
        mounts += ["--bind", folder, folder, "--ro-bind", tree, tree, "--remount-ro", "/", "--chdir", "/"]
        return [PROGRAM, *NAMESPACES, *mounts, "--", *command]


def _confine(place: Place) -> list[str]:
    lacking = landlock.lock(place.root, place.scratch, place.engine, gpu=place.gpu)
    return lacking + seccomp.refuse(seccomp.SOCKETS, *([] if place.gpu else [seccomp.NAMELESS]))


@cache
def why_not() -> str:
    """What is missing here, and what to do about it; "" if bubblewrap can make a sandbox."""
    if sys.platform != "linux":
        return "bubblewrap needs Linux; use --isolation process"
    import shutil
    import subprocess  # both are slow to import, and this is asked for rarely

    if shutil.which(PROGRAM) is None:
        return "bubblewrap is not installed; install your system's package bubblewrap, or use --isolation locked"
    command = [PROGRAM, *NAMESPACES, "--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev", "true"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return ""
    said = done.stderr.strip().removeprefix(f"{PROGRAM}: ") or f"it ended with status {done.returncode}"
    return f"bubblewrap cannot make namespaces here ({said}); allow user namespaces, or use --isolation locked"


@cache
def _mounts(engine: Engine) -> tuple[tuple[str, str], ...]:
    """What is mounted to be read, or hidden, in this order: a later path may lie in an earlier one."""
    standard, hidden = readable.standard_library()
    files = (path for path in (*readable.SYSTEM, *_python(), *_paths()) if os.path.exists(path))
    return (
        *((LINK if os.path.islink(path) else READ, path) for path in readable.LIBRARIES if os.path.exists(path)),
        *((READ, path) for path in standard),
        *((HIDE, path) for path in hidden),
        *(
            (READ, path)
            for path in dict.fromkeys((*files, *readable.ours(), *readable.packages(engine), *_imported(engine)))
        ),
    )


def _python() -> Iterator[str]:
    """The interpreter, by the name it was called and by its own; and what Landlock's library finds the C library by."""
    executable, prefix = Path(sys.executable), Path(sys.base_prefix)
    yield from (str(executable.parent), str(Path(sys.prefix) / "pyvenv.cfg"), "/sbin/ldconfig")
    yield str(executable.resolve().parent)
    yield from map(str, (prefix / "lib").glob("libpython*"))


def _paths() -> Iterator[str]:
    """Where our own packages are installed from, if not from where the others are."""
    for file in Path(sysconfig.get_path("purelib")).glob("*.pth"):
        if not any(line.startswith("import") for line in file.read_text(encoding="utf-8").splitlines()):
            yield str(file)


def _imported(engine: Engine) -> Iterator[str]:
    """What the server imports before there is a worker."""
    if engine == "numpy":
        yield from (str(path) for name in PACKAGES if (path := Path(sysconfig.get_path("purelib"), name)).exists())
    yield from (str(readable.GRADER / name) for name in MODULES)


BWRAP = Rung(
    "bwrap",
    what=f"a bubblewrap sandbox, and in it {ALONE} {CONFINED}",
    does_not_stop="forging its answers",
    confine=_confine,
    why_not=why_not,
    enclosure=Sandbox,
    by_default=False,
)
