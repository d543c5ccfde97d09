"""Linear, ReLU, Sigmoid and Tanh: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Initial, Parity, Section
from dlf_grader.milestones.m0.usual import gradient_and_behaviour
from dlf_grader.model import Check, Exercise

EXERCISE = Exercise("m0_mlp/layers.py")
linear = Section("m0.linear", EXERCISE, f"{__name__}.linear:LINEAR", "linear")
THREE_TO_TWO = {"in_features": 3, "out_features": 2}

LINEAR = (
    linear.check(
        "init",
        Initial({"in_features": 300, "out_features": 100}, (100, 300), fan_in=300),
        3,
        "Linear.__init__",
        "Linear starts He-normal, drawn from rng",
        "Every output sums in_features products. How large may a weight be, so that the sum keeps the size of x?",
        "rng.normal takes the standard deviation, not the variance. b starts at zero, and is None with bias=False.",
        "The standard deviation is √(2 / in_features).",
    ),
    linear.check(
        "forward",
        Parity("y"),
        5,
        "Linear.forward",
        "Linear.forward matches PyTorch",
        "Write the shapes side by side: x is (N, in), W is (out, in), and y should be (N, out).",
        "The axis that x and W share is the one to sum. Transpose W, so that the two meet.",
        "Compute one matrix product of x with W transposed. Then add b by broadcasting, unless it is None.",
    ),
    linear.check(
        "backward",
        Parity("dL_dx"),
        5,
        "Linear.backward",
        "Linear.backward sends the right gradient to x",
        "Every output of a row uses each x of that row, with its own weight. Sum over the outputs.",
        "dL_dy is (N, out), W is (out, in), and dL_dx should be (N, in). Which product of the two fits?",
        after=("forward",),
    ),
    linear.check(
        "parameters",
        Parity("dL_dW", "dL_db"),
        4,
        "Linear.backward",
        "Linear.backward leaves the right gradients in dL_dW and dL_db",
        "Every row of the batch uses the same weight once. Sum its gradient over the rows.",
        "W[o, i] multiplies x[n, i] in y[n, o]. Add up dL_dy[n, o] · x[n, i] over n.",
        "For W that is a matrix product with dL_dy transposed on the left. For b, sum dL_dy over axis 0.",
        after=("forward",),
    ),
    *gradient_and_behaviour(linear, "Linear", (2, 2)),
    linear.check(
        "errors",
        BadShapes(
            (
                ("one row without a batch axis", THREE_TO_TWO, ((3,),)),
                ("too few features", THREE_TO_TWO, ((4, 2),)),
                ("too many features", THREE_TO_TWO, ((2, 4),)),
                ("an axis too many", THREE_TO_TWO, ((2, 2, 3),)),
            )
        ),
        1,
        "Linear.forward",
        "Linear refuses wrong shapes with a ValueError",
        "Check the rank and the number of features before computing: NumPy complains later, or not at all.",
        "raise ValueError(...) with the shape that was expected and the shape that came.",
        after=("forward",),
    ),
)


def _activation(
    name: str, points: tuple[int, int], forward: tuple[str, ...], backward: tuple[str, ...]
) -> tuple[Check, ...]:
    """The four checks that every activation has."""
    of = Section(f"m0.{name.lower()}", EXERCISE, f"{__name__}.activations:{name.upper()}", "activations")
    to, back = f"{name}.forward", f"{name}.backward"
    return (
        of.check("forward", Parity("y"), points[0], to, f"{to} matches PyTorch", *forward),
        of.check(
            "backward",
            Parity("dL_dx"),
            points[1],
            back,
            f"{back} sends the right gradient to x",
            *backward,
            after=("forward",),
        ),
        *gradient_and_behaviour(of, name, (1, 1), smooth=f"SMOOTH_{name.upper()}", kinked=name == "ReLU"),
    )


RELU = _activation(
    "ReLU",
    (2, 3),
    (
        "Element by element: a positive number stays, and any other becomes zero.",
        "np.maximum of an array and a number does that, for any shape.",
    ),
    (
        "Where x is negative, a small change of x leaves y at 0. What is the gradient there?",
        "In forward, store where x is positive. Pass dL_dy on there; elsewhere, at 0 too, the gradient is 0.",
    ),
)
SIGMOID = _activation(
    "Sigmoid",
    (3, 3),
    (
        "exp(1000) is inf, and exp(−1000) is 0 without a warning. Which of the two does your code compute?",
        "The sigmoid has two forms: 1 / (1 + e⁻ˣ), safe for x ≥ 0, and eˣ / (1 + eˣ), safe for x < 0.",
        "With e = exp(−|x|) both have the denominator 1 + e. Choose the numerator, 1 or e, with np.where.",
    ),
    (
        "Can you write the derivative with the output alone? forward has already computed it.",
        "If s is the output, the derivative is s (1 − s). Multiply it by dL_dy.",
    ),
)
TANH = _activation(
    "Tanh",
    (1, 2),
    ("Written with exp, tanh overflows. Does NumPy have one that does not?", "Call np.tanh, and store its result."),
    (
        "Can you write the derivative with the output alone? forward has already computed it.",
        "If y is the output, the derivative is 1 − y². Multiply it by dL_dy.",
    ),
)
CHECKS = (*LINEAR, *RELU, *SIGMOID, *TANH)
