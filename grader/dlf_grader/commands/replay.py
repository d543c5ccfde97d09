"""`dlf-grade replay TOKEN`: one failing case again, with its inputs."""

from __future__ import annotations

import re
from pathlib import Path

import pluggy

from dlf_grader import places
from dlf_grader.checks import BadShapes, Behaviour, FullTraining, Initial, Training
from dlf_grader.commands.asked import find_check
from dlf_grader.commands.case import failed, program
from dlf_grader.commands.grade import run_on_terminal
from dlf_grader.config import Config
from dlf_grader.exit_codes import OK, exit_code
from dlf_grader.failures import UsageError
from dlf_grader.parser import Parser
from dlf_grader.places import find_tree
from dlf_grader.plugins import load_plugins

TOKEN = re.compile(r"^(?P<check>[\w.]+)@(?P<seed>\d+)\.(?P<case>\d+)$")


def replay(words: list[str]) -> int:
    """Run one case of one check again, and show its inputs."""
    parser = Parser("dlf-grade replay", description="One failing case again, with its inputs.")
    parser.add_argument(
        "token", metavar="TOKEN", help="as printed after `replay:`, e.g. m1.conv.forward@1.3; or a check that fails"
    )
    parser.add_argument("--code", action="store_true", help="only print it, as a program: --code > case.py")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    tree = find_tree(options.tree)
    plugins = load_plugins(places.repository())
    match = TOKEN.match(options.token if "@" in options.token else _failing(options.token, tree, plugins))
    if match is None:
        raise UsageError(f"replay {options.token}: expected CHECK@SEED.CASE, e.g. m1.conv.forward@1.3")
    check = find_check(match["check"], Config(tree=tree), plugins)
    if isinstance(check.method, Behaviour | BadShapes | Initial | Training | FullTraining):
        raise UsageError(f"{check.id} has no numbered cases; all of it: dlf-grade {check.id}")
    run_config = Config(
        tree=tree,
        milestones=(check.id,),
        seed=int(match["seed"]),
        only_case=int(match["case"]),
        verbose=True,
    )
    if options.code:
        print(program(failed(run_config, plugins), tree), end="")
        return OK
    return exit_code(run_on_terminal(run_config, plugins))


def _failing(name: str, tree: Path, plugins: pluggy.PluginManager) -> str:
    """The token of the case in which a check fails."""
    check = find_check(name, Config(tree=tree), plugins)
    return failed(Config(tree=tree, milestones=(check.id,)), plugins).replay
