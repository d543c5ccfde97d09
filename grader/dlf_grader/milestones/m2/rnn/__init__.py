"""RNN and clip_by_norm: the tables of their checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.milestones.m2.table import EVERY_STEP, WEIGHTS, closing_checks
from dlf_grader.model import Exercise

EXERCISE = Exercise("m2_rnn/rnn.py")
THROUGH_TIME = "backpropagation-through-time"
rnn = Section("m2.rnn", EXERCISE, f"{__name__}.subject:RNN", "recurrent-networks")
clip = Section("m2.clip", EXERCISE, f"{__name__}.clip:CLIP", "clipping")

CHECKS = (
    rnn.check(
        "forward",
        Parity("outputs", "h_T"),
        6,
        "RNN.forward",
        "RNN.forward matches PyTorch",
        "Write one step first: what goes into tanh? Then use its state as the next step's.",
        "h = tanh(x[:, t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh), for t = 0, 1, …, starting from h0 (or zeros).",
        "outputs[:, t] is the state after step t. h_T is the last of them.",
    ),
    rnn.check(
        "backward",
        Parity("dL_dx", "dL_dh0"),
        7,
        "RNN.backward",
        "RNN.backward sends the right gradients to x and h0",
        "A state is an output, and an input of the next step, so two gradients add up. Which is known first?",
        "Go from the last step to the first, and pass dL_dh from step to step. Start it as dL_dh_T, or zeros.",
        "At each step add dL_doutputs[:, t] and multiply by 1 - h². W_ih then leads to x, W_hh to the state before.",
        after=("forward",),
        lesson=THROUGH_TIME,
    ),
    rnn.check(
        "parameters",
        Parity(*WEIGHTS),
        5,
        "RNN.backward",
        "RNN.backward leaves the right gradients of weights and biases",
        EVERY_STEP,
        "W_ih multiplies x[:, t], W_hh the state before step t: multiply the gradient inside tanh by these.",
        "Both biases are added at the same place: give each the same gradient, in full.",
        after=("forward",),
        lesson=THROUGH_TIME,
    ),
    *closing_checks(rnn, "RNN", (2, 2, 2), THROUGH_TIME),
    clip.check(
        "norm",
        Parity("norm"),
        2,
        "clip_by_norm",
        "clip_by_norm returns the norm of all gradients together, before clipping",
        "Think of all arrays as one long vector: how long is it?",
        "Sum the squares of all elements of all arrays, and take one root. Return it even if nothing is clipped.",
    ),
    clip.check(
        "grads",
        Parity("grads[0]", "grads[1]", "grads[2]"),
        3,
        "clip_by_norm",
        "clip_by_norm shortens all gradients by one factor, in place",
        "Which factor makes a vector of length `norm` one of length `max_norm`? When should nothing happen?",
        "Multiply every array by min(1, max_norm / norm) with *=. What if the norm is zero?",
    ),
)
