"""A learner's words and their process's end, made fit to be shown: nothing moves a cursor or fills a report."""

from __future__ import annotations

import signal

LONGEST_NAME = 200  # characters of a type's, a file's or a function's name
LONGEST_TEXT = 4000  # characters of an exception's text


def plain(text: str) -> str:
    """The text with a space for everything that is not printed."""
    return "".join(c if c.isprintable() else " " for c in text)


def one_line(text: str, limit: int = LONGEST_TEXT) -> str:
    """The beginning of a text as one line, with single spaces."""
    return " ".join(plain(text[:limit]).split())


def spelt_alike(one: str, other: str) -> bool:
    """Whether two names are the same but for capitals and underscores."""
    return one.replace("_", "").lower() == other.replace("_", "").lower()


def how_it_ended(status: int) -> str:
    """An exit status, or minus a signal, in words."""
    if status < 0:
        try:
            return f"killed by {signal.Signals(-status).name}"
        except ValueError:
            return f"killed by signal {-status}"
    return f"exited with status {status}"
