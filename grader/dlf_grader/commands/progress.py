"""`dlf-grade progress export | import`: what is remembered of a tree, taken along to another machine."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dlf_grader.exit_codes import OK
from dlf_grader.failures import UsageError
from dlf_grader.model import Status
from dlf_grader.parser import Parser
from dlf_grader.places import find_tree
from dlf_grader.run.checksums import CurrentFiles
from dlf_grader.run.store import Store, cache_folder, open_store

SCHEMA = "dlf/progress/v1"


@dataclass(frozen=True)
class Standing:
    """What is remembered of a check.

    Attributes:
        status: the latest; None where it was never run.
        files: what that was found out about, as `run.standing` writes it.
        hints: how many were shown.
        looked_up: whether its solution was shown before it passed.
    """

    status: Status | None = None
    files: str = ""
    hints: int = 0
    looked_up: bool = False


@dataclass(frozen=True)
class Kept:
    """What is remembered of a tree.

    Attributes:
        days: on which a check passed for the first time.
    """

    schema: str
    checks: Mapping[str, Standing] = field(default_factory=dict)
    days: Sequence[date] = ()


def progress(words: list[str]) -> int:
    """Print what is remembered as JSON, or add what another machine remembered."""
    parser = Parser("dlf-grade progress", description="What is remembered of your exercises, for another machine.")
    parser.add_argument(
        "what",
        metavar="export|import",
        choices=("export", "import"),
        help="export > progress.json; import progress.json",
    )
    parser.add_argument("file", nargs="?", help="what export printed; - for standard input")
    parser.add_argument("--tree", help="exercises (default), or a path")
    if not words:
        raise UsageError("progress takes what is remembered along: export or import. dlf-grade list shows it")
    options = parser.parse_args(words)
    if (options.what == "import") != bool(options.file):
        raise UsageError("progress: expected export > progress.json, or import progress.json")
    tree, store = str(find_tree(options.tree)), open_store()
    if store is None:
        raise UsageError(f"nothing is remembered: {cache_folder()} cannot be written; set DLF_CACHE to a folder")
    with closing(store):
        if options.what == "export":
            print(_text(kept(store, tree)))
        else:
            added = add(store, tree, _read(options.file))
            print(f"added what is remembered of {added} check{'s' * (added != 1)}; what passes here stays passed")
    return OK


def kept(store: Store, tree: str) -> Kept:
    """All that a store remembers of a tree."""
    statuses, hints, looked_up = store.statuses(tree), store.all_hints(tree), store.looked_up(tree)
    names = sorted({*statuses, *hints, *looked_up})
    checks = {}
    for name in names:
        status, files = statuses.get(name, (None, ""))
        checks[name] = Standing(Status(status) if status else None, files, hints.get(name, 0), name in looked_up)
    return Kept(SCHEMA, checks, days=sorted(store.days(tree)))


def add(store: Store, tree: str, found: Kept) -> int:
    """Add to a store what another remembered, unless a check passes here; returns of how many checks that was."""
    before, now = store.statuses(tree), CurrentFiles(Path(tree))
    for name, standing in found.checks.items():
        status, files = before.get(name, ("", ""))
        passes = status == Status.PASSED and now.is_as(files)
        if standing.status is not None and not passes:
            store.restore(tree, name, standing.status, standing.files)
        if standing.hints > store.hints_shown(tree, name):
            store.note_hint(tree, name, standing.hints)
        if standing.looked_up:
            store.note_looked_up(tree, name)
    for day in found.days:
        store.note_day(tree, day)
    return len(found.checks)


def _text(found: Kept) -> str:
    import msgspec

    return msgspec.json.format(msgspec.json.encode(found), indent=1).decode()


def _read(name: str) -> Kept:
    import msgspec

    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        found = msgspec.json.decode(data, type=Kept)
    except OSError as error:
        raise UsageError(f"cannot read {name}: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise UsageError(f"{name} was not written by dlf-grade progress export: {error}") from None
    if found.schema != SCHEMA:
        raise UsageError(f"{name} was written by another version: expected {SCHEMA}, got {found.schema}")
    return found
