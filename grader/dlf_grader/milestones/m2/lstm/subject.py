"""LSTM as a subject."""

from __future__ import annotations

from dlf_grader.milestones.m2.lstm.backward_mistakes import IN_BACKWARD
from dlf_grader.milestones.m2.lstm.forward_mistakes import IN_FORWARD
from dlf_grader.milestones.m2.recurrent import recurrent

LSTM = recurrent("LSTM", 4, ("h", "c"), (*IN_FORWARD, *IN_BACKWARD))
