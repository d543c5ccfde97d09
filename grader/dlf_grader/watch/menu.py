"""The list of checks on the screen: moved through with arrows, narrowed by words, chosen from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dlf_grader.commands.list_checks import listed
from dlf_grader.model import Check
from dlf_grader.outputs.text import wrapped
from dlf_grader.run.progress import Statuses

FOOTER = "↑ ↓ move · / filter · Enter grade it · x reset its function · Esc back · q quit"
TYPING = "type to filter · Enter keep · Esc all"
_STEPS = {"up": -1, "down": 1, "page up": -10, "page down": 10, "home": -(10**6), "end": 10**6}


@dataclass(frozen=True)
class Menu:
    """The list, and where somebody is in it.

    Attributes:
        at: the position among those that fit.
        words: only checks that hold all of these fit.
        typing: whether letters are words now, and not keys.
        asked: whether x was the last key: pressed again, it resets.
    """

    checks: Sequence[Check]
    statuses: Statuses
    at: int = 0
    words: str = ""
    typing: bool = False
    asked: bool = False

    @property
    def fitting(self) -> list[Check]:
        words = self.words.split()
        return [
            each
            for each in self.checks
            if all(word in f"{each.id} {each.target} {each.title}".lower() for word in words)
        ]

    @property
    def chosen(self) -> Check | None:
        return next(iter(self.fitting[self.at : self.at + 1]), None)

    def pressed(self, key: str) -> Menu:
        """The list after a key that changes nothing but the list."""
        if key in _STEPS:
            last = max(len(self.fitting) - 1, 0)
            return replace(self, at=min(max(self.at + _STEPS[key], 0), last), asked=False)
        if not self.typing:
            return replace(self, typing=key == "/", asked=key == "x" and self.chosen is not None)
        if key in ("enter", "escape"):
            return replace(self, typing=False, words=self.words if key == "enter" else "", at=0)
        words = self.words[:-1] if key == "backspace" else self.words + key if len(key) == 1 else self.words
        return replace(self, words=words, at=0)

    def lines(self, width: int, height: int) -> list[str]:
        """What is on the screen: as many checks around the chosen one as there is room for, and the keys."""
        footer = wrapped(self._footer(), width, "")
        fitting, room = self.fitting, max(height - 2 - len(footer), 1)
        first = min(max(self.at - room // 2, 0), max(len(fitting) - room, 0))
        shown = [
            self._line(check, chosen=first + number == self.at)[:width]
            for number, check in enumerate(fitting[first : first + room])
        ]
        if self.typing or self.words:
            shown.insert(0, f"/{self.words}" + ("▏" if self.typing else ""))
        return [*shown, *([] if fitting else ["no check fits"]), *footer]

    def _line(self, check: Check, *, chosen: bool) -> str:
        return f"{'>' if chosen else ' '} {listed(check, self.statuses)}"

    def _footer(self) -> str:
        if self.asked and self.chosen is not None:
            return f"x again: {self.chosen.target} as it was handed out; your file is kept beside it"
        return TYPING if self.typing else FOOTER
