"""`dlf-grade debug ID`: the failing case in Python's debugger, in a process of its own that nothing grades."""

from __future__ import annotations

import ast
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path

from dlf_grader import places
from dlf_grader.commands.asked import find_check
from dlf_grader.commands.case import failed, program
from dlf_grader.config import Config
from dlf_grader.exit_codes import OK
from dlf_grader.failures import UsageError
from dlf_grader.model import Check
from dlf_grader.parser import Parser
from dlf_grader.places import find_tree
from dlf_grader.plugins import load_plugins
from dlf_grader.report import Result
from dlf_grader.run.reading.tree import Tree


def debug(words: list[str]) -> int:
    """Stop where a check's smallest failing case goes wrong."""
    parser = Parser("dlf-grade debug", description="The failing case of a check, in Python's debugger.")
    parser.add_argument("id", metavar="ID", help="a check that fails, e.g. m1.conv.forward")
    parser.add_argument("--ipython", action="store_true", help="run it, and go on in IPython with what it made")
    parser.add_argument("--tree", help="exercises (default), or a path")
    options = parser.parse_args(words)
    if options.ipython and importlib.util.find_spec("IPython") is None:
        raise UsageError("--ipython needs IPython: pip install ipython; without the option Python's own debugger runs")
    tree = find_tree(options.tree)
    plugins = load_plugins(places.repository())
    check = find_check(options.id, Config(tree=tree), plugins)
    run_config = Config(tree=tree, milestones=(check.id,))
    result = failed(run_config, plugins)
    with tempfile.TemporaryDirectory(prefix="dlf-") as folder:
        case = Path(folder) / "case.py"
        text = program(result, run_config.tree)
        case.write_text(text, encoding="utf-8")
        how = ["IPython", "-i", str(case)] if options.ipython else _debugger(check, result, case, text, run_config)
        subprocess.run([sys.executable, "-m", *how], check=False)
    return OK


def _debugger(check: Check, result: Result, case: Path, text: str, run_config: Config) -> list[str]:
    """Python's debugger, with stops at the line in question and at the end, where all names are bound."""
    lines = text.rstrip().splitlines()
    path, line = _line(check, result, Tree(run_config.tree))
    commands = [f"break {run_config.tree / path}:{line}"]
    if lines[-1].startswith("print("):  # it comes to its end, where all names are bound
        commands.append(f"break {case}:{len(lines)}")
    print("n: next line · s: step into · p x: print x · c: go on · q: quit", flush=True)
    commands.append("continue")
    return ["pdb", *(word for command in commands for word in ("-c", command)), str(case)]


def _line(check: Check, result: Result, tree: Tree) -> tuple[str, int]:
    """The learner's line in question, else the first of the function that the check is about."""
    if result.excerpt is not None:
        name = result.excerpt.location.file
        path = next(source.path for source in tree.closure(check.exercise) if name.endswith(f"/{source.path}"))
        return path, result.excerpt.location.line
    path, line = tree.where(check.exercise, check.target)
    function = tree.source(path).definition(check.target)
    body = function.body if isinstance(function, ast.FunctionDef) else []
    return path, (body[1] if len(body) > 1 else body[0]).lineno if body else line
