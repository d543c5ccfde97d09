"""What a learner's code may not use, enforced at run time and by name.

In a NumPy exercise only NumPy, the standard library and the tree itself may be imported, in a PyTorch exercise PyTorch
too, however the import is reached; starting other programs is never needed. An audit hook, which Python cannot take
out again, and an import finder ask the same question. This stops mistakes and temptations at once, with a name; what
stops someone determined is the isolation around the process.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from dlf_grader.sandbox.engines import MAY_IMPORT, Engine

STARTS_A_PROGRAM = frozenset(
    [
        "os.fork",
        "os.forkpty",
        "os.exec",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.system",
        "pty.spawn",
        "subprocess.Popen",
    ]
)
LOADS_FOREIGN_CODE = frozenset({"ctypes.dlopen"})
OURS = frozenset({"dlf_grader", "dlf_reference"})
REFUSED_STANDARD = frozenset({"multiprocessing"})  # the one part of the standard library that forks unseen

_trusted_depth = 0


@contextmanager
def trusted() -> Iterator[None]:
    """Let our own code in the worker import what it needs."""
    global _trusted_depth  # one worker, one thread of ours: the depth of our own imports
    _trusted_depth += 1
    try:
        yield
    finally:
        _trusted_depth -= 1


def install(root: str, engine: Engine, instead: str, refuse: Callable[[str], None]) -> None:
    """Start refusing, for as long as the process lives.

    Args:
        root: folder of the tree's copy; modules found there are the learner's own and allowed.
        engine: "numpy" or "torch".
        instead: what to use in place of something forbidden, one sentence.
        refuse: called with the reason; must not return.
    """
    packages = sysconfig.get_path("purelib") + os.sep
    own = {entry.removesuffix(".py") for entry in os.listdir(root)} - _installed(packages)
    allowed = (sys.stdlib_module_names | MAY_IMPORT[engine] | own) - REFUSED_STANDARD
    engines = tuple(packages + name + os.sep for name in MAY_IMPORT[engine])
    readable = (*engines, packages + "dlf_grader" + os.sep)  # a traceback may show a line of the worker's

    def judge_import(name: str) -> None:
        if _trusted_depth == 0 and name.partition(".")[0] not in allowed and not _asked_by_engine(engines):
            one_process = name.partition(".")[0] in REFUSED_STANDARD
            refuse(f"imports {name}: {'an exercise runs in one process' if one_process else instead}")

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "import":
            judge_import(str(args[0]))
        elif event == "open" and engine == "numpy":  # whoever loads a library without importing it must open it
            path = args[0]
            if isinstance(path, str) and path.startswith(packages) and not path.startswith(readable):
                judge_import(path[len(packages) :].split(os.sep)[0])
        elif event in STARTS_A_PROGRAM and not _asked_by_engine(engines):
            refuse(f"starts another program ({event}): {instead}")
        elif event in LOADS_FOREIGN_CODE and not _asked_by_engine(engines):
            refuse(f"loads foreign code ({event} {args[0]}): {instead}")

    sys.meta_path.insert(0, _Finder(judge_import, lambda name: refuse(f"reloads {name}: {instead}")))
    sys.addaudithook(hook)


def _installed(packages: str) -> set[str]:
    """What the name of a folder handed in must not be: a package that is there anyway would be found in its place."""
    with suppress(OSError):
        return {entry.partition(".")[0] for entry in os.listdir(packages)} | OURS
    return set(OURS)


class _Finder:
    """Asked first for every module not loaded yet; importlib's own functions raise no audit event."""

    def __init__(self, judge: Callable[[str], None], refuse_reload: Callable[[str], None]) -> None:
        self.judge = judge
        self.refuse_reload = refuse_reload

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if target is not None and target.__name__.partition(".")[0] in MAY_IMPORT["torch"]:
            self.refuse_reload(name)  # it would undo what is refused of an allowed package
        self.judge(name)
        return None


def _asked_by_engine(engines: tuple[str, ...]) -> bool:
    """Whether NumPy or PyTorch itself asks, on its own account or through a library it brought along.

    Walks outwards over the standard library and installed packages: the first frame that is neither is the learner's.
    """
    standard = (sysconfig.get_path("stdlib"), "<frozen ")
    packages = sysconfig.get_path("purelib")
    frame = sys._getframe(2)
    while (frame := frame.f_back) is not None:  # type: ignore[assignment]
        file = frame.f_code.co_filename
        if file.startswith(engines):
            return True
        if not file.startswith((packages, *standard)):
            return False
    return False
