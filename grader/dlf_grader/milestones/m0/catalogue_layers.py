"""What m0 checks of Linear and the activations."""

from __future__ import annotations

from dlf_grader.milestones.section import Section
from dlf_grader.model import Check

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

linear = Section("m0.linear", FILE, f"{HERE}.linear", "linear")
LINEAR = (
    linear.check(
        "init",
        "behaviour",
        3,
        "Linear.__init__",
        "Linear starts He-normal, drawn from rng",
        "Every output adds up in_features numbers: the more there are, the smaller each weight has to be.",
        "rng.normal takes the deviation, not the variance; b starts at zero, and is None with bias=False.",
        "The deviation is the square root of 2 / in_features.",
    ),
    linear.check(
        "forward",
        "parity",
        5,
        "Linear.forward",
        "Linear.forward matches PyTorch",
        "Write the shapes beside each other: x is (N, in), W is (out, in), y is to be (N, out).",
        "The axis that both have in common is the one that is summed, so W has to be turned round first.",
        "One matrix product of x with W transposed; then b is added, by broadcasting, unless it is None.",
    ),
    linear.check(
        "backward",
        "parity",
        5,
        "Linear.backward",
        "Linear.backward sends the right gradient to x",
        "Each x was used by every output, by as much as its weight: it collects from all of them.",
        "dL_dy is (N, out), W is (out, in), and dL_dx is to be (N, in): there is one product that fits.",
        after=("forward",),
    ),
    linear.check(
        "parameters",
        "parity",
        4,
        "Linear.backward",
        "Linear.backward leaves the right gradients in dL_dW and dL_db",
        "A weight was used once by every row of the batch: its gradient is a sum over the rows.",
        "W[o, i] met x[n, i] to make y[n, o]; so its gradient adds up dL_dy[n, o] · x[n, i] over n.",
        "For W that is a matrix product with dL_dy transposed on the left; for b it is dL_dy summed over axis 0.",
        after=("forward",),
    ),
    linear.check(
        "gradient",
        "gradient",
        2,
        "Linear.backward",
        "Linear.backward is the slope of Linear.forward",
        *SLOPE,
        run="slope",
        after=("forward",),
    ),
    linear.check(
        "behaviour",
        "behaviour",
        2,
        "Linear.forward",
        "Linear keeps dtype, inputs and earlier calls apart",
        *NOTHING_LEAKS,
        after=("forward", "backward"),
    ),
    linear.check(
        "errors",
        "behaviour",
        1,
        "Linear.forward",
        "Linear refuses wrong shapes with a ValueError",
        "Check rank and features before computing: NumPy would complain later, or not at all.",
        "raise ValueError(...) with the shape that was expected and the shape that came.",
        after=("forward",),
    ),
)


def _activation(
    name: str, points: tuple[int, int, int, int], forward: tuple[str, ...], backward: tuple[str, ...]
) -> tuple[Check, ...]:
    """The four checks that every activation has."""
    key = name.lower()
    section = Section(f"m0.{key}", FILE, f"{HERE}.activations", "activations")
    to, fro = f"{name}.forward", f"{name}.backward"
    return (
        section.check("forward", "parity", points[0], to, f"{to} matches PyTorch", *forward, run=f"{key}_forward"),
        section.check(
            "backward",
            "parity",
            points[1],
            fro,
            f"{fro} sends the right gradient to x",
            *backward,
            run=f"{key}_backward",
            after=("forward",),
        ),
        section.check(
            "gradient",
            "gradient",
            points[2],
            fro,
            f"{fro} is the slope of {to}",
            *SLOPE,
            run=f"{key}_slope",
            after=("forward",),
        ),
        section.check(
            "behaviour",
            "behaviour",
            points[3],
            to,
            f"{name} keeps dtype, inputs and earlier calls apart",
            *NOTHING_LEAKS,
            run=f"{key}_behaviour",
            after=("forward", "backward"),
        ),
    )


RELU = _activation(
    "ReLU",
    (2, 3, 1, 1),
    (
        "Element by element: what is above zero stays, the rest becomes zero.",
        "NumPy's maximum of an array and a number does it, for any shape.",
    ),
    (
        "Where x was negative, y did not move at all: what does that say of the gradient there?",
        "Keep from forward where x was positive; there dL_dy passes unchanged, elsewhere, at 0 too, it is 0.",
    ),
)
SIGMOID = _activation(
    "Sigmoid",
    (3, 3, 1, 1),
    (
        "exp(1000) is inf, exp(−1000) is 0 without complaint: which of the two do you ask for?",
        "There are two ways of writing it: 1 / (1 + e⁻ˣ), good for x ≥ 0, and eˣ / (1 + eˣ), good for x < 0.",
        "With e = exp(−|x|) both have 1 + e below; above stands 1 or e, and np.where chooses.",
    ),
    (
        "The slope can be written with the output alone: forward has done all the work.",
        "With s for the output the slope is s (1 − s); multiply it by dL_dy.",
    ),
)
TANH = _activation(
    "Tanh",
    (1, 2, 1, 1),
    ("Written out with exp it overflows; NumPy's own does not.", "np.tanh is all it takes; keep its result."),
    (
        "The slope can be written with the output alone: forward has done all the work.",
        "With y for the output the slope is 1 − y²; multiply it by dL_dy.",
    ),
)
