"""SwiGLU: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Gradient, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m6_language/swiglu.py")
PARAMETERS = ("W_gate", "W_up", "W_down")
SIZES = {"d_model": 4, "d_ff": 3}
swiglu = Section("m6.swiglu", EXERCISE, f"{__name__}.subject:SWIGLU", "the-gated-network")

CHECKS = (
    swiglu.check(
        "forward",
        Parity("y"),
        3,
        "SwiGLU.forward",
        "SwiGLU.forward matches PyTorch",
        "Two projections go up: x @ W_gate.T and x @ W_up.T. One product brings their F features back to E.",
        "silu(g) is g times sigmoid(g). Multiply it by the other projection, element by element.",
        "np.exp(1000) overflows: the sigmoid must take exp of what is not positive, as in m0.",
    ),
    swiglu.check(
        "backward",
        Parity("dL_dx", *(f"dL_d{name}" for name in PARAMETERS)),
        3,
        "SwiGLU.backward",
        "SwiGLU.backward gives the gradients of x and all three weights",
        "Send the gradient through W_down first. A product gives each factor the gradient times the other factor.",
        "With s = sigmoid(g), the derivative of g · s is s + g · s · (1 − s).",
        "x is used twice: add what comes back through W_gate and through W_up.",
        after=("forward",),
    ),
    swiglu.check(
        "gradient",
        Gradient(),
        1,
        "SwiGLU.backward",
        "SwiGLU.backward is the gradient of SwiGLU.forward",
        "Change one weight by a small step. How much does the loss change? backward must agree.",
        after=("forward",),
    ),
    swiglu.check(
        "behaviour",
        Behaviour(),
        1,
        "SwiGLU.forward",
        "SwiGLU keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "Cast the weights to x's dtype inside forward, and store for backward what was used.",
        after=("forward", "backward"),
    ),
    swiglu.check(
        "errors",
        BadShapes(
            (
                ("tokens without a batch axis", SIZES, ((3, 4),)),
                ("tokens of another size", SIZES, ((1, 3, 6),)),
                ("an empty sequence", SIZES, ((1, 0, 4),)),
            )
        ),
        1,
        "SwiGLU.forward",
        "SwiGLU refuses wrong shapes with a ValueError",
        "How many axes must x have, and how many features?",
        after=("forward",),
    ),
)
