"""What m0 checks of the losses."""

from __future__ import annotations

from dlf_grader.milestones.m0.catalogue_layers import HERE, NOTHING_LEAKS, SLOPE
from dlf_grader.milestones.section import Section

FILE = "m0_mlp/losses.py"

mse = Section("m0.mse", FILE, f"{HERE}.mse", "mean-squared-error")
MSE = (
    mse.check(
        "forward",
        "parity",
        3,
        "MSELoss.forward",
        "MSELoss.forward matches PyTorch",
        "Difference, square, mean: in that order.",
        "The mean runs over all elements, however many axes there are; return one float.",
    ),
    mse.check(
        "backward",
        "parity",
        3,
        "MSELoss.backward",
        "MSELoss.backward gives the gradient of the prediction",
        "Differentiate the square of one difference, then remember what forward divided by.",
        "Every element gets twice its difference, divided by the number of all elements.",
        after=("forward",),
    ),
    mse.check(
        "gradient",
        "gradient",
        1,
        "MSELoss.backward",
        "MSELoss.backward is the slope of MSELoss.forward",
        *SLOPE,
        run="slope",
        after=("forward",),
    ),
    mse.check(
        "behaviour",
        "behaviour",
        1,
        "MSELoss.forward",
        "MSELoss keeps dtype, inputs and earlier calls apart",
        *NOTHING_LEAKS,
        after=("forward", "backward"),
    ),
)

cross_entropy = Section("m0.cross_entropy", FILE, f"{HERE}.cross_entropy", "cross-entropy")
CROSS_ENTROPY = (
    cross_entropy.check(
        "forward",
        "parity",
        6,
        "CrossEntropyLoss.forward",
        "CrossEntropyLoss.forward matches PyTorch, at ±10000 too",
        "By hand first: two equal logits mean a probability of ½ each, so the loss is log 2.",
        "Subtracting the same number from a whole row changes nothing: which number makes exp safe?",
        "log(softmax) of a row is the row, shifted by its maximum, minus the log of the sum of its exponentials.",
        "Then pick the true class of every row: arrays of row numbers and of targets, side by side in one index.",
    ),
    cross_entropy.check(
        "backward",
        "parity",
        6,
        "CrossEntropyLoss.backward",
        "CrossEntropyLoss.backward gives the gradient of the logits",
        "What is predicted minus what is true: both are distributions over the classes.",
        "Probabilities are exp of what forward stored; 1 goes off at each row's own target.",
        "The loss is a mean over N rows, so divide by N at the end.",
        after=("forward",),
    ),
    cross_entropy.check(
        "gradient",
        "gradient",
        2,
        "CrossEntropyLoss.backward",
        "CrossEntropyLoss.backward is the slope of CrossEntropyLoss.forward",
        *SLOPE,
        run="slope",
        after=("forward",),
    ),
    cross_entropy.check(
        "behaviour",
        "behaviour",
        2,
        "CrossEntropyLoss.forward",
        "CrossEntropyLoss keeps dtype, inputs and earlier calls apart",
        *NOTHING_LEAKS,
        "An array made by one call and changed by backward is gone for the next backward: change a copy.",
        after=("forward", "backward"),
    ),
)
