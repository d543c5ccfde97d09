"""Which files a worker may read, where its rung of isolation keeps it from all others."""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from dlf_grader.sandbox.engines import Engine

LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64")
SYSTEM = ("/usr/share/zoneinfo", "/etc/localtime", "/etc/ld.so.cache")
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
GRADER = Path(__file__).parents[1]
OURS = "dlf_"  # our own packages, of which only what a worker runs may be read


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


def listable() -> list[str]:
    """Folders of which every worker may see the names: an import lists those that it searches."""
    found = [site(), *standard_library()[0], str(GRADER)]
    return [*found, str(reference)] if (reference := _reference()) is not None else found


def standard_library() -> tuple[list[str], list[str]]:
    """Python's own folders, and the folders of packages that lie inside these or among the system's libraries."""
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    folders = list(dict.fromkeys(sysconfig.get_path(name, vars=base) for name in ("stdlib", "platstdlib")))
    pythons = [*map(Path, folders), *(path for place in LIBRARIES[2:] for path in Path(place).glob("python3*"))]
    inside = [str(path / name) for path in pythons for name in ("site-packages", "dist-packages")]
    return folders, [path for path in dict.fromkeys(inside) if os.path.isdir(path)]


def packages(engine: Engine) -> list[str]:
    """Installed packages: NumPy's alone, or all but our own, since PyTorch imports many when it needs them."""
    entries = list(Path(site()).iterdir())
    if engine == "numpy":
        return [str(entry) for entry in entries if entry.name.startswith("numpy")]
    if any(entry.name.startswith(OURS) and entry.is_dir() for entry in entries):
        return [str(entry) for entry in entries if not entry.name.startswith(OURS)]
    return [site()]  # our own packages are installed from elsewhere


def ours() -> list[str]:
    """Of our packages: the sandbox, and the recipes that train beside a model."""
    found = [GRADER / "__init__.py", GRADER / "sandbox"]
    if (reference := _reference()) is not None:
        found += [reference / "__init__.py", reference / "training"]
    return list(map(str, found))


def site() -> str:
    """The folder of installed packages."""
    return sysconfig.get_path("purelib")


def _except(hidden: list[str], folders: list[str]) -> Iterator[str]:
    """Folders piece by piece, without what is hidden in them: Landlock can only add."""
    for folder in folders:
        if folder in hidden:
            continue
        if any(path.startswith(folder + os.sep) for path in hidden):
            yield from _except(hidden, [entry.path for entry in os.scandir(folder)])
        else:
            yield folder


def _reference() -> Path | None:
    from importlib.util import find_spec

    spec = find_spec("dlf_reference")
    return Path(spec.origin).parent if spec is not None and spec.origin else None
