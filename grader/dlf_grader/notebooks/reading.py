"""A notebook as exercise files: what a kernel would have seen of each, without running anything.

A kernel has one namespace, an exercise file has its own. So each file gets its marked cells in their order, and of all
other cells what these need: imports, helpers, constants, and the file's own classes where they are defined elsewhere.
Lines of IPython's own (`%time`, `!pip`) are left out, and so is what only shows something. Lines keep their numbers.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dlf_grader.notebooks.cells import HIDDEN_IMPORT, Cell, by_first_line, by_grade_id
from dlf_grader.notebooks.ipython import RawCell, from_the_margin, parses, pieces_of, read
from dlf_grader.notebooks.rewriting import as_main, without_body, without_unused
from dlf_grader.notebooks.statements import (
    bound,
    calls,
    deleted,
    future,
    imports_file,
    is_definition,
    is_import,
    needed,
    of_the_folder,
    of_the_tree,
    patches,
    sets_globals,
)
from dlf_grader.run.reading.source import first_line

BUILT_IN = frozenset(dir(builtins)) | {"__name__", "__file__", "__doc__"}


@dataclass
class _Piece:
    """A statement at the top of a cell."""

    cell: int
    node: ast.stmt
    binds: frozenset[str]
    needs: frozenset[str]


@dataclass
class _Book:
    """A notebook's cells, parsed: `paths` holds the file of each that is marked, `pieces` the statements of all."""

    cells: list[Cell]
    paths: list[str]
    pieces: list[_Piece] = field(default_factory=list)


