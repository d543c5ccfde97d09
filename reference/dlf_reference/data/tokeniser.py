"""A word-level tokeniser: text becomes words, words become numbers.

The vocabulary is made from training texts only, most frequent word first, equal counts in alphabetical order: the same
texts always give the same numbers. A word that is not in it becomes UNKNOWN; number 0 fills up short rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PADDING, UNKNOWN = 0, 1
NAMES = ("<padding>", "<unknown>")
WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?|[!?.,;:()\"$%&-]")
MARKUP = re.compile(r"<[^<>]{1,20}>|&(?:lt|gt|amp|quot|nbsp);")


def words(text: str) -> list[str]:
    """A text in lower case, cut into words (with 's and n't) and marks of punctuation; markup is dropped.

    Example:
        words("It isn't bad,<br />is it?") == ["it", "isn't", "bad", ",", "is", "it", "?"]
    """
    return WORD.findall(MARKUP.sub(" ", text.lower()))


@dataclass(frozen=True)
class Tokeniser:
    """Words and their numbers.

    Attributes:
        vocabulary: the word of each number; numbers 0 and 1 are padding and unknown words.
    """

    vocabulary: tuple[str, ...]
    numbers: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numbers", {word: number for number, word in enumerate(self.vocabulary)})

    @classmethod
    def from_texts(cls, texts: Iterable[str], size: int, least: int = 2) -> Tokeniser:
        """Choose the vocabulary.

        Args:
            texts: the training texts, and no others.
            size: how many numbers there are at most, padding and unknown among them.
            least: a word that occurs less often is left out.
        """
        counts = Counter[str]()
        for text in texts:
            counts.update(words(text))
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        chosen = [word for word, count in ranked[: size - len(NAMES)] if count >= least]
        return cls((*NAMES, *chosen))

    def __len__(self) -> int:
        return len(self.vocabulary)

    def encode(self, text: str) -> list[int]:
        """The numbers of a text's words."""
        return [self.numbers.get(word, UNKNOWN) for word in words(text)]

    def decode(self, numbers: Sequence[int]) -> list[str]:
        """The words of numbers."""
        return [self.vocabulary[number] for number in numbers]

    def save(self, file: Path) -> None:
        """Write the vocabulary, a word a line."""
        file.write_text("".join(f"{word}\n" for word in self.vocabulary), encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> Tokeniser:
        """Read what `save` wrote.

        Raises:
            ValueError: it is no vocabulary of ours.
        """
        vocabulary = tuple(file.read_text(encoding="utf-8").splitlines())
        if vocabulary[: len(NAMES)] != NAMES:
            raise ValueError(f"{file}: expected a vocabulary that begins with {', '.join(NAMES)}")
        return cls(vocabulary)
