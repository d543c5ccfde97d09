"""Looking into folders, zips and tars that anybody may have made: nothing is written, links are not followed."""

from __future__ import annotations

import contextlib
import io
import lzma
import os
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from dlf_grader.failures import DlfError
from dlf_grader.run.reading.tree import LARGEST_SOURCE

MOST_FILES = 5_000  # of one student, without environments, caches and data
MOST_MEMBERS = 500_000  # of an archive, whatever they are
LARGEST_ZIP = 256 << 20  # bytes, packed
LARGEST_UNPACKED = 2 << 30  # bytes, as its own directory says
LARGEST_NOTEBOOK = 64 << 20  # with its pictures
LARGEST_RATIO = 200  # of a member that is larger than a source file may be
ZIPS = (".zip",)
TARS = (".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz")
ARCHIVES = (*ZIPS, *TARS)
CLOSED = (".rar", ".7z", ".gz", ".xz", ".bz2", ".zipx", ".dmg", ".iso")  # after ARCHIVES: what is not opened
SOURCES = (".py", ".ipynb")
NOTES = (".txt", ".yml", ".json")  # of platforms
OTHER_KINDS = {b"Rar!": "a .rar", b"7z\xbc\xaf": "a .7z"}  # by the first bytes of what is called something else
NO_WORK = {
    *(
        "venv",
        "env",
        "site-packages",
        "node_modules",
        "data",
        "datasets",
        "wandb",
        "runs",
        "checkpoints",
        "lightning_logs",
    ),
}  # folders that hold nobody's answers

DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, tarfile.TarError),
    *(EOFError, OSError, NotImplementedError, ValueError, RuntimeError),
)


class Unusable(DlfError):
    """A submission that cannot be graded; the others can."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a download, not read yet. A class has tens of thousands, all in memory: they share what reads them.

    Attributes:
        path: inside of it, with slashes; one that ends in a slash is a folder whose inside does not matter.
        read: reads what is at a place, as far as a source file or an archive may be long.
        at: the place.
        problem: why it must not be read; "" if it may.
        changed: when it was last changed, as far as the file system knows; 0 inside archives.
    """

    path: str
    read: Callable[[Any], bytes] = bytes
    at: Any = b""
    problem: str = ""
    changed: float = 0.0

    def load(self) -> bytes:
        """Its content."""
        return self.read(self.at)


def entries_of(path: Path) -> Iterator[Entry]:
    """What a folder, or an archive on disk, holds.

    Raises:
        Unusable: it is damaged, or holds paths that lead out of it.
    """
    if path.is_dir():
        yield from _folder(path)
    else:
        yield from _archive(path, path.name, whole_class=True)


def entries_inside(entry: Entry) -> Iterator[Entry]:
    """What an archive inside of a download holds, which one student made.

    Raises:
        Unusable: it is damaged, locked, a bomb, or holds links or paths that lead out of it.
    """
    if entry.problem:
        raise Unusable(entry.problem)
    data = entry.load()
    if len(data) > LARGEST_ZIP:
        raise Unusable(f"{line(entry.path)} is larger than {LARGEST_ZIP >> 20} MiB")
    yield from _archive(io.BytesIO(data), entry.path, whole_class=False)


def is_archive(name: str) -> bool:
    """Whether a file is an archive that can be opened."""
    return name.lower().endswith(ARCHIVES)


def line(text: object) -> str:
    """Anything as a part of one line."""
    words = " ".join("".join(c if c.isprintable() else "?" for c in str(text)).split())
    return words if len(words) <= 120 else words[:117] + "..."


def one_file(path: str, most: int) -> bytes:
    """A file's content, if it is a file of such a size.

    Raises:
        Unusable: it is not.
    """
    name = os.path.basename(path)
    try:
        status = os.lstat(path)
        if not stat.S_ISREG(status.st_mode):
            raise Unusable(f"{name} is not a file")
        if status.st_size > most:
            raise Unusable(_too_large(name, most))
        with open(path, "rb") as opened:
            return opened.read()
    except OSError as error:
        raise Unusable(f"{name} cannot be read: {error.strerror}") from None


def _folder(folder: Path) -> Iterator[Entry]:
    """What is in a folder; a Path of each student's would keep their names for good."""
    read = partial(_on_disk, str(folder))
    for place, folders, names in os.walk(folder):
        below = os.path.relpath(place, folder).replace(os.sep, "/")
        begin = "" if below == "." else f"{below}/"
        if begin and not folders and not names:
            yield Entry(begin)
        for name in [*folders]:
            if os.path.islink(os.path.join(place, name)):
                yield Entry(f"{begin}{name}/", problem=f"{name} is a symbolic link; put in the file itself")
            elif _holds_no_work(name):
                yield Entry(f"{begin}{name}/")
            else:
                continue
            folders.remove(name)
        folders.sort()
        for name in sorted(names):
            path, status = begin + name, os.lstat(os.path.join(place, name))
            problem = f"{name} is a symbolic link; put in the file itself" if stat.S_ISLNK(status.st_mode) else ""
            yield Entry(path, read, path, problem, status.st_mtime)


def _on_disk(folder: str, path: str) -> bytes:
    return one_file(os.path.join(folder, path), _most(path.rpartition("/")[2]))


