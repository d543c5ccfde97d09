"""From looks to trials to a cause: what is asked of the worker, in which order, and when to stop."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import msgspec
import numpy as np
from dlf_grader.context import Context
from dlf_grader.failures import DlfError, LearnerError
from dlf_grader.instruments.autopsy.cause import Cause, Finding
from dlf_grader.instruments.autopsy.networks import ANYWAY, CAUSES
from dlf_grader.instruments.autopsy.pictured import by_layer, repaired
from dlf_grader.report import Diagnosis, Picture
from dlf_grader.sandbox.proxy import Remote, Submission
from dlf_grader.sandbox.words import LONGEST_NAME, one_line
from dlf_reference.training.autopsy.measured import AS_IT_IS, PART, Looks, Modes, Trial

AUTOPSY = "dlf_reference.training.autopsy"
ROWS, STEPS = 16, {"images": 20}  # learnt by heart, in so many steps
USUAL_STEPS = 40
LEARNT = 0.5  # times the loss of a guess: a network that gets so far can learn
HARDLY = 0.85  # times it: one that gets no further hardly learns
SEEDS = (1, 2, 3)
REPAIRED = 0.7  # times the loss of the model as it is, at least
MOST_STEPS, TRIALS_OF_PARTS = 300, 8  # of a trial with a part of ours in it; that there must be time for
STUCK = 0.25  # times the loss of a guess: where a network is not stuck, after a quarter of its training
PARTS = "a part of ours in place of each of yours"
AT_FAULT = "part-at-fault"
RUNNING = 0.3  # of accuracy, between the modes of a trained model
Kind = TypeVar("Kind")


@dataclass
class Inquest:
    """One autopsy of a network that a recipe trains.

    Attributes:
        new: makes the learner's model for a seed.
        recipe, data, settings: the check's.
        until: when it must be over, on the clock of `time.monotonic`.
    """

    submission: Submission
    ctx: Context
    new: Any
    recipe: str
    data: Mapping[str, np.ndarray]
    settings: Mapping[str, Any]
    until: float
    found: dict[tuple[str, int], Trial] = field(default_factory=dict)
    rows: int = ROWS
    steps: int = 0  # of a trial; 0 for those that learn by heart
    longest: float = 0.0  # seconds of a trial
    kept: Remote | None = None
    chance: float = math.inf  # the loss of a guess

    def hold(self, trained: Remote | None) -> Finding:
        """Look, name what is proven, and else try what could be it.

        Args:
            trained: the model that the check has trained, if it got so far.
        """
        try:
            self.kept = self.submission.put(dict(self.data))
            if differ := self._shapes():
                return Finding(differ)
            looks = self._asked(Looks, "looks:look", self.new(SEEDS[0]), SEEDS[0])
        except LearnerError:
            return Finding()  # the same exception ended the training: it is said already
        self.chance = looks.chance
        seen = [(cause, fact) for cause in CAUSES if (fact := cause.seen(looks))]
        proven = next((at for at, (cause, _) in enumerate(seen) if not cause.change), None)
        if trained is not None and (modes := self._modes(trained)) is not None:
            return Finding(modes)
        if proven is not None:
            cause, fact = seen[proven]
            located = proven or cause.id == "input-ignored"  # by a change, or by the part that lets nothing through
            before = self._tried(seen[:proven], looks) if located else Finding()
            if before.cause is not None and before.cause.id == AT_FAULT:
                return replace(before, cause=Diagnosis(AT_FAULT, f"{fact} {before.cause.text}"))
            return before if before.cause else Finding(cause.named(fact), pictures=by_layer(looks, cause.shows))
        return self._tried([(cause, fact) for cause, fact in seen if cause.change], looks)

    # -- what is measured -------------------------------------------------------------------------

    def _asked(self, kind: type[Kind], function: str, model: Remote, seed: int, *more: Any) -> Kind:
        """A measurement, if it has the form that ours has: the code beside it may have replaced it."""
        given = (model, self.recipe, self.kept, dict(self.settings), seed, *more)
        found = self.submission.call(f"{AUTOPSY}.{function}", *given)
        try:
            return msgspec.convert(found, kind)
        except msgspec.ValidationError as error:
            raise DlfError(f"no measurement of ours: {error}") from error

    def _shapes(self) -> Diagnosis | None:
        """Whether logits have another shape in evaluation mode."""
        training, evaluation = self._asked(tuple[str, str], "looks:shapes", self.new(SEEDS[0]), SEEDS[0])
        if training == evaluation:
            return None
        shown = [one_line(each, LONGEST_NAME) for each in (training, evaluation)]
        text = f"forward returns {shown[0]} in training mode, and {shown[1]} in evaluation mode."
        return Diagnosis("shapes-differ", f"{text} Return the logits, one row for each example, in both.")

    def _modes(self, trained: Remote) -> Diagnosis | None:
        """Whether a trained model is right in training mode, and wrong in evaluation mode."""
        try:
            modes = self._asked(Modes, "looks:modes", trained, SEEDS[0])
        except LearnerError:
            return None
        if modes.training - modes.evaluation < RUNNING:
            return None
        shares = [f"{100 * share:.0f} %" for share in (modes.training, modes.evaluation)]
        fact = f"The trained model is right about {shares[0]} of training examples in training mode, and about"
        remedy = "Look at what differs: self.training, the running statistics of batch norm, dropout."
        text = f"{fact} {shares[1]} in evaluation mode. {remedy}"
        return Diagnosis("modes-differ", text)

    def _trial(self, change: str, seed: int) -> Trial:
        if (change, seed) not in self.found:
            began = time.monotonic()
            steps = self.steps or STEPS.get(self.recipe.partition(":")[0], USUAL_STEPS)
            self.found[change, seed] = self._asked(
                Trial, "trials:attempt", self.new(seed), seed, change, steps, self.rows
            )
            self.longest = max(self.longest, time.monotonic() - began)
        return self.found[change, seed]

    def _take_all_examples(self) -> None:
        """Trials go on for a quarter of the recipe's steps: the network learns a few examples by heart."""
        batch, epochs = (int(self.settings.get(name, 1)) for name in ("batch_size", "epochs"))
        examples = len(self.data.get("y_train", self.data["x_train"]))
        self.steps = min(MOST_STEPS, examples * epochs // batch // 4)
        self.longest *= self.steps / max(1, len(self.found[AS_IT_IS, SEEDS[0]].losses))
        self.rows = 0
        self.found.clear()

    def _time_for(self, trials: int) -> bool:
        return time.monotonic() + trials * self.longest < self.until

    # -- trials -----------------------------------------------------------------------------------

    def _tried(self, suspects: list[tuple[Cause, str]], looks: Looks) -> Finding:
        """Each suspected change once, then those that happen to help a failing network; the best one thrice."""
        anyway = [(cause, fact) for cause in ANYWAY if (fact := cause.seen(looks))]
        known = {cause.change for cause, _ in suspects}
        as_it_is = _loss(self._trial(AS_IT_IS, SEEDS[0]))
        if as_it_is < LEARNT * looks.chance:
            steps = len(self.found[AS_IT_IS, SEEDS[0]].losses)
            guess = f"a guess has {looks.chance:.2g}"
            learnt = f"It can learn: the loss on {ROWS} examples falls to {as_it_is:.2g} in {steps} steps, and {guess}."
            suspects = [each for each in suspects if not each[0].change.startswith("logits")]  # they are large enough
            facts = (learnt, *(fact for _, fact in suspects))
            self._take_all_examples()
            if not self._time_for(TRIALS_OF_PARTS):
                return Finding(measured=facts, untried=(PARTS,))
            as_it_is = _loss(self._trial(AS_IT_IS, SEEDS[0]))
            if as_it_is < STUCK * looks.chance:
                return Finding(measured=facts)
            if not suspects:
                return self._exchanged(facts, STUCK * looks.chance)
        if as_it_is < HARDLY * looks.chance:  # only a slow start, perhaps
            anyway = []
        listed = [*suspects, *((cause, fact) for cause, fact in anyway if cause.change not in known)]
        untried = []
        tried: list[tuple[Cause, str]] = []
        for cause, fact in listed:
            self.ctx.show(1.0, f"why it does not learn: {cause.change}")
            if not self._time_for(1):
                untried.append(cause.change)
                continue
            tried.append((cause, fact))
            self._trial(cause.change, SEEDS[0])
            if self._helps(cause.change) and self._repairs(cause.change):
                said = self._by_how_much(cause.change, WITH[cause.change])
                return Finding(
                    cause.named(f"{fact} {said}"),
                    pictures=(*by_layer(looks, cause.shows), *self._curves(cause.change, WITH[cause.change])),
                )
        measured = self._measured(tried, as_it_is)
        if untried:
            return Finding(measured=measured, untried=(*untried, PARTS))
        return self._exchanged(measured, (REPAIRED if self.rows else STUCK) * looks.chance)

    def _helps(self, change: str) -> bool:
        """Whether a change repairs learning once."""
        return _loss(self.found[change, SEEDS[0]]) < REPAIRED * _loss(self.found[AS_IT_IS, SEEDS[0]])

    def _repairs(self, change: str) -> bool:
        """Whether a change repairs learning with three seeds, beyond what these differ by."""
        if not self._time_for(2 * (len(SEEDS) - 1)):
            return False
        plain = [_loss(self._trial(AS_IT_IS, seed)) for seed in SEEDS]
        changed = [_loss(self._trial(change, seed)) for seed in SEEDS]
        if not all(map(math.isfinite, changed)):
            return False
        if change.startswith("logits") and max(changed) > LEARNT * self.chance:  # larger ones hasten any learning
            return False
        gap = min(plain) - max(changed)
        return gap > max(changed) - min(changed) and max(changed) < REPAIRED * min(plain)

    def _curves(self, change: str, called: str) -> tuple[Picture, ...]:
        return repaired(self.found[AS_IT_IS, SEEDS[0]], self.found[change, SEEDS[0]], called)

    def _by_how_much(self, change: str, called: str) -> str:
        plain, changed = (np.mean([_loss(self.found[name, seed]) for seed in SEEDS]) for name in (AS_IT_IS, change))
        steps = len(self.found[change, SEEDS[0]].losses)
        said = f"With {called} the loss{self._where()} is {changed:.2g}"
        return f"{said} after {steps} steps instead of {plain:.2g}."

    def _where(self) -> str:
        return f" on {self.rows} examples" if self.rows else ""

    # -- a part of ours in place of one of theirs --------------------------------------------------

    def _exchanged(self, measured: tuple[str, ...], learnt: float) -> Finding:
        """The innermost part whose exchange repairs learning.

        Args:
            learnt: the loss that a network must reach with a part of ours in it.
        """
        ours = self._asked(dict[str, str], "parts:listed", self.new(SEEDS[0]), SEEDS[0])
        untried = list[str]()

        def helps(part: str) -> bool:
            self.ctx.show(1.0, f"why it does not learn: ours for {_spoken(part)}")
            if not self._time_for(1):
                untried.append(f"ours for {_spoken(part)}")
                return False
            return _loss(self._trial(PART + part, SEEDS[0])) < learnt and self._helps(PART + part)

        for part in reversed(first_of(list(ours), helps)):
            if self._repairs(PART + part):
                called = f"{ours[part]} in its place"
                said = self._by_how_much(PART + part, called)
                where = f"Something is wrong in self.{_spoken(part)}, or next to it."
                text = f"{where} {said} Look at how it starts, what it computes, and what becomes of its result."
                return Finding(Diagnosis(AT_FAULT, text), pictures=self._curves(PART + part, called))
        return Finding(measured=measured, untried=tuple(untried))

    def _measured(self, tried: list[tuple[Cause, str]], as_it_is: float) -> tuple[str, ...]:
        """What was seen of suspects, and where each trial ended."""
        if not tried:
            return (f"The loss{self._where()} ends at {as_it_is:.2g}.",)
        facts = tuple(fact for cause, fact in tried if cause in CAUSES)
        if not self._time_for(2 * (len(SEEDS) - 1)) and any(self._helps(cause.change) for cause, _ in tried):
            facts = (*facts, "There was no time to try it with other seeds.")
        losses = ", ".join(f"{_loss(self.found[c.change, SEEDS[0]]):.2g} with {WITH[c.change]}" for c, _ in tried)
        return (
            *facts,
            f"The loss{self._where()} ends at {as_it_is:.2g}; {losses}.",
        )


WITH = {
    "weights left alone": "its weights left alone",
    "standard start": "PyTorch's own start",
    "all weights trained": "all weights trained",
    "inputs standardised": "standardised inputs",
    "no dropout": "no dropout",
    "statistics of the batch": "the batch's statistics",
    "float32": "float32",
    "no hooks": "no hooks",
    "logits of size 1": "logits of size 1",
    "logits times ten": "ten times its logits",
    "ReLU": "ReLU in place of sigmoid and tanh",
}


def first_of(parts: Sequence[str], helps: Callable[[str], bool]) -> list[str]:
    """The first part that helps, then the first inside it that does, and so on.

    Args:
        parts: names, the outer before the inner ones.
    """
    outer = [part for part in parts if not any(part.startswith(f"{other}.") for other in parts)]
    part = next(filter(helps, outer), None)
    if part is None:
        return []
    return [part, *first_of([each for each in parts if each.startswith(f"{part}.")], helps)]


def _spoken(part: str) -> str:
    return one_line(part, LONGEST_NAME).removeprefix("model.")


def _loss(trial: Trial) -> float:
    """Where a trial ends; infinite where it broke off."""
    return trial.after if math.isfinite(trial.after) else math.inf
