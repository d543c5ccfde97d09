"""LayerNorm: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Gradient, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m3_attention/layernorm.py")
norm = Section("m3.layernorm", EXERCISE, f"{__name__}.subject:LAYER_NORM", "layer-normalisation")

CHECKS = (
    norm.check(
        "forward",
        Parity("y"),
        4,
        "LayerNorm.forward",
        "LayerNorm.forward normalises each token's features",
        "Compute mean and variance over the last axis alone, with keepdims=True.",
        "Add eps to the variance, take the root, divide. Then scale by gamma and shift by beta.",
    ),
    norm.check(
        "backward",
        Parity("dL_dx", "dL_dgamma", "dL_dbeta"),
        4,
        "LayerNorm.backward",
        "LayerNorm.backward gives the gradients of x, gamma and beta",
        "All tokens share gamma and beta: sum over every axis but the last.",
        "Multiply by gamma first. Then subtract the mean, and x_hat times the mean of the product with x_hat.",
        "Divide at the end by the standard deviation that forward divided by.",
        after=("forward",),
    ),
    norm.check(
        "gradient",
        Gradient(),
        1,
        "LayerNorm.backward",
        "LayerNorm.backward is the gradient of LayerNorm.forward",
        "Change one feature by a small step. Which features of the token change through the mean and the variance?",
        "If only dL_dx is wrong: which of the three paths from x to y is missing?",
        after=("forward",),
    ),
    norm.check(
        "behaviour",
        Behaviour(),
        1,
        "LayerNorm.forward",
        "LayerNorm keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "Which arrays do you store, and does a later call write into them?",
        "Cast gamma and beta to x's dtype inside forward. Overwrite the gradients; never add to them.",
        after=("forward", "backward"),
    ),
    norm.check(
        "errors",
        BadShapes((("features of another number", {"d_model": 3}, ((1, 2, 4),)),)),
        1,
        "LayerNorm.forward",
        "LayerNorm refuses wrong shapes with a ValueError",
        "How many features must the last axis have?",
        "Compare x.shape[-1] with d_model before computing.",
        after=("forward",),
    ),
)
