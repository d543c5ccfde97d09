"""RNN as a subject."""

from __future__ import annotations

from dlf_grader.milestones.m2.recurrent import recurrent
from dlf_grader.milestones.m2.rnn.mistakes import MISTAKES

RNN = recurrent("RNN", 1, ("h",), MISTAKES)
