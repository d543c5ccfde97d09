"""Changes of a learner's network, in the order in which they are tried: pure text, nothing is run."""

from __future__ import annotations

import ast
import copy
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dlf_grader.instruments.edits.networks import of_network
from dlf_grader.instruments.edits.one_step import Edit, defined, edits_of, functions

LIKELY = (  # kinds of change, what people slip on most first; other kinds are not tried
    *("statement-dropped", "call-dropped", "argument-dropped", "switch", "comparison", "constant", "sign"),
    *("condition", "condition-dropped", "branch-dropped", "branch", "argument-added", "name", "operator"),
    *("operand-dropped", "axes", "function", "index", "swapped", "axis", "residual", "index-dropped"),
    *("statements-swapped",),
)
REWRITTEN = "change "  # begins the name of a trial with a changed file
LONGEST = 70  # characters of an expression that is shown


@dataclass(frozen=True)
class Rewriting:
    """A change of a file.

    Attributes:
        edits: of one function each: the same expression may stand in several.
        name: of its trial.
    """

    edits: tuple[Edit, ...]
    name: str

    @property
    def line(self) -> int:
        """Where it stands; the first place of several."""
        return self.edits[0].line

    @property
    def told(self) -> str:
        """What is different, as the beginning of a sentence."""
        kind, before, after = self.edits[0].kind, _shown(self.edits[0].before), _shown(self.edits[0].after)
        if kind == "statements-swapped":
            return f"With {after} before {before}"
        after = {"condition-dropped": "`True`", "branch-dropped": "`False`"}.get(kind, after)
        return f"With {after} in place of {before}" if after else f"Without {before}"


def rewritings(module: ast.Module) -> list[Rewriting]:
    """The changes of a file, the likeliest first; an expression that stands in two places is changed in both, too."""
    checked = _lines_that_check(module)
    found = [
        edit
        for name in functions(module)
        for edit in edits_of(module, name, None, of_network)
        if edit.kind in LIKELY and edit.line not in checked and "super()" not in edit.before
        if not (edit.kind == "statements-swapped" and name.endswith("__init__"))
    ]
    found.sort(key=lambda edit: LIKELY.index(edit.kind))
    count = Counter((edit.kind, edit.before, edit.after) for edit in found)
    made = list[tuple[Edit, ...]]()
    for edit in found:
        if count.pop((edit.kind, edit.before, edit.after), 0) > 1 and edit.after:
            made.append(_everywhere(module, edit))
        made.append((edit,))
    return [Rewriting(edits, f"{REWRITTEN}{number}") for number, edits in enumerate(made) if edits]


def nearest(found: Sequence[Rewriting], part: str, kind: str) -> list[Rewriting]:
    """Those in a part's own class first, then those of statements that name the part.

    Args:
        part: its name in the network, "blocks.*.norm1"; "" where only its class is known.
        kind: its class.
    """
    attribute = next((f"self.{word}" for word in reversed(part.split(".")) if word.isidentifier()), "")

    def far(each: Rewriting) -> int:
        first = each.edits[0]
        names_it = bool(attribute) and attribute in f"{first.whole} {first.before}"
        return 0 if first.function.startswith(f"{kind}.") else 1 if names_it else 2

    return sorted(found, key=far) if part or kind else list(found)


def _lines_that_check(module: ast.Module) -> set[int]:
    """The lines of conditions under which something is raised: the recipe's inputs meet none."""
    checks = [node for node in ast.walk(module) if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Raise)]
    return {line for node in checks for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)}


def lines_of_class(module: ast.Module, kind: str) -> range:
    """The lines of the class of that name; none where there is none, or where there are more."""
    found = [node for node in ast.walk(module) if isinstance(node, ast.ClassDef) and node.name == kind]
    return range(found[0].lineno, (found[0].end_lineno or 0) + 1) if len(found) == 1 else range(0)


def line_of_mode(module: ast.Module, kind: str) -> int:
    """The only line of a class that reads `self.training`; 0 where there is none, or more."""
    found = {
        node.lineno
        for each in ast.walk(module)
        if isinstance(each, ast.ClassDef) and each.name == kind
        for node in ast.walk(each)
        if isinstance(node, ast.Attribute) and node.attr == "training" and isinstance(node.ctx, ast.Load)
    }
    return found.pop() if len(found) == 1 else 0


def _everywhere(module: ast.Module, edit: Edit) -> tuple[Edit, ...]:
    """An edit of an expression, made wherever the expression stands; nothing for one of a statement."""
    found = list[Edit]()
    for name, function in functions(module).items():
        lines = list[int]()

        class Exchange(ast.NodeTransformer):
            def visit(self, node: ast.AST, lines: list[int] = lines) -> ast.AST:
                if isinstance(node, ast.expr) and ast.unparse(node) == edit.before:
                    lines.append(node.lineno)
                    return ast.parse(edit.after, mode="eval").body
                return super().generic_visit(node)

        changed = ast.unparse(ast.fix_missing_locations(Exchange().visit(copy.deepcopy(function))))
        if lines:
            found.append(Edit(name, lines[0], edit.kind, edit.before, edit.after, "", defined(name, changed)))
    return tuple(found)


def _shown(code: str) -> str:
    line = " ".join(code.split())
    return f"`{line if len(line) <= LONGEST else f'{line[: LONGEST - 1]}…'}`" if line else ""
