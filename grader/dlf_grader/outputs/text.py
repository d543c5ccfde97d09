"""Text that every reader takes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

LONG = 26  # characters of a word that a column should have room for: CrossEntropyLoss.backward


def printable(text: str) -> str:
    """Text without control characters other than line ends: they are not allowed in XML, nor wanted on a page."""
    return "".join(c for c in text if c == "\n" or c.isprintable())


def cut(text: str, characters: int) -> str:
    """At most so many characters."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def wrapped(text: str, room: int, indent: str) -> list[str]:
    """A text in lines that are broken between words only; a shape, (2, 3), and a command at the end stay whole."""
    import re
    import textwrap  # what is written to a file is not broken

    wrapper = textwrap.TextWrapper(room, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    whole = r"\(\d+(?:, \d+)+\)|(?<=: )dlf-grade(?: \S+)+$"
    together = re.sub(whole, lambda found: found[0].replace(" ", "\u00a0"), text)
    return [line.replace("\u00a0", " ") for line in wrapper.wrap(together)] or [""]


def on_terminal(lines: Iterable[str], indent: int) -> Iterator[str]:
    """Lines for standard output: on a terminal broken between words, the rest of each under an indentation."""
    if not sys.stdout.isatty():
        yield from lines
        return
    import shutil

    width = shutil.get_terminal_size().columns
    indent = indent if width >= indent + LONG else min(indent, 6)
    for line in lines:
        yield from wrapped(line, max(width, indent + LONG), " " * indent)
