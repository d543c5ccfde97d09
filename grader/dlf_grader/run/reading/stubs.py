"""A solution's marked regions, and the stub that is handed out: every region becomes a TODO.

A region lies at the end of a function, between `### BEGIN SOLUTION m1.conv.forward` and `### END SOLUTION`; signature,
docstring, and the comment above it, which is the nudge, stay as they are.
"""

from __future__ import annotations

import re

from dlf_grader.failures import UsageError

BEGIN = re.compile(r"^(?P<indent>\s*)### BEGIN SOLUTION (?P<id>\S+)\s*$")
END = re.compile(r"^\s*### END SOLUTION\s*$")


def stub_of(solution: str, path: str) -> str:
    """A solution's text with every region replaced by its TODO.

    Args:
        solution: the file's text.
        path: its name, for messages.

    Raises:
        UsageError: a mark has no partner.
    """
    kept: list[str] = []
    region: re.Match[str] | None = None
    answer: list[str] = []
    for number, line in enumerate(solution.splitlines(), start=1):
        begin, end = BEGIN.match(line), END.match(line)
        if (begin and region) or (end and not region):
            raise UsageError(f"{path}:{number}: a solution mark without its partner")
        if begin:
            region, answer = begin, []
        elif end and region:
            kept += _todo(region["indent"], region["id"], answer)
            region = None
        elif region:
            answer.append(line)
        else:
            kept.append(line)
    if region:
        raise UsageError(f"{path}: the solution of {region['id']} never ends")
    return "\n".join(kept) + "\n" if kept else ""


def _todo(indent: str, name: str, answer: list[str]) -> list[str]:
    written = sum(1 for line in answer if line.strip() and not line.strip().startswith("#"))
    lines = "1 line" if written == 1 else f"{written} lines"
    return [f"{indent}# TODO({name}): about {lines}.", f'{indent}raise NotImplementedError("{name}")']


def solution_ids(solution: str) -> list[str]:
    """The ids of a solution's regions, in order."""
    return [match["id"] for line in solution.splitlines() if (match := BEGIN.match(line))]


def solution_lines(solution: str) -> set[str]:
    """The telling lines inside a solution's regions: those that must not be found in an exercise."""
    inside, lines = False, set()
    for line in solution.splitlines():
        if BEGIN.match(line) or END.match(line):
            inside = BEGIN.match(line) is not None
        elif inside and len(line.strip()) > 12 and not line.strip().startswith("#"):
            lines.add(line.strip())
    return lines
