"""BatchNorm2d: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Gradient, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m1_cnn/batchnorm.py")
batch_norm = Section("m1.batch_norm", EXERCISE, f"{__name__}.subject:TRAINING", "batch-normalisation")

CHECKS = (
    batch_norm.check(
        "forward",
        Parity("y"),
        4,
        "BatchNorm2d.forward",
        "BatchNorm2d.forward normalises each channel over the batch",
        "One mean and one variance for each channel: over which axes of (N, C, H, W) are they taken?",
        "Subtract the mean, divide by sqrt(var + eps), with the variance divided by m = N · H · W.",
        "Then scale by gamma and shift by beta, both (C,): v[:, None, None] aligns them with the channels.",
        lesson="forward-1",
    ),
    batch_norm.check(
        "running",
        Parity("running_mean", "running_var", cases_of="m1.batch_norm.forward"),
        2,
        "BatchNorm2d.forward",
        "BatchNorm2d.forward keeps running statistics in training",
        "Take momentum as the weight of the newest batch: with 0.1, nine tenths of the old value stay.",
        "running_var estimates the variance of all images from a sample. By what do you divide, m or m - 1?",
        "new = (1 - momentum) · old + momentum · batch, with var · m / (m - 1) for the variance.",
        after=("forward",),
        lesson="forward-1",
    ),
    batch_norm.check(
        "eval",
        Parity("y", "running_mean", "running_var"),
        2,
        "BatchNorm2d.forward",
        "BatchNorm2d.forward uses running statistics in evaluation",
        "Should one image's result change if the other images in its batch are exchanged?",
        "With training = False use running_mean and running_var, and do not update them.",
        subject="EVALUATION",
        after=("forward",),
        lesson="forward-1",
    ),
    batch_norm.check(
        "backward",
        Parity("dL_dx"),
        3,
        "BatchNorm2d.backward",
        "BatchNorm2d.backward sends the right gradient to x",
        "In how many ways does a pixel change y? Directly, through the channel's mean, and through its variance.",
        "Adding a constant to a channel leaves y unchanged. To what does a channel of dL_dx sum, then?",
        "From dL_dy subtract its mean, and the normalised x times the mean of dL_dy · normalised x. Then scale.",
        after=("forward",),
        lesson="backward-1",
    ),
    batch_norm.check(
        "parameters",
        Parity("dL_dgamma", "dL_dbeta", cases_of="m1.batch_norm.backward"),
        2,
        "BatchNorm2d.backward",
        "BatchNorm2d.backward leaves dL_dgamma and dL_dbeta",
        "How often is one gamma used? Sum over every pixel of every image.",
        "beta is added, so dL_dbeta sums dL_dy. gamma multiplies the normalised x, so dL_dgamma sums their product.",
        after=("forward",),
        lesson="backward-1",
    ),
    batch_norm.check(
        "eval_backward",
        Parity("dL_dx", "dL_dgamma", "dL_dbeta"),
        1,
        "BatchNorm2d.backward",
        "BatchNorm2d.backward holds the statistics fixed in evaluation",
        "In evaluation no pixel changes the mean or the variance: which of the three terms are left?",
        "Multiply dL_dy by gamma, and divide it by the standard deviation that forward divided by.",
        subject="EVALUATION",
        after=("eval", "backward", "parameters"),
        lesson="backward-1",
    ),
    batch_norm.check(
        "gradient",
        Gradient(),
        1,
        "BatchNorm2d.backward",
        "BatchNorm2d.backward is the gradient of BatchNorm2d.forward",
        "Change one pixel by a small step: every output of its channel changes, since mean and variance do.",
        "Do dL_dgamma and dL_dbeta agree while dL_dx does not? Then the term of the mean or the variance is missing.",
        subject="SMOOTH",
        after=("forward",),
        lesson="backward-1",
    ),
    batch_norm.check(
        "behaviour",
        Behaviour(),
        1,
        "BatchNorm2d.forward",
        "BatchNorm2d starts right, keeps the dtype, and carries nothing over between calls",
        "Start gamma and running_var as ones, beta and running_mean as zeros, training as True.",
        "The parameters and running statistics are float64 even when x is float32: cast them where you compute y.",
        after=("forward", "eval_backward"),
    ),
    batch_norm.check(
        "errors",
        BadShapes(
            (
                ("a batch of rows, not images", {"num_features": 3}, ((4, 3),)),
                ("an image without a batch axis", {"num_features": 3}, ((3, 4, 4),)),
                ("more channels than num_features", {"num_features": 1}, ((2, 3, 2, 2),)),
                ("fewer channels than num_features", {"num_features": 3}, ((2, 1, 2, 2),)),
            )
        ),
        1,
        "BatchNorm2d.forward",
        "BatchNorm2d refuses wrong shapes with a ValueError",
        "Does NumPy refuse a gamma of one element for three channels? It broadcasts, so check yourself.",
        "Check that x.ndim is 4 and that x.shape[1] is num_features. Say what was expected and what came.",
        after=("forward",),
    ),
)
