"""Short trainings of one model, each with one thing changed, and what they prove."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from dlf_reference.training.autopsy.measured import AS_IT_IS, Change, Trial

ROWS = 16  # learnt by heart
SEEDS = (1, 2, 3)
LEARNT = 0.5  # times the loss of a guess: a network that gets so far can learn
REPAIRED = 0.7  # times the loss of the model as it is, at least
MOST_STEPS = 300
LOGITS = (Change.LOGITS_OF_SIZE_1, Change.LOGITS_TIMES_TEN)  # changes of their size
HASTENS = (*LOGITS, Change.EVALUATION_MODE)  # any learning

WITH: dict[str, str] = {  # follows "With", or "There was no time to try"
    Change.WEIGHTS_LEFT_ALONE: "its weights left alone",
    Change.STANDARD_START: "PyTorch's own start",
    Change.ALL_WEIGHTS_TRAINED: "all weights trained",
    Change.INPUTS_STANDARDISED: "standardised inputs",
    Change.NO_DROPOUT: "no dropout",
    Change.BATCH_STATISTICS: "the batch's statistics",
    Change.FLOAT32: "float32",
    Change.NO_HOOKS: "no hooks",
    Change.LOGITS_OF_SIZE_1: "logits of size 1",
    Change.LOGITS_TIMES_TEN: "ten times its logits",
    Change.NOTHING_CUT: "nothing cut off",
    Change.EVALUATION_MODE: "forward in evaluation mode",
    Change.RELU: "ReLU in place of sigmoid and tanh",
}

Attempt = Callable[[str, int, int, int], Trial]  # a change, a seed, steps, and rows that are learnt by heart or 0


@dataclass
class Trials:
    """Trials of a model, remembered.

    Attributes:
        attempt: makes one.
        steps: of a trial.
        chance: the loss of a guess.
        until: when they must be over.
        rows: examples that are learnt by heart; 0 where a trial is the recipe's beginning.
        clock: of `until`.
    """

    attempt: Attempt
    steps: int
    chance: float
    until: float
    rows: int = ROWS
    clock: Callable[[], float] = time.monotonic
    found: dict[tuple[str, int], Trial] = field(default_factory=dict)
    longest: float = 0.0  # seconds of a trial

    def of(self, change: str, seed: int = SEEDS[0]) -> Trial:
        """The trial of a change."""
        if (change, seed) not in self.found:
            began = self.clock()
            self.found[change, seed] = self.attempt(change, seed, self.steps, self.rows)
            self.longest = max(self.longest, self.clock() - began)
        return self.found[change, seed]

    def loss(self, change: str, seed: int = SEEDS[0]) -> float:
        """Where a trial ends; infinite where it broke off."""
        after = self.of(change, seed).after
        return after if math.isfinite(after) else math.inf

    def of_length(self, steps: int) -> Trials:
        """Trials like these, of so many steps."""
        return Trials(self.attempt, steps, self.chance, self.until, self.rows, self.clock)

    def take_all_examples(self, steps: int) -> None:
        """Trials are the recipe's beginning from now on: so many steps of it, or `MOST_STEPS`."""
        self.longest *= min(MOST_STEPS, steps) / max(1, len(self.of(AS_IT_IS).losses))
        self.steps, self.rows = min(MOST_STEPS, steps), 0
        self.found.clear()

    def time_for(self, trials: int) -> bool:
        """Whether so many more can be made."""
        return self.clock() + trials * self.longest < self.until

    @property
    def time_for_seeds(self) -> bool:
        """Whether a change can be tried with the other seeds."""
        return self.time_for(2 * (len(SEEDS) - 1))

    def helps(self, change: str) -> bool:
        """Whether a change repairs learning once."""
        return self.loss(change) < REPAIRED * self.loss(AS_IT_IS)

    def repairs(self, change: str) -> bool:
        """Whether a change repairs learning with three seeds, beyond what these differ by."""
        if not self.time_for_seeds:
            return False
        plain = [self.loss(AS_IT_IS, seed) for seed in SEEDS]
        changed = [self.loss(change, seed) for seed in SEEDS]
        if not all(map(math.isfinite, changed)):
            return False
        if change in HASTENS and max(changed) > LEARNT * self.chance:
            return False
        gap = min(plain) - max(changed)
        return gap > max(changed) - min(changed) and max(changed) < REPAIRED * min(plain)

    def helps_each(self, change: str) -> bool:
        """Whether a change helps with each seed, and on average by half: what it takes away was seen otherwise."""
        if not self.time_for_seeds:
            return False
        plain, changed = ([self.loss(name, seed) for seed in SEEDS] for name in (AS_IT_IS, change))
        return max(changed) < min(plain) and sum(changed) < LEARNT * sum(plain)

    def by_how_much(self, change: str) -> str:
        """How far the loss falls with a change and without."""
        plain, changed = (np.mean([self.loss(name, seed) for seed in SEEDS]) for name in (AS_IT_IS, change))
        steps = len(self.of(change).losses)
        return f"the loss{self.where} is {changed:.2g} after {steps} steps instead of {plain:.2g}."

    @property
    def where(self) -> str:
        """On which examples the loss is."""
        return f" on {self.rows} examples" if self.rows else ""
