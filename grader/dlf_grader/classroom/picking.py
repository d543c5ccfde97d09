"""Which of the files that somebody handed in count, and why the others do not.

Whatever could be meant in two ways is refused, not guessed: two files of one exercise that differ, unless one of them
is as it was handed out, lies in a folder of old things, or the platform says that it is the earlier.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from dlf_grader.classroom.archives import (
    CLOSED,
    MOST_FILES,
    SOURCES,
    Entry,
    Unusable,
    entries_inside,
    is_archive,
    line,
)
from dlf_grader.classroom.layout import COPY_OF, Layout
from dlf_grader.failures import DlfError
from dlf_grader.notebooks.beside import Find
from dlf_grader.notebooks.books import Made
from dlf_grader.notebooks.scripts import is_script_of_notebook

LARGEST_SUBMISSION = 16 << 20  # bytes of Python text
DEEPEST = 3  # archives in archives
ASIDE = re.compile(
    r"(?:old|older|alt|backup|backups|bak|archive|archiv|trash|copy|kopie|original|originals|reference|solutions?|loesung(?:en)?"
    r"|lösung(?:en)?|templates?|vorlage|tests?|build|dist)(?:[ _-]?\d+)?",
    re.IGNORECASE,
)
DOWNLOADED_AGAIN = re.compile(r"(?P<stem>.+?) ?\(\d{1,2}\)\.py", re.IGNORECASE)
COPY = re.compile(
    rf"{COPY_OF}(?P<stem>.+)\.(?:py|ipynb)"
    r"|(?P<stem_before>.+?)(?: -)?[ _]\(?(?:copy|kopie|copie|copia|cópia|kopia)\)?(?: ?\(?\d{1,2}\)?)?\.(?:py|ipynb)"
    r"|(?P<stem_before_number>.+)-Copy\d+\.(?:py|ipynb)",
    re.IGNORECASE,
)  # what a file manager calls a copy: nobody's hand-in if the original is there
ReadNotebook = Callable[[str, bytes, Find], Made]


@dataclass(frozen=True, slots=True)
class SubmittedFile:
    """A file of an attempt.

    Attributes:
        name: its path as it was handed in.
        path: its path in the download; inside an archive it is `a.zip!inside`.
        again: of two with one name the higher is the later.
    """

    name: str
    path: str
    entry: Entry
    again: int = 0
    skip: str = ""


@dataclass(frozen=True)
class Picked:
    """What is graded of an attempt.

    Attributes:
        files: by their place in the tree.
        left_out: the others that might have been meant, with the reason.
    """

    files: dict[str, bytes]
    left_out: tuple[tuple[str, str], ...]


@dataclass
class _Candidate:
    file: SubmittedFile
    data: bytes
    rank: tuple[bool, bool, bool]


@dataclass
class _Search:
    """Everything found so far in one attempt."""

    layout: Layout
    notebook: ReadNotebook
    candidates: dict[str, list[_Candidate]] = field(default_factory=dict)
    helpers: list[SubmittedFile] = field(default_factory=list)
    notebooks: dict[str, tuple[SubmittedFile, bytes]] = field(default_factory=dict)
    beside: dict[str, dict[str, bytes]] = field(default_factory=dict)  # modules that each notebook imports
    found: set[str] = field(default_factory=set)  # paths of these in the download
    left_out: list[tuple[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    empty: bool = True

    def look_at(self, file: SubmittedFile) -> None:
        """Take in one file."""
        self.empty = False
        name = PurePosixPath(file.name).name
        if file.skip:
            self.typed.append(f"{line(name)}: {file.skip}")  # said where there is nothing else
            return
        if name.lower().endswith(CLOSED):
            self.left_out.append((file.path, "this kind of archive is not opened: hand in a .zip"))
            return
        if not name.lower().endswith(SOURCES):
            if reason := self._nearly(name):
                self.left_out.append((file.path, reason))
            return
        if file.entry.problem:
            raise Unusable(file.entry.problem)
        if name.lower().endswith(".ipynb"):
            self.notebooks[file.path] = file, file.entry.load()
            return
        if (place := self._place(file.name)) is not None:
            self._candidate(place, file, file.entry.load(), PurePosixPath(file.name).parent.as_posix())
            return
        if is_script_of_notebook(data := file.entry.load()):
            self.notebooks[file.path] = file, data
            return
        if reason := self._nearly(name):
            odd = "the name of a folder around it is not usable" if name in self.layout.places else ""
            self.left_out.append((file.path, odd or reason))
        self.helpers.append(file)

    def _place(self, path: str) -> str | None:
        """Where a file belongs; that of `layers (1).py`, `Copy of layers.py` and `Layers.PY` is known too."""
        folder, name = str(PurePosixPath(path).parent), PurePosixPath(path).name
        copied = DOWNLOADED_AGAIN.fullmatch(name) or COPY.fullmatch(name)
        stem = next(filter(None, copied.groups())) if copied else ""
        wanted = (f"{stem}.py" if copied else name).casefold()
        real = next((real for real in self.layout.places if real.casefold() == wanted), name)
        return self.layout.path_of(f"{folder}/{real}" if folder != "." else real)

    def _candidate(self, place: str, file: SubmittedFile, data: bytes, folder: str) -> None:
        folders = PurePosixPath(folder).parts
        in_milestone = place.partition("/")[0] in folders
        aside = any(map(ASIDE.fullmatch, folders)) or COPY.fullmatch(PurePosixPath(file.name).name) is not None
        rank = (aside, "exercises" not in folders, not in_milestone)
        self.candidates.setdefault(place, []).append(_Candidate(file, data, rank))

    def read_notebooks(self) -> None:
        """Take in what the notebooks make up, once all files beside them are known."""
        for file, data in self.notebooks.values():
            self._notebook(file, data)
        run = self.found & self.notebooks.keys()  # by another, which has all that they define
        for place, several in self.candidates.items():
            self.candidates[place] = [it for it in several if it.file.path not in run] or several

    def _notebook(self, file: SubmittedFile, data: bytes) -> None:
        try:
            made = self.notebook(PurePosixPath(file.name).name, data, _find_beside(self, file))
        except DlfError as error:
            self.problems.append(str(error))
            self.left_out.append((file.path, str(error)))
            return
        folder = PurePosixPath(file.name).parent.as_posix()
        self.beside[file.path] = made.beside
        placed = False
        for name, text in made.files:
            if (place := self.layout.path_of(name)) is not None:
                placed = True
                self._candidate(place, file, text, folder)
        if not placed:
            self.left_out.append((file.path, "a notebook without a cell of these exercises"))

    def _nearly(self, name: str) -> str:
        """Why a file does not count that looks like an exercise."""
        stem = next(
            (stem for stem in self.layout.stems if re.search(rf"(?<![A-Za-z]){stem}(?![A-Za-z])", name, re.IGNORECASE)),
            "",
        )
        python = re.search(r"\.(?:py|txt|pyc|docx?|pdf|md|rtf)(?:\.|$)", name, re.IGNORECASE)
        return f"called {line(name)!r}, expected {stem}.py" if stem and python else ""


def pick(handed_in: Iterable[SubmittedFile], layout: Layout, notebook: ReadNotebook) -> Picked:
    """The files of an attempt that count.

    Args:
        notebook: makes exercise files of a notebook, given its name, its content and what finds files beside it.

    Raises:
        Unusable: it cannot be graded; the message says why.
    """
    search = _Search(layout, notebook)
    for count, file in enumerate(_opened(handed_in, search)):
        if count > MOST_FILES:
            raise Unusable(f"it holds more than {MOST_FILES} files")
        search.look_at(file)
    search.read_notebooks()
    files, used = {}, {}
    for place, candidates in search.candidates.items():
        chosen = _chosen(place, candidates, layout)
        files[place], used[place] = chosen.data, chosen.file
        for other in candidates:
            if other is not chosen and other.data != chosen.data:
                search.left_out.append((other.file.path, f"{line(chosen.file.path)} counts"))
    if not any(place in layout.places.values() for place in files):
        raise Unusable(_nothing(search))
    helpers = _helpers(search, used)
    for place, file in helpers.items():
        files.setdefault(place, file.entry.load())
    for file in used.values():  # a kernel finds them in the notebook's folder, a tree at its root
        files = search.beside.get(file.path, {}) | files
    if sum(map(len, files.values())) > LARGEST_SUBMISSION:
        raise Unusable(f"it holds more than {LARGEST_SUBMISSION >> 20} MiB of Python")
    paths = {file.path for place, file in used.items() if place in layout.places.values()}
    counted = paths | search.found | _imported(helpers.values(), files)
    return Picked(files, tuple(entry for entry in dict.fromkeys(search.left_out) if entry[0] not in counted))


def digest_of(files: dict[str, bytes]) -> str:
    """One hash for a submission's files and their places."""
    digest = hashlib.sha256()
    for place in sorted(files):
        digest.update(f"{place}\0{hashlib.sha256(files[place]).hexdigest()}\n".encode())
    return digest.hexdigest()


