"""What the looks show of the logits themselves, a sentence each; "" where there is nothing."""

from __future__ import annotations

from dlf_reference.training.autopsy.measured import Looks

from dlf_grader.instruments.autopsy.reacted import LITTLE, is_narrow
from dlf_grader.instruments.autopsy.told import where

FAINT = 0.02  # a logit that a softmax hardly sees
GROWN = 3.0  # times the logits, with weights thirty times as large


def equal(looks: Looks) -> str:
    """An example's logits are one and the same."""
    if not looks.row_spread < 1e-5 or is_narrow(looks):
        return ""
    return "The logits of an example are one and the same number for all classes."


def squashed(looks: Looks) -> str:
    """A function that bounds what it gives comes last."""
    step = next((s for s in looks.steps if s.last and s.function != "softmax"), None)
    if step is None:
        return ""
    between = f"they lie between {looks.lowest:.2g} and {looks.highest:.2g}"
    return f"The logits have gone through {step.function.rstrip('_')}{where(step)}: {between}."


def probabilities(looks: Looks) -> str:
    """Rows add up to one."""
    if not (looks.lowest >= 0 and looks.row_sum < LITTLE):
        return ""
    return "The logits are probabilities: each row adds up to one."


def small(looks: Looks) -> str:
    """A softmax hardly sees them."""
    if not looks.largest < FAINT:
        return ""
    return f"The logits stay below {looks.largest:.1g} after five steps, next to nothing for a softmax."


def close(looks: Looks) -> str:
    """They lie close to zero."""
    if not FAINT <= looks.largest < 1.1:
        return ""
    return f"The logits stay within {looks.largest:.2g} of zero: a softmax makes of them nearly equal shares."


def bounded(looks: Looks) -> str:
    """They lie close to zero whatever the weights are."""
    if not close(looks) or not looks.enlarged_logits < GROWN * looks.largest:
        return ""
    return f"The logits stay within {looks.largest:.2g} of zero, however large the weights are."


def start_wrong(looks: Looks) -> bool:
    """The first loss is far from a guess's."""
    return looks.first_loss > 2 * looks.chance
