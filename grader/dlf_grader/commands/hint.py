"""`dlf-grade hint ID`: one hint more each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from dlf_grader.claims import Claim
from dlf_grader.commands.asked import first_left, the_one
from dlf_grader.exit_codes import OK
from dlf_grader.outputs.text import on_terminal
from dlf_grader.parser import Parser
from dlf_grader.places import find_tree, from_here
from dlf_grader.run.listing import claims
from dlf_grader.run.store import open_store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def hint(words: list[str]) -> int:
    """Print one hint more each time."""
    parser = Parser("dlf-grade hint", description="One hint more.")
    parser.add_argument("id", nargs="?", metavar="ID", help="a check, e.g. m1.conv.forward; none means the next")
    parser.add_argument("--json", action="store_true", help="as JSON: the hints shown so far, and how many are left")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    tree = find_tree(options.tree)
    every = claims(tree)
    check = the_one(options.id, every, tree) if options.id else first_left(every, tree)
    if options.json:
        print(json.dumps(_told(check, note_one_more(check, tree)), indent=1, ensure_ascii=False))
        return OK
    for line in on_terminal(one_hint_more(check, tree), 5):
        print(line)
    return OK


def _told(check: Claim, shown: int) -> dict[str, Any]:
    hints, left = list(check.hints[:shown]), len(check.hints) - shown
    about = {"schema": "dlf/hint/v1", "id": check.id, "title": check.title, "function": check.target}
    return {**about, "hints": hints, "left": left, "lesson": check.section}


def note_one_more(check: Claim, tree: Path) -> int:
    """How many of a check's hints are shown from now on."""
    store = open_store()
    shown = min((store.hints_shown(str(tree), check.id) if store else 0) + 1, len(check.hints))
    if store is not None:
        store.note_hint(str(tree), check.id, shown)
        store.close()
    return shown


def one_hint_more(check: Claim, tree: Path) -> Iterator[str]:
    """The lines of a check's hints: those shown before, and one more, which is noted."""
    shown = note_one_more(check, tree)
    yield from (f"  {number}. {text}" for number, text in enumerate(check.hints[:shown], start=1))
    left = len(check.hints) - shown
    last = f"that was the last hint; to find the line: dlf-grade locate {check.id}"
    more = f"{left} more: ask again" if left else last if check.may_locate else "that was the last hint"
    yield f"  {more} · lesson: {from_here(check.section)}"
