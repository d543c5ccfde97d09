"""GRU: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.milestones.m2.table import EVERY_STEP, WEIGHTS, closing_checks
from dlf_grader.model import Exercise

EXERCISE = Exercise("m2_rnn/gru.py")
gru = Section("m2.gru", EXERCISE, f"{__name__}.subject:GRU", "gru")

CHECKS = (
    gru.check(
        "forward",
        Parity("outputs", "h_T"),
        6,
        "GRU.forward",
        "GRU.forward matches PyTorch",
        "Compute x's part and the state's part of all three blocks separately. Why does the candidate need that?",
        "r and z are sigmoids of the sum of both parts. n = tanh(x's part + r · the state's part, bias included).",
        "h = (1 - z) · n + z · h: z is the share that is kept.",
    ),
    gru.check(
        "backward",
        Parity("dL_dx", "dL_dh0"),
        6,
        "GRU.backward",
        "GRU.backward sends the right gradients to x and h0",
        "In how many ways does a state reach the next one? Kept by z, and through three blocks of W_hh.",
        "z gets dL_dh · (h - n) · z (1 - z), with h before the step. Inside n's tanh comes dL_dh · (1 - z) · (1 - n²).",
        "r gets n's gradient times the hidden product, times r (1 - r). On the state's side n's gradient is times r.",
        after=("forward",),
    ),
    gru.check(
        "parameters",
        Parity(*WEIGHTS),
        4,
        "GRU.backward",
        "GRU.backward leaves the right gradients of weights and biases",
        EVERY_STEP,
        "W_ih and b_ih belong to x's side, W_hh and b_hh to the state's side. In n's rows the two sides differ by r.",
        after=("forward",),
    ),
    *closing_checks(gru, "GRU", (2, 1, 1), ""),
)
