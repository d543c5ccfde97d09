"""Modules beside a notebook, `from helpers import he`: a kernel finds them in its folder, a tree at its root."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from dlf_grader.notebooks.ipython import WRITEFILE, RawCell, python_of
from dlf_grader.notebooks.statements import may_lie_beside
from dlf_grader.notebooks.stored import NoNotebook, raw_cells
from dlf_grader.run.reading.source import Source
from dlf_grader.run.reading.tree import LARGEST_SOURCE

Find = Callable[[str], bytes | None]
RUN = re.compile(r"\s*%run\s+(?:-\w+\s+)*(?:(?P<quote>['\"])(?P<quoted>[^'\"]+)(?P=quote)|(?P<path>[\w./-]+))\s*")


def modules_beside(files: Mapping[str, bytes], find: Find) -> dict[str, bytes]:
    """What exercise files import of a notebook's folder, and what that imports, by the path from there.

    Args:
        find: gives the content of the file at a path from the notebook's folder; None where there is none.
    """
    found: dict[str, bytes] = {}
    waiting = [*files.items()]
    while waiting:
        for path in _imported(*waiting.pop()):
            if path not in found and path not in files and (data := find(path)) is not None:
                found[path] = data
                waiting.append((path, data))
    return found


def _imported(path: str, data: bytes) -> Iterator[str]:
    """Where the modules that a file imports may lie: "utils/__init__.py", "utils/init.py" for `utils.init`."""
    try:
        modules = [name for name, _ in Source(path, data).imports]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for module in filter(may_lie_beside, modules):
        parts = module.split(".")
        for count in range(1, len(parts) + 1):
            place = "/".join(parts[:count])
            yield f"{place}.py"
            yield f"{place}/__init__.py"


def seen_from(cells: Sequence[RawCell], find: Find) -> Find:
    """Finds what a kernel does: what cells write, what is in the folder, and in those that they add to `sys.path`."""
    written = written_by(cells)
    folders = ["", *(f"{folder}/" for cell in cells if cell.kind == "code" for folder in _added_to_path(cell.source))]

    def seen(path: str) -> bytes | None:
        if path in written:
            return written[path]
        return next((data for folder in folders if (data := find(f"{folder}{path}")) is not None), None)

    return seen


def with_runs(cells: Sequence[RawCell], find: Find, running: frozenset[str] = frozenset()) -> list[RawCell]:
    """Cells, before each those of the files that it runs, `%run helpers.py`: a kernel has all that these define.

    Args:
        running: the files that are being run already; a file that runs itself never ends.
    """
    made = []
    for cell in cells:
        for path in _run_by(cell.source) if cell.kind == "code" else ():
            if path not in running and (data := find(path)) is not None:
                made += with_runs(_cells_in(path, data), find, running | {path})
        made.append(cell)
    return made


def _run_by(source: str) -> Iterator[str]:
    """The files that a cell runs where it is: `%run helpers.py`, `exec(open("helpers.py").read())`."""
    for found in filter(None, map(RUN.fullmatch, source.splitlines())):
        path = (found["quoted"] or found["path"]).removeprefix("./")
        yield path if path.endswith((".py", ".ipynb")) else f"{path}.py"
    try:
        nodes = [*ast.walk(ast.parse(python_of(source)))]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    if any(isinstance(node, ast.Call) and ast.unparse(node.func) == "exec" for node in nodes):
        texts = [str(node.value) for node in nodes if isinstance(node, ast.Constant)]
        yield from dict.fromkeys(text.removeprefix("./") for text in texts if text.endswith(".py"))


def _cells_in(path: str, data: bytes) -> list[RawCell]:
    if not path.endswith(".ipynb"):
        return [RawCell(data.decode("utf-8-sig", errors="replace"))]
    try:
        return [RawCell(cell.source, kind=cell.kind) for cell in raw_cells(path, data)]
    except NoNotebook:
        return []


def written_by(cells: Iterable[RawCell]) -> dict[str, bytes]:
    """What `%%writefile` writes into a notebook's folder, by path."""
    written: dict[str, bytes] = {}
    for cell in cells:
        if cell.kind == "code" and (found := WRITEFILE.fullmatch(cell.source)):
            path = found["path"].removeprefix("./")
            before = written.get(path, b"") if found["append"] else b""
            written[path] = before + found["text"].encode(errors="replace")
    return written


def _added_to_path(source: str) -> Iterator[str]:
    """The folders that a cell adds to `sys.path`, as they are called from the notebook's."""
    try:
        calls = [node for node in ast.walk(ast.parse(python_of(source))) if isinstance(node, ast.Call) and node.args]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for call in calls:
        last = call.args[-1]
        if ast.unparse(call.func) in ("sys.path.append", "sys.path.insert") and isinstance(last, ast.Constant):
            folder = str(last.value).removeprefix("./").rstrip("/")
            if folder not in ("", ".") and not folder.startswith(("/", "..")):
                yield folder


def in_folders(*folders: Path) -> Find:
    """Finds the files of folders, the first that has one; links out of them are not followed."""

    def find(path: str) -> bytes | None:
        for folder in folders:
            file = folder / path
            try:
                inside = file.is_file() and file.resolve().is_relative_to(folder.resolve())
                if inside and file.stat().st_size <= LARGEST_SOURCE:
                    return file.read_bytes()
            except (OSError, ValueError):
                continue
        return None

    return find
