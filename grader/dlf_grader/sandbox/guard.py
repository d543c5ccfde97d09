"""What a learner's code may not use, enforced at run time and by name.

In a NumPy exercise only NumPy, the standard library and the tree itself may be imported, in a PyTorch exercise PyTorch
too, however the import is reached; starting other programs is never needed. An audit hook, which Python cannot take
out again, and an import finder ask the same question. This stops mistakes and temptations at once, with a name; what
stops someone determined is the isolation around the process.
"""

from __future__ import annotations

import errno
import importlib.util
import os
import platform
import sys
import sysconfig
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase
from functools import cache
from importlib.machinery import ModuleSpec
from types import CodeType, FrameType, ModuleType
from typing import Any

from dlf_grader.sandbox.engines import ASKED_FOR_BY_TORCH, MAY_IMPORT, Engine
from dlf_grader.sandbox.optional import goes_on_without

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
MAY_FAIL = frozenset({platform.__file__})  # asks `uname` for the processor, and does without
OURS = frozenset({"dlf_grader", "dlf_reference"})
OF_THE_COURSE = OURS | MAY_IMPORT["torch"] | sys.stdlib_module_names  # refused by name, whatever would catch it
REFUSED_STANDARD = frozenset({"multiprocessing"})  # the one part of the standard library that forks unseen

FIND_SPEC = importlib.util.find_spec.__code__
FROZEN_IMPORT = "<frozen importlib._bootstrap>"

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


def install(
    root: str, engine: Engine, instead: str, refuse: Callable[[str], None], modules: Sequence[str] = ()
) -> None:
    """Start refusing, for as long as the process lives.

    The engine's own imports are told from the learner's by the names of their files, which code can give itself. So
    they may only import what PyTorch asks for, none of it of use here; whatever else they ask for is not found.
    Libraries and programs are refused to all: the engine has been imported.

    Args:
        root: folder of the tree's copy; modules found there are the learner's own and allowed.
        engine: "numpy" or "torch".
        instead: what to use in place of something forbidden, one sentence.
        refuse: called with the reason; must not return.
        modules: what the exercise refuses besides: a package, "numpy", or full names, "torch.nn.attention.*".
    """
    packages = _packages()
    own = {entry.removesuffix(".py") for entry in os.listdir(root)} - _installed(packages)
    allowed = (sys.stdlib_module_names | MAY_IMPORT[engine] | own) - REFUSED_STANDARD
    engines = tuple(packages + name + os.sep for name in MAY_IMPORT[engine])
    readable = (*engines, packages + "dlf_grader" + os.sep)  # a traceback may show a line of the worker's
    installed = _places_of_libraries()

    def judge_import(name: str) -> None:
        top = name.partition(".")[0]
        if _trusted_depth or (top in allowed and not _matches(name, modules)):
            return
        if _asked_by(engines):
            if top in allowed or (engine == "torch" and top in ASKED_FOR_BY_TORCH):
                return
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        if top not in OF_THE_COURSE and _is_optional():  # as where it is not installed
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        what = "uses" if top in allowed and top not in modules else "imports"
        one_process = top in REFUSED_STANDARD
        refuse(f"{what} {name}: {'an exercise runs in one process' if one_process else instead}")

    def hook(event: str, args: tuple[Any, ...]) -> None:
        if event == "import":
            judge_import(str(args[0]))
            if args[1] is not None and not os.path.realpath(os.fsdecode(args[1])).startswith(installed):
                refuse(f"loads foreign code ({args[0]}): {instead}")
        elif event == "open" and engine == "numpy":  # whoever loads a library without importing it must open it
            path = args[0]
            if isinstance(path, str) and path.startswith(packages) and not path.startswith(readable):
                name = path[len(packages) :].split(os.sep)[0]
                if not name.endswith(".dist-info"):  # of no use but to read: numpy.testing looks how it was installed
                    judge_import(name)
        elif event in STARTS_A_PROGRAM:
            if _asked_by(tuple(MAY_FAIL)):
                raise PermissionError(errno.EPERM, "no program can be started here")
            refuse(f"starts another program ({event}): {instead}")
        elif event in LOADS_FOREIGN_CODE:
            refuse(f"loads foreign code ({event} {args[0]}): {instead}")

    def judge_search(name: str) -> None:
        if not (_asks_where() and _asked_by(engines)):  # PyTorch looks which packages there are, and imports none
            judge_import(name)

    sys.meta_path.insert(0, _Finder(judge_search, lambda name: refuse(f"reloads {name}: {instead}")))
    sys.addaudithook(hook)


def prepare() -> None:
    """Find out once, in a fork server, where packages lie and what is installed."""
    _places_of_libraries()
    _installed(_packages())
    _passed()


@cache
def _packages() -> str:
    return sysconfig.get_path("purelib") + os.sep


@cache
def _passed() -> tuple[str, ...]:
    """How the names of files begin that ask on behalf of others."""
    return (sysconfig.get_path("purelib"), sysconfig.get_path("stdlib"), "<frozen ")


def _matches(name: str, modules: Sequence[str]) -> bool:
    return name.partition(".")[0] in modules or any(fnmatchcase(name, pattern) for pattern in modules)


@cache
def _places_of_libraries() -> tuple[str, ...]:
    """Where Python's own extension modules and those of packages lie."""
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    places = [sysconfig.get_path(name) for name in ("purelib", "platlib")]
    places += [sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib")]
    return tuple(os.path.realpath(place) + os.sep for place in places)


@cache
def _installed(packages: str) -> frozenset[str]:
    """What the name of a folder handed in must not be: a package that is there anyway would be found in its place."""
    with suppress(OSError):
        return OURS | {entry.partition(".")[0] for entry in os.listdir(packages)}
    return OURS


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


def _frames() -> Iterator[FrameType]:
    """Whoever asks, from the inside out, without this module."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename != __file__:
            yield frame
        frame = frame.f_back


def _asking() -> Iterator[CodeType]:
    return (frame.f_code for frame in _frames())


def _is_optional() -> bool:
    """Whether the learner's line that asks is written to go on without the module."""
    return next(
        (goes_on_without(frame) for frame in _frames() if not frame.f_code.co_filename.startswith(_passed())), False
    )


def _asks_where() -> bool:
    """Whether `importlib.util.find_spec` asks, which loads nothing."""
    first = next((code for code in _asking() if code.co_filename != FROZEN_IMPORT), None)
    return first is FIND_SPEC


def _asked_by(files: tuple[str, ...]) -> bool:
    """Whether code of these files asks, on its own account or through a library it brought along.

    Walks outwards over the standard library and installed packages: the first frame that is neither is the learner's.
    """
    for code in _asking():
        if code.co_filename.startswith(files):
            return True
        if not code.co_filename.startswith(_passed()):
            return False
    return False
