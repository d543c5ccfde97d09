"""`dlf-grade explain ID`: what is wrong with one check, in full; with --json for a program that helps the learner."""

from __future__ import annotations

import json
from typing import Any

from dlf_grader import places
from dlf_grader.commands.asked import find_check
from dlf_grader.commands.case import found_out
from dlf_grader.config import Config
from dlf_grader.exit_codes import OK
from dlf_grader.model import Check, Status
from dlf_grader.outputs.verdicts import code_lines, explain
from dlf_grader.parser import Parser
from dlf_grader.places import find_tree
from dlf_grader.plugins import load_plugins
from dlf_grader.report import Result

WIDTH = 100


def explain_check(words: list[str]) -> int:
    """Print why a check does not pass."""
    parser = Parser("dlf-grade explain", description="Why a check does not pass, in full.")
    parser.add_argument("id", metavar="ID", help="a check, e.g. m1.conv.forward")
    parser.add_argument("--json", action="store_true", help="as JSON: the failing case and the name of the mistake")
    parser.add_argument("--tree", help="exercises (default), solutions, or a path")
    options = parser.parse_args(words)
    tree = find_tree(options.tree)
    plugins = load_plugins(places.repository())
    check = find_check(options.id, Config(tree=tree), plugins)
    result = found_out(Config(tree=tree, milestones=(check.id,)), plugins)
    print(json.dumps(told(check, result), indent=1, ensure_ascii=False) if options.json else explain(result))
    return OK


def told(check: Check, result: Result) -> dict[str, Any]:
    """A result for a program; what is not known of it is left out."""
    case = result.counterexample
    found: dict[str, Any] = {
        "schema": "dlf/explain/v1",
        "id": result.id,
        "title": result.title,
        "status": str(result.status),
        "function": check.target,
        "location": str(result.location or ""),
        "message": result.message,
        "mistakes": [{"id": each.id, "text": each.text} for each in result.diagnosis],
        "code": code_lines(result.excerpt, WIDTH) if result.excerpt else [],
        "trace": [str(line) for line in result.trace],
        "printed": result.output,
        "lesson": check.section,
        "replay": f"dlf-grade replay {result.replay}" if result.replay else "",
        "hint": "" if result.status is Status.PASSED else f"dlf-grade hint {check.id} --json",
    }
    if case is not None:
        found["case"] = {
            "words": case.case,
            "tensor": case.tensor,
            "index": list(case.index),
            "yours": case.yours,
            "expected": case.expected,
            "program": case.code,
        }
    return {name: value for name, value in found.items() if value not in ("", [])}
