"""A tree of a learner's files, read without running it: hashes, what imports what, and a copy of what is graded."""

from __future__ import annotations

import ast
import json
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from dlf_grader.run.reading.misread import misread
from dlf_grader.run.reading.source import Source, parsed
from dlf_grader.run.store import Store

LARGEST_SOURCE = 1 << 20  # bytes; no exercise is near it
NEAR = 0.8  # of 1: "loss" and "losses"; no two exercises of a folder are as near
OURS = ("dlf_grader", "dlf_reference")


def read_source(tree: Path, path: str, store: Store | None = None) -> Source:
    """Read one file of a tree; whatever is wrong with it is said in `problem`.

    Args:
        store: where it is remembered what a text imports that could be parsed, so that it is parsed once.
    """
    file = tree / path
    if not file.exists() and not file.is_symlink():
        return Source(path, b"", f"{path} is missing. {_elsewhere(tree, path)}")
    if not _lies_in(tree, file):
        return Source(path, b"", f"{path} is a link out of the tree, or not a file; put the file itself there")
    try:
        if file.stat().st_size > LARGEST_SOURCE:
            return Source(path, b"", f"{path} is larger than {LARGEST_SOURCE >> 10} KiB; is it the right file?")
        data = file.read_bytes()
    except OSError as error:
        return Source(path, b"", f"{path} cannot be read: {error.strerror}")
    source = Source(path, data)
    key = f"imports {sys.version} {path} {source.sha256}"
    if store is not None and (imports := store.answer(key)) is not None:
        source.__dict__["imports"] = tuple((name, line) for name, line in json.loads(imports))
        return source
    try:
        data.decode(source.encoding)
        parsed(data)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Source(
            path,
            data,
            f"{path}:{line} is not {error.encoding.upper()} text (byte {error.start}); save it as UTF-8",
            line,
        )
    except SyntaxError as error:
        line, why = misread(source.text, error)
        return Source(path, data, f"{path}:{line} {why}", line)
    except (ValueError, RecursionError, MemoryError) as error:
        return Source(path, data, f"{path} cannot be parsed: {str(error) or 'it is nested too deeply'}")
    if store is not None:
        store.remember_answer(key, json.dumps(source.imports).encode())
    return source


def _elsewhere(tree: Path, path: str) -> str:
    """Where a missing file may be instead, under another name or in another folder; else how to restore it."""
    from difflib import get_close_matches  # most trees lack no file

    wanted = Path(path)
    if tree.name == wanted.parent.name and (tree / wanted.name).is_file():
        return f"The tree is the folder above {tree.name}: give --tree {os.path.relpath(tree.parent)}"
    folders = [tree / wanted.parent, tree, tree.parent, tree.parent / wanted.parent]
    if not folders[0].is_dir():  # "m1_cnn" may be called "m1" or "m1_cnn_old" now
        folders += sorted(tree.glob(f"{wanted.parent.name.partition('_')[0]}*"))
    for folder in dict.fromkeys(folders):
        names = sorted(found.name for found in folder.iterdir()) if folder.is_dir() else []
        for name in names:
            if _plain_name(name) == wanted.name.lower():
                return f"Is it {os.path.relpath(folder / name, tree)}? Move it to {path}"
    beside = [file.stem for file in folders[0].glob("*.py")]
    if near := get_close_matches(wanted.stem, beside, n=1, cutoff=NEAR):
        return f"Is it {wanted.with_name(near[0]).as_posix()}.py? Rename it to {wanted.name}"
    return f"Restore it with: dlf-grade reset {path}"


def _plain_name(name: str) -> str:
    """ "Conv (1).py" and "conv_copy.py.txt" as "conv.py": what browsers, systems and editors make of a name."""
    stem, _, suffix = name.lower().removesuffix(".txt").rpartition(".")
    return re.sub(r"(?:[ _-]?\(?\d\)?|[ _-]+(?:copy|kopie|copie|final))+$", "", stem) + f".{suffix}"


def _lies_in(tree: Path, file: Path) -> bool:
    return file.is_file() and file.resolve().is_relative_to(tree.resolve())


class Tree:
    """The files of a tree, each read once."""

    def __init__(self, root: Path, store: Store | None = None) -> None:
        self.root = root
        self._store = store
        self._sources: dict[str, Source] = {}
        self._closures: dict[str, list[Source]] = {}

    def source(self, path: str) -> Source:
        if path not in self._sources:
            self._sources[path] = read_source(self.root, path, self._store)
        return self._sources[path]

    def where(self, path: str, target: str) -> tuple[str, int]:
        """The file and line on which a function of an exercise stands: there, or in a file that it imports."""
        for source in (self.source(path), *self.closure(path)):
            if (line := source.line_of(target)) > 1:
                return source.path, line
        return path, 1

    def closure(self, path: str) -> list[Source]:
        """A file and every file of the tree that it imports, directly or not, by path."""
        if path not in self._closures:
            self._closures[path] = self._find_closure(path)
        return self._closures[path]

    def _find_closure(self, path: str) -> list[Source]:
        seen: dict[str, Source] = {}
        waiting = [path, *self._packages_of(path)]
        while waiting:
            source = self.source(waiting.pop())
            if source.path in seen:
                continue
            seen[source.path] = source
            if not source.problem:
                waiting += [file for name, _ in source.imports for file in self._files_of(name)]
        return [seen[name] for name in sorted(seen)]

    def _files_of(self, module: str) -> list[str]:
        """Where a module of the tree is: its own file, and what Python runs before it."""
        place = module.replace(".", "/")
        own = [f"{place}.py"] if (self.root / f"{place}.py").is_file() else []
        return [*self._packages_of(f"{place}/."), *own]

    def _packages_of(self, path: str) -> list[str]:
        """What Python runs of the packages around a file; not those that hold comments alone."""
        folders = path.split("/")[:-1]
        places = ["/".join([*folders[:count], "__init__.py"]) for count in range(1, len(folders) + 1)]
        return [place for place in places if (self.root / place).is_file() and _does_something(self.source(place))]


def snapshot(tree: Tree, exercises: Iterable[str], folder: Path) -> None:
    """Write a tree's Python files, read-only, to where workers may see them; links and large files stay behind.

    So do folders that would be found in place of our own packages, which train and measure beside the learner's code.
    The exercises, and what they import, are written as the tree read them: what is judged is what the verdict is
    remembered for, also where the learner saves a file meanwhile.
    """
    read = {source.path: source.data for path in exercises for source in tree.closure(path)}
    for place, folders, files in os.walk(tree.root):
        folders[:] = [name for name in folders if not name.startswith((".", "__pycache__", *OURS))]
        for file in (Path(place) / name for name in files if name.endswith(".py")):
            path = file.relative_to(tree.root)
            try:
                if not file.is_file() or (file.is_symlink() and not _lies_in(tree.root, file)):
                    continue
                if file.stat().st_size > LARGEST_SOURCE:
                    continue
                data = read[path.as_posix()] if path.as_posix() in read else file.read_bytes()
            except FileNotFoundError:
                continue  # an editor has just moved it away
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "wb") as copy:
                copy.write(data)


def _does_something(source: Source) -> bool:
    """Whether a file holds a statement, or cannot be read; a docstring is none."""
    return bool(source.problem) or not all(
        isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in source.syntax.body
    )
