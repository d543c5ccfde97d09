"""What people get wrong in TwoLayerMLP: each mistake recomputed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case
from dlf_grader.milestones.m0.mlp.formulas import DEFAULT_LR, PARAMETERS, classes, network, softmax


def _of_logits(function: Callable[[Array], Any]) -> Mistaken:
    return of_case(lambda case: function(network(case)["logits"]))


def _sigmoid_for_relu(case: Case) -> Any:
    x, (w1, b1, w2, b2) = case.inputs[0], (case.attributes[name] for name in PARAMETERS)
    return 1 / (1 + np.exp(-x @ w1.T - b1)) @ w2.T + b2


def _standardised(x: Array, axis: int | None, eps: float) -> Array:
    found: Array = (x - x.mean(axis=axis, keepdims=True)) / (x.std(axis=axis, keepdims=True) + eps)
    return found


RESCALED: tuple[Callable[[Array], Array], ...] = (
    *(partial(_standardised, axis=axis, eps=eps) for axis in (0, 1, None) for eps in (0.0, 1e-8, 1e-7, 1e-6, 1e-5)),
    lambda x: x - x.mean(axis=0),
    lambda x: x - x.mean(),
    lambda x: x / 255,
    lambda x: x / np.abs(x).max(),
    lambda x: x / np.linalg.norm(x, axis=1, keepdims=True),
)


def _rescaled(of_input: Callable[[Array], Array]) -> Mistaken:
    return of_case(lambda case: network(case, of_input=of_input)["logits"])


FORWARD = (
    mistake(
        "relu-skipped",
        "logits",
        of_case(lambda case: network(case, relu=False)["logits"]),
        "The ReLU is skipped: apply it between the two linear layers, which are otherwise no more than one.",
    ),
    mistake(
        "relu-at-the-end",
        "logits",
        _of_logits(lambda z: np.maximum(z, 0)),
        "A ReLU comes after fc2: leave it out. Logits may be negative.",
    ),
    mistake(
        "softmax-at-the-end",
        "logits",
        _of_logits(softmax),
        "The logits go through a softmax: return the output of fc2, as the loss has a softmax of its own.",
    ),
    mistake(
        "input-rescaled",
        "logits",
        tuple(map(_rescaled, RESCALED)),
        "x is rescaled first, so a row's logits change with the other rows or with its scale: give x to fc1 as it is.",
    ),
    mistake("sigmoid-for-relu", "logits", of_case(_sigmoid_for_relu), "The activation is a sigmoid: use a ReLU."),
)


# -- train_step -----------------------------------------------------------------------------------


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


def _after_fc2(ask: Ask, case: Case, tensor: str) -> Any:
    """The gradient goes back through the new weights of fc2."""
    return network(case, w2_back=ask(case)["fc2.W"])[tensor] * -case.attributes["lr"] + case.attributes[tensor]


TRAIN_STEP = (
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
)


# -- predict, evaluate, num_parameters ------------------------------------------------------------


PREDICT = (
    mistake(
        "argmin",
        "classes",
        _of_logits(lambda z: z.argmin(axis=1)),
        "The class has the smallest logit: use argmax, not argmin.",
    ),
    mistake(
        "wrong-axis",
        "classes",
        _of_logits(lambda z: z.argmax(axis=0)),
        "argmax runs over the batch: each row has a class of its own, so use axis 1.",
    ),
    mistake("flattened", "classes", _of_logits(np.argmax), "argmax runs over the whole array: give it the axis."),
    mistake(
        "logits", "classes", _of_logits(lambda z: z), "The logits are returned: return the class of each row instead."
    ),
    mistake(
        "probabilities",
        "classes",
        _of_logits(softmax),
        "Probabilities are returned: return the class of each row instead.",
    ),
    mistake(
        "largest-logit",
        "classes",
        _of_logits(lambda z: z.max(axis=1)),
        "The largest logit itself is returned: return its position, with argmax instead of max.",
    ),
)


def _counted(rule: Callable[[int, int], float]) -> Mistaken:
    """A mistaken accuracy: rule(right rows, all rows)."""
    return of_case(lambda case: rule(int(case.attributes["right"]), len(case.inputs[1])))


def _in_batches(rule: Callable[[Array, int], float | None]) -> tuple[Mistaken, ...]:
    """A mistaken accuracy, in batches of a usual size: rule(which rows are right, batch size)."""

    def of_size(size: int) -> Mistaken:
        return of_case(lambda case: rule(classes(case) == case.inputs[1], size))

    return tuple(map(of_size, (10, 16, 20, 25, 32, 50, 64, 100, 128, 200, 256, 500, 512, 1000)))


def _batches_averaged(right: Array, size: int) -> float:
    return float(np.mean([right[start : start + size].mean() for start in range(0, len(right), size)]))


def _last_batch_dropped(right: Array, size: int) -> float | None:
    full = len(right) // size * size
    return float(right[:full].mean()) if full else None


def _last_batch_not_counted(right: Array, size: int) -> float | None:
    full = len(right) // size * size
    return float(right[:full].sum() / len(right)) if full else None


EVALUATE = (
    mistake(
        "batches-averaged",
        "accuracy",
        _in_batches(_batches_averaged),
        "The accuracies of batches are averaged, but the last batch is smaller: count the right rows of all batches, "
        "then divide by the number of all rows.",
    ),
    mistake(
        "last-batch-dropped",
        "accuracy",
        _in_batches(_last_batch_dropped),
        "The rows left over after the last full batch are never counted: go on to the end of x.",
    ),
    mistake(
        "last-batch-not-counted",
        "accuracy",
        _in_batches(_last_batch_not_counted),
        "The right rows of full batches are divided by all rows: count those left over after the last full batch too.",
    ),
    mistake(
        "counted",
        "accuracy",
        _counted(lambda right, n: right),
        "The right rows are counted only: divide by the number of rows.",
    ),
    mistake(
        "percent",
        "accuracy",
        _counted(lambda right, n: 100 * right / n),
        "The accuracy is a percentage: return a share between 0 and 1.",
    ),
    mistake(
        "error-rate",
        "accuracy",
        _counted(lambda right, n: 1 - right / n),
        "The wrong rows are counted: return the share of the right ones.",
    ),
    mistake(
        "whole-division",
        "accuracy",
        _counted(lambda right, n: right // n),
        "The share is rounded down: divide with / instead of //.",
    ),
)


def _sizes(rule: Callable[[int, int, int], int]) -> Mistaken:
    """A mistaken number of parameters: rule(input size, hidden size, number of classes)."""
    return of_case(lambda case: rule(*case.attributes["sizes"]))


NUM_PARAMETERS = (
    mistake(
        "biases-forgotten",
        "num_parameters",
        _sizes(lambda d, h, k: d * h + h * k),
        "The biases are missing: count b of both layers too.",
    ),
    mistake(
        "first-layer-only",
        "num_parameters",
        _sizes(lambda d, h, k: d * h + h),
        "Only fc1 is counted: add the parameters of fc2.",
    ),
    mistake(
        "second-layer-only",
        "num_parameters",
        _sizes(lambda d, h, k: h * k + k),
        "Only fc2 is counted: add the parameters of fc1.",
    ),
    mistake(
        "arrays-counted",
        "num_parameters",
        _sizes(lambda d, h, k: 4),
        "The arrays are counted: count the numbers in them.",
    ),
)
