"""The causes that a PyTorch network's looks can show, the most certain first."""

from __future__ import annotations

import math
from collections.abc import Callable

from dlf_reference.training.autopsy.measured import Looks, Parameter, Step

from dlf_grader.instruments.autopsy import attention, gradients, logits, reacted
from dlf_grader.instruments.autopsy.cause import Cause
from dlf_grader.instruments.autopsy.reacted import LITTLE, is_narrow
from dlf_grader.instruments.autopsy.told import listed, percent, where

STEADY = 1e-5  # of the logits' size: what another input changes by rounding alone
SMALL, LARGE = 0.03, 4  # times PyTorch's own start
SHAKEN = 0.7  # of what examples differ by


# -- what was measured ----------------------------------------------------------------------------


def _breaks(looks: Looks) -> str:
    step = next((step for step in looks.steps if step.breaks), None)
    if step is None or math.isfinite(looks.lowest):
        return ""
    if "softmax" in step.function:
        return f"{step.function}{where(step)} gives nan: all scores of a row are −inf."
    if step.infinite:
        return f"{step.function}{where(step)} gives nan, because it is given inf or −inf."
    return f"{step.function}{where(step)} gives nan or inf, and is given finite numbers."


def _levelled(looks: Looks) -> str:
    step = next((step for step in looks.steps if step.levels), None)
    if step is None:
        return ""
    return f"{step.function}{where(step)} makes one and the same number of all that it is given."


def _rounded(looks: Looks) -> str:
    step = next((step for step in looks.steps if step.before), None)
    if step is None:
        return ""
    return f"{step.function}{where(step)} makes {step.after} different numbers of the {step.before} it is given."


def _bottleneck(looks: Looks) -> str:
    if not looks.second < 1e-5 or is_narrow(looks) or _dropped(looks):
        return ""
    return "The logits of all examples lie on one line: a single number of each example reaches the last layer."


def _far_scaled(looks: Looks) -> str:
    if math.isnan(looks.scale) or 0.05 < looks.scale < 20:
        return ""
    return f"The first layer's input has a standard deviation of {looks.scale:.2g}."


def _most(looks: Looks, share: Callable[[Step], float], least: float) -> Step | None:
    """The step with the largest share, if that is large enough; nan is none. What gives the logits is not meant."""
    logits = {(step.function, step.line) for step in looks.steps if step.last}
    inner = [step for step in looks.steps if (step.function, step.line) not in logits]
    return max((step for step in inner if share(step) >= least), key=share, default=None)


def _dead(looks: Looks) -> str:
    step = _most(looks, lambda step: step.dead, 0.75)
    if step is not None:
        units = f"{percent(step.dead)} of the units of {step.function.rstrip('_')}{where(step)}"
        return f"{units} are 0 for every example: no gradient passes them. {_large(looks)}".rstrip()
    step = _most(looks, lambda step: step.zeros, 0.99)
    if step is None:
        return ""
    return f"{percent(step.zeros)} of what {step.function.rstrip('_')}{where(step)} gives is 0, and passes no gradient."


def _saturated(looks: Looks) -> str:
    step = _most(looks, lambda step: step.saturated, 0.75)
    if step is None:
        return ""
    given = f"{percent(step.saturated)} of what {step.function}{where(step)} gives"
    return f"{given} lies at its bounds, where its gradient is next to zero. {_large(looks)}".rstrip()


def _bounded(looks: Looks) -> str:
    steps = [s for s in looks.steps if s.function in ("sigmoid", "tanh")]
    return f"{len(steps)} layers end in sigmoid or tanh, which flatten the gradient." if len(steps) > 1 else ""


def _constant(looks: Looks) -> str:
    moved = [r.change for r in looks.reactions if r.what == "all"]
    if not moved or moved[0] > STEADY or not math.isfinite(looks.lowest) or _bounded(looks) or is_narrow(looks):
        return ""
    return OTHER_INPUTS


def _results_dropped(looks: Looks) -> str:
    return "" if _constant(looks) else gradients.dropped_results(looks)  # with the input all before is lost, too


def _state_kept(looks: Looks) -> str:
    ignored = OTHER_INPUTS if _constant(looks) else reacted.tokens_ignored(looks)
    if looks.held_back > LITTLE > looks.twice and ignored:
        fact = f"{ignored.removesuffix('.')}, and a copy with the same weights gives others"
        return f"{fact}: forward keeps something of its first batch."
    return reacted.batch_kept(looks)


def _unsteady(looks: Looks) -> str:
    if not looks.twice > LITTLE:
        return ""
    return f"One batch asked twice in evaluation mode gets logits that differ by {percent(looks.twice)}."


def _shaken(looks: Looks) -> str:
    if not looks.shaken > SHAKEN:
        return ""
    return (
        f"In training mode a batch asked twice gets logits {looks.shaken:.2g} times as far apart as its examples are."
    )


