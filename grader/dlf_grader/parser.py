"""How a command reads its words."""

from __future__ import annotations

import argparse

from dlf_grader.failures import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line, like every other of ours."""

    def error(self, message: str) -> NoReturn:
        unknown = [word for word in message.split() if word.startswith("-")] if message.startswith("unrecog") else []
        near = next(filter(None, (self._like(word) for word in unknown)), "")
        where = self.prog if " " in self.prog else f"{self.prog} m1"  # without a word, all commands are listed
        raise UsageError(f"{message}; did you mean {near}?" if near else f"{message}; see: {where} --help")

    def _like(self, word: str) -> str:
        """The option that a word looks like, or ""."""
        from difflib import get_close_matches

        options = {option.strip("-"): option for option in self._option_string_actions}
        near = get_close_matches(word.partition("=")[0].strip("-"), options, n=1)
        return options[near[0]] if near else ""
