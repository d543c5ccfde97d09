"""A section of a lesson as HTML that needs no network: formulas as MathML, pictures inside the page."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlf_grader.config import repository

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token
    from markupsafe import Markup

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


def lesson(exercise: str, anchor: str) -> Lesson | None:
    """The section that a check names, out of the course we stand in; None where there is none.

    Args:
        exercise: the file the check is about, "m1_cnn/conv.py".
        anchor: as GitHub makes it of the heading, "backward-1".
    """
    root, folder = repository(), exercise.partition("/")[0]
    if root is None or not anchor:
        return None
    return _section(root / "exercises" / folder / "README.md", anchor)


def anchors(markdown: str) -> list[str]:
    """The anchors that GitHub gives the headings of a Markdown text, in order."""
    return [anchor for anchor, _, _ in _headings(_reader(Path()).parse(markdown))]


@cache
def _section(readme: Path, anchor: str) -> Lesson | None:
    from markupsafe import Markup

    reader = _reader(readme.parent)
    try:
        tokens = reader.parse(readme.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return None
    above: list[tuple[int, str]] = []
    for found, title, at in _headings(tokens):
        level = _level(tokens[at])
        above = [(other, text) for other, text in above if 1 < other < level] + [(level, title)]
        if found == anchor:
            body = _until_next(tokens[at + 3 :], level)
            titles = " · ".join(text for _, text in above)
            html = Markup(reader.renderer.render(_deeper(body, level), reader.options, {}))
            return Lesson(f"lesson-{readme.parent.name}-{anchor}", titles, html)
    return None


def _headings(tokens: Sequence[Token]) -> Iterator[tuple[str, str, int]]:
    """Anchor, text and place of every heading; of equal ones, the second is called "…-1"."""
    found: dict[str, int] = {}
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            text = tokens[at + 1].content
            slug = re.sub(r"[^\w\- ]", "", text.strip().lower()).replace(" ", "-")
            yield f"{slug}-{found[slug]}" if slug in found else slug, text, at
            found[slug] = found.get(slug, 0) + 1


def _level(heading: Token) -> int:
    return int(heading.tag[1])


def _until_next(tokens: Sequence[Token], level: int) -> list[Token]:
    """What stands before the next heading of this level or above."""
    ends = (at for at, token in enumerate(tokens) if token.type == "heading_open" and _level(token) <= level)
    return list(tokens[: next(ends, len(tokens))])


def _deeper(tokens: list[Token], level: int) -> list[Token]:
    """Headings as they stand on the page: the section's own is of level 3."""
    for token in tokens:
        if token.type.startswith("heading_"):
            token.tag = f"h{min(6, 3 + _level(token) - level)}"
    return tokens


# -- from Markdown to HTML ------------------------------------------------------------------------


def _reader(folder: Path) -> MarkdownIt:
    """Reads Markdown as GitHub does: tables, $formulas$, fences of mathematics; raw HTML stays text."""
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
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
    from latex2mathml.converter import convert

    # latex2mathml has no `aligned`, of which `split` is the like, and keeps the sign before an escaped underscore
    known = tex.strip().replace("{aligned}", "{split}").replace(r"\_", "_")
    try:
        return convert(known, display="block" if options["display_mode"] else "inline")
    except Exception:  # noqa: BLE001 - whatever it stumbles over, the formula can be read as it was written
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
