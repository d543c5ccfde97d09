"""What the looks show of gradients, and of the weights that they are to reach."""

from __future__ import annotations

from dlf_reference.training.autopsy.measured import FLAT, Looks, Step

from dlf_grader.instruments.autopsy.told import listed, percent, trained, where
from dlf_grader.instruments.cuts import what_cuts
from dlf_grader.sandbox.words import LONGEST_NAME, one_line


def cut(looks: Looks) -> str:
    """Something between the loss and a weight has no derivative."""
    step = next((s for s in looks.steps if s.cuts or s.function in FLAT), None)
    without = [p.name for p in trained(looks) if not p.gradient]
    depends = looks.flat or any(ratio == 0 for ratio in looks.real.values()) or len(without) == len(trained(looks))
    names = looks.unreached or (without if depends else ())
    if step is None or not (names or looks.partly):
        return ""
    what = _what_cuts(step)
    whom = listed(names) if names else f"a part of {listed(looks.partly)}"
    return f"No gradient reaches {whom}: {what} cuts it off."


def cut_short(looks: Looks) -> str:
    """Something between the loss and a weight has no derivative, and there is another way around it."""
    step = next((s for s in looks.steps if s.cuts), None)
    others = {name for name, ratio in looks.real.items() if not 0.5 < ratio < 2} | set(looks.astray)
    if step is None or not others:
        return ""
    return f"{_what_cuts(step)} cuts a gradient off, and that of {listed(sorted(others))} is not the real one."


def _what_cuts(step: Step) -> str:
    return f"{what_cuts(step.function, off=step.off)}{where(step)}"


def undefined(looks: Looks) -> str:
    """A derivative is nan."""
    if not looks.undefined:
        return ""
    return f"The loss is a number, but backward gives nan at {one_line(looks.undefined, LONGEST_NAME)}."


def hidden(looks: Looks) -> str:
    """PyTorch does not see a weight."""
    if not looks.hidden:
        return ""
    names = listed(looks.hidden, "self.")
    return f"parameters() does not list the weights in {names}: nothing trains them."


def made(looks: Looks) -> str:
    """Layers are new in every forward."""
    return "Every forward makes new weights, so what they learn is lost." if looks.made else ""


def overwritten(looks: Looks) -> str:
    """A forward changes a weight."""
    return f"Every forward overwrites {listed(looks.overwritten)}, which are to learn." if looks.overwritten else ""


def dropped_results(looks: Looks) -> str:
    """A module's result is not used."""
    if not looks.dropped:
        return ""
    names = listed(looks.dropped, "self.")
    return f"forward calls {names} and does not use the result: no logit depends on it."


def scale_of_zeros(looks: Looks) -> str:
    """A norm multiplies by zero."""
    found = zeros(looks)
    return f"The scale in {listed(found)} is zero throughout: what it multiplies is lost." if found else ""


def zeros(looks: Looks) -> list[str]:
    """The scales that are zero throughout."""
    return [p.name for p in trained(looks) if p.scale_of_zeros and not p.gradient]


def alike(looks: Looks) -> list[str]:
    """The weights whose rows are all equal."""
    return [p.name for p in looks.parameters if p.equal_rows == 1]


def equal_rows(looks: Looks) -> str:
    """Units compute the same."""
    found = alike(looks)
    return f"All rows of {listed(found)} are equal: units that compute the same learn the same." if found else ""


def turned(looks: Looks) -> str:
    """A gradient has the wrong sign."""
    if any(step.cuts for step in looks.steps):  # what is left of a gradient may point anywhere
        return ""
    found = [name for name, ratio in looks.real.items() if ratio < -0.5]
    return f"The gradient of {listed(found)} has the wrong sign." if found else ""


def lost(looks: Looks) -> str:
    """A gradient does not arrive."""
    if any(step.cuts for step in looks.steps):  # a part of it is cut off, and what is left may be nothing
        return ""
    found = [name for name, ratio in looks.real.items() if ratio == 0]
    return f"backward gives {listed(found)} no gradient, though the loss depends on it." if found else ""


def astray(looks: Looks) -> str:
    """A gradient has another direction."""
    if not looks.astray:
        return ""
    return f"backward gives {listed(looks.astray)} a gradient that points elsewhere than the real one."


def still(looks: Looks) -> list[str]:
    """The weights that are not trained."""
    return [p.name for p in looks.parameters if not p.trained]


def frozen(looks: Looks) -> str:
    """A weight is not to be trained."""
    found = still(looks)
    if not found:
        return ""
    share = sum(p.numbers for p in looks.parameters if p.name in found) / sum(p.numbers for p in looks.parameters)
    return f"{percent(share)} of the weights have requires_grad=False: {listed(found)}."


def scaled(looks: Looks) -> str:
    """A gradient has another size."""
    found = {name: ratio for name, ratio in looks.real.items() if not 0.5 < ratio < 2 and ratio > 0}
    if not found:
        return ""
    name, ratio = min(found.items())
    return f"backward gives {name} {ratio:.2g} times its real gradient."
