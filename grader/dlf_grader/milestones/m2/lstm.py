"""LSTM: its checks; what people get wrong is in `lstm_mistakes`."""

from __future__ import annotations

from dlf_grader.instruments_old.behaviour import manners
from dlf_grader.instruments_old.gradient import gradient
from dlf_grader.instruments_old.parity import parity
from dlf_grader.instruments_old.refusal import refuses
from dlf_grader.milestones.m2.lstm_mistakes import MISTAKES
from dlf_grader.milestones.m2.recurrent import BAD, recurrent
from dlf_grader.milestones.m2.recurrent_mistakes import WEIGHTS

LSTM = recurrent("LSTM", 4, ("h", "c"), MISTAKES)
forward = parity(LSTM, "outputs", "h_T", "c_T")
backward = parity(LSTM, "dL_dx", "dL_dh0", "dL_dc0")
parameters = parity(LSTM, *WEIGHTS)
slope = gradient(LSTM)
behaviour = manners(LSTM)
errors = refuses("LSTM", BAD)
