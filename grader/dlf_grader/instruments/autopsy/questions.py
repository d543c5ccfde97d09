"""What an inquest asks of the worker that holds the model."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from dlf_reference.training.autopsy.measured import AS_IT_IS, Kept, Looks, Place, Reaction, Restart, Trial
from dlf_reference.training.autopsy.modes import Modes

from dlf_grader.failures import LearnerError
from dlf_grader.instruments.autopsy.rewriting import REWRITTEN, Rewriting, rewritings
from dlf_grader.instruments.autopsy.trials import SEEDS
from dlf_grader.instruments.edits.one_step import source_of
from dlf_grader.instruments.measured import measured
from dlf_grader.sandbox.proxy import Remote, Submission

AUTOPSY = "dlf_reference.training.autopsy"
Kind = TypeVar("Kind")


@dataclass
class Questions:
    """Measurements of a network that a recipe trains, and trials of changes of it.

    Attributes:
        new: makes the learner's model for a seed.
        recipe, data, settings: the check's.
        syntax: the learner's file.
    """

    submission: Submission
    new: Any
    recipe: str
    data: Mapping[str, np.ndarray]
    settings: Mapping[str, Any]
    syntax: ast.Module = field(default_factory=lambda: ast.Module([], []))

    @cached_property
    def rewritings(self) -> dict[str, Rewriting]:
        """The changes of the learner's file by name, the likeliest first."""
        return {each.name: each for each in rewritings(self.syntax)}

    def looks(self) -> Looks:
        """A new model, looked at from all sides."""
        return self._asked(Looks, "batch.looks:look")

    def shapes(self) -> tuple[str, str]:
        """What a forward gives in training mode, and in evaluation mode."""
        return self._asked(tuple[str, str], "batch.looks:shapes")

    def modes(self, trained: Remote) -> Modes:
        """How a trained model does in both modes."""
        return self._asked(Modes, "batch.looks:modes", model=trained)

    def reactions(self, at_once: tuple[str, ...] = ()) -> tuple[Reaction, ...]:
        """What the logits react to; of a model as it starts, to some parts of its input alone."""
        return self._asked(tuple[Reaction, ...], "batch.looks:reacted", at_once)

    def restarted(self) -> tuple[Restart, ...]:
        """What the logits react to as the model starts, and with each module started as PyTorch's layers do."""
        try:
            return self._asked(tuple[Restart, ...], "batch.restarted:restarted")
        except LearnerError:
            return ()

    def parts(self) -> dict[str, tuple[str, str]]:
        """The parts that ours can take the place of: what ours is called, and their own class."""
        return self._asked(dict[str, tuple[str, str]], "trials.parts:listed")

    def kept(self) -> Kept:
        """What a forward keeps, and backward cannot use."""
        return self._asked(Kept, "batch.backwards:kept")

    def place(self, followed: str) -> Place:
        """The line of forward in which something becomes of a part of the input, "" for none."""
        if not followed:
            return Place("")
        try:
            return self._asked(Place, "batch.followed:place", followed)
        except LearnerError:
            return Place("")

    def attempt(self, change: str, seed: int, steps: int, rows: int, *, evaluated: bool) -> Trial:
        """A trial of a change of ours, or of the learner's file."""
        if change.startswith(REWRITTEN):
            with self.rewritten(self.rewritings[change]):
                return self.attempt(AS_IT_IS, seed, steps, rows, evaluated=evaluated)
        return self._asked(Trial, "trials.attempt:attempt", str(change), steps, rows, evaluated, seed=seed)

    @contextmanager
    def rewritten(self, rewriting: Rewriting) -> Iterator[None]:
        """The learner's file is another one meanwhile."""
        try:
            for edit in rewriting.edits:
                self.submission.redefine(edit.function, edit.source)
            yield
        finally:
            for edit in rewriting.edits:
                self.submission.redefine(edit.function, source_of(self.syntax, edit.function))

    def _asked(
        self, kind: type[Kind], function: str, *more: Any, seed: int = SEEDS[0], model: Remote | None = None
    ) -> Kind:
        """A measurement of a model."""
        given = (model or self.new(seed), self.recipe, self._kept, dict(self.settings), seed, *more)
        return measured(kind, self.submission, f"{AUTOPSY}.{function}", *given)

    @cached_property
    def _kept(self) -> Remote:
        """The data, sent to the worker once."""
        return self.submission.put(dict(self.data))
