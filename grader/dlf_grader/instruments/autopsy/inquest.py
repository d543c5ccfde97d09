"""From looks to trials to a cause: what is asked in which order, and when to stop."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial

from dlf_reference.training.autopsy.measured import AS_IT_IS, Looks, Reaction
from dlf_reference.training.autopsy.modes import Modes

from dlf_grader.context import Context
from dlf_grader.failures import LearnerError, WorkerLost
from dlf_grader.instruments.autopsy.cause import Cause, Finding
from dlf_grader.instruments.autopsy.causes import ANYWAY, CAUSES, NOTES
from dlf_grader.instruments.autopsy.functions import dropped_most
from dlf_grader.instruments.autopsy.located import (
    LINE_AT_FAULT,
    LINES,
    PART_AT_FAULT,
    line_at_fault,
    line_behind,
    part_at_fault,
)
from dlf_grader.instruments.autopsy.pictured import by_layer, repaired
from dlf_grader.instruments.autopsy.questions import Questions
from dlf_grader.instruments.autopsy.reacted import followed
from dlf_grader.instruments.autopsy.repeated import running_astray, running_late
from dlf_grader.instruments.autopsy.rewriting import Rewriting, line_of_mode, lines_of_class, nearest
from dlf_grader.instruments.autopsy.told import listed
from dlf_grader.instruments.autopsy.trials import LEARNT, LOGITS, REPAIRED, ROWS, WITH, Trials
from dlf_grader.instruments.places import line_of, line_told, said
from dlf_grader.instruments.tokens import LATER, PADDED
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.proxy import Remote
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

STEPS, USUAL_STEPS = {"images": 20}, 40  # in which `ROWS` examples are learnt by heart
HARDLY = 0.85  # times the loss of a guess: one that gets no further hardly learns
HELPED = 0.9  # times the loss of the network as it is: a change that gets no further shows nothing
TRIALS_OF_PARTS = 8  # that there must be time for
STUCK = 0.25  # times the loss of a guess: where a network is not stuck, after a quarter of its training
LEFT = 0.1  # times the loss of a guess: what a healthy network has left, at most, after all of its training
PARTS = "a part of ours in place of each of yours"
LET_IN = {"later-tokens-seen": ("later", LATER), "padding-read": ("padding", PADDED)}
MOSTLY = 0.75  # of its input: a dropout of that share makes the modes differ
RUNNING = 0.1  # of accuracy, between the modes of a trained model


@dataclass
class Inquest:
    """One autopsy of a network that a recipe trains.

    Attributes:
        ask: what can be asked of the worker.
        until: when it must be over, on the submission's clock.
    """

    ask: Questions
    ctx: Context
    until: float

    def hold(self, trained: Remote | None) -> Finding:
        """Look, name what is proven, and else try what could be it.

        Args:
            trained: the model that the check has trained, if it got so far.
        """
        try:
            if differ := self._shapes():
                return Finding(differ)
            looks = self.ask.looks()
        except LearnerError:
            return Finding()  # the same exception ended the training: it is said already
        seen = [(cause, fact) for cause in CAUSES if (fact := cause.seen(looks))]
        proven = next((at for at, (cause, _) in enumerate(seen) if not cause.change), None)
        if trained is not None and (modes := self._modes(trained)):
            return self._modes_differ(modes, looks)
        if proven is not None:
            cause, fact = seen[proven]
            return self._proven(cause, fact, seen[:proven], looks)
        return self._tried([(cause, fact) for cause, fact in seen if cause.change], looks)

    def _placed(self, cause: Cause, fact: str, looks: Looks) -> tuple[str, int]:
        """A fact with the line of forward in which it happens, as far as that is known, and that line."""
        part = followed(cause.follows, looks)
        place = self.ask.place(part)
        line = line_of(place, self._file) or line_told(fact, self._file)
        return f"{fact} {said(cause.follows, part, place)}".rstrip(), line

    def _let_in(self, cause: Cause, fact: str) -> Finding | None:
        """The function that lets padding or later tokens in, if it is known what is wrong with it."""
        what, sentences = LET_IN.get(cause.id, ("", {}))
        place = self.ask.place(what)
        line = line_of(place, self._file)
        if not line or place.kind not in sentences:
            return None
        text = f"{fact} Look at line {line} of {self._file}. {sentences[place.kind].text}"
        return Finding(Diagnosis(cause.id, text), line=line)

    def _proven(self, cause: Cause, fact: str, before: list[tuple[Cause, str]], looks: Looks) -> Finding:
        """A cause that what was seen proves, with the part or the line that it comes from.

        Args:
            before: causes that are more certain, if their change repairs learning.
        """
        if not before and (let_in := self._let_in(cause, fact)):
            return let_in
        if hidden := self._hidden_by_a_start(cause, fact, looks):
            return hidden
        told, line = self._placed(cause, fact, looks)
        named = Finding(cause.named(told), pictures=by_layer(looks, cause.shows), line=line)
        if line_told(fact, self._file) and not before:
            return named
        reacts = cause.seen(replace(looks, reactions=())) != fact  # then a change must take that away, too
        try:
            found = self._tried(before, looks, proven=True) if before or not reacts else Finding()
            if reacts and (found.cause is None or found.cause.id in (PART_AT_FAULT, LINE_AT_FAULT)):
                found = self._line_behind(cause, looks, line)
        except (LearnerError, WorkerLost):  # what is proven stands
            return named
        if found.cause is not None and found.cause.id in (PART_AT_FAULT, LINE_AT_FAULT):
            return replace(found, cause=Diagnosis(cause.id, f"{fact} {found.cause.text}"))
        return found if found.cause else replace(named, untried=found.untried)

    def _hidden_by_a_start(self, cause: Cause, fact: str, looks: Looks) -> Finding | None:
        """That logits ignore a part of the input only because of how a weight starts."""
        starts = self.ask.restarted() if cause.ignores else ()
        if not starts or not cause.seen(replace(looks, reactions=starts[0].reactions)):
            return None
        found = [each for each in starts[1:] if not cause.seen(replace(looks, reactions=each.reactions))]
        if not found:
            return None
        far = max(found, key=lambda each: abs(math.log(each.new_size / each.size)))
        told = f"{far.new_size:.2g} instead of {far.size:.2g} in {one_line(far.name, LONGEST_NAME)}"
        said = f"{fact} That changes with numbers of about {told} at the start: draw them so."
        return Finding(Diagnosis("start-hides-input", said), weight=far.name)

    def _shapes(self) -> Diagnosis | None:
        """Whether logits have another shape in evaluation mode."""
        training, evaluation = self.ask.shapes()
        if training == evaluation:
            return None
        shown = [one_line(each, LONGEST_NAME) for each in (training, evaluation)]
        text = f"forward returns {shown[0]} in training mode, and {shown[1]} in evaluation mode."
        return Diagnosis("shapes-differ", f"{text} Return the logits, one row for each example, in both.")

    def _modes(self, trained: Remote) -> Modes | None:
        """How a trained model does in both modes, if it is right in training mode, and wrong in evaluation mode."""
        try:
            modes = self.ask.modes(trained)
        except LearnerError:
            return None
        return modes if modes.training - modes.evaluation >= RUNNING else None

    def _trials(self, looks: Looks, *, evaluated: bool = False) -> Trials:
        steps = STEPS.get(self.ask.recipe.partition(":")[0], USUAL_STEPS)
        attempt = partial(self.ask.attempt, evaluated=evaluated)
        return Trials(attempt, steps, looks.chance, self.until, clock=self.ask.submission.clock)

    def _quarter(self) -> int:
        """A quarter of the recipe's steps."""
        batch, epochs = (int(self.ask.settings.get(name, 1)) for name in ("batch_size", "epochs"))
        data = self.ask.data
        examples = len(data.get("y_train", data["x_train"]))
        return examples * epochs // batch // 4

    # -- trials -----------------------------------------------------------------------------------

    def _modes_differ(self, modes: Modes, looks: Looks) -> Finding:
        """What makes the modes differ."""
        shares = [f"{100 * share:.0f} %" for share in (modes.training, modes.evaluation)]
        fact = f"The trained model is right about {shares[0]} of training examples in training mode, and about"
        fact = f"{fact} {shares[1]} in evaluation mode."
        if modes.shared:
            shared = f"A forward uses {listed(modes.shared, 'self.')} more than once, with one mean for all uses."
            return Finding(Diagnosis("modes-differ", f"{fact} {shared} Give each place a batch norm of its own."))
        if late := running_late(modes):
            return Finding(Diagnosis("modes-differ", f"{fact} {late} Leave momentum at 0.1."))
        if statistics := running_astray(modes):
            weight = next(iter((*modes.variances, *modes.means)))
            return Finding(Diagnosis("modes-differ", f"{fact} {statistics}"), weight=weight)
        kind = one_line(modes.differing[0], LONGEST_NAME) if len(modes.differing) == 1 else ""
        try:
            found = self._line_at_fault(self._trials(looks, evaluated=True), LEARNT * looks.chance, kind=kind)
        except LearnerError:
            found = Finding()
        remedy = "Look at what differs: self.training, the running statistics of batch norm, dropout."
        much = self._dropped_in(kind, looks)
        if much:
            remedy = f"{kind} makes the difference: {much}, and nothing in evaluation mode. Drop less there."
        elif line := line_of_mode(self.ask.syntax, kind):
            reads = f"Line {line} of {self._file} makes the difference: it reads self.training."
            remedy = f"{reads} Compute there what training does."
            found = replace(found, line=line)
        elif kind:
            remedy = f"{kind} makes the difference: the rest may be in either mode. Look at what it does in each."
        text = f"{fact} {found.cause.text} The loss is that of evaluation mode." if found.cause else f"{fact} {remedy}"
        return replace(found, cause=Diagnosis("modes-differ", text), untried=())

    def _dropped_in(self, kind: str, looks: Looks) -> str:
        """What a dropout drops that alone can make the modes differ: a layer of PyTorch's, or a call in a class."""
        if "Dropout" in kind:
            return dropped_most(looks)
        much = dropped_most(looks, MOSTLY)
        inside = lines_of_class(self.ask.syntax, kind)
        by_batch = (line_told(f"({step.line})", self._file) for step in looks.steps if not math.isnan(step.by_batch))
        return much if line_told(much, self._file) in inside and not any(line in inside for line in by_batch) else ""

    def _tried(self, suspects: list[tuple[Cause, str]], looks: Looks, *, proven: bool = False) -> Finding:
        """What a few examples learnt by heart show, then what the recipe's beginning shows.

        Args:
            proven: something else is known to be wrong, and only its place is sought.
        """
        trials = self._trials(looks)
        as_it_is = trials.loss(AS_IT_IS)
        if as_it_is >= LEARNT * looks.chance:
            return self._changed(suspects, looks, trials, proven=proven)
        steps = len(trials.of(AS_IT_IS).losses)
        guess = f"a guess has {looks.chance:.2g}"
        by_heart = f"It can learn: the loss on {ROWS} examples falls to {as_it_is:.2g} in {steps} steps, and {guess}."
        suspects = [each for each in suspects if each[0].change not in LOGITS]  # they are large enough
        facts = (*_noted(looks), by_heart, *(fact for _, fact in suspects))
        trials.take_all_examples(self._quarter())
        if not trials.time_for(TRIALS_OF_PARTS):
            return Finding(measured=facts, untried=(PARTS,))
        if trials.loss(AS_IT_IS) < STUCK * looks.chance:
            return Finding(measured=facts)
        if suspects:
            return self._changed(suspects, looks, trials, proven=proven)
        if proven or self._is_stuck_in_the_end(trials):
            return self._located(trials, facts, STUCK * looks.chance)
        return Finding(measured=facts)

    def _is_stuck_in_the_end(self, trials: Trials) -> bool:
        """Whether all of the recipe does not help: a healthy network may only be slow at first."""
        return trials.of_length(4 * trials.steps).loss(AS_IT_IS) > LEFT * trials.chance

    def _changed(self, suspects: list[tuple[Cause, str]], looks: Looks, trials: Trials, *, proven: bool) -> Finding:
        """Each suspected change, then those that happen to help a failing network, then parts and lines."""
        only_slow = trials.loss(AS_IT_IS) < HARDLY * looks.chance  # at the start, perhaps
        known = {cause.change for cause, _ in suspects}
        anyway = () if proven or only_slow else [each for each in ANYWAY if each.change not in known]
        if only_slow:
            suspects = [each for each in suspects if not each[0].hastens]
        untried = []
        tried: list[tuple[Cause, str]] = []
        for cause, fact in [*suspects, *((cause, cause.seen(looks)) for cause in anyway)]:
            if not trials.time_for(1):
                untried.append(WITH[cause.change])
                continue
            tried.append((cause, fact))
            if found := self._repaired(cause, fact, looks, trials):
                return found
        measured = (*_noted(looks), *_measured(tried, trials))
        if untried:
            return Finding(measured=measured, untried=(*untried, PARTS))
        return self._located(trials, measured, (REPAIRED if trials.rows else STUCK) * looks.chance)

    def _repaired(self, cause: Cause, fact: str, looks: Looks, trials: Trials) -> Finding | None:
        """A suspected cause, if its change repairs learning with every seed."""
        self._show(cause.change)
        if not (trials.helps(cause.change) and trials.repairs(cause.change)):
            return None
        told, line = self._placed(cause, fact, looks)
        loss = f"With {WITH[cause.change]} {trials.by_how_much(cause.change)}"
        curves = repaired(trials.of(AS_IT_IS), trials.of(cause.change), WITH[cause.change])
        return Finding(cause.named(f"{told} {loss}"), pictures=(*by_layer(looks, cause.shows), *curves), line=line)

    def _located(self, trials: Trials, measured: tuple[str, ...], learnt: float) -> Finding:
        """The line at fault, or else the part, or what was measured."""
        parts = self.ask.parts()
        part, found = part_at_fault(trials, {name: ours for name, (ours, _) in parts.items()}, learnt, self._show)
        line = self._line_at_fault(trials, learnt, part, parts[part][1] if part else "")
        if line.cause or found.cause:
            return line if line.cause else found
        return Finding(measured=measured, untried=(*found.untried, *line.untried))

    def _line_behind(self, cause: Cause, looks: Looks, likely: int) -> Finding:
        """The line whose change lets the logits react as they should.

        Args:
            likely: a line that is tried first; 0 for none.
        """
        healthy = [each for each in CAUSES if not each.seen(looks)]
        shown_by = tuple(each.what for each in looks.reactions if _matters(each, cause, looks))

        def reacted(at_once: tuple[str, ...] = ()) -> Looks:
            found = self.ask.reactions(at_once)
            others = tuple(each for each in looks.reactions if at_once and each.what not in at_once)
            return replace(looks, reactions=(*found, *others))

        shows_at_once = bool(shown_by and cause.seen(reacted(shown_by)))

        def is_gone(rewriting: Rewriting) -> bool:
            with self.ask.rewritten(rewriting):
                if shows_at_once and cause.seen(reacted(shown_by)):
                    return False
                now = reacted()
            return not cause.seen(now) and not any(each.seen(now) for each in healthy)

        trials = self._trials(looks)
        trials.take_all_examples(self._quarter())
        candidates = sorted(self.ask.rewritings.values(), key=lambda each: each.line != likely)
        return line_behind(trials, candidates, is_gone, self._file, self._show)

    def _line_at_fault(self, trials: Trials, learnt: float, part: str = "", kind: str = "") -> Finding:
        candidates = nearest([*self.ask.rewritings.values()], part, kind)
        if kind:  # the modes differ: to be in one of them always takes only the symptom away
            candidates = [each for each in candidates if "self.training" not in each.edits[0].before]
        try:
            return line_at_fault(trials, candidates, self._file, learnt, self._show)
        except WorkerLost:  # by one of the changes
            return Finding(untried=(LINES,))

    @property
    def _file(self) -> str:
        return self.ctx.check.exercise.rpartition("/")[2]

    def _show(self, words: str) -> None:
        self.ctx.show(1.0, f"why it does not learn: {words}")


