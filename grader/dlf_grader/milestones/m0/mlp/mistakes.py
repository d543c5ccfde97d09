"""What people get wrong in TwoLayerMLP: each mistake recomputed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case
from dlf_grader.milestones.m0.mlp.formulas import PARAMETERS, classes, network, softmax


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
