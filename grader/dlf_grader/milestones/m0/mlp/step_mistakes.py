"""What people get wrong in TwoLayerMLP.train_step: each mistake recomputed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case
from dlf_grader.milestones.m0.mlp.formulas import DEFAULT_LR, PARAMETERS, classes, network, softmax
from dlf_grader.milestones.m0.mlp.mistakes import RESCALED

USUAL_BOUNDS = (1e-4, 1e-3, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0)  # to which gradients are clipped
SAME = 1e-3  # of a step: nearer numbers are the same


def _updated(rule: Callable[[Case, Array, Array], Any], **changed: Any) -> Mistaken:
    """A mistaken update: rule(case, parameter, gradient)."""
    return lambda ask, case, tensor: rule(case, case.attributes[tensor], network(case, **changed)[tensor])


def _stepped(**changed: Any) -> Mistaken:
    """The right update by a mistaken gradient."""
    return _updated(lambda case, p, g: p - case.attributes["lr"] * g, **changed)


def _loss_of_rescaled(of_input: Callable[[Array], Array]) -> Mistaken:
    def loss(case: Case) -> Any:
        p = softmax(network(case, of_input=of_input)["logits"])
        return -np.log(p[np.arange(len(p)), case.inputs[1]]).mean()

    return of_case(loss)


def _loss_after(ask: Ask, case: Case, tensor: str) -> Any:
    moved = {name: ask(case)[name] for name in PARAMETERS}
    return ask(replace(case, attributes=case.attributes | moved))["loss"]


def _of_some(rows: Callable[[int], slice]) -> Mistaken:
    """The loss, or the update, of a part of the batch: rows(their number)."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        x, y = (part[rows(len(case.inputs[0]))] for part in case.inputs)
        found = network(replace(case, inputs=(x, y)))
        if tensor == "loss":
            return -np.log(softmax(found["logits"])[np.arange(len(y)), y]).mean()
        return case.attributes[tensor] - case.attributes["lr"] * found[tensor]

    return answer


def _clipped(bound: float) -> tuple[Mistaken, ...]:
    """The update by a gradient clipped to a bound: each number, all gradients together, or each array by its norm."""

    def by_norm(case: Case, p: Array, g: Array) -> Any:
        norm = float(np.sqrt(sum(float((network(case)[name] ** 2).sum()) for name in PARAMETERS)))
        return p - case.attributes["lr"] * g * min(1.0, bound / max(norm, 1e-12))

    return (
        _updated(lambda case, p, g: p - case.attributes["lr"] * np.clip(g, -bound, bound)),
        _updated(by_norm),
        _updated(
            lambda case, p, g: p - case.attributes["lr"] * g * min(1.0, bound / max(float(np.linalg.norm(g)), 1e-12))
        ),
    )


def _steps_taken(ask: Ask, case: Case) -> dict[str, tuple[Array, Array]]:
    """What was subtracted from each parameter, and lr × its gradient."""
    moved, right, lr = ask.learner(case), network(case), case.attributes["lr"]
    if any(np.asarray(moved.get(name)).shape != case.attributes[name].shape for name in PARAMETERS):
        raise ValueError("a parameter has another shape")
    return {name: (case.attributes[name] - moved[name], lr * right[name]) for name in PARAMETERS}


def _multiplied(ask: Ask, case: Case, tensor: str) -> Any:
    """All steps are the right ones, times one number."""
    pairs = _steps_taken(ask, case)
    size = sum(float(np.vdot(right, right)) for _, right in pairs.values())
    factor = sum(float(np.vdot(did, right)) for did, right in pairs.values()) / max(size, 1e-12)
    if abs(factor - 1) < SAME or any(
        np.abs(did - factor * right).max() > SAME * abs(factor) * np.abs(right).max() for did, right in pairs.values()
    ):
        return np.nan  # whose maker multiplies always is never right
    return case.attributes[tensor] - factor * pairs[tensor][1]


def _decayed(ask: Ask, case: Case, tensor: str) -> Any:
    """The steps take a share of the weights, besides."""
    pairs = _steps_taken(ask, case)
    over = {name: did - right for name, (did, right) in pairs.items() if name.endswith("W")}
    size = sum(float(np.vdot(case.attributes[name], case.attributes[name])) for name in over)
    share = sum(float(np.vdot(rest, case.attributes[name])) for name, rest in over.items()) / max(size, 1e-12)
    if share < SAME * case.attributes["lr"]:
        return np.nan
    return case.attributes[tensor] - pairs[tensor][1] - share * case.attributes[tensor]


def _after_fc2(ask: Ask, case: Case, tensor: str) -> Any:
    """The gradient goes back through the new weights of fc2."""
    return network(case, w2_back=ask(case)["fc2.W"])[tensor] * -case.attributes["lr"] + case.attributes[tensor]


def _of_own_classes(ask: Ask, case: Case, tensor: str) -> Any:
    """The loss, or the update, with what the network itself predicts in place of y."""
    x = case.inputs[0]
    own = replace(case, inputs=(x, classes(case)))
    if tensor == "loss":
        return -np.log(softmax(network(case)["logits"]).max(axis=1)).mean()
    return case.attributes[tensor] - case.attributes["lr"] * network(own)[tensor]


