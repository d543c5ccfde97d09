"""Reading a tree without running it: hashes, what imports what, where a function stands."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import sys
import tokenize
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeAlias

from dlf_grader.run.misread import misread
from dlf_grader.run.store import Store
from dlf_grader.sandbox.words import one_line

LARGEST_SOURCE = 1 << 20  # bytes; no exercise is near it
LONGEST_LINE = 100  # characters of one that are shown
OURS = ("dlf_grader", "dlf_reference")
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """A file of a tree as it was read once.

    Attributes:
        path: relative to the tree.
        data: its bytes; empty where it could not be read.
        problem: why it cannot be graded, and on which line; "" if it can.
    """

    path: str
    data: bytes
    problem: str = ""
    line: int = 1

    @cached_property
    def sha256(self) -> str:
        import hashlib  # what only lists checks makes no key

        return hashlib.sha256(self.data).hexdigest()

    @cached_property
    def encoding(self) -> str:
        """The encoding that the file names in its first two lines, else UTF-8."""
        try:
            return tokenize.detect_encoding(io.BytesIO(self.data).readline)[0]
        except SyntaxError:  # it names none that there is, or is not in it: parsing says more
            return "utf-8"

    @cached_property
    def text(self) -> str:
        """Decoded as the file says itself, every line ended by \\n; what is not in that encoding is replaced."""
        text = self.data.decode(self.encoding, errors="replace")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    @cached_property
    def lines(self) -> list[str]:
        """As Python counts them: a form feed, say, ends none."""
        return self.text.split("\n")

    @cached_property
    def syntax(self) -> ast.Module:
        return _parsed(self.data)

    @cached_property
    def statements(self) -> tuple[ast.stmt, ...]:
        """Every statement, wherever it stands: a tenth of all nodes."""
        return _statements(self.data)

    def text_of(self, line: int) -> str:
        """A line, or all of a plain statement that starts there, as one line of bounded length; "" if there is none."""
        last = line if self.problem else self._end_of_statement(line)
        return one_line(" ".join(self.lines[line - 1 : last]), LONGEST_LINE) if 0 < line <= len(self.lines) else ""

    def _end_of_statement(self, line: int) -> int:
        starting = (node for node in self.statements if node.lineno == line)
        return next((node.end_lineno or line for node in starting if not hasattr(node, "body")), line)

    def line_of(self, target: str) -> int:
        """The line on which a function stands, "Conv2d.forward"; its class's, or 1, where it does not."""
        if self.problem:
            return self.line
        found = self.definition(target)
        return found.lineno if found else 1

    def has(self, target: str) -> bool:
        """Whether a function stands here under this name, "Conv2d.forward"."""
        found = self.definition(target)
        return found is not None and found.name == target.rpartition(".")[2]

    def line_of_method(self, names: Collection[str]) -> int:
        """The line of the first method of one of these names, in whichever class; 1 where there is none."""
        classes = (node for node in self.syntax.body if isinstance(node, ast.ClassDef))
        methods = (each for cls in classes for each in cls.body if isinstance(each, ast.FunctionDef))
        return next((each.lineno for each in methods if each.name in names), 1)

    def definition(self, target: str) -> ast.ClassDef | ast.FunctionDef | None:
        """A function, "Conv2d.forward"; its class where it does not stand there, None where neither does."""
        return next(iter(self._definitions(target)), [None])[-1]

    def defined_twice(self, target: str) -> str:
        """That a function or its class is defined more than once, in words; "" where it is not."""
        for found in [] if self.problem else self._definitions(target):
            if len(found) > 1:
                lines = " and ".join(str(definition.lineno) for definition in found)
                return f"{found[0].name} is defined on lines {lines}. Python uses the last."
        return ""

    def _definitions(self, target: str) -> list[list[ast.ClassDef | ast.FunctionDef]]:
        """Every definition of a function, then of its class; of each the one that Python uses is the last."""
        levels: list[list[ast.ClassDef | ast.FunctionDef]] = []
        body = self.syntax.body
        for name in target.split("."):
            found = [node for node in body if isinstance(node, _DEFINITIONS) and node.name == name]
            if not found:
                break
            levels.insert(0, found)
            body = found[-1].body
        return levels

    def function_at(self, line: int) -> str:
        """The innermost function or class that a line belongs to, "Conv2d.forward"; "" where there is none."""
        names, body = list[str](), self.syntax.body
        while found := next(
            (node for node in body if isinstance(node, _DEFINITIONS) and node.lineno <= line <= (node.end_lineno or 0)),
            None,
        ):
            names.append(found.name)
            body = found.body
        return ".".join(names)

    def still_a_stub(self) -> int:
        """The line of the first NotImplementedError, if every class here still starts with one; else 0.

        So that a file nobody has touched is known as such without importing PyTorch for it.
        """
        stubs = [_stub_line(node) for node in self.syntax.body if isinstance(node, ast.ClassDef)]
        return stubs[0] if stubs and all(stubs) else 0

    def raises_at(self, line: int) -> bool:
        """Whether a `raise` statement, with an exception of its own, stands on a line."""
        return not self.problem and any(
            isinstance(node, ast.Raise) and node.exc is not None and node.lineno <= line <= (node.end_lineno or 0)
            for node in self.statements
        )

    @cached_property
    def imports(self) -> tuple[tuple[str, int], ...]:
        """Every module that an import statement names, with its line, wherever it stands in the file."""
        found: list[tuple[str, int]] = []
        for node in self.statements:
            if isinstance(node, ast.Import):
                found += [(alias.name, node.lineno) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                package = self.path.split("/")[: -node.level] if node.level else []
                module = ".".join([*package, node.module] if node.module else package)
                names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
                found += [(name, node.lineno) for name in names]
        return tuple(found)


_DEFINITIONS = (ast.ClassDef, ast.FunctionDef)


@lru_cache(maxsize=64)
def _parsed(data: bytes) -> ast.Module:
    return ast.parse(data)  # a file is read more than once in a run


@lru_cache(maxsize=64)
def _statements(data: bytes) -> tuple[ast.stmt, ...]:
    found: list[ast.stmt] = []
    waiting: list[ast.AST] = [_parsed(data)]
    while waiting:
        node = waiting.pop()
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            below = getattr(node, part, ())
            waiting += below if isinstance(below, list) else ()
        if isinstance(node, ast.stmt):
            found.append(node)
    return tuple(sorted(found, key=lambda node: (node.lineno, node.col_offset)))


def _stub_line(definition: ast.ClassDef) -> int:
    """The line where a class's constructor raises NotImplementedError, or 0."""
    for method in definition.body:
        if isinstance(method, ast.FunctionDef) and method.name == "__init__":
            last = method.body[-1]
            if isinstance(last, ast.Raise) and "NotImplementedError" in ast.dump(last):
                return last.lineno
    return 0


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
        _parsed(data)
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
    wanted = Path(path)
    folders = [tree / wanted.parent, tree, tree.parent, tree.parent / wanted.parent]
    if not folders[0].is_dir():  # "m1_cnn" may be called "m1" or "m1_cnn_old" now
        folders += sorted(tree.glob(f"{wanted.parent.name.partition('_')[0]}*"))
    for folder in dict.fromkeys(folders):
        names = sorted(found.name for found in folder.iterdir()) if folder.is_dir() else []
        for name in names:
            if _plain_name(name) == wanted.name.lower():
                return f"Is it {os.path.relpath(folder / name, tree)}? Move it to {path}"
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
        waiting = [path]
        while waiting:
            source = self.source(waiting.pop())
            if source.path in seen:
                continue
            seen[source.path] = source
            if not source.problem:
                waiting += [file for name, _ in source.imports if (file := self._file_of(name)) is not None]
        return [seen[name] for name in sorted(seen)]

    def _file_of(self, module: str) -> str | None:
        path = module.replace(".", "/") + ".py"
        return path if (self.root / path).is_file() else None


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
