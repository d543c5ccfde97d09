"""A section of a lesson as HTML that needs no network: formulas as MathML, pictures inside the page."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlf_grader.outputs.headings import headings
from dlf_grader.places import repository

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markupsafe import Markup

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
FOLDING = re.compile(r"&lt;(/?(?:details|summary))&gt;")  # all that a lesson may say in HTML; other tags stay text
PICTURES = {".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Lesson:
    """A section of a milestone's README.

    Attributes:
        id: unique on the page.
        title: its heading, after those it stands under.
        body: without its heading.
    """

    id: str
    title: str
    body: Markup


def lessons(folder: str, wanted: Collection[str]) -> dict[str, Lesson]:
    """Sections of a milestone's README in the course we stand in, by anchor; what is not there is left out.

    Args:
        folder: the milestone's, "m1_cnn".
        wanted: anchors as GitHub makes them of headings, "backward-1".
    """
    root = repository()
    if root is None or not wanted:
        return {}
    from markupsafe import Markup

    readme = root / "exercises" / folder / "README.md"
    reader = _reader(readme.parent)
    try:
        text = readme.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    found = {}
    for anchor, titles, body in _sections(text, reader.parse(text)):
        if anchor in wanted:
            html = Markup(reader.renderer.render(body, reader.options, {}))
            found[anchor] = Lesson(f"lesson-{folder}-{anchor}", " · ".join(titles), html)
    return found


def _sections(text: str, tokens: Sequence[Token]) -> Iterator[tuple[str, list[str], list[Token]]]:
    """Every heading's anchor, the titles it stands under and its own, and what stands before the next of its level."""
    anchors = dict(headings(text))
    above: list[tuple[int, str]] = []
    for at, token in enumerate(tokens):
        if token.type != "heading_open" or token.map is None or token.map[0] not in anchors:
            continue
        level, title, after = _level(token), tokens[at + 1].content, tokens[at + 3 :]  # opened, text, closed
        above = [(other, words) for other, words in above if 1 < other < level] + [(level, title)]
        ends = (n for n, later in enumerate(after) if later.type == "heading_open" and _level(later) <= level)
        body = [_deeper(each, 3 - level) for each in after[: next(ends, len(after))]]
        yield anchors[token.map[0]], [words for _, words in above], body


def _level(heading: Token) -> int:
    return int(heading.tag[1])


def _deeper(token: Token, by: int) -> Token:
    """A heading as it stands on the page, where the section's own is of level 3; any other token as it is."""
    return token.copy(tag=f"h{min(6, _level(token) + by)}") if token.type.startswith("heading_") else token


# -- from Markdown to HTML ------------------------------------------------------------------------


def _reader(folder: Path) -> MarkdownIt:
    """Reads Markdown as GitHub does: tables, $formulas$, fences of mathematics, text that unfolds."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark").enable("table")
    reader.use(dollarmath_plugin, allow_space=False, renderer=_formula)

    def fence(_: Any, tokens: Sequence[Token], at: int, *more: Any) -> str:
        token = tokens[at]
        if token.info.strip() == "math":
            return _scrolling("div", "formula", _formula(token.content, {"display_mode": True}))
        return _scrolling("pre", "text", escape(token.content))

    def image(_: Any, tokens: Sequence[Token], at: int, *more: Any) -> str:
        return _picture(folder / str(tokens[at].attrs["src"]), tokens[at].content)

    def link(_: Any, tokens: Sequence[Token], at: int, *more: Any) -> str:
        target = str(tokens[at].attrs.get("href", ""))  # a page that is sent around has no files beside it
        return f'<a href="{escape(target)}" rel="noreferrer">' if target.startswith("https://") else "<a>"

    def html(_: Any, tokens: Sequence[Token], at: int, *more: Any) -> str:
        return FOLDING.sub(r"<\1>", escape(COMMENT.sub("", tokens[at].content)))

    reader.add_render_rule("html_block", html)
    reader.add_render_rule("html_inline", html)
    reader.add_render_rule("fence", fence)
    reader.add_render_rule("image", image)
    reader.add_render_rule("link_open", link)
    reader.add_render_rule("table_open", lambda *_: '<div class="scroll" tabindex="0" role="group"><table>\n')
    reader.add_render_rule("table_close", lambda *_: "</table></div>\n")
    return reader


def _scrolling(tag: str, label: str, content: str) -> str:
    """What may be wider than the page, to be scrolled with the keyboard too."""
    return f'<{tag} class="scroll" tabindex="0" role="group" aria-label="{label}">{content}</{tag}>\n'


def _formula(tex: str, options: dict[str, Any]) -> str:
    from math_core import LatexError, LatexToMathML

    try:
        return LatexToMathML().convert_with_local_state(tex.strip(), displaystyle=options["display_mode"])
    except LatexError:  # it can be read as it was written
        return f"<code>{escape(tex)}</code>"


def _picture(file: Path, words: str) -> str:
    """A picture inside the page; its description where it cannot be read."""
    kind = PICTURES.get(file.suffix)
    try:
        data = base64.b64encode(file.read_bytes()).decode() if kind else ""
    except OSError:
        data = ""
    if not data:
        return escape(words)
    return f'<img src="data:{kind};base64,{data}" alt="{escape(words)}">'
