"""RMSNorm: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Gradient, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m6_language/rmsnorm.py")
rmsnorm = Section("m6.rmsnorm", EXERCISE, f"{__name__}.subject:RMS_NORM", "rmsnorm")

CHECKS = (
    rmsnorm.check(
        "forward",
        Parity("y"),
        3,
        "RMSNorm.forward",
        "RMSNorm.forward matches PyTorch",
        "Divide each token by the root of the mean of its squares. Then multiply by gamma.",
        "Take the mean over the last axis, with keepdims=True. Add eps to it before the root.",
    ),
    rmsnorm.check(
        "backward",
        Parity("dL_dx", "dL_dgamma"),
        3,
        "RMSNorm.backward",
        "RMSNorm.backward gives the gradients of x and gamma",
        "x reaches y directly and through the root mean square. What does each path add?",
        "Let g be dL_dy times gamma. The second path subtracts x_hat times the mean of g · x_hat.",
        "gamma is shared by all tokens: sum its gradient over every axis but the last.",
        after=("forward",),
    ),
    rmsnorm.check(
        "gradient",
        Gradient(),
        1,
        "RMSNorm.backward",
        "RMSNorm.backward is the gradient of RMSNorm.forward",
        "Change one number of x by a small step. Which numbers of y change?",
        after=("forward",),
    ),
    rmsnorm.check(
        "behaviour",
        Behaviour(),
        1,
        "RMSNorm.forward",
        "RMSNorm keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "Cast gamma to x's dtype inside forward. Store what backward needs in every forward.",
        after=("forward", "backward"),
    ),
    rmsnorm.check(
        "errors",
        BadShapes(
            (
                ("tokens of another size", {"d_model": 4}, ((2, 3, 5),)),
                ("no tokens", {"d_model": 4}, ((2, 0, 4),)),
            )
        ),
        1,
        "RMSNorm.forward",
        "RMSNorm refuses wrong shapes with a ValueError",
        "What must the last axis of x have? Say what was expected and what came.",
        after=("forward",),
    ),
)
