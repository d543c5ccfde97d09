"""What the commands of this package say to words that they do not know: one line, with the word that was meant."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Iterable
from typing import NoReturn


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ " (did you mean epochs?)", or "" where no known word is like it."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {near[0]}?)" if near else ""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line."""

    def error(self, message: str) -> NoReturn:
        known = [str(choice) for action in self._actions for choice in action.choices or ()]
        known += self._option_string_actions
        wrong = re.search(r"invalid choice: '([^']*)'|unrecognized arguments: (--\S+)", message)
        guess = did_you_mean(wrong[1] or wrong[2], known) if wrong else ""
        self.exit(2, f"{self.prog}: {message}{guess}; see: {self.prog} --help\n")
