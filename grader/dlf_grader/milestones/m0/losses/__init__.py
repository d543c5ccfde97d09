"""MSELoss and CrossEntropyLoss: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.milestones.m0.usual import gradient_and_behaviour
from dlf_grader.model import Exercise

EXERCISE = Exercise("m0_mlp/losses.py")
mse = Section("m0.mse", EXERCISE, f"{__name__}.mse:MSE", "mean-squared-error")
cross_entropy = Section("m0.cross_entropy", EXERCISE, f"{__name__}.cross_entropy:CROSS_ENTROPY", "cross-entropy")

CHECKS = (
    mse.check(
        "forward",
        Parity("loss"),
        3,
        "MSELoss.forward",
        "MSELoss.forward matches PyTorch",
        "Compute the difference, its square, and the mean, in that order.",
        "Take the mean over all elements, however many axes there are. Return one float.",
    ),
    mse.check(
        "backward",
        Parity("dL_dprediction"),
        3,
        "MSELoss.backward",
        "MSELoss.backward gives the gradient of the prediction",
        "Differentiate the square of one difference. What did forward divide by?",
        "The gradient of an element is twice its difference, divided by the number of all elements.",
        after=("forward",),
    ),
    *gradient_and_behaviour(mse, "MSELoss", (1, 1)),
    cross_entropy.check(
        "forward",
        Parity("loss"),
        6,
        "CrossEntropyLoss.forward",
        "CrossEntropyLoss.forward matches PyTorch, at ±10000 too",
        "Start by hand: two equal logits mean two probabilities of ½, so the loss is log 2.",
        "The softmax of a row stays the same if you subtract a number from the whole row. Which number makes exp safe?",
        "Subtract the maximum of the row. log(softmax) is the result, minus the log of the sum of its exponentials.",
        "Then select the true class of every row: index with the row numbers and the targets together.",
    ),
    cross_entropy.check(
        "backward",
        Parity("dL_dlogits"),
        6,
        "CrossEntropyLoss.backward",
        "CrossEntropyLoss.backward gives the gradient of the logits",
        "The gradient is the predicted distribution over the classes minus the true one.",
        "Compute the probabilities with exp from what forward stored. Subtract 1 at the target of each row.",
        "The loss is a mean over N rows, so divide by N at the end.",
        after=("forward",),
    ),
    *gradient_and_behaviour(
        cross_entropy,
        "CrossEntropyLoss",
        (2, 2),
        "If backward changes an array that forward stored, the next backward finds it changed. Work on a copy.",
        smooth="SMOOTH_CROSS_ENTROPY",
    ),
)
