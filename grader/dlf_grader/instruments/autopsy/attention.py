"""What the looks show of attention: its scores, and the softmax over them."""

from __future__ import annotations

from dlf_reference.training.autopsy.measured import Looks, Step

from dlf_grader.instruments.autopsy import logits
from dlf_grader.instruments.autopsy.reacted import LITTLE, is_narrow
from dlf_grader.instruments.autopsy.told import where

FLAT = 0.15  # of scores: a softmax over them is nearly even
FAINT, FAINTEST = 0.05, 1e-3  # a softmax over scores of that size is even at the start, and for good
WIDE, WIDEST = 6, 30  # standard deviation of scores: a softmax gives most of its weight to one key, or all of it


def softmax_axis(looks: Looks) -> str:
    """A softmax runs over something else than the keys."""
    activations = {each.line for each in looks.handed if each.what == "shares"}
    step = next((s for s in looks.steps if s.sums > LITTLE and s.line not in activations), None)
    return "" if step is None else f"The weights of a softmax{where(step)} do not add up to 1 over their last axis."


def bounded(looks: Looks) -> str:
    """Scores cannot grow."""
    if not LITTLE < looks.enlarged < FLAT or is_narrow(looks):
        return ""
    effect = f"have a standard deviation of {looks.enlarged:.2g}, however large the weights are"
    return f"The scores of attention {effect}: no token can get much more weight than another."


def far_off(looks: Looks) -> str:
    """Scores are so small or large that their softmax says nothing."""
    steps = [s for s in looks.steps if s.scores >= 0]
    step = next((s for s in steps if not FAINTEST < s.scores < WIDEST), None)
    if step is None or is_narrow(looks) or logits.start_wrong(looks) or logits.small(looks):
        return ""
    return _of_scores(step)


def wide(looks: Looks) -> str:
    """Scores are large."""
    step = next((s for s in looks.steps if WIDE < s.scores < WIDEST), None)
    return "" if step is None or logits.start_wrong(looks) else _of_scores(step)


def faint(looks: Looks) -> str:
    """Scores are small; a model may learn all the same."""
    step = next((s for s in looks.steps if FAINTEST < s.scores < FAINT), None)
    if step is None or is_narrow(looks) or logits.small(looks):
        return ""
    return f"{_of_scores(step)} Where that lasts, look at what q · k is divided by, and at how queries and keys start."


def symmetric(looks: Looks) -> str:
    """A query and a key are the same numbers."""
    step = next((s for s in looks.steps if s.symmetric), None)
    if step is None:
        return ""
    return f"The scores of attention{where(step)} are the same from query to key as from key to query."


def _of_scores(step: Step) -> str:
    effect = "all weights are alike" if step.scores < 1 else "each weight is 0 or 1"
    effect = "nearly all weight goes to one key" if WIDE < step.scores < WIDEST else effect
    return f"The scores of attention{where(step)} have a standard deviation of {step.scores:.2g}: {effect}."
