"""Tensor: its checks, in the order a learner meets them; their tables are beside this."""

from __future__ import annotations

from dlf_grader.checks import Custom
from dlf_grader.milestones.m5.tensor import arithmetic_checks, function_checks, graph_checks
from dlf_grader.milestones.m5.tensor.sections import EXERCISE, every_operation

__all__ = ["CHECKS", "EXERCISE"]

OPERATIONS = (*arithmetic_checks.CHECKS, *function_checks.CHECKS)
CHECKS = (
    *graph_checks.CHECKS,
    *OPERATIONS,
    every_operation.check(
        "behaviour",
        Custom("behaviour", "BEHAVIOUR"),
        3,
        "Tensor.backward",
        "Tensors keep float32, and share no gradient",
        "Which arrays do you create, and with which dtype? True / 3 is float64, and so is np.zeros.",
        "Let a leaf's grad be a copy, of its data's dtype: np.array(…, dtype=self.data.dtype).",
        after=tuple(check.id for check in OPERATIONS),
    ),
)