def _dropped(looks: Looks) -> str:
    step = _most(looks, lambda step: step.share, 0.9)
    return "" if step is None else f"{step.function}{where(step)} drops {percent(step.share)} of its input."


def _running(looks: Looks) -> str:
    step = next((s for s in looks.steps if s.by_batch == 0), None)
    return "" if step is None else f"Batch norm{where(step)} uses its running statistics in training too."


def _narrow(looks: Looks) -> str:
    step = next((s for s in looks.steps if s.narrow), None)
    return "" if step is None else f"{step.function}{where(step)} computes with 16 bits."


def _large_start(looks: Looks) -> str:
    if not logits.start_wrong(looks):
        return _large(looks)
    guess = f"The first loss is {looks.first_loss:.3g}, and a guess has ln K = {looks.chance:.3g}"
    return f"{guess}: {_large(looks) or 'the weights start too large.'}"


def _largest(looks: Looks) -> list[Parameter]:
    return sorted((p for p in looks.parameters if p.start > LARGE), key=lambda p: -p.start)


def _smallest(looks: Looks) -> list[Parameter]:
    return sorted((p for p in looks.parameters if p.start < SMALL), key=lambda p: p.start)


def _large(looks: Looks) -> str:
    """The weights that start far larger than PyTorch's."""
    large = _largest(looks)
    if not large:
        return ""
    times = f"{large[0].start:,.0f} times as large as PyTorch's own start"
    return f"{listed(p.name for p in large)} start{'s' if len(large) == 1 else ' up to'} {times}."


def _small_start(looks: Looks) -> str:
    small = _smallest(looks)
    if 2 * sum(p.numbers for p in small) < sum(p.numbers for p in looks.parameters):
        return ""
    size = f"{small[0].start:.1g} times the size that PyTorch starts with"
    return f"{listed(p.name for p in small)} start with {'' if len(small) == 1 else 'down to '}{size}."


