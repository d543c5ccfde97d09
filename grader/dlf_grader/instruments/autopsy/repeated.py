"""Logits that never change, or change where nothing did."""

from __future__ import annotations

import math

from dlf_reference.training.autopsy.measured import Looks
from dlf_reference.training.autopsy.modes import Modes

from dlf_grader.instruments.autopsy import functions, gradients, reacted
from dlf_grader.instruments.autopsy.reacted import LITTLE, is_narrow
from dlf_grader.instruments.autopsy.told import percent
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

STEADY = 1e-5  # of the logits' size: what another input changes by rounding alone
SHAKEN, DROWNED = 0.7, 1.0  # of what examples differ by
MOVES = "A batch moves it by a share: (1 - momentum) times the old value, and momentum times the batch's."
USUAL_MOMENTUM = 0.1  # PyTorch's own
OTHER_INPUTS = "Other inputs get the same logits."


def constant(looks: Looks) -> str:
    """The logits are the same for every input."""
    moved = [r.change for r in looks.reactions if r.what == "all"]
    if not moved or moved[0] > STEADY or not math.isfinite(looks.lowest):
        return ""
    return "" if functions.bounded(looks) or is_narrow(looks) else OTHER_INPUTS


def results_dropped(looks: Looks) -> str:
    """Modules whose result reaches no logit."""
    return "" if constant(looks) else gradients.dropped_results(looks)  # with the input all before is lost, too


def state_kept(looks: Looks) -> str:
    """Logits that follow from an earlier batch."""
    ignored = OTHER_INPUTS if constant(looks) else reacted.tokens_ignored(looks)
    if looks.held_back > LITTLE > looks.twice and ignored:
        fact = f"{ignored.removesuffix('.')}, and a copy with the same weights gives others"
        return f"{fact}: forward keeps something of its first batch."
    return reacted.batch_kept(looks)


def unsteady(looks: Looks) -> str:
    """Logits in evaluation mode that differ the second time."""
    if not looks.twice > LITTLE:
        return ""
    return f"One batch asked twice in evaluation mode gets logits that differ by {percent(looks.twice)}."


def running_astray(modes: Modes) -> str:
    """Running statistics that do not follow the batches, with what moves them right; "" where they do."""
    found = [(name, f"{times:.2g} times the variance") for name, times in modes.variances.items()]
    found += [(name, f"{far:.2g} standard deviations from the mean") for name, far in modes.means.items()]
    if not found:
        return ""
    name, far_off = found[0]
    return f"self.{one_line(name, LONGEST_NAME)} is {far_off} of what its layer is given. {MOVES}"


def running_late(modes: Modes) -> str:
    """Running statistics that have not caught up with what they are statistics of; "" where they have."""
    slow = min(modes.momenta, key=lambda name: modes.momenta[name], default="")
    repaired = modes.training - modes.renewed < (modes.training - modes.evaluation) / 4
    if not slow or not repaired or modes.momenta[slow] >= USUAL_MOMENTUM:
        return ""
    share, name = 100 * modes.momenta[slow], one_line(slow, LONGEST_NAME)
    fact = f"self.{name} moves its running statistics by {share:.2g} % a batch, so they lag"
    return f"{fact}: with the mean of a few batches in their place it is right about {percent(modes.renewed)}."


def drowned(looks: Looks) -> str:
    """Logits in training mode that differ more the second time than those of two examples."""
    return _shaken(looks) if looks.shaken > DROWNED else ""


def shaken(looks: Looks) -> str:
    """Logits in training mode that differ far the second time."""
    return _shaken(looks) if SHAKEN < looks.shaken <= DROWNED else ""


def _shaken(looks: Looks) -> str:
    return (
        f"In training mode a batch asked twice gets logits {looks.shaken:.2g} times as far apart as its examples are."
    )