def names_in(text: str) -> frozenset[str]:
    """The classes and functions that a file defines."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(node.name for node in body if isinstance(node, ast.ClassDef | ast.FunctionDef))


def takes_away(text: str) -> frozenset[str]:
    """The names that a cell deletes."""
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(name for node in body for name in deleted(node))


def cells_of(cells: Sequence[RawCell], names: Mapping[str, frozenset[str]]) -> list[Cell]:
    """The cells that make up exercise files, file by file: marked ones, and what these need of others.

    Args:
        names: that each exercise file is to define.
    """
    book = _parsed(_joined(cells))
    paths = dict.fromkeys(
        [*(path for path in book.paths if path), *(path for path in names if _has(book, names[path]))]
    )
    return [part for path in paths for part in _file(book, path, names)]


def _joined(cells: Sequence[RawCell]) -> list[tuple[Cell, str]]:
    """The cells, each with why no kernel defines what is in it, or ""; halves of a split cell become whole."""
    made: list[tuple[Cell, str]] = []
    for raw in (part for cell in cells for part in pieces_of(cell)):
        source, reason = read(raw)
        marked = by_grade_id(raw.grade_id, source) or by_first_line(source)
        if reason and not marked:
            continue
        cell = marked or Cell("", "", source)
        before = made[-1][0] if made else None
        half = marked and not reason and before and before.grade_id == cell.grade_id and not parses(cell.source)
        whole = f"{before.source.rstrip()}\n\n{cell.source}" if half and before else ""
        if whole and parses(whole):
            made[-1] = replace(cell, source=as_main(whole)), reason
        else:
            made.append((replace(cell, source=as_main(from_the_margin(cell.source))), reason))
    return made


def _parsed(cells: Iterable[tuple[Cell, str]]) -> _Book:
    book = _Book([], [])
    broken = {}
    for at, (cell, reason) in enumerate(cells):
        book.cells.append(cell)
        book.paths.append(cell.path)
        if reason:
            broken[at] = reason
            continue
        source = "\n".join(line.removeprefix(HIDDEN_IMPORT) for line in cell.source.splitlines())
        try:
            body = ast.parse(source).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            broken[at] = ""
            continue
        book.pieces += [_piece(at, node) for node in body]
    there = {name for piece in book.pieces for name in piece.binds if not of_the_tree(piece.node)}
    for at, reason in broken.items():
        source = without_body(book.cells[at].source, there, reason)
        book.cells[at] = replace(book.cells[at], source=source)
        book.pieces += [_piece(at, node) for node in ast.parse(source).body if book.paths[at]]
    book.pieces.sort(key=lambda piece: piece.cell)
    functions = [piece for piece in book.pieces if is_definition(piece.node)]
    made = {name: sets_globals(piece.node) for piece in functions for name in piece.binds}
    for piece in book.pieces:
        piece.binds |= frozenset(made.get(calls(piece.node), ()))
    return book


def _piece(at: int, node: ast.stmt) -> _Piece:
    return _Piece(at, node, frozenset(bound(node)), frozenset(needed(node)))


def _has(book: _Book, names: frozenset[str]) -> bool:
    return any(piece.binds & names and is_definition(piece.node) for piece in book.pieces)


def _file(book: _Book, path: str, names: Mapping[str, frozenset[str]]) -> list[Cell]:
    """The cells of one file, in the notebook's order: each with only those lines that count."""
    own = names.get(path, frozenset())
    others = frozenset().union(*(theirs for place, theirs in names.items() if place != path)) - own
    homes = _homes(book, names)

    def foreign(name: str, at: int) -> bool:
        """Whether a definition is another file's, which has a helper of the same name and a class in this cell."""
        cell = book.pieces[at].cell
        shared = (place for place, theirs in names.items() if place != path and name in theirs)
        return name in own and cell not in homes[path] and any(cell in homes[place] for place in shared)

    keep: set[int] = set()
    marked: set[str] = set()
    defined = {name for piece in book.pieces if is_definition(piece.node) for name in piece.binds}
    called = _called(book, defined)

    def changes(piece: _Piece) -> set[str]:
        """The definitions that a statement changes, under whichever name: `L = Linear; L.forward = mine`."""
        return set().union(*(called.get(name, {name}) for name in patches(piece.node)))

    for at, piece in enumerate(book.pieces):
        where = book.paths[piece.cell]
        if imports_file(piece.node, path):  # what another file's cell imports of this one is no definition of it
            continue
        if where == path:
            elsewhere = piece.binds and piece.binds <= others  # another file's class, pasted into this one's cell
            if not elsewhere and (is_definition(piece.node) or piece.binds & own or changes(piece) & (own | marked)):
                keep.add(at)
                marked |= piece.binds
        elif piece.binds and all(foreign(name, at) for name in piece.binds):
            continue
        elif piece.binds & (own if _defines(piece.node, defined) else own - defined) - names.get(
            where, frozenset()
        ) or (not where and ((is_definition(piece.node) and piece.binds & marked) or changes(piece) & (own | marked))):
            keep.add(at)
    _add_needs(book, keep, path, others, foreign)
    used = own.union(*(book.pieces[at].needs for at in keep))
    there = _add_deletions(book, keep, used)
    made = []
    for number, cell in enumerate(book.cells):
        mine = [book.pieces[at].node for at in sorted(keep) if book.pieces[at].cell == number]
        if mine or book.paths[number] == path:
            name = cell.name or next((it for node in mine for it in bound(node)), "import")
            made.append(Cell(path, name, without_unused(_lines(cell.source, mine), used, there)))
    futures = {alias.name for piece in book.pieces for alias in future(piece.node)}  # a kernel keeps it for all cells
    return (
        [Cell(path, "future", f"from __future__ import {', '.join(sorted(futures))}"), *made]
        if futures and made
        else made
    )


def _called(book: _Book, defined: Collection[str]) -> dict[str, set[str]]:
    """What other names stand for: of `L = Linear`, L for both."""
    called: dict[str, set[str]] = {}
    for piece in book.pieces:
        if isinstance(piece.node, ast.Assign) and isinstance(piece.node.value, ast.Name):
            name = piece.node.value.id
            for alias in piece.binds if name in called or name in defined else ():
                called.setdefault(alias, {alias}).update(called.get(name, {name}))
    return called


def _defines(node: ast.stmt, defined: Collection[str]) -> bool:
    """Whether it is a function or a class, or gives one of them a name: `Linear = MyLinear`, `from mine import f`."""
    if not isinstance(node, ast.Assign):
        return is_definition(node) or of_the_folder(node)
    value = node.value
    of = value.args if isinstance(value, ast.Call) else [value]
    return any(isinstance(it, ast.Name) and it.id in defined for it in of)


