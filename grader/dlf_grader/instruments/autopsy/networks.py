"""The causes that a PyTorch network's looks can show, the most certain first."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from dlf_grader.instruments.autopsy import reacted
from dlf_grader.instruments.autopsy.cause import Cause
from dlf_grader.instruments.autopsy.reacted import LITTLE, NOTHING, is_narrow
from dlf_grader.sandbox.words import LONGEST_NAME, one_line
from dlf_reference.training.autopsy.measured import Looks, Parameter, Step

WORDS = {"detach": "detach()", "detach_": "detach()", "data": ".data", "numpy": "numpy()", "argmax": "argmax"}
FLAT = ("round", "floor", "ceil", "sign", "trunc", "heaviside", "round_", "floor_", "ceil_", "sign_", "trunc_")


def _names(names: Iterable[str], owner: str = "") -> str:
    listed = [f"{owner}{one_line(name, LONGEST_NAME).removeprefix('model.')}" for name in names]
    more = f" and {len(listed) - 2} more" if len(listed) > 3 else ""
    return ", ".join(listed[:2] if more else listed[:3]) + more


def _at(step: Step) -> str:
    return f" ({one_line(step.line, LONGEST_NAME)})" if step.line else ""


def _share(number: float) -> str:
    return f"{100 * number:.3g} %"


def _trained(looks: Looks) -> list[Parameter]:
    return [p for p in looks.parameters if p.trained]


# -- what was measured ----------------------------------------------------------------------------


def _breaks(looks: Looks) -> str:
    step = next((step for step in looks.steps if step.breaks), None)
    if step is None or math.isfinite(looks.lowest):
        return ""
    if "softmax" in step.function:
        return f"{step.function}{_at(step)} gives nan: all scores of a row are −inf."
    return f"{step.function}{_at(step)} gives nan or inf, and is given finite numbers."


def _cut(looks: Looks) -> str:
    step = next((s for s in looks.steps if s.cuts or s.function in FLAT), None)
    without = [p.name for p in _trained(looks) if not p.gradient]
    depends = any(ratio == 0 for ratio in looks.real.values()) or len(without) == len(_trained(looks))
    names = looks.mended or (without if depends else ())
    if step is None or not names:
        return ""
    what = "torch.no_grad()" if step.off else WORDS.get(step.function, step.function)
    return f"No gradient reaches {_names(names)}: {what}{_at(step)} cuts it off."


def _undefined(looks: Looks) -> str:
    if not looks.undefined:
        return ""
    return f"The loss is a number, but backward gives nan at {one_line(looks.undefined, LONGEST_NAME)}."


def _hidden(looks: Looks) -> str:
    if not looks.hidden:
        return ""
    names = _names(looks.hidden, "self.")
    return f"parameters() does not list the weights in {names}: nothing trains them."


def _made(looks: Looks) -> str:
    return "Every forward makes new layers with weights, so what they learn is lost." if looks.made else ""


def _levelled(looks: Looks) -> str:
    step = next((step for step in looks.steps if step.levels), None)
    return "" if step is None else f"{step.function}{_at(step)} makes one and the same number of all that it is given."


def _bottleneck(looks: Looks) -> str:
    if not looks.second < 1e-5 or is_narrow(looks):
        return ""
    return "The logits of all examples lie on one line: a single number of each example reaches the last layer."


def _equal_logits(looks: Looks) -> str:
    if not looks.row_spread < 1e-5 or is_narrow(looks):
        return ""
    return "The logits of an example are one and the same number for all classes."


def _overwritten(looks: Looks) -> str:
    return f"Every forward overwrites {_names(looks.overwritten)}, which are to learn." if looks.overwritten else ""


def _dropped_results(looks: Looks) -> str:
    if not looks.dropped:
        return ""
    names = _names(looks.dropped, "self.")
    return f"forward calls {names} and does not use the result: no logit depends on it."


def _scale_of_zeros(looks: Looks) -> str:
    found = [p.name for p in _trained(looks) if p.scale_of_zeros and not p.gradient]
    return f"The scale in {_names(found)} is zero throughout: what it multiplies is lost." if found else ""


def _squashed(looks: Looks) -> str:
    step = next((s for s in looks.steps if s.last and s.function != "softmax"), None)
    if step is None:
        return ""
    between = f"they lie between {looks.lowest:.2g} and {looks.highest:.2g}"
    return f"The logits have gone through {step.function.rstrip('_')}{_at(step)}: {between}."


def _probabilities(looks: Looks) -> str:
    if not (looks.lowest >= 0 and looks.row_sum < LITTLE):
        return ""
    return "The logits are probabilities: each row adds up to one."


def _most(looks: Looks, share: Callable[[Step], float], least: float) -> Step | None:
    """The step with the largest share, if that is large enough; nan is none."""
    return max((step for step in looks.steps if share(step) >= least), key=share, default=None)


def _dead(looks: Looks) -> str:
    step = _most(looks, lambda step: step.dead, 0.75)
    if step is None:
        return ""
    units = f"{_share(step.dead)} of the units of {step.function.rstrip('_')}{_at(step)}"
    return f"{units} are 0 for every example: no gradient passes them."


def _saturated(looks: Looks) -> str:
    step = _most(looks, lambda step: step.saturated, 0.75)
    if step is None:
        return ""
    given = f"{_share(step.saturated)} of what {step.function}{_at(step)} gives"
    return f"{given} lies at its bounds, where its gradient is next to zero."


def _equal_rows(looks: Looks) -> str:
    found = [p.name for p in _trained(looks) if p.equal_rows == 1]
    return f"All rows of {_names(found)} are equal: units that compute the same learn the same." if found else ""


def _turned(looks: Looks) -> str:
    found = [name for name, ratio in looks.real.items() if ratio < -0.5]
    return f"The gradient of {_names(found)} has the wrong sign." if found else ""


def _lost(looks: Looks) -> str:
    found = [name for name, ratio in looks.real.items() if ratio == 0]
    return f"backward gives {_names(found)} no gradient, though the loss depends on it." if found else ""


def _softmax_axis(looks: Looks) -> str:
    step = next((s for s in looks.steps if s.sums > LITTLE), None)
    return "" if step is None else f"The weights of a softmax{_at(step)} do not add up to 1 over their last axis."


def _bounded(looks: Looks) -> str:
    steps = [s for s in looks.steps if s.function in ("sigmoid", "tanh")]
    return f"{len(steps)} layers end in sigmoid or tanh, which flatten the gradient." if len(steps) > 1 else ""


def _constant(looks: Looks) -> str:
    moved = [r.change for r in looks.reactions if r.what == "all"]
    if not moved or moved[0] > NOTHING or not math.isfinite(looks.lowest) or _bounded(looks) or is_narrow(looks):
        return ""
    return "Other inputs get the same logits."


def _unsteady(looks: Looks) -> str:
    if not looks.twice > LITTLE:
        return ""
    return f"One batch asked twice in evaluation mode gets logits that differ by {_share(looks.twice)}."


def _frozen(looks: Looks) -> str:
    still = [p for p in looks.parameters if not p.trained]
    share = sum(p.numbers for p in still) / max(1, sum(p.numbers for p in looks.parameters))
    return f"{_share(share)} of the weights have requires_grad=False: {_names(p.name for p in still)}." if still else ""


def _dropped(looks: Looks) -> str:
    step = _most(looks, lambda step: step.share, 0.9)
    return "" if step is None else f"{step.function}{_at(step)} drops {_share(step.share)} of its input."


def _running(looks: Looks) -> str:
    step = next((s for s in looks.steps if s.by_batch == 0), None)
    return "" if step is None else f"Batch norm{_at(step)} uses its running statistics in training too."


def _narrow(looks: Looks) -> str:
    step = next((s for s in looks.steps if s.narrow), None)
    return "" if step is None else f"{step.function}{_at(step)} computes with 16 bits."


def _large_start(looks: Looks) -> str:
    ratio = looks.first_loss / looks.chance
    if not ratio > 2:
        return ""
    guess = f"and a guess has ln K = {looks.chance:.3g}"
    return f"The first loss is {looks.first_loss:.3g}, {guess}: the weights start too large."


def _small_logits(looks: Looks) -> str:
    size = max(abs(looks.lowest), abs(looks.highest))
    return f"The logits stay below {size:.1g} after five steps, next to nothing for a softmax." if size < 0.02 else ""


def _scores(looks: Looks) -> str:
    steps = [s for s in looks.steps if s.scores >= 0]
    step = next((s for s in steps if not 1e-3 < s.scores < 30), None)
    if step is None or is_narrow(looks) or _large_start(looks):
        return ""
    effect = "all weights are alike" if step.scores < 1 else "each weight is 0 or 1"
    return f"The scores of attention{_at(step)} have a standard deviation of {step.scores:.2g}: {effect}."


def _scaled(looks: Looks) -> str:
    found = {name: ratio for name, ratio in looks.real.items() if not 0.5 < ratio < 2 and ratio > 0}
    if not found:
        return ""
    name, ratio = min(found.items())
    return f"backward gives {name} {ratio:.2g} times its real gradient."


LOGITS = "Return what the last nn.Linear gives: the recipe's cross-entropy applies the softmax."
START = "Draw weights with variance 1 / fan-in, as PyTorch's layers do."
FINITE = (
    "Keep its argument away from where it has no value: 0 / 0, log of 0, a row of −inf, more than its dtype can hold."
)
DEFINED = "Keep its argument away from where it has no derivative: sqrt(x + 1e-8), clamp(min=1e-8)."
SMOOTH = "Use PyTorch's differentiable functions alone between the weights and the logits."
RANDOM = "Drop numbers, and draw them, in training mode alone: if self.training."
ROWS = "Compute each row by itself: every view, reshape, mean and softmax leaves axis 0 as it is."
CAUSES = (
    Cause("too-narrow", _narrow, "Compute with float32.", "float32"),
    Cause("not-finite", _breaks, FINITE),
    Cause("derivative-undefined", _undefined, DEFINED),
    Cause("hidden-weights", _hidden, "Use nn.ModuleList for layers, and nn.Parameter for a tensor."),
    Cause("layers-made-in-forward", _made, "Make them in __init__, as attributes."),
    Cause("result-dropped", _dropped_results, "Assign it: x = block(x)."),
    Cause(
        "weights-overwritten",
        _overwritten,
        "Draw and limit weights in __init__ alone.",
        "weights left alone",
    ),
    Cause("numbers-levelled", _levelled, "Keep the numbers as they are: float32, and not rounded."),
    Cause("equal-rows", _equal_rows, "Draw weights at random; zeros suit biases.", shows="gradient"),
    Cause("scale-of-zeros", _scale_of_zeros, "Start the scale of a norm at 1, as PyTorch does."),
    Cause("dead-units", _dead, "Draw weights with mean 0, and start biases at 0.", shows="dead"),
    Cause("gradient-cut", _cut, SMOOTH, shows="gradient"),
    Cause("logits-are-probabilities", _probabilities, LOGITS, shows="gradient"),
    Cause("logits-squashed", _squashed, LOGITS, shows="gradient"),
    Cause("gradient-turned", _turned, "Look for a hook or a backward of your own that negates it."),
    Cause("gradient-lost", _lost, "Look for a hook or a backward of your own that gives zeros.", shows="gradient"),
    Cause("saturated-units", _saturated, START, shows="gradient"),
    Cause("state-kept", reacted.batch_kept, "Begin each forward with a state of zeros: do not keep it in self."),
    Cause("unsteady", _unsteady, RANDOM),
    Cause("softmax-axis", _softmax_axis, "Apply it over the keys: dim=-1."),
    Cause("attention-scores", _scores, "Divide q · k by the square root of a head's features, and do no more."),
    Cause("input-ignored", _constant, "Follow the input through forward: something cuts it off before the logits."),
    Cause(
        "rows-reordered",
        reacted.rows_reordered,
        "If you sort the rows, restore their order in the end: y[order.argsort()].",
    ),
    Cause("rows-mix", reacted.rows_mix, ROWS),
    Cause(
        "later-tokens-seen",
        reacted.later_seen,
        "Hide later keys in every block, and keep tokens and heads in their axes.",
    ),
    Cause("padding-read", reacted.padding_read, "Leave padding out: mask it, and pool over the real tokens only."),
    Cause("pixels-pooled", reacted.pixels_pooled, "Let layers see the image before you pool it."),
    Cause("half-ignored", reacted.half_ignored, "Let all of the image reach the layers."),
    Cause(
        "tokens-ignored",
        reacted.tokens_ignored,
        "Let every token reach the logits: attend to all, or pool over all.",
    ),
    Cause("order-ignored", reacted.order_ignored, "Give the tokens positions, or read them with a recurrent layer."),
    Cause("equal-logits", _equal_logits, "Return one number for each class."),
    Cause("one-number-left", _bottleneck, "Let the last layer see all features: pool over places, not over channels."),
    Cause("frozen", _frozen, "Let the optimiser train them: leave requires_grad as it is.", "all weights trained"),
    Cause("running-statistics", _running, "Do not call eval() in forward.", "statistics of the batch"),
    Cause("too-much-dropout", _dropped, "Drop less: 0.1 to 0.5 is usual.", "no dropout"),
    Cause("large-start", _large_start, START, "standard start"),
    Cause("small-logits", _small_logits, "Take out the factor that makes them small.", "logits of size 1"),
    Cause("flat-activations", _bounded, "Put ReLU or GELU between the layers.", "ReLU", "gradient"),
    Cause("gradient-scaled", _scaled, "Take out the hook or the function that scales it.", "no hooks"),
)
ANYWAY = (
    Cause(
        "inputs-scaled",
        lambda looks: "The first layer's input has the wrong scale.",
        "The recipe's inputs have mean 0 and variance 1: leave them.",
        "inputs standardised",
    ),
)