def _opened(handed_in: Iterable[SubmittedFile], search: _Search, depth: int = 0) -> Iterator[SubmittedFile]:
    """The files, and what is in their archives instead of these."""
    for file in handed_in:
        if file.entry.path.endswith("/"):
            if file.entry.problem:
                raise Unusable(file.entry.problem)
            continue
        if file.skip or not is_archive(file.name):
            yield file
        elif depth == DEEPEST:
            search.left_out.append((file.path, f"an archive within {DEEPEST} others"))
        else:
            try:
                inside = [
                    SubmittedFile(entry.path, f"{file.path}!{entry.path}", entry, file.again)
                    for entry in entries_inside(file.entry)
                ]
            except Unusable as error:
                search.problems.append(f"{line(PurePosixPath(file.name).name)}: {error}")
                search.left_out.append((file.path, str(error)))
                continue
            yield from _opened(inside, search, depth + 1)


def _chosen(place: str, candidates: list[_Candidate], layout: Layout) -> _Candidate:
    """The one of several files that counts.

    Raises:
        Unusable: it is not certain which.
    """
    mine = [it for it in candidates if not layout.is_untouched(place, it.data)] or candidates
    best = min(it.rank for it in mine)
    mine = [it for it in mine if it.rank == best]
    latest = max(it.file.again for it in mine)
    mine = [it for it in mine if it.file.again == latest]
    other = next((it for it in mine if it.data != mine[0].data), None)
    if other is not None:
        names = [it.file.name if mine[0].file.name != other.file.name else it.file.path for it in (mine[0], other)]
        raise Unusable(f"{place} is in it twice: {line(names[0])} and {line(names[1])}; leave one")
    return mine[0]