def _homes(book: _Book, names: Mapping[str, frozenset[str]]) -> dict[str, set[int]]:
    """The cells in which something is defined that one file alone has, for each file."""
    files_with = Counter(name for theirs in names.values() for name in theirs)
    homes: dict[str, set[int]] = defaultdict(set)
    for piece in book.pieces:
        for name in piece.binds if is_definition(piece.node) else ():
            if files_with[name] == 1:
                homes[next(path for path, theirs in names.items() if name in theirs)].add(piece.cell)
    return homes


def _add_needs(
    book: _Book, keep: set[int], path: str, others: frozenset[str], foreign: Callable[[str, int], bool]
) -> None:
    """Add the statements that define what the kept ones use: of own cells, else of unmarked ones, else of any.

    Args:
        foreign: whether a statement defines a name for another file.
    """
    stars = [at for at, piece in enumerate(book.pieces) if "*" in piece.binds]  # one may give any name
    keep.update(at for at in stars if keep and book.paths[book.pieces[at].cell] in ("", path))
    waiting = sorted(keep)
    while waiting:
        at = waiting.pop()
        for name in sorted(book.pieces[at].needs - BUILT_IN):
            found = [
                it for it, piece in enumerate(book.pieces) if name in piece.binds and not imports_file(piece.node, path)
            ]
            found = [it for it in found if not foreign(name, it)] or found
            if name in others:  # another exercise's: imported, where a cell says so
                found = [it for it in found if of_the_tree(book.pieces[it].node)] or found
            mine = [it for it in found if book.paths[book.pieces[it].cell] == path]
            loose = [it for it in found if not book.paths[book.pieces[it].cell]]
            use = [*mine, *(it for it in loose if not mine or not is_import(book.pieces[it].node))] or found
            if not any(it < at for it in use):  # what is needed when a class is made has to stand above it
                use = [*use, *[it for it in found if it < at][-1:]]
            new = [it for it in use if it not in keep]
            keep.update(new)
            waiting += new
    _add_changes(book, keep, path)


def _add_changes(book: _Book, keep: set[int], path: str) -> None:
    """Add what changes a kept constant, `TABLE[0] = 1`, or a module beside the notebook, `helpers.SCALE = 2`.

    Only if it needs nothing else: a loop that trains is left out.
    """
    known = set(BUILT_IN)
    constants: set[str] = set()
    modules = [at for at, piece in enumerate(book.pieces) if of_the_folder(piece.node)]
    changed = {name for piece in book.pieces for name in patches(piece.node)}
    changed &= {name for at in modules if at in keep for name in book.pieces[at].binds}
    keep.update(at for at in modules if book.pieces[at].binds & changed)  # it may be changed before the kept import
    for at, piece in enumerate(book.pieces):
        mine = book.paths[piece.cell] in ("", path)
        if mine and patches(piece.node) & constants and piece.needs <= known | piece.binds:
            keep.add(at)
        if at in keep:
            known |= piece.binds
            is_one = not is_definition(piece.node) and (not is_import(piece.node) or of_the_folder(piece.node))
            constants |= piece.binds if is_one else set()


def _add_deletions(book: _Book, keep: set[int], used: Collection[str]) -> set[str]:
    """Add what takes a name away that a file has by then, `del Linear`; returns every name that it ever has."""
    there: set[str] = set()
    for at, piece in enumerate(book.pieces):
        if at in keep:
            there |= piece.binds & frozenset(used) if is_import(piece.node) else piece.binds
        elif deleted(piece.node) & there:
            keep.add(at)
    return there


def _lines(source: str, nodes: Sequence[ast.stmt]) -> str:
    """A cell's lines as far as they belong to some statements, or to none; the others are empty."""
    lines = source.splitlines()
    plain = "\n".join(line.removeprefix(HIDDEN_IMPORT) for line in lines)
    try:
        body = ast.parse(plain).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return source
    kept = {(node.lineno, node.end_lineno, node.col_offset) for node in nodes}
    gone: set[int] = set()
    for node in body:
        if (node.lineno, node.end_lineno, node.col_offset) not in kept:
            gone.update(range(first_line(node) - 1, node.end_lineno or node.lineno))
    for node in nodes:
        gone -= set(range(node.lineno - 1, node.end_lineno or node.lineno))
    return "\n".join("" if at in gone else line for at, line in enumerate(lines))
