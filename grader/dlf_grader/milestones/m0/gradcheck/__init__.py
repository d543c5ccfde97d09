"""numerical_gradient, relative_error and check_layer: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m0_mlp/gradcheck.py")
numerical_gradient, relative_error, check_layer = (
    Section("m0.gradcheck", EXERCISE, f"{__name__}.{subject}", "gradient-checking")
    for subject in ("numerical_gradient:ACCURATE", "relative_error:RELATIVE_ERROR", "check_layer:CHECK_LAYER")
)

CHECKS = (
    numerical_gradient.check(
        "numerical_gradient",
        Parity("gradient", kind="behaviour"),
        5,
        "numerical_gradient",
        "numerical_gradient measures the gradient of f, element by element",
        "Take one element at a time: move it up and call f, move it down and call f, then put it back.",
        "Central differences step to both sides. How far apart are x − eps and x + eps?",
        "np.ndindex(x.shape) gives every index of any shape. x[index] reads and writes one element.",
    ),
    numerical_gradient.check(
        "in_place",
        Parity("gradient", kind="behaviour"),
        2,
        "numerical_gradient",
        "numerical_gradient changes x in place, and restores every element exactly",
        "f may ignore its argument: a layer's forward reads its own W, which is the array that you are given.",
        "Store the original number in a variable: x + eps − 2 eps + eps is not always x again.",
        subject="IN_PLACE",
        after=("numerical_gradient",),
    ),
    relative_error.check(
        "relative_error",
        Parity("error", kind="behaviour"),
        3,
        "relative_error",
        "relative_error divides each difference by the size of the two elements",
        "Element by element, divide |a − b| by |a| + |b|. Then return the largest result.",
        "If both elements are zero this divides 0 by 0. Clamp the denominator: np.maximum(…, 1e-8).",
    ),
    check_layer.check(
        "check_layer",
        Parity(kind="behaviour"),
        4,
        "check_layer",
        "check_layer tells right gradients from wrong ones, for x and every parameter",
        "A layer's output is an array, not a scalar. Multiply it by a random upstream gradient and sum.",
        "Call forward and backward once, with that upstream gradient. Then measure x and each parameter.",
        "The function for numerical_gradient ignores its argument: forward reads x and W where they are.",
        "After backward, _parameters(layer) lists the name, the value and the gradient of each parameter.",
        after=("numerical_gradient", "in_place", "relative_error"),
    ),
)
