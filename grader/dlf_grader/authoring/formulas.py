"""What keeps a formula of a lesson from being set where lessons are read: on GitHub, in an editor, on the site."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

FORMULA = re.compile(r"(?<![\w\\$])\$(?![\s$])([^$\n]+)(?<!\s)\$(?![\w$])")
MACRO = re.compile(
    r"\\(operatorname|mbox|phantom|newcommand|def|DeclareMathOperator)\b"
)  # GitHub shows an error instead


def formula_problems(text: str) -> Iterator[str]:
    """What is wrong with the formulas of a Markdown text, each with its line."""
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        line = token.map[0] + 1 if token.map else 1
        if token.type == "fence" and token.info == "math":
            yield from (f"line {line}: {words}" for words in _refused(token.content))
        elif token.type == "inline":
            yield from (f"line {line}: {words}" for words in _inline(token))


def _inline(token: Token) -> Iterator[str]:
    """Markdown comes first: it must leave a formula as it is, or no dollar finds its partner."""
    parts = [child.content for child in token.children or () if child.type == "text"]
    source = re.sub(r"`[^`]*`", "", token.content)
    for formula in FORMULA.findall(source):
        yield from _refused(formula)
        if not any(f"${formula}$" in part for part in parts):
            yield f"Markdown changes ${formula}$: a backslash before a sign, or a pair of _ or *; write it without"
    if "$" in FORMULA.sub("", source):
        yield "a $ without its partner: inside of one line, with no space or letter beside it"


def _refused(formula: str) -> Iterator[str]:
    if found := MACRO.search(formula):
        yield rf"GitHub refuses {found[0]}; \mathrm or \text may do"
