"""Looking into folders, zips and notebooks that anybody may have made: nothing is written, links are not followed."""

from __future__ import annotations

import json
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from dlf_grader.failures import DlfError
from dlf_grader.run.sources import LARGEST_SOURCE

MOST_FILES = 5_000
LARGEST_ZIP = 256 << 20  # bytes, packed
LARGEST_UNPACKED = 2 << 30  # bytes, as its own directory says
LARGEST_RATIO = 200  # of a member that is larger than a source file may be
SOURCES = (".py", ".ipynb")
WRITEFILE = re.compile(r"\s*%%writefile\s+(?:-a\s+)?(\S+\.py)\s*\n(.*)", re.DOTALL)

DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, NotImplementedError, ValueError, RuntimeError),
)

Loaded = Iterator[tuple[str, Callable[[], bytes]]]


class Unusable(DlfError):
    """A submission that cannot be graded; the others can."""


def files_of_folder(folder: Path) -> Loaded:
    """Python files below a folder.

    Raises:
        Unusable: a link among them, or too many files.
    """
    seen = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        for name in sorted(folders + names):
            path = Path(place) / name
            inside = path.relative_to(folder).as_posix()
            seen += 1
            if seen > MOST_FILES:
                raise Unusable(f"it holds more than {MOST_FILES} files")
            if path.is_symlink():
                if name.endswith(SOURCES) or name in folders:
                    raise Unusable(f"{inside} is a symbolic link; put in the file itself")
            elif name.endswith(SOURCES) and not name.startswith(".") and name in names:
                yield from _text(inside, lambda path=path: one_file(path))  # type: ignore[misc]


def files_of_zip(path: Path) -> Loaded:
    """Python files in a zip.

    Raises:
        Unusable: it is damaged, locked, a bomb, or holds links or paths that lead out of it.
    """
    if path.stat().st_size > LARGEST_ZIP:
        raise Unusable(f"the zip is larger than {LARGEST_ZIP >> 20} MiB")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _refuse_tricks(members)
            for member in members:
                parts = PurePosixPath(member.filename).parts
                hidden = any(part.startswith((".", "__")) for part in parts)
                if member.filename.endswith(SOURCES) and not hidden and not member.is_dir():
                    yield from _text(member.filename, lambda member=member: _member(archive, member))  # type: ignore[misc]
    except DAMAGE as error:
        raise Unusable(f"it is not a zip that can be read: {_line(error)}") from None


def cells_of_notebook(name: str, data: bytes) -> Loaded:
    """The files that a notebook's cells write: each starts with `%%writefile m1_cnn/conv.py`.

    Raises:
        Unusable: it is not a notebook.
    """
    try:
        cells = json.loads(data)["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unusable(f"{name} is not a notebook: {_line(error) or type(error).__name__}") from None
    for text in texts:
        if found := WRITEFILE.fullmatch(text):
            yield found[1].removeprefix("./"), lambda found=found: found[2].encode(errors="replace")  # type: ignore[misc]


def one_file(path: Path) -> bytes:
    """A file's content, if it is a file of a size that source has.

    Raises:
        Unusable: it is not.
    """
    try:
        status = path.lstat()
        if not stat.S_ISREG(status.st_mode):
            raise Unusable(f"{path.name} is not a file")
        if status.st_size > LARGEST_SOURCE:
            raise Unusable(f"{path.name} is larger than {LARGEST_SOURCE >> 10} KiB; is it the right file?")
        return path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path.name} cannot be read: {error.strerror}") from None


def _text(name: str, load: Callable[[], bytes]) -> Loaded:
    """A source file as it is; a notebook's cells, as long as they name files."""
    if not name.endswith(".ipynb"):
        yield name, load
        return
    try:
        yield from cells_of_notebook(name, load())
    except Unusable:
        return  # one notebook among files: what cannot be read of it writes nothing


def _refuse_tricks(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_FILES:
        raise Unusable(f"the zip holds more than {MOST_FILES} files")
    for member in members:
        name = member.filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
            raise Unusable(f"the zip holds a path that leads out of it: {_line(name)}")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise Unusable(f"the zip holds a symbolic link, {_line(name)}; put in the file itself")
        if member.flag_bits & 1 and name.endswith(SOURCES):
            raise Unusable(f"{_line(name)} in the zip is locked with a password")
        if member.file_size > LARGEST_SOURCE and member.file_size > LARGEST_RATIO * max(1, member.compress_size):
            size, packed = member.file_size >> 20, max(1, member.compress_size >> 10)
            raise Unusable(f"a zip bomb: {_line(name)} would unpack from {packed} KiB to {size} MiB")
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise Unusable(f"a zip bomb: it would unpack to more than {LARGEST_UNPACKED >> 20} MiB")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        with archive.open(member) as file:
            data = file.read(LARGEST_SOURCE + 1)  # whatever its directory claims
    except DAMAGE as error:
        raise Unusable(f"{_line(member.filename)} in the zip is damaged: {_line(error)}") from None
    if len(data) > LARGEST_SOURCE:
        raise Unusable(f"{_line(member.filename)} is larger than {LARGEST_SOURCE >> 10} KiB; is it the right file?")
    return data


def _line(text: object) -> str:
    words = " ".join("".join(c if c.isprintable() else "?" for c in str(text)).split())
    return words if len(words) <= 120 else words[:117] + "..."
