"""What m5 checks of the engine; the checks of operations and of layers are in the catalogues beside it."""

from __future__ import annotations

from dlf_grader.milestones.section import Section
from dlf_grader.model import Check, Exercise, Milestone

HERE = "dlf_grader.milestones.m5"
TENSOR = "m5_autograd/tensor.py"

MILESTONE = Milestone("m5", "autograd", "m5_autograd", (Exercise(TENSOR), Exercise("m5_autograd/nn.py")))

engine = Section("m5.engine", TENSOR, f"{HERE}.engine", "backward")
use = Section("m5.engine", TENSOR, f"{HERE}.engine_use", "backward")

CHECKS: tuple[Check, ...] = (
    engine.check(
        "backward",
        "parity",
        8,
        "Tensor.backward",
        "backward brings every leaf its gradient",
        "Start with dL_dself for the Tensor itself. What does it pass on to its inputs, and they to theirs?",
        "Keep a dict from id(tensor) to the gradient collected so far; go through reversed(topological_order(self)).",
        "A leaf (no inputs) adds what was collected to its grad; others add a share to each input's entry in the dict.",
        "Add with a + b, never +=: the same array may stand in several places of the dict.",
    ),
    engine.check(
        "order",
        "parity",
        8,
        "topological_order",
        "topological_order gives every Tensor its turn after everything computed from it",
        "If s is used twice, both uses must come before its own turn. Draw s = a + b, t = s + c, y = t + s.",
        "Visit depth first: a Tensor joins the line after all of its inputs have. Then read the line backwards.",
        "Without recursion: a stack of pairs (tensor, ready). Not ready: push it again as ready, then its inputs.",
        "A set of id(tensor) tells whom you have visited; put a Tensor in when you first take it from the stack.",
        after=("backward",),
        lesson="the-order",
    ),
    engine.check(
        "broadcast",
        "parity",
        6,
        "unbroadcast",
        "unbroadcast undoes broadcasting",
        "[1, 2] + [[10], [20]] uses each number twice. What does each collect?",
        "First the new axes: a gradient with n more axes than the input is summed over its first n.",
        "Then the axes where the input has size 1: sum over these too, and reshape to the input's shape at the end.",
        after=("backward",),
        lesson="broadcasting",
    ),
    use.check(
        "zero_grad",
        "behaviour",
        4,
        "Tensor.zero_grad",
        "A second backward adds the same again, until zero_grad",
        "PyTorch adds to grad as well: that is why training loops call zero_grad.",
        "Only leaves keep a gradient between two calls; what is collected on the way belongs to one call.",
        "zero_grad sets grad back to what it was in the beginning.",
        after=("backward",),
    ),
    use.check(
        "detach",
        "behaviour",
        3,
        "Tensor.detach",
        "Constants get no gradient, and detached Tensors pass none on",
        "A detached Tensor has the same numbers, and no past.",
        "A new Tensor of the same data, without requires_grad.",
        after=("backward",),
        lesson="the-graph",
    ),
    use.check(
        "chain",
        "behaviour",
        4,
        "topological_order",
        "backward survives 50,000 operations in a row, and a trillion paths",
        "Python's stack ends after about a thousand calls; a list ends when memory does.",
        "Each Tensor has one turn, however many paths lead to it: ask whether it was visited before you go on.",
        lesson="the-order",
    ),
)
