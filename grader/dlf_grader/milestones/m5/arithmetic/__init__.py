"""Arithmetic on Tensors, matrices included: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.milestones.m5.exercises import AFTER_BACKWARD, AFTER_BROADCAST, TENSOR

arithmetic = Section("m5.tensor", TENSOR, f"{__name__}.subjects", "arithmetic")

CHECKS = (
    arithmetic.check(
        "neg",
        Parity(),
        1,
        "negative",
        "-x matches PyTorch in value and gradient",
        "Look at add: it returns the result, and a function from dL_dy to the gradients of the inputs.",
        "If x grows by 1, y falls by 1. Mind the comma that makes a tuple of one.",
        subject="NEGATIVE",
        after=AFTER_BACKWARD,
    ),
    arithmetic.check(
        "sub",
        Parity(),
        2,
        "subtract",
        "a - b matches PyTorch in value and gradients",
        "Start from add. What changes on the way back?",
        "a gets dL_dy, b gets -dL_dy.",
        subject="SUBTRACT",
        after=AFTER_BROADCAST,
    ),
    arithmetic.check(
        "mul",
        Parity(),
        3,
        "multiply",
        "a * b matches PyTorch in value and gradients",
        "By how much does a · b change if a grows by 1?",
        "dL_da = dL_dy · b and dL_db = dL_dy · a.",
        subject="MULTIPLY",
        after=AFTER_BROADCAST,
    ),
    arithmetic.check(
        "div",
        Parity(),
        3,
        "divide",
        "a / b matches PyTorch in value and gradients",
        "a / b is a times 1 / b. What is the derivative of 1 / b?",
        "It is -1 / b². So dL_db = -dL_dy · a / b², and dL_da = dL_dy / b.",
        subject="DIVIDE",
        after=AFTER_BROADCAST,
    ),
    arithmetic.check(
        "pow",
        Parity(),
        3,
        "power",
        "x ** p matches PyTorch in value and gradient",
        "What is the derivative of x³, and of x^p?",
        "dL_dx = dL_dy · p · x^(p - 1). For p = 0 it is 0, also where x is 0.",
        subject="POWER",
        after=AFTER_BACKWARD,
    ),
    arithmetic.check(
        "matmul",
        Parity(),
        6,
        "matmul",
        "a @ b matches PyTorch in value and gradients, for stacks of matrices too",
        "Write down the shapes: dL_dy is (N, M), a is (N, K), b is (K, M). Which product gives (N, K)?",
        "dL_da is dL_dy times b transposed, dL_db is a transposed times dL_dy.",
        "Transpose only the last two axes of a stack: swapaxes(-1, -2). backward sums over the others.",
        subject="MATMUL",
        after=AFTER_BROADCAST,
        lesson="matrices",
    ),
)
