"""The file that the checks of Tensor and of its operations are about, and what comes before an operation."""

from __future__ import annotations

from dlf_grader.model import Exercise

TENSOR = Exercise("m5_autograd/tensor.py")
AFTER_BACKWARD = ("m5.engine.backward",)
AFTER_BROADCAST = ("m5.engine.backward", "m5.engine.broadcast")
