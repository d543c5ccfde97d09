"""Tensor: the graph and the backward pass, and what holds for every operation: the tables of their checks."""

from __future__ import annotations

from dlf_grader.checks import Custom, Parity, Section
from dlf_grader.milestones.m5 import arithmetic, functions
from dlf_grader.milestones.m5.exercises import TENSOR

graph = Section("m5.engine", TENSOR, f"{__name__}.graph", "backward")
graph_use = Section("m5.engine", TENSOR, f"{__name__}.graph_use", "backward")
every_operation = Section("m5.tensor", TENSOR, f"{__name__}.behaviour", "backward")

CHECKS = (
    graph.check(
        "backward",
        Parity(),
        8,
        "Tensor.backward",
        "backward gives every leaf its gradient",
        "Start with dL_dself for the Tensor itself. What does it pass on to its inputs, and they to theirs?",
        "Keep a dict from id(tensor) to the gradient collected so far. Go through reversed(topological_order(self)).",
        "A leaf (no inputs) adds its collected gradient to its grad. A result adds one gradient to each input's entry.",
        "Add with a + b, never with +=: several entries of the dict may hold the same array.",
        subject="BACKWARD",
    ),
    graph.check(
        "order",
        Parity(),
        8,
        "topological_order",
        "topological_order returns a topological order: every Tensor after its inputs",
        "Draw s = a + b, t = s + c, y = t + s. When has s collected both of its gradients?",
        "Visit depth first: append a Tensor to the order after all of its inputs. Then read the order backwards.",
        "Without recursion: a stack of pairs (tensor, ready). Not ready: push it again as ready, then its inputs.",
        "Keep a set of id(tensor) for the visited Tensors. Add a Tensor when you first pop it from the stack.",
        subject="ORDER",
        after=("backward",),
        lesson="the-order",
    ),
    graph.check(
        "broadcast",
        Parity(),
        6,
        "unbroadcast",
        "unbroadcast undoes broadcasting",
        "[1, 2] + [[10], [20]] uses each number twice. What gradient does each one collect?",
        "First the new axes: if the gradient has n more axes than the input, sum over its first n.",
        "Then the axes where the input has size 1: sum over these too. Reshape to the input's shape at the end.",
        subject="BROADCAST",
        after=("backward",),
        lesson="broadcasting",
    ),
    graph_use.check(
        "zero_grad",
        Custom("zero_grad", "ZERO_GRAD"),
        4,
        "Tensor.zero_grad",
        "A second backward adds the same gradients again, until zero_grad",
        "PyTorch adds to grad as well. Why do training loops call zero_grad?",
        "Let only leaves keep a gradient between two calls; a result collects its gradient for one call.",
        "Set grad back to its initial value.",
        after=("backward",),
    ),
    graph_use.check(
        "detach",
        Custom("detach", "DETACH"),
        3,
        "Tensor.detach",
        "Constants get no gradient, and detached Tensors pass none on",
        "A detached Tensor has the same numbers. Which attributes must it not copy?",
        "Return a new Tensor of the same data, without requires_grad.",
        after=("backward",),
        lesson="the-graph",
    ),
    graph_use.check(
        "chain",
        Custom("chain", "CHAIN"),
        4,
        "topological_order",
        "backward survives 50,000 operations in a row, and a trillion paths",
        "How deep may Python's recursion go? A list is limited only by memory.",
        "Visit each Tensor once, however many paths lead to it: ask whether it was visited before you go on.",
        lesson="the-order",
    ),
)
AFTER_OPERATIONS = (
    every_operation.check(
        "behaviour",
        Custom("behaviour", "BEHAVIOUR"),
        3,
        "Tensor.backward",
        "Tensors keep float32, share no gradient, and refuse backward() of many numbers",
        "Which arrays do you create, and with which dtype? True / 3 is float64, and so is np.zeros.",
        "Which arrays does += change? Add with a new array, and raise ValueError if many numbers get no gradient.",
        "Let a leaf's grad be a copy, of its data's dtype: np.array(…, dtype=self.data.dtype).",
        after=tuple(check.id for check in (*arithmetic.CHECKS, *functions.CHECKS)),
    ),
)
