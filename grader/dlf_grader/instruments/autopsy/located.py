"""Where a fault is: the innermost part of a network, or the line of its file, whose exchange repairs learning."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial

from dlf_reference.training.autopsy.measured import AS_IT_IS, PART

from dlf_grader.failures import LearnerError
from dlf_grader.instruments.autopsy.cause import Finding
from dlf_grader.instruments.autopsy.pictured import repaired
from dlf_grader.instruments.autopsy.rewriting import Rewriting
from dlf_grader.instruments.autopsy.trials import LEARNT, SEEDS, Trials
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

PART_AT_FAULT, LINE_AT_FAULT = "part-at-fault", "line-at-fault"
LINES = "a change of one line"
LEAST_STEPS, SHORTER = 6, 0.4  # of the trials that choose among lines; times those of a trial
ALIKE = 0.1  # times the loss of a guess: changes that get so far repair learning alike
LONGER = 3  # times the steps, where they do not decide: plain networks take longer than normalised ones
FINALISTS, BETTER = 4, 0.9  # changes that get a trial of full length; times the loss of the model as it is, at most

Show = Callable[[str], None]


def part_at_fault(trials: Trials, ours: Mapping[str, str], learnt: float, show: Show) -> tuple[str, Finding]:
    """The innermost part whose exchange for ours repairs learning, by its name; "" where there is none.

    Args:
        ours: what ours is called, by the part's name; the outer parts before the inner ones.
        learnt: the loss that a network must reach with a part of ours in it.
    """
    untried = list[str]()

    def helps(part: str) -> bool:
        show(f"our layer in place of {_spoken(part)}")
        if not trials.time_for(1):
            untried.append(f"our layer in place of {_spoken(part)}")
            return False
        return trials.loss(PART + part) < learnt and trials.helps(PART + part)

    for part in reversed(first_of(list(ours), helps)):
        if trials.repairs(PART + part):
            called = f"{ours[part]} in its place"
            where = f"Something is wrong in self.{_spoken(part)}, or next to it."
            said = f"With {called} {trials.by_how_much(PART + part)}"
            text = f"{where} {said} Look at how it starts, what it computes, and what becomes of its result."
            curves = repaired(trials.of(AS_IT_IS), trials.of(PART + part), called)
            return part, Finding(Diagnosis(PART_AT_FAULT, text), pictures=curves)
    return "", Finding(untried=tuple(untried))


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


def line_at_fault(trials: Trials, candidates: Sequence[Rewriting], file: str, learnt: float, show: Show) -> Finding:
    """The change of one place of the file that repairs learning best: short trials of all, longer ones of a few.

    Args:
        candidates: the likeliest first.
        learnt: as `part_at_fault` has it.
    """
    short = trials.of_length(max(LEAST_STEPS, round(SHORTER * trials.steps)))
    bound = BETTER * short.loss(AS_IT_IS)
    helping, untried = _those(candidates, lambda each: short.loss(each.name) < bound, trials, show)
    finalists = sorted(helping, key=lambda each: short.loss(each.name))[:FINALISTS]
    best = partial(_best, finalists=finalists, candidates=candidates, file=file, learnt=learnt)
    return best(trials, repairs=trials.repairs) or _in_longer_trials(trials, best) or Finding(untried=untried)


def _in_longer_trials(trials: Trials, best: Callable[..., Finding | None]) -> Finding | None:
    """What longer trials show, if the model as it is gets nowhere in them either."""
    longer = trials.of_length(LONGER * trials.steps)
    longer.longest = LONGER * trials.longest
    if not longer.time_for(FINALISTS + 2 * len(SEEDS)) or longer.loss(AS_IT_IS) < LEARNT * trials.chance:
        return None
    return best(longer, repairs=longer.repairs)


def line_behind(
    trials: Trials, candidates: Sequence[Rewriting], is_gone: Callable[[Rewriting], bool], file: str, show: Show
) -> Finding:
    """The change of one place that takes a symptom away, and repairs learning.

    Args:
        is_gone: whether a change takes it away, and brings no other.
    """
    found, untried = _those(candidates, is_gone, trials, show)
    return _best(trials, found, candidates, file, math.inf, trials.helps_each) or Finding(untried=untried)


def _those(
    candidates: Sequence[Rewriting], wanted: Callable[[Rewriting], bool], trials: Trials, show: Show
) -> tuple[list[Rewriting], tuple[str, ...]]:
    """The changes that do what is wanted; and what there was no time for."""
    found = list[Rewriting]()
    for number, candidate in enumerate(candidates, start=1):
        if not trials.time_for(FINALISTS + 2 * len(SEEDS)):
            return found, (LINES,)
        show(f"change {number} of {len(candidates)}, line {candidate.line}")
        with suppress(LearnerError):  # the changed file does not run
            if wanted(candidate):
                found.append(candidate)
    return found, ()


def _best(
    trials: Trials,
    finalists: Sequence[Rewriting],
    candidates: Sequence[Rewriting],
    file: str,
    learnt: float,
    repairs: Callable[[str], bool],
) -> Finding | None:
    """Of the changes that repair learning alike the likeliest.

    Args:
        repairs: whether a change does so with other seeds, too.
    """
    losses = dict[str, float]()
    for each in finalists:
        with suppress(LearnerError):
            if trials.time_for(1):
                losses[each.name] = trials.loss(each.name)
    best = min(losses.values(), default=math.inf)
    bound = min(learnt, max(2 * best, ALIKE * trials.chance))
    chosen = [each for each in finalists if losses.get(each.name, math.inf) < bound and trials.helps(each.name)]
    for candidate in sorted(chosen, key=candidates.index):
        if repairs(candidate.name):
            place = f"Line {candidate.line} of {file} keeps it from learning."
            said = f"{candidate.told} {trials.by_how_much(candidate.name)}"
            curves = repaired(trials.of(AS_IT_IS), trials.of(candidate.name), "that change")
            return Finding(Diagnosis(LINE_AT_FAULT, f"{place} {said}"), pictures=curves, line=candidate.line)
    return None
