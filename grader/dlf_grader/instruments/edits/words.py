"""A sentence for an edit: what was computed instead, told with names that the learner has met.

A name is shown if it stands in the stub or in the lesson; a variable of our own solution becomes "…". A snippet of
nothing but such variables says nothing, nor does a bare number: then there is no sentence.
"""

from __future__ import annotations

import ast
import builtins
import re

LONGEST = 64  # characters of a snippet
NAME = re.compile(r"[A-Za-z_]\w*")
CODE = re.compile(r"```.*?```|\$\$.*?\$\$|`[^`\n]+`|\$[^$\n]+\$", re.DOTALL)
INDEX = re.compile(r"\[[^]]*\]")
SILENT = re.compile(r"\.astype\([^()]*\)|\.copy\(\)|, copy=False|, dtype=[\w.]+")
PLAIN = "Your numbers are those of {function} with `{after}` where `{before}` is right."
ONE_SIGN = "Your numbers are those of {function} with one wrong sign: a + where a − is right, or the other way round."
SENTENCES = {
    "statement-dropped": "Your numbers are those of {function} without `{before}`: that step is missing.",
    "statements-swapped": "Your numbers are those of {function} with `{after}` before `{before}`: swap the two steps.",
    "after-loop": "Your numbers are those of {function} with `{before}` after the loop: it belongs inside.",
    "into-loop": "Your numbers are those of {function} with `{before}` inside the loop: it belongs after it.",
    "condition-dropped": "Your numbers are those of {function} without the condition `{before}`.",
    "branch-dropped": "Your numbers are those of {function} without what follows `if {before}`.",
    "operand-dropped": "Your numbers are those of {function} without `{before}`, which is missing.",
    "call-dropped": "Your numbers are those of {function} with `{after}` alone: the right expression is `{before}`.",
    "index-dropped": "Your numbers are those of {function} with all of `{after}` where `{before}` is right.",
}
SELDOM = 3  # ranks: a minus too many is likelier than one that was left out
RANK = (  # of edits that give the same numbers, the likeliest first
    *("sign", "operator", "comparison", "axis", "ddof", "transposed", "operands-swapped", "call-dropped"),
    *("operand-dropped", "statement-dropped", "assignment", "function", "constant", "loop", "index-dropped", "index"),
    *("swapped", "axes", "shape", "arguments-swapped", "regrouped", "after-loop", "into-loop", "statements-swapped"),
    *("condition-dropped", "branch-dropped", "branch", "condition", "not-dropped", "switch", "argument-dropped"),
    *("keepdims", "name", "factor", "term", "reduced", "wrapped"),
)


def known_names(stub: str, lesson: str) -> frozenset[str]:
    """The names that a learner has met: in the exercise as it was handed out, and in the lesson's code and formulas."""
    met = set(NAME.findall(" ".join(CODE.findall(lesson))))
    for node in ast.walk(ast.parse(stub)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            met |= set(NAME.findall(node.value))
    return frozenset(met | set(NAME.findall(stub)) | set(dir(builtins)) | {"np"})


def sentence(function: str, kind: str, old: str, new: str, known: frozenset[str]) -> str:
    """What an edit's maker computed, and what is right; "" where it cannot be said."""
    bare = [SILENT.sub("", text) for text in (old, new)]  # dtypes and copies are no part of a formula
    old, new = bare if bare[0] != bare[1] and bare[0] else (old, new)
    before, after = _shown(old, known), _shown(new, known)
    if not before or before == after or (new and not after):
        return ""
    if not _telling(before):
        return ""
    return SENTENCES.get(kind, PLAIN).format(function=function, before=before, after=after)


def rank(kind: str, before: str, after: str) -> tuple[int, int]:
    """Of edits that give the same numbers the lowest is told: a likely kind, nothing put in, little to read."""
    return RANK.index(kind) + SELDOM * (len(after) > len(before)), len(before) + len(after)


def _shown(text: str, known: frozenset[str]) -> str:
    """A snippet as the learner may see it; "" for one that is too long."""
    text = text.splitlines()[0] if text else ""
    strange = _names(text) - known
    shown = NAME.sub(lambda name: "…" if name[0] in strange else name[0], text).replace("self.…", "…")
    return shown if len(shown) <= LONGEST else ""


def _telling(snippet: str) -> bool:
    """Whether a snippet holds more than placeholders and operators, or than a number: "+ 1" is in many a line."""
    if set(NAME.findall(snippet)) - {"np", "self"}:
        return True
    formula = INDEX.sub("", snippet)
    return "…" in formula and any(letter.isdigit() for letter in formula)


def _names(snippet: str) -> set[str]:
    """The names in a snippet that are somebody's own: variables, and attributes of self."""
    code = snippet.strip()
    for head in ("for ", "if ", "while "):
        if code.startswith(head):
            code = f"{code} 0"
    try:
        tree = ast.parse(code)
    except SyntaxError:  # an operand with its operator
        try:
            tree = ast.parse(f"0 {code}" if not code[0].isalnum() and code[0] not in "([" else f"{code} 0")
        except SyntaxError:
            return set(NAME.findall(snippet))
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    owned = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    }
    return (found | owned) - {"self"}
