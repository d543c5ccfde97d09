"""Rotary positions: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Custom, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m6_language/rotary.py")
rotary = Section("m6.rotary", EXERCISE, f"{__name__}.subject:ROTATE", "rotary-positions")

CHECKS = (
    rotary.check(
        "angles",
        Parity("angles"),
        2,
        "rotary_angles",
        "rotary_angles gives each position and pair its angle",
        "Pair i turns by base^(−2i / dim) from one position to the next, so by t times that at position t.",
        "There are dim / 2 speeds: the first is 1, and each is smaller than the one before.",
        subject="ANGLES",
    ),
    rotary.check(
        "forward",
        Parity("y"),
        4,
        "rotate",
        "rotate turns each pair of neighbours, as a complex product does",
        "Which two features are a pair? x[..., 0::2] holds the first of each, x[..., 1::2] the second.",
        "(a, b) becomes (a cos − b sin, a sin + b cos). Write both before you overwrite either.",
    ),
    rotary.check(
        "backward",
        Parity("dL_dx"),
        3,
        "rotate_backward",
        "rotate_backward gives the gradient of rotate",
        "The gradient is multiplied by the transpose of the rotation's matrix.",
        "The transpose of a rotation is the rotation back: by which angle?",
        subject="BACK",
    ),
    rotary.check(
        "distance",
        Custom("distance"),
        1,
        "rotate",
        "The product of a rotated query and key depends on their distance only, and lengths stay",
        "Turn two vectors by the same angle. What happens to their product?",
        after=("angles", "forward"),
    ),
    rotary.check(
        "behaviour",
        Behaviour(),
        1,
        "rotate",
        "rotate keeps the dtype and leaves its inputs alone",
        "Make a new array of x's shape and dtype, and write into that.",
        "angles is float64: cast its cosine and sine to x's dtype.",
        after=("forward",),
    ),
    rotary.check(
        "errors",
        BadShapes(
            (
                ("an odd number of features", {}, ((4, 5), (4, 2))),
                ("angles of another length", {}, ((2, 4, 6), (5, 3))),
                ("angles of another width", {}, ((4, 6), (4, 2))),
            )
        ),
        1,
        "rotate",
        "rotate refuses angles that do not fit with a ValueError",
        "angles must have a row for each position and a column for each pair of features.",
        after=("forward",),
    ),
)
