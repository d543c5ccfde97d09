"""`dlf-grade locate ID`: searches the learner's file for the one change that makes a check pass.

The first time it tells the line; asked again, the kind of change; asked once more, the change itself.
"""

from __future__ import annotations

import importlib
import sys
import time
from typing import Any

import msgspec
import pluggy

from dlf_grader import places
from dlf_grader.commands.asked import find_checks
from dlf_grader.config import Config
from dlf_grader.exit_codes import OK, WORK_LEFT
from dlf_grader.failures import UsageError
from dlf_grader.model import Check, Exercise
from dlf_grader.parser import Parser
from dlf_grader.places import find_tree
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import all_milestones
from dlf_grader.run.memory import fingerprint
from dlf_grader.run.reading.tree import Tree
from dlf_grader.run.store import Store, open_store, result_key
from dlf_grader.sandbox.servers import Servers

PATIENCE = 60.0
BAR = 20  # characters
NONE = (
    "No single change repairs it. Compare with the hints, or take the function apart: dlf-grade replay shows its case."
)


class Found(msgspec.Struct, frozen=True):
    """What a search found, and how often it was asked for.

    Attributes:
        line: of the learner's file; 0 where no single change repairs it.
        kind: of change, in words.
        before, after: the change itself.
    """

    line: int = 0
    function: str = ""
    kind: str = ""
    before: str = ""
    after: str = ""
    asked: int = 0


def locate(words: list[str]) -> int:
    """Search for the change that repairs a check, and tell one thing more each time."""
    parser = Parser("dlf-grade locate", description="Where one change of your file makes a check pass.")
    parser.add_argument("id", metavar="ID", help="a check that fails, e.g. m1.conv.backward")
    parser.add_argument("--seconds", type=float, default=PATIENCE, help="when to give up (default: 60)")
    parser.add_argument("--tree", help="exercises (default), or a path")
    options = parser.parse_args(words)
    run_config = Config(tree=find_tree(options.tree), train=False)
    plugins = load_plugins(places.repository())
    checks, chosen = find_checks(options.id, run_config, plugins)
    check = chosen[0]
    if check.id != options.id:
        raise UsageError(f"no check {options.id!r}; did you mean {', '.join(one.id for one in chosen[:5])}?")
    if check.kind == "training":
        raise UsageError(f"{check.id} trains a network, and no one line may be wrong; ask: dlf-grade why {check.id}")
    if not check.may_locate:
        raise UsageError(f"locate is switched off for {check.id} in this course; see: dlf-grade hint {check.id}")
    tree, store = Tree(run_config.tree), open_store()
    try:
        key = _key(check, tree)
        found = _remembered(store, key) or _searched(check, checks, run_config, plugins, options.seconds)
        if found is None:
            return WORK_LEFT
        found = msgspec.structs.replace(found, asked=found.asked + 1)
        if store is not None:
            store.remember_answer(key, msgspec.msgpack.encode(found))
    finally:
        if store is not None:
            store.close()
    for line in told(found, check, tree, run_config):
        print(line)
    return OK if found.line else WORK_LEFT


def told(found: Found, check: Check, tree: Tree, run_config: Config) -> list[str]:
    """What is said of a search's result, one thing more each time it is asked for."""
    if not found.line:
        return [NONE]
    place = f"{run_config.tree_name}/{check.exercise}:{found.line}"
    lines = [f"{place} in {found.function}", f"    {tree.source(check.exercise).text_of(found.line)}"]
    if found.asked == 1:
        return [*lines, f"One change on this line makes {check.id} pass. Ask again for the kind of change."]
    if found.asked == 2:
        return [*lines, f"{found.kind} Ask again for the change itself."]
    change = f"if `{found.before}` becomes `{found.after}`" if found.after else f"without `{found.before}`"
    return [*lines, f"{found.kind} {check.id} passes {change}."]


def _key(check: Check, tree: Tree) -> str:
    files = [f"{source.path} {source.sha256}" for source in tree.closure(check.exercise)]
    return result_key(["locate", check.id, fingerprint(), *files])


def _remembered(store: Store | None, key: str) -> Found | None:
    if store is None or (known := store.answer(key)) is None:
        return None
    try:
        return msgspec.msgpack.decode(known, type=Found)
    except msgspec.MsgspecError:
        return None


def _searched(
    check: Check, checks: list[Check], run_config: Config, plugins: pluggy.PluginManager, seconds: float
) -> Found | None:
    """What a search finds; None where it could not be ended, which is said."""
    repair: Any = importlib.import_module("dlf_grader.instruments.repair")  # instruments are found by name
    servers = Servers()
    files = {exercise.path: exercise for milestone in all_milestones(plugins) for exercise in milestone.exercises}
    exercise: Exercise = files[check.exercise]
    bar = _Bar()
    try:
        search = repair.Search(
            check=check,
            exercise=exercise,
            checks=repair.together(check, checks),
            config=run_config,
            plugins=plugins,
            servers=servers,
            until=time.monotonic() + seconds,
            show=bar.show,
        )
        edit = search.run()
    except repair.Stuck as reason:
        bar.end()
        print(reason)
        return None
    except TimeoutError:
        bar.end()
        print(f"Nothing was found in {seconds:g} s. --seconds {2 * seconds:g} searches longer.")
        return None
    finally:
        bar.end()
        servers.stop()
    if edit is None:
        return Found()
    return Found(edit.line, edit.function, repair.in_words(edit.kind), edit.before, edit.after)


class _Bar:
    """How far a search is, on a terminal."""

    def __init__(self) -> None:
        self.shown = ""
        self.moving = sys.stderr.isatty()

    def show(self, function: str, number: int, count: int) -> None:
        if not self.moving or (number % 25 and number != count):
            return
        done = "█" * (BAR * number // max(count, 1))
        text = f"  {done:<{BAR}} {number} of {count} changes in {function}"
        print(f"\r{text:<{len(self.shown)}}", end="", file=sys.stderr, flush=True)
        self.shown = text

    def end(self) -> None:
        if self.shown:
            print(f"\r{'':<{len(self.shown)}}\r", end="", file=sys.stderr, flush=True)
            self.shown = ""