def _noted(looks: Looks) -> tuple[str, ...]:
    """Facts that may be meant."""
    return tuple(filter(None, (note(looks) for note in NOTES)))


def _matters(reaction: Reaction, cause: Cause, looks: Looks) -> bool:
    """Whether a cause is seen in a reaction."""
    without = replace(looks, reactions=tuple(each for each in looks.reactions if each is not reaction))
    return cause.seen(without) != cause.seen(looks)


def _measured(tried: list[tuple[Cause, str]], trials: Trials) -> tuple[str, ...]:
    """What was seen of suspects, and where each trial ended."""
    as_it_is = f"The loss{trials.where} ends at {trials.loss(AS_IT_IS):.2g}"
    if not tried:
        return (f"{as_it_is}.",)
    tried = sorted(tried, key=lambda each: trials.loss(each[0].change))  # what helped most comes first
    helped = [each for each in tried if trials.loss(each[0].change) < HELPED * trials.loss(AS_IT_IS)]
    facts = tuple(fact for cause, fact in helped if cause in CAUSES)
    if not trials.time_for_seeds and any(trials.helps(cause.change) for cause, _ in tried):
        facts = (*facts, "There was no time to try it with other seeds.")
    losses = ", ".join(f"{trials.loss(c.change):.2g} with {WITH[c.change]}" for c, _ in tried)
    return (*facts, f"{as_it_is}; {losses}.")
