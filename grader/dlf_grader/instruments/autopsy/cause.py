"""What a cause is, and what an autopsy says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dlf_reference.training.autopsy.measured import Looks

from dlf_grader.report import NOT_EXPLAINED, Diagnosis, Picture


@dataclass(frozen=True)
class Cause:
    """Something that keeps a network from learning.

    Attributes:
        id: of its diagnosis.
        seen: the fact that was measured, a sentence; "" where there is nothing of it.
        remedy: what to do, a sentence.
        change: the trial that must repair learning; "" where what was seen is proof enough.
        shows: "gradient" or "dead" where the picture is of that, by layer.
        follows: what shows in which line of forward it happens, as `reacted.followed` has it; "" where nothing does.
        hastens: whether its change hastens any learning: then it says nothing where a network is only slow.
        ignores: whether it is that the logits do not react to a part of the input.
        weights: the names of those that it is about.
    """

    id: str
    seen: Callable[[Looks], str]
    remedy: str
    change: str = ""
    shows: str = ""
    follows: str = ""
    hastens: bool = False
    ignores: bool = False
    weights: Callable[[Looks], Sequence[str]] = lambda looks: ()

    def named(self, fact: str) -> Diagnosis:
        """The cause in two sentences."""
        return Diagnosis(self.id, f"{fact} {self.remedy}")


@dataclass(frozen=True)
class Finding:
    """What an autopsy says.

    Attributes:
        cause: named only if it is certain.
        measured: what was measured, sentences.
        untried: changes that there was no time for.
        pictures: that prove it.
        line: of the learner's file, if it is known.
        weight: the name of one that it is about; "" for none.
    """

    cause: Diagnosis | None = None
    measured: tuple[str, ...] = ()
    untried: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    line: int = 0
    weight: str = ""

    def said(self, longer: str = "") -> tuple[Diagnosis, ...]:
        """As a result carries it.

        Args:
            longer: the command that searches for longer, if there is one.
        """
        words = [] if self.cause else [*self.measured]
        if self.untried and not self.cause:
            words.append(f"There was no time to try: {', '.join(self.untried)}.")
        if self.untried and longer:
            words.append(f"{longer} takes longer, and tries more.")
        more = (Diagnosis(NOT_EXPLAINED, " ".join(words)),) if words else ()
        return (self.cause, *more) if self.cause else more
