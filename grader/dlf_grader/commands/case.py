"""A failing case as a program of its own: on the learner's file, without the grader around it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pluggy

from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.model import Status
from dlf_grader.outputs.verdicts import with_enough_digits
from dlf_grader.report import Counterexample, Result
from dlf_grader.run.session import Session

METHODS = {"forward": "y", "backward": "dL_dx"}  # what a layer's method returns is called


def found_out(run_config: Config, plugins: pluggy.PluginManager) -> Result:
    """What one check found out, without showing the run."""
    plugins.hook.dlf_configure(config=run_config)
    (result,) = Session(run_config, plugins).run().results
    return result


def failed(run_config: Config, plugins: pluggy.PluginManager) -> Result:
    """What one check found out that has a failing case.

    Raises:
        UsageError: there is none, and the text says why.
    """
    result = found_out(run_config, plugins)
    if result.status is Status.PASSED:
        raise UsageError(f"{result.id} passes: there is no failing case")
    if result.counterexample is None or not result.counterexample.code:
        said = result.message or str(result.status)
        at = f" ({result.location})" if result.location else ""
        none = "no case that can be written as a program" if result.status is Status.FAILED else "no failing case yet"
        raise UsageError(f"{result.id} has {none}: {said}{at}")
    return result


def program(result: Result, tree: Path) -> str:
    """A failing case as Python that can be run anywhere.

    Args:
        tree: the folder of the learner's exercises.
    """
    case = result.counterexample
    assert case is not None
    lines = [f"# {result.id}: {result.title}", f"# {case.case}", f"# {' '.join(result.message.split())}", ""]
    lines += ["import sys", "", f"sys.path.insert(0, {str(tree)!r})", ""]
    return "\n".join([*lines, *_bound(case.code), "", *_compared(case), ""])


def _bound(code: str) -> Iterator[str]:
    """The case's lines, with a name for everything that they print."""
    statements = {node.lineno: node for node in ast.parse(code).body}
    for number, line in enumerate(code.splitlines(), start=1):
        name = _name(statements.get(number))
        yield f"{name} = {line.removeprefix('print(').removesuffix(')')}" if name else line


def _name(statement: ast.stmt | None) -> str:
    """What a plain `print(layer.forward(x))` on one line should be called; "" for any other statement."""
    match statement:
        case ast.Expr(ast.Call(ast.Name("print"), [value])) if statement.lineno == statement.end_lineno:
            match value:
                case ast.Attribute(_, name):
                    return name
                case ast.Call(ast.Attribute(_, method)) if method in METHODS:
                    return METHODS[method]
    return ""


def _compared(case: Counterexample) -> Iterator[str]:
    """What is wrong in it: `yours` and `expected`, where the numbers are those of the case."""
    known = {_name(statement) for statement in ast.parse(case.code).body}
    if "too many to show" in case.code or case.yours is None:
        return
    if case.tensor in known:
        yield f"yours = {case.tensor}"
        yield 'print("yours:", yours, sep="\\n")'
    if case.expected_array is not None:
        yield f"expected = np.array({case.expected_array!r})"
        yield 'print("expected:", expected, sep="\\n")'
    elif case.tensor in known:
        where = "".join(f"[{index}]" for index in case.index)
        _, expected = with_enough_digits(case.yours, case.expected)
        yield f"# {case.tensor}{where} should be {expected}"
