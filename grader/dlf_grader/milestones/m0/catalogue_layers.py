"""What m0 checks of Linear and the activations."""

from __future__ import annotations

HERE = "dlf_grader.milestones.m0"
FILE = "m0_mlp/layers.py"

NOTHING_LEAKS = (
    "A layer is used again and again: nothing may leak from one call into the next, or into the caller's arrays.",
    "What forward keeps is overwritten by every forward; results are new arrays, of the dtype that came in.",
)
SLOPE = (
    "Nudge one number of the input, and see by how much the loss moves: backward must say the same.",
    "forward is right by now: differentiate it on paper, line by line, and compare with backward.",
)
