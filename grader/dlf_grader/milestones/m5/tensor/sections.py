"""The groups of checks on Tensor: where each finds its subjects, and its place in the lesson."""

from __future__ import annotations

from dlf_grader.checks import Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m5_autograd/tensor.py")
HERE = "dlf_grader.milestones.m5.tensor"

graph = Section("m5.engine", EXERCISE, f"{HERE}.graph", "backward")
graph_use = Section("m5.engine", EXERCISE, f"{HERE}.graph_use", "backward")
arithmetic = Section("m5.tensor", EXERCISE, f"{HERE}.arithmetic", "arithmetic")
axes = Section("m5.tensor", EXERCISE, f"{HERE}.axes", "along-an-axis")
layout = Section("m5.tensor", EXERCISE, f"{HERE}.layout", "the-same-numbers-elsewhere")
functions = Section("m5.tensor", EXERCISE, f"{HERE}.functions", "element-by-element")
every_operation = Section("m5.tensor", EXERCISE, f"{HERE}.behaviour", "backward")

AFTER_BACKWARD = ("m5.engine.backward",)
AFTER_BROADCAST = ("m5.engine.backward", "m5.engine.broadcast")