def _helpers(search: _Search, used: dict[str, SubmittedFile]) -> dict[str, SubmittedFile]:
    """Files beside the exercises, which these may import."""
    homes: dict[str, str] = {}
    for place, file in used.items():
        if place in search.layout.places.values():
            homes.setdefault(_folder(file), place.partition("/")[0])
    found = {}
    for helper in search.helpers:
        name = PurePosixPath(helper.name).name
        if (home := homes.get(_folder(helper))) and search.layout.path_of(f"{home}/{name}"):
            found[f"{home}/{name}"] = helper
    return found


def _find_beside(search: _Search, notebook: SubmittedFile) -> Find:
    """Finds what lies beside a notebook in what was handed in."""
    placed = [it.file for several in search.candidates.values() for it in several]
    there = {_at(it, it.name): it for it in (*placed, *search.helpers) if it.path not in search.notebooks}
    there |= {_at(it, it.name): it for it, _ in search.notebooks.values() if it.name.endswith(".ipynb")}  # `%run` them

    def find(path: str) -> bytes | None:
        found = there.get(_at(notebook, path, beside=True))
        if found is None:
            return None
        search.found.add(found.path)
        return found.entry.load()

    return find


def _at(file: SubmittedFile, name: str, *, beside: bool = False) -> tuple[str, str]:
    """The archive that a file was in, and a name in it, or beside the file: as handed in, whatever a platform adds."""
    folder = PurePosixPath(file.name).parent if beside else PurePosixPath()
    return file.path.rpartition("!")[0], (folder / name).as_posix()


def _imported(helpers: Iterable[SubmittedFile], files: dict[str, bytes]) -> set[str]:
    """The paths of those helpers that a file imports: `my_layers.py` is not left out where it is used."""
    imports = b"\n".join(line for data in files.values() for line in data.splitlines() if b"import" in line)
    words = set(re.findall(r"\w+", imports.decode(errors="replace")))
    return {it.path for it in helpers if PurePosixPath(it.name).stem in words}


def _folder(file: SubmittedFile) -> str:
    return file.path.removesuffix(posixpath.basename(file.entry.path))


def _nothing(search: _Search) -> str:
    names = list(search.layout.places)
    expected = ", ".join(names[:4]) + (" …" if len(names) > 4 else "")
    if search.problems:
        return search.problems[0]
    asked = {place.partition("/")[0] for place in search.layout.places.values()}
    others = [line(place) for place in search.candidates if place.partition("/")[0] not in asked]
    reasons = [f"{line(PurePosixPath(path).name)}: {reason}" for path, reason in search.left_out[:3]]
    reasons += search.typed[:1] if not reasons else []
    reasons += ["there is no file in it that could be graded"] if search.empty and not reasons else []
    reasons += [f"{others[0]} is of another milestone"] if others and not reasons else []
    return "; ".join([f"none of the exercises is in it: expected {expected}", *reasons])