INPUTS = "The recipe's inputs have mean 0 and variance 1: leave them."
OTHER_INPUTS = "Other inputs get the same logits."
LOGITS = "Return what the last nn.Linear gives: the recipe's cross-entropy applies the softmax."
START = "Draw weights with variance 1 / fan-in, and biases near 0, as PyTorch's layers do."
FINITE = (
    "Keep its argument away from where it has no value: 0 / 0, log of 0, a row of −inf, more than its dtype can hold."
)
DEFINED = "Keep its argument away from where it has no derivative: sqrt(x + 1e-8), clamp(min=1e-8)."
SMOOTH = "Use PyTorch's differentiable functions alone between the weights and the logits."
UNCUT = "Leave out what cuts it: the loss must reach back to every step."
RANDOM = "Drop numbers, and draw them, in training mode alone: if self.training."
OWN_BACKWARD = (
    "Look for a hook or a backward of your own: it multiplies what it is given by the derivative, and no more."
)
ROWS = "Compute each row by itself: every view, reshape, mean and softmax leaves axis 0 as it is."
SMALLER = "Take out the factor that makes them small."
SCORES = "Divide q · k by the square root of a head's features, and do no more."
CAUSES = (
    Cause("too-narrow", _narrow, "Compute with float32.", "float32"),
    Cause("not-finite", _breaks, FINITE),
    Cause("derivative-undefined", gradients.undefined, DEFINED),
    Cause(
        "hidden-weights",
        gradients.hidden,
        "Use nn.ModuleList for layers, and nn.Parameter for a tensor.",
        weights=lambda looks: looks.hidden,
    ),
    Cause("layers-made-in-forward", gradients.made, "Make them in __init__, as attributes."),
    Cause("result-dropped", _results_dropped, "Assign it: x = block(x)."),
    Cause(
        "weights-overwritten",
        gradients.overwritten,
        "Draw and limit weights in __init__ alone.",
        "weights left alone",
    ),
    Cause("numbers-levelled", _levelled, "Keep the numbers as they are: float32, and not rounded."),
    Cause(
        "equal-rows",
        gradients.equal_rows,
        "Draw weights at random; zeros suit biases.",
        shows="gradient",
        weights=gradients.alike,
    ),
    Cause(
        "scale-of-zeros",
        gradients.scale_of_zeros,
        "Start the scale of a norm at 1, as PyTorch does.",
        weights=gradients.zeros,
    ),
    Cause("running-statistics", _running, "Do not call eval() in forward.", "statistics of the batch"),
    Cause("inputs-scaled", _far_scaled, INPUTS, "inputs standardised"),
    Cause("dead-units", _dead, "Draw weights with mean 0, and start biases at 0.", shows="dead"),
    Cause(
        "state-kept",
        _state_kept,
        "Compute forward from its input alone: keep no state and no cache in self.",
        follows="batch before",
    ),
    Cause("gradient-cut", gradients.cut, SMOOTH, shows="gradient"),
    Cause("logits-are-probabilities", logits.probabilities, LOGITS, shows="gradient"),
    Cause("logits-squashed", logits.squashed, LOGITS, shows="gradient"),
    Cause("gradient-turned", gradients.turned, OWN_BACKWARD),
    Cause(
        "gradient-lost", gradients.lost, "Look for a hook or a backward of your own that gives zeros.", shows="gradient"
    ),
    Cause("saturated-units", _saturated, START, shows="gradient"),
    Cause("unsteady", _unsteady, RANDOM, follows="twice"),
    Cause("softmax-axis", attention.softmax_axis, "Apply it over the keys: dim=-1."),
    Cause(
        "small-start", _small_start, START, "standard start", weights=lambda looks: [p.name for p in _smallest(looks)]
    ),
    Cause(
        "attention-flat",
        attention.bounded,
        "Divide q · k by the square root of a head's features; cosines are multiplied by 10 or more instead.",
    ),
    Cause("attention-scores", attention.far_off, SCORES),
    Cause(
        "input-ignored",
        _constant,
        "Follow the input through forward: something cuts it off before the logits.",
        follows="all",
        ignores=True,
    ),
    Cause(
        "rows-reordered",
        reacted.rows_reordered,
        "Keep each row in its place: sorted rows go back into their order, y[order.argsort()].",
    ),
    Cause("rows-mix", reacted.rows_mix, ROWS, follows="rows"),
    Cause(
        "later-tokens-seen",
        reacted.later_seen,
        "Hide later keys in every block, and keep tokens and heads in their axes.",
    ),
    Cause("padding-read", reacted.padding_read, "Leave padding out: mask it, and pool over the real tokens only."),
    Cause(
        "pixels-pooled",
        reacted.pixels_pooled,
        "Let layers see the image before you pool it.",
        follows="pixels",
        ignores=True,
    ),
    Cause("half-ignored", reacted.half_ignored, "Let all of the image reach the layers.", follows="half", ignores=True),
    Cause(
        "tokens-ignored",
        reacted.tokens_ignored,
        "Let every token reach the logits: attend to all, or pool over all.",
        follows="token",
        ignores=True,
    ),
    Cause(
        "ids-merged",
        reacted.ids_merged,
        "Look tokens up as they are: do not clamp, divide or narrow their ids.",
        follows="ids",
        ignores=True,
    ),
    Cause(
        "own-token-ignored",
        reacted.own_ignored,
        "Do not shift the tokens: the recipe has shifted the targets.",
        follows="own",
    ),
    Cause(
        "order-ignored",
        reacted.order_ignored,
        "Give the tokens positions, or read them with a recurrent layer.",
        ignores=True,
    ),
    Cause(
        "order-hardly-seen",
        reacted.order_hardly_seen,
        "Where positions are added to the tokens' vectors, both need numbers of one size.",
        ignores=True,
    ),
    Cause("queries-are-keys", attention.symmetric, "Give queries and keys a projection of their own each."),
    Cause("attention-scores", attention.wide, SCORES),
    Cause("numbers-rounded", _rounded, "Keep the numbers as they are: float32, and not rounded."),
    Cause("equal-logits", logits.equal, "Return one number for each class."),
    Cause("one-number-left", _bottleneck, "Let the last layer see all features: pool over places, not over channels."),
    Cause(
        "frozen",
        gradients.frozen,
        "Let the optimiser train them: leave requires_grad as it is.",
        "all weights trained",
        weights=gradients.still,
    ),
    Cause("too-much-dropout", _dropped, "Drop less: 0.1 to 0.5 is usual.", "no dropout"),
    Cause(
        "large-start", _large_start, START, "standard start", weights=lambda looks: [p.name for p in _largest(looks)]
    ),
    Cause(
        "too-much-noise",
        _shaken,
        "Drop and draw less in training mode.",
        "evaluation mode",
        hastens=True,
        follows="twice in training",
    ),
    Cause("small-logits", logits.small, SMALLER, "logits of size 1", hastens=True),
    Cause("close-logits", logits.bounded, "Let them grow: cosines are multiplied by 10 to 30.", "logits times ten"),
    Cause("close-logits", logits.close, SMALLER, "logits times ten", hastens=True),
    Cause("flat-activations", _bounded, "Put ReLU or GELU between the layers.", "ReLU", "gradient"),
    Cause("gradient-cut-short", gradients.cut_short, UNCUT, "nothing cut"),
    Cause("gradient-scaled", gradients.scaled, "Take out the hook or the function that scales it.", "no hooks"),
    Cause("gradient-astray", gradients.astray, "Take out the hook that changes it.", "no hooks"),
)
ANYWAY = (
    Cause(
        "inputs-scaled",
        lambda looks: "The first layer's input has the wrong scale.",
        INPUTS,
        "inputs standardised",
    ),
)
