"""What a check is given besides the submission: seeds, PyTorch's answers, data, and how a run was asked for."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

if TYPE_CHECKING:
    from dlf_grader.config import Config
    from dlf_grader.model import Check
    from dlf_grader.report import Picture

Arrays = dict[str, Any]
T = TypeVar("T")


class Reference(Protocol):
    """PyTorch's answers and what else comes from `dlf_reference`, as `run/oracle.py` has them from a trusted worker."""

    def answers(self, oracle: str, questions: Sequence[Arrays]) -> list[Arrays]: ...

    def data(self, name: str, **arguments: Any) -> Any: ...

    def fresh(self, function: str, **arguments: Any) -> Any: ...


@dataclass(frozen=True)
class Context:
    """One check's surroundings.

    Attributes:
        only_case: the case to run, when a learner replays one; None for all.
        show: called with (fraction done, words) by checks that take more than a moment.
        decided: called once a verdict is certain, though something is still being looked for: it stands if the run is
            stopped.
        kept: what `once` made, for all that share it, as the submissions of a class.
        pictures: a check adds what a page may draw of it; no verdict depends on them.
    """

    check: Check
    config: Config
    reference: Reference
    only_case: int | None = None
    show: Callable[[float, str], None] = field(default=lambda fraction, words: None)
    decided: Callable[[], None] = field(default=lambda: None)
    kept: dict[tuple[object, ...], Any] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)

    @property
    def seed(self) -> int:
        return self.config.seed

    @property
    def drawn_for(self) -> str:
        """The id of the check whose cases this one is about: its own, or another's."""
        return getattr(self.check.method, "cases_of", "") or self.check.id

    def rng(self, number: int) -> np.random.Generator:
        """Random numbers of case `number` of this check: the same for the same seed, whatever ran before."""
        return np.random.default_rng([self.seed, zlib.crc32(self.drawn_for.encode()), number])

    def once(self, what: str, about: object, make: Callable[[], T]) -> T:
        """What `make` gives for this check with this seed, made once for a whole class: its arrays are read-only.

        Args:
            about: the object that makes it.
        """
        key = (what, self.drawn_for, self.seed, self.only_case, id(about))
        if key not in self.kept:
            self.kept[key] = (about, _read_only(make()))  # the object too: its id is not given to another
        made: T = self.kept[key][1]
        return made

    def answers(self, oracle: str, questions: Sequence[Arrays]) -> list[Arrays]:
        """PyTorch's answers, remembered between runs.

        Args:
            oracle: "module:function" in `dlf_reference`, e.g. "dlf_reference.oracles.m1:conv2d".
            questions: keyword arguments of each call.
        """
        return self.reference.answers(oracle, questions)


def _read_only(value: T) -> T:
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    elif isinstance(value, dict | list | tuple):
        for item in value.values() if isinstance(value, dict) else value:
            _read_only(item)
    elif is_dataclass(value):
        for part in fields(value):
            _read_only(getattr(value, part.name))
    return value
