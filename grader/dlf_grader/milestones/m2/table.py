"""What the tables of RNN, LSTM and GRU have in common: tensors, wrong shapes, and the checks that read alike."""

from __future__ import annotations

from collections.abc import Iterable

from dlf_grader.checks import BadShapes, Behaviour, Gradient, Section
from dlf_grader.model import Check

WEIGHTS = ("dL_dW_ih", "dL_dW_hh", "dL_db_ih", "dL_db_hh")
SIZES = {"input_size": 2, "hidden_size": 3}
BAD = BadShapes(
    (
        ("a sequence without a batch axis", SIZES, ((4, 2),)),
        ("the wrong number of features", SIZES, ((1, 4, 3),)),
        ("an empty sequence", SIZES, ((1, 0, 2),)),
    )
)
EVERY_STEP = "How often is a weight used? Its gradient is a sum over all steps and all samples."


def closing_checks(section: Section, name: str, points: tuple[float, float, float], lesson: str) -> Iterable[Check]:
    """The checks of a recurrent layer's gradient, behaviour and refusals."""
    gradient, behaviour, errors = points
    yield section.check(
        "gradient",
        Gradient(),
        gradient,
        f"{name}.backward",
        f"{name}.backward is the gradient of {name}.forward",
        "Change one element of x, of a state or of a weight by a small step. How much does the loss change?",
        "Compare backward with forward line by line: what does each line of forward do to a small change?",
        after=("forward",),
        lesson=lesson,
    )
    yield section.check(
        "behaviour",
        Behaviour(),
        behaviour,
        f"{name}.forward",
        f"{name} keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "What does one call leave behind on self, or in the caller's arrays, that the next call would see?",
        "Cast the parameters to x's dtype in forward, give every array you make that dtype, and return copies.",
        after=("forward", "backward"),
    )
    yield section.check(
        "errors",
        BAD,
        errors,
        f"{name}.forward",
        f"{name} refuses wrong shapes and empty sequences with a ValueError",
        "Check rank, features and the number of steps before computing. Say what was expected and what came.",
        "x.ndim must be 3, x.shape[2] input_size, and x.shape[1] at least 1.",
        after=("forward",),
    )
