"""GRU: its checks; what people get wrong is in `gru_mistakes`."""

from __future__ import annotations

from dlf_grader.instruments_old.behaviour import manners
from dlf_grader.instruments_old.gradient import gradient
from dlf_grader.instruments_old.parity import parity
from dlf_grader.instruments_old.refusal import refuses
from dlf_grader.milestones.m2.gru_mistakes import MISTAKES
from dlf_grader.milestones.m2.recurrent import BAD, recurrent
from dlf_grader.milestones.m2.recurrent_mistakes import WEIGHTS

GRU = recurrent("GRU", 3, ("h",), MISTAKES)
forward = parity(GRU, "outputs", "h_T")
backward = parity(GRU, "dL_dx", "dL_dh0")
parameters = parity(GRU, *WEIGHTS)
slope = gradient(GRU)
behaviour = manners(GRU)
errors = refuses("GRU", BAD)
