"""GRU as a subject."""

from __future__ import annotations

from dlf_grader.milestones.m2.gru.backward_mistakes import IN_BACKWARD
from dlf_grader.milestones.m2.gru.forward_mistakes import IN_FORWARD
from dlf_grader.milestones.m2.recurrent import recurrent

GRU = recurrent("GRU", 3, ("h",), (*IN_FORWARD, *IN_BACKWARD))
