"""GRU as a subject."""

from __future__ import annotations

from dlf_grader.milestones.m2.gru.mistakes import MISTAKES
from dlf_grader.milestones.m2.recurrent import recurrent

GRU = recurrent("GRU", 3, ("h",), MISTAKES)
