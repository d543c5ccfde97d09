"""AG News as its readers saw it: the files hold the pages' markup, and part of it damaged."""

from __future__ import annotations

import html
import re

# "Oracle's", written "Oracle&#39;s" on the page, is "Oracle #39;s" in the files: every & of a character became a space.
# Names that are words as well, such as "copy", are left alone.
CHARACTER = re.compile(r"(?:^|&| )(#\d{2,4}|quot|amp|lt|gt|nbsp|[lr][sd]quo|[mn]dash|hellip);")
TAG = re.compile(r"</?[A-Za-z][^<>]*(?:>|$)")  # the last of a text may have been cut off
ESCAPED = re.compile(r"\\(\$?)")  # before a dollar, and where a line ended


def readable(text: str) -> str:
    """A text without markup, its characters restored, with single spaces.

    Example:
        "Oracle #39;s &lt;b&gt;bid&lt;/b&gt; for  quot;rivals quot;" gives: Oracle's bid for "rivals"
    """
    text = _characters(_characters(text))  # what was written twice over: " amp;lt;"
    text = ESCAPED.sub(lambda match: match[1] or " ", TAG.sub(" ", text))
    return " ".join(text.split())


def _characters(text: str) -> str:
    return CHARACTER.sub(lambda match: html.unescape(f"&{match[1]};"), text)
