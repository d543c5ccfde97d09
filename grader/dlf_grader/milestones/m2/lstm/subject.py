"""LSTM as a subject."""

from __future__ import annotations

from dlf_grader.milestones.m2.lstm.mistakes import MISTAKES
from dlf_grader.milestones.m2.recurrent import recurrent

LSTM = recurrent("LSTM", 4, ("h", "c"), MISTAKES)
