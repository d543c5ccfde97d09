"""`dlf-grade why ID`: a training again, and if it fails, why."""

from __future__ import annotations

from dlf_grader import places
from dlf_grader.checks import FullTraining
from dlf_grader.commands.asked import find_check
from dlf_grader.commands.grade import run_on_terminal
from dlf_grader.config import Config
from dlf_grader.exit_codes import OK, exit_code
from dlf_grader.failures import UsageError
from dlf_grader.parser import Parser
from dlf_grader.places import find_tree
from dlf_grader.plugins import load_plugins

PATIENCE = 10.0  # times the training's own time, where somebody asks


def why(words: list[str]) -> int:
    """Train, whatever the check waits for, and say why it does not learn."""
    parser = Parser("dlf-grade why", description="Why a training does not learn.")
    parser.add_argument("id", metavar="ID", help="a check that trains, e.g. m1.digits")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    tree = find_tree(options.tree)
    plugins = load_plugins(places.repository())
    check = find_check(options.id, Config(tree=tree), plugins)
    if check.kind != "training":
        raise UsageError(f"{check.id} trains nothing: dlf-grade {check.id} says what is wrong")
    full = True if isinstance(check.method, FullTraining) else None
    run_config = Config(tree=tree, milestones=(check.id,), train=full, verbose=True, patience=PATIENCE)
    code = exit_code(run_on_terminal(run_config, plugins))
    if code == OK:
        print("It learns, so there is nothing to explain.")
    return code