def _archive(file: Path | io.BytesIO, name: str, *, whole_class: bool) -> Iterator[Entry]:
    kind = "tar" if name.lower().endswith(TARS) else "zip"
    begins = _begins(file)
    if other := OTHER_KINDS.get(begins):
        raise Unusable(f"{line(PurePosixPath(name).name)} is {other} inside: this kind of archive is not opened")
    kind = "zip" if begins == b"PK\x03\x04" else kind
    try:
        yield from _tar(file, whole_class=whole_class) if kind == "tar" else _zip(file, whole_class=whole_class)
    except DAMAGE as error:
        said = str(error).partition(":\n")[0]  # tarfile lists every kind of tar that it is not
        raise Unusable(f"it is not a {kind} that can be read: {line(said)}") from None


def _begins(file: Path | io.BytesIO) -> bytes:
    if isinstance(file, io.BytesIO):
        return file.getvalue()[:4]
    with file.open("rb") as opened:
        return opened.read(4)


def _zip(file: Path | io.BytesIO, *, whole_class: bool) -> Iterator[Entry]:
    archive = zipfile.ZipFile(file)  # closed with the last entry that may be read from it
    read = partial(_member, archive)
    members = archive.infolist()
    names = [_name_in_zip(member) for member in members]
    _refuse_tricks(names)
    if not whole_class and sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise Unusable(f"a zip bomb: it would unpack to more than {LARGEST_UNPACKED >> 20} MiB")
    for member, name in zip(members, names, strict=True):
        short = _without_inside(name)
        problem = "" if short.endswith("/") else _problem_in_zip(member, name)
        bomb = "" if short.endswith("/") or problem else _bomb(member, name)
        if bomb and not whole_class:
            raise Unusable(bomb)
        yield Entry(short, read, member, problem or bomb)


def _name_in_zip(member: zipfile.ZipInfo) -> str:
    """Its name; many programs write UTF-8 without saying so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):  # else what the zip's directory says
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")


def _problem_in_zip(member: zipfile.ZipInfo, name: str) -> str:
    if stat.S_ISLNK(member.external_attr >> 16):
        return f"the zip holds a symbolic link, {line(name)}; put in the file itself"
    if member.flag_bits & 1:
        return f"{line(name)} in the zip is locked with a password"
    return ""


def _bomb(member: zipfile.ZipInfo, name: str) -> str:
    """That a member would unpack to far more than it is; "" if it would not."""
    large = _most(name) if name.lower().endswith(".ipynb") else LARGEST_SOURCE
    if member.file_size > large and member.file_size > LARGEST_RATIO * max(1, member.compress_size):
        size, packed = member.file_size >> 20, max(1, member.compress_size >> 10)
        return f"a zip bomb: {line(name)} would unpack from {packed} KiB to {size} MiB"
    return ""


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    name = _name_in_zip(member)
    most = _most(name)
    try:
        with archive.open(member) as file:
            data = file.read(most + 1)  # whatever its directory claims
    except DAMAGE as error:
        raise Unusable(f"{line(name)} in the zip is damaged: {line(error)}") from None
    if len(data) > most:
        raise Unusable(_too_large(line(name), most))
    return data


def _tar(file: Path | io.BytesIO, *, whole_class: bool) -> Iterator[Entry]:
    """A tar's files, read at once from the front to the end: it has no directory."""
    unpacked, most = 0, LARGEST_UNPACKED * (16 if whole_class else 1)
    with tarfile.open(
        file if isinstance(file, Path) else None, fileobj=None if isinstance(file, Path) else file
    ) as archive:
        for count, member in enumerate(archive):
            _refuse_tricks([member.name])
            unpacked += member.size
            if unpacked > most or count > MOST_MEMBERS:
                raise Unusable(f"a tar bomb: it would unpack to more than {most >> 20} MiB")
            name = _without_inside(member.name + ("/" if member.isdir() else ""))
            link = member.issym() or member.islnk()
            problem = f"the tar holds a link, {line(name)}; put in the file itself" if link else ""
            data = b""
            if member.isreg() and not name.endswith("/") and name.lower().endswith((*SOURCES, *ARCHIVES, *NOTES)):
                problem = _too_large(line(name), _most(name)) if member.size > _most(name) else problem
                content = archive.extractfile(member)
                data = content.read() if content is not None and not problem else b""
            yield Entry(name, bytes, data, problem)


def _refuse_tricks(names: list[str]) -> None:
    if len(names) > MOST_MEMBERS:
        raise Unusable(f"the archive holds more than {MOST_MEMBERS} files")
    for name in names:
        if name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:[/\\]", name):
            raise Unusable(f"the zip holds a path that leads out of it: {line(name)}")


def _without_inside(path: str) -> str:
    """A path, cut at the first folder whose inside does not matter: `a/.venv/lib/x.py` is `a/.venv/`."""
    parts = re.sub(r"(?:^|(?<=/))(?:\./|/)+", "", path).split("/")
    at = next((at for at, part in enumerate(parts[:-1]) if _holds_no_work(part)), None)
    return "/".join(parts) if at is None else "/".join([*parts[: at + 1], ""])


def _holds_no_work(folder: str) -> bool:
    return folder.startswith((".", "__")) or folder.lower() in NO_WORK


def _most(name: str) -> int:
    return (
        LARGEST_ZIP
        if is_archive(name) or name.endswith(".yml")
        else LARGEST_NOTEBOOK
        if name.lower().endswith(".ipynb")
        else LARGEST_SOURCE
    )


def _too_large(name: str, most: int) -> str:
    return f"{name} is larger than {most >> 10} KiB; is it the right file?"
