"""LSTM: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import Parity, Section
from dlf_grader.milestones.m2.table import EVERY_STEP, WEIGHTS, closing_checks
from dlf_grader.model import Exercise

EXERCISE = Exercise("m2_rnn/lstm.py")
lstm = Section("m2.lstm", EXERCISE, f"{__name__}.subject:LSTM", "lstm")

CHECKS = (
    lstm.check(
        "forward",
        Parity("outputs", "h_T", "c_T"),
        8,
        "LSTM.forward",
        "LSTM.forward matches PyTorch",
        "Get one step right first: four blocks of H elements from x and h. Which of them take a sigmoid?",
        "The blocks are i, f, g, o in this order. g takes tanh, the gates take a sigmoid.",
        "c = f · c + i · g, then h = o · tanh(c). The next step starts from both.",
        "Check the two biases, both initial states, and the order of what is returned: outputs, (h_T, c_T).",
    ),
    lstm.check(
        "backward",
        Parity("dL_dx", "dL_dh0", "dL_dc0"),
        8,
        "LSTM.backward",
        "LSTM.backward sends the right gradients to x, h0 and c0",
        "Two gradients pass from step to step, one of h and one of c. Where does each of them come from?",
        "At step t: dL_dh += dL_doutputs[:, t]. Then dL_dc += dL_dh · o · (1 - tanh(c)²).",
        "Each gate's gradient is dL_dc (dL_dh for o) times what the gate multiplies, times its own derivative.",
        "Pass dL_dc · f to the cell before, and the four gates' gradients through W_hh to the state before.",
        after=("forward",),
        lesson="lstm-backward",
    ),
    lstm.check(
        "parameters",
        Parity(*WEIGHTS),
        6,
        "LSTM.backward",
        "LSTM.backward leaves the right gradients of weights and biases",
        EVERY_STEP,
        "Collect the gradients inside the gates, (T, N, 4 H). Then take one product with all x, one with all states.",
        "W_hh multiplies the state before each step: h0, then all outputs but the last. Both biases get the same.",
        after=("forward",),
        lesson="lstm-backward",
    ),
    *closing_checks(lstm, "LSTM", (2, 2, 1), "lstm-backward"),
)
