"""What `-k` asks for: words joined by and, or, not and brackets, as pytest reads them; a comma is an or."""

from __future__ import annotations

import re
from collections.abc import Callable

from dlf_grader.failures import UsageError

Holds = Callable[[str], bool]  # whether a word is found in a check's names
Asks = Callable[[Holds], bool]
_TOKEN = re.compile(r"[(),]|[^\s(),]+")
_JOINTS = ("and", "or", ",", "not", "(", ")")


def read_keyword(text: str) -> Asks:
    """The question that an expression asks of a check; an empty one is answered yes.

    Raises:
        UsageError: a word or an operator is missing.
    """
    return _Reader(text).read() if text.strip() else lambda holds: True


class _Reader:
    """A recursive-descent reader: not binds strongest, or weakest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _TOKEN.findall(text)

    def read(self) -> Asks:
        asks = self._any()
        if self.tokens:
            raise self._wrong(f"expected and, or, or a comma before {self.tokens[0]!r}")
        return asks

    def _any(self) -> Asks:
        parts = [self._all()]
        while self.tokens and self.tokens[0] in ("or", ","):
            self.tokens.pop(0)
            parts.append(self._all())
        return lambda holds: any(part(holds) for part in parts)

    def _all(self) -> Asks:
        parts = [self._one()]
        while self.tokens and self.tokens[0] == "and":
            self.tokens.pop(0)
            parts.append(self._one())
        return lambda holds: all(part(holds) for part in parts)

    def _one(self) -> Asks:
        word = self.tokens.pop(0) if self.tokens else ""
        if word == "not":
            part = self._one()
            return lambda holds: not part(holds)
        if word == "(":
            part = self._any()
            if not self.tokens or self.tokens.pop(0) != ")":
                raise self._wrong("expected )")
            return part
        if not word or word in _JOINTS:
            raise self._wrong(f"expected a word{f' before {word!r}' if word else ' at the end'}")
        return lambda holds: holds(word)

    def _wrong(self, why: str) -> UsageError:
        return UsageError(
            f"-k {self.text!r}: {why}. Words are joined by and, or, not, as in -k 'conv and not gradient'"
        )
