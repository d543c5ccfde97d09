"""What the functions of a forward do to their numbers, against learning."""

from __future__ import annotations

import math
from collections.abc import Callable

from dlf_reference.training.autopsy.measured import PLACES, Handed, Looks, Step

from dlf_grader.instruments.autopsy import starting
from dlf_grader.instruments.autopsy.reacted import is_narrow
from dlf_grader.instruments.autopsy.told import in_brackets, percent, where


def breaks(looks: Looks) -> str:
    """A function gives nan or inf."""
    step = _first_to_break(looks)
    if step is None:
        return ""
    if "softmax" in step.function:
        return f"{step.function}{where(step)} gives nan: all scores of a row are −inf."
    if step.infinite:
        return f"{step.function}{where(step)} gives nan, because it is given inf or −inf."
    return f"{step.function}{where(step)} gives nan or inf, and is given finite numbers."


def overflows(looks: Looks) -> str:
    """A function gives inf because its numbers have 16 bits."""
    step = _first_to_break(looks)
    if step is None or not step.narrow or step.infinite or "softmax" in step.function:
        return ""
    return f"{step.function}{where(step)} computes with 16 bits, and gives nan or inf of finite numbers."


def _first_to_break(looks: Looks) -> Step | None:
    return None if math.isfinite(looks.lowest) else next((step for step in looks.steps if step.breaks), None)


def levelled(looks: Looks) -> str:
    """A function gives one number for all."""
    step = next((step for step in looks.steps if step.levels and "norm" not in step.function), None)
    if step is None:
        return ""
    return f"{step.function}{where(step)} makes one and the same number of all that it is given."


def alone(looks: Looks) -> str:
    """A norm takes the mean of one number."""
    step = next((step for step in looks.steps if step.levels and "norm" in step.function), None)
    if step is None:
        return ""
    return f"{step.function}{where(step)} normalises each number by itself: minus its own mean, each is 0."


def rounded(looks: Looks) -> str:
    """A function leaves fewer different numbers than it is given."""
    step = next((step for step in looks.steps if step.before), None)
    if step is None:
        return ""
    return f"{step.function}{where(step)} makes {step.after} different numbers of the {step.before} it is given."


def far_scaled(looks: Looks) -> str:
    """The first layer's input is far from a variance of 1."""
    if math.isnan(looks.scale) or 0.05 < looks.scale < 20:
        return ""
    return f"The first layer's input has a standard deviation of {looks.scale:.2g}."


def _most(looks: Looks, share: Callable[[Step], float], least: float) -> Step | None:
    """The step with the largest share, if that is large enough; nan is none. What gives the logits is not meant."""
    logits = {(step.function, step.line) for step in looks.steps if step.last}
    inner = [step for step in looks.steps if (step.function, step.line) not in logits]
    return max((step for step in inner if share(step) >= least), key=share, default=None)


def dead(looks: Looks) -> str:
    """Units that are zero for every example."""
    step = _most(looks, lambda step: step.dead, 0.75)
    if step is not None:
        units = f"{percent(step.dead)} of the units of {step.function.rstrip('_')}{where(step)}"
        return f"{units} are 0 for every example: no gradient passes them. {starting.large(looks)}".rstrip()
    step = _most(looks, lambda step: step.zeros, 0.99)
    if step is None:
        return ""
    return f"{percent(step.zeros)} of what {step.function.rstrip('_')}{where(step)} gives is 0, and passes no gradient."


def saturated(looks: Looks) -> str:
    """Units at the bounds of a sigmoid or tanh."""
    step = _most(looks, lambda step: step.saturated, 0.75)
    if step is None:
        return ""
    given = f"{percent(step.saturated)} of what {step.function}{where(step)} gives"
    return f"{given} lies at its bounds, where its gradient is next to zero. {starting.large(looks)}".rstrip()


def bounded(looks: Looks) -> str:
    """More than one sigmoid or tanh that is no gate."""
    steps = [s for s in looks.steps if s.function in ("sigmoid", "tanh") and not s.gates]
    return f"{len(steps)} layers end in sigmoid or tanh, which flatten the gradient." if len(steps) > 1 else ""


def shares(looks: Looks) -> str:
    """A softmax between two layers."""
    step = _handed(looks, "shares")
    return f"A softmax{in_brackets(step.line)} is the activation of a layer: its numbers add up to 1." if step else ""


def ids_as_numbers(looks: Looks) -> str:
    """Token ids that no table looks up."""
    step = _handed(looks, "ids")
    if step is None:
        return ""
    return f"A layer is given token ids as plain numbers{in_brackets(step.line)}, as if id 8 were twice id 4."


def places_drawn(looks: Looks) -> str:
    """An order or places that forward draws in training."""
    step = _handed(looks, *PLACES)
    if step is None:
        return ""
    fact = f"In training mode forward draws an order or places: {step.what}{in_brackets(step.line)}."
    return f"{fact} Where the model must learn that order, leave it as it is."


def _handed(looks: Looks, *what: str) -> Handed | None:
    """The first of these that forward works with."""
    return next((each for each in looks.handed if each.what in what), None)


def dropped(looks: Looks) -> str:
    """Dropout that drops nearly all."""
    step = _most(looks, lambda step: step.share, 0.9)
    return "" if step is None else f"{step.function}{where(step)} drops {percent(step.share)} of its input."


def dropped_most(looks: Looks, least: float = 0.0) -> str:
    """The dropout that drops most in training mode, and so much at least; no sentence."""
    step = _most(looks, lambda step: step.share, least)
    return "" if step is None else f"{step.function}{where(step)} drops {percent(step.share)} of its input in training"


def running(looks: Looks) -> str:
    """Batch norm that uses its running statistics in training."""
    step = next((s for s in looks.steps if s.by_batch == 0), None)
    return "" if step is None else f"Batch norm{where(step)} uses its running statistics in training too."


def narrow(looks: Looks) -> str:
    """Computing with 16 bits."""
    step = next((s for s in looks.steps if s.narrow), None)
    return "" if step is None else f"{step.function}{where(step)} computes with 16 bits."


def bottleneck(looks: Looks) -> str:
    """Logits that follow from one number of each example."""
    if not looks.second < 1e-5 or is_narrow(looks) or dropped(looks):
        return ""
    return "The logits of all examples lie on one line: a single number of each example reaches the last layer."
