"""Text that every reader takes."""

from __future__ import annotations


def printable(text: str) -> str:
    """Text without control characters other than line ends: they are not allowed in XML, nor wanted on a page."""
    return "".join(c for c in text if c == "\n" or c.isprintable())


def cut(text: str, characters: int) -> str:
    """At most so many characters."""
    return text if len(text) <= characters else text[: characters - 1] + "…"