def _weights_clipped(bound: float) -> Mistaken:
    return _updated(lambda case, p, g: np.clip(p - case.attributes["lr"] * g, -bound, bound))


TRAIN_STEP = (
    mistake(
        "own-classes",
        ("loss", *PARAMETERS),
        _of_own_classes,
        "The loss takes the classes that the network predicts itself: compare its logits with y.",
    ),
    mistake(
        "loss-after-update",
        "loss",
        _loss_after,
        "The loss is measured after the update: return the one that the gradients were computed from.",
    ),
    mistake(
        "input-rescaled",
        "loss",
        tuple(map(_loss_of_rescaled, RESCALED)),
        "x is rescaled before the step, and forward does not do that: give x to it as it is.",
    ),
    mistake(
        "part-of-the-batch",
        ("loss", *PARAMETERS),
        (
            _of_some(lambda n: slice(max(1, n // 2))),
            _of_some(lambda n: slice(n // 2, None)),
            _of_some(lambda n: slice(1)),
            _of_some(lambda n: slice(max(1, n - 1))),
        ),
        "Only a part of the batch counts: take all rows of x and y.",
    ),
    mistake(
        "updated-twice",
        PARAMETERS,
        _updated(lambda case, p, g: p - 2 * case.attributes["lr"] * g),
        "This parameter takes two steps at once: update W and b of each layer once.",
    ),
    mistake(
        "plus-sign",
        PARAMETERS,
        _updated(lambda case, p, g: p + case.attributes["lr"] * g),
        "The update has the wrong sign: the gradient points uphill, so *subtract* lr × gradient.",
    ),
    mistake(
        "not-updated",
        PARAMETERS,
        _updated(lambda case, p, g: p),
        "This parameter is not updated: assign the new W and b to both layers.",
    ),
    mistake(
        "lr-ignored",
        PARAMETERS,
        _updated(lambda case, p, g: p - g),
        "The learning rate is missing: the step is lr × gradient.",
    ),
    mistake(
        "lr-fixed",
        PARAMETERS,
        _updated(lambda case, p, g: p - DEFAULT_LR * g),
        "The learning rate is always 0.01: use the argument lr.",
    ),
    mistake(
        "divided-by-n-again",
        PARAMETERS,
        _updated(lambda case, p, g: p - case.attributes["lr"] * g / len(case.inputs[0])),
        "The gradient is divided by the batch size a second time: the loss has done that already.",
    ),
    mistake(
        "gradient-clipped",
        PARAMETERS,
        tuple(rule for bound in USUAL_BOUNDS for rule in _clipped(bound)),
        "The gradient is clipped before the update: the step is lr × the gradient itself.",
    ),
    mistake(
        "weights-clipped",
        PARAMETERS,
        tuple(map(_weights_clipped, USUAL_BOUNDS)),
        "The parameters are clipped after the update: let them take any size.",
    ),
    mistake(
        "sign-of-gradient",
        PARAMETERS,
        _updated(lambda case, p, g: p - case.attributes["lr"] * np.sign(g)),
        "Each step is lr times the sign of the gradient: subtract lr × the gradient itself.",
    ),
    mistake(
        "rounded-to-16-bits",
        PARAMETERS,
        _updated(lambda case, p, g: (p - case.attributes["lr"] * g).astype(np.float16)),
        "The new parameter is rounded to float16, in which small steps are lost: keep its dtype.",
    ),
    mistake(
        "relu-skipped-in-backward",
        PARAMETERS,
        _updated(
            lambda case, p, g: p - case.attributes["lr"] * g, mask=lambda before, dL_dhidden: np.ones_like(before)
        ),
        "The gradient skips the ReLU on its way back: call backward of fc2, then relu, then fc1.",
    ),
    mistake(
        "relu-masked-by-gradient",
        PARAMETERS,
        (
            _stepped(mask=lambda before, dL_dhidden: dL_dhidden > 0),
            _stepped(mask=lambda before, dL_dhidden: (dL_dhidden > 0) & (before > 0)),
        ),
        "The gradient is zero where it is negative: the ReLU stops it where its *input* was negative.",
    ),
    mistake(
        "classes-from-one",
        PARAMETERS,
        (_stepped(shift=-1), _stepped(shift=1)),
        "Each row is taught its neighbour's class: classes count from 0, so use y as it is.",
    ),
    mistake(
        "updated-too-early",
        ("fc1.W", "fc1.b"),
        _after_fc2,
        "fc2 is updated before the gradient goes through it: take all gradients first, then update.",
    ),
    mistake(
        "replaced-by-step",
        PARAMETERS,
        _updated(lambda case, p, g: -case.attributes["lr"] * g),
        "The parameter is replaced by its step: subtract the step from the parameter.",
    ),
    mistake(
        "weights-decay",
        ("fc1.W", "fc2.W"),
        _decayed,
        "The step takes a share of the weights, too: subtract lr × gradient alone, without a weight decay.",
    ),
    mistake(
        "step-multiplied",
        PARAMETERS,
        _multiplied,
        "Each step is lr × gradient times one number: take lr as it is given, and no factor beside it.",
    ),
)
