"""The headings of a lesson, and the anchors that GitHub gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator


def headings(text: str) -> Iterator[tuple[int, str]]:
    """Each heading of a Markdown text: the index of its line, and the anchor that GitHub gives it."""
    found: dict[str, int] = {}
    fenced = False
    for index, line in enumerate(text.splitlines()):
        fenced ^= line.startswith("```")
        if (match := re.match(r"#{1,6} +(.+)", line)) and not fenced:
            slug = re.sub(r"[^\w\- ]", "", match[1].strip().lower()).replace(" ", "-")
            yield index, f"{slug}-{found[slug]}" if slug in found else slug
            found[slug] = found.get(slug, 0) + 1
