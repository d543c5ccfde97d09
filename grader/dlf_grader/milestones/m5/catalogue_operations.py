"""What m5 checks of the operations: value and gradient of each, against PyTorch."""

from __future__ import annotations

from dlf_grader.milestones.m5.catalogue import HERE, TENSOR
from dlf_grader.milestones.section import Section
from dlf_grader.model import Check

BACK = ("m5.engine.backward",)
STRETCHED = ("m5.engine.backward", "m5.engine.broadcast")

arithmetic = Section("m5.tensor", TENSOR, f"{HERE}.operations", "arithmetic")
ARITHMETIC = (
    arithmetic.check(
        "neg",
        "parity",
        1,
        "negative",
        "-x has PyTorch's value and gradient",
        "Look at add: it returns the result, and a function from dL_dy to the gradients of the inputs.",
        "If x grows by 1, y falls by 1; mind the comma that makes a tuple of one.",
        after=BACK,
    ),
    arithmetic.check(
        "sub",
        "parity",
        2,
        "subtract",
        "a - b has PyTorch's value and gradients",
        "As add, with one difference on the way back.",
        "a gets dL_dy, b gets -dL_dy.",
        after=STRETCHED,
    ),
    arithmetic.check(
        "mul",
        "parity",
        3,
        "multiply",
        "a * b has PyTorch's value and gradients",
        "By how much does a · b move when a moves by 1?",
        "dL_da = dL_dy · b and dL_db = dL_dy · a.",
        after=STRETCHED,
    ),
    arithmetic.check(
        "div",
        "parity",
        3,
        "divide",
        "a / b has PyTorch's value and gradients",
        "a / b is a times 1 / b: what is the slope of 1 / b?",
        "It is -1 / b². So dL_db = -dL_dy · a / b², and dL_da = dL_dy / b.",
        after=STRETCHED,
    ),
    arithmetic.check(
        "pow",
        "parity",
        3,
        "power",
        "x ** p has PyTorch's value and gradient",
        "The exponent comes down as a factor, and becomes one less.",
        "dL_dx = dL_dy · p · x^(p - 1); for p = 0 it is 0 wherever x is.",
        run="power",
        after=BACK,
    ),
    arithmetic.check(
        "matmul",
        "parity",
        6,
        "matmul",
        "a @ b has PyTorch's value and gradients, for stacks of matrices too",
        "Write the shapes: dL_dy is (N, M), a is (N, K), b is (K, M). Which product gives (N, K)?",
        "dL_da is dL_dy times b transposed, dL_db is a transposed times dL_dy.",
        "In a stack only the last two axes are transposed: swapaxes(-1, -2); backward sums over the rest.",
        after=STRETCHED,
        lesson="matrices",
    ),
)

along = Section("m5.tensor", TENSOR, f"{HERE}.axes", "along-an-axis")
ALONG = (
    along.check(
        "sum",
        "parity",
        3,
        "sum_along",
        "sum has PyTorch's value and gradient",
        "Each element moves its sum by as much as it moves itself.",
        "The gradient has the result's shape; `spread` repeats it along the axis that is gone.",
        run="sum_",
        after=BACK,
    ),
    along.check(
        "mean",
        "parity",
        2,
        "mean_along",
        "mean has PyTorch's value and gradient",
        "A mean is a sum divided by a number: how does its gradient differ from that of the sum?",
        "One result is computed from x.size / y.size elements. Divide the spread gradient by that number.",
        after=("sum",),
    ),
    along.check(
        "max",
        "parity",
        3,
        "max_along",
        "max has PyTorch's value, and sends its gradient to the largest",
        "Only an element that equals the maximum moves it.",
        "`spread` the maximum over the input's shape and compare: a mask for the spread gradient.",
        "Where n elements are largest, each takes 1 / n: divide the mask by its sum along the axis.",
        run="max_",
        after=BACK,
    ),
)

elsewhere = Section("m5.tensor", TENSOR, f"{HERE}.places", "the-same-numbers-elsewhere")
ELSEWHERE = (
    elsewhere.check(
        "reshape",
        "parity",
        2,
        "reshape",
        "reshape has PyTorch's value and gradient",
        "No number changes, and none changes on the way back.",
        "The gradient is reshaped to the shape of the input.",
        after=BACK,
    ),
    elsewhere.check(
        "transpose",
        "parity",
        3,
        "transpose",
        "transpose has PyTorch's value and gradient, for any order of axes",
        "With axes (2, 0, 1) the input's axis 2 becomes the result's axis 0: where must that go on the way back?",
        "You need the opposite permutation: back[axes[i]] = i for every i. np.argsort finds it in one call.",
        after=BACK,
    ),
    elsewhere.check(
        "index",
        "parity",
        4,
        "pick",
        "x[index] has PyTorch's value and gradient, repeated elements included",
        "What was not picked gets 0; what was picked twice gets both gradients.",
        "Start with zeros of x's shape, and add dL_dy at the index: np.add.at(zeros, index, dL_dy).",
        after=BACK,
    ),
)

functions = Section("m5.tensor", TENSOR, f"{HERE}.functions", "element-by-element")
FUNCTIONS = (
    functions.check(
        "exp",
        "parity",
        1,
        "exp",
        "exp has PyTorch's value and gradient",
        "What is the slope of exp, and have you computed it already?",
        "dL_dx = dL_dy · y.",
        after=BACK,
    ),
    functions.check(
        "log",
        "parity",
        1,
        "log",
        "log has PyTorch's value and gradient",
        "The slope at 2 is a half, at 10 a tenth.",
        "dL_dx = dL_dy / x.",
        after=BACK,
    ),
    functions.check(
        "tanh",
        "parity",
        2,
        "tanh",
        "tanh has PyTorch's value and gradient",
        "m0 has derived the slope in terms of y.",
        "It is 1 - y².",
        after=BACK,
    ),
    functions.check(
        "sigmoid",
        "parity",
        2,
        "sigmoid",
        "sigmoid has PyTorch's value and gradient, at any size of x",
        "1 / (1 + e^-x) and e^x / (1 + e^x) are the same; which of them overflows depends on the sign of x.",
        "With z = exp(-|x|): 1 / (1 + z) where x is not negative, z / (1 + z) elsewhere. The slope is y (1 - y).",
        after=BACK,
    ),
    functions.check(
        "relu",
        "parity",
        2,
        "relu",
        "relu has PyTorch's value and gradient, at 0 too",
        "Where x is positive y follows it; elsewhere y stands still.",
        "The gradient passes where x > 0, and is 0 where x is exactly 0.",
        after=BACK,
    ),
    functions.check(
        "log_softmax",
        "parity",
        5,
        "log_softmax",
        "log_softmax has PyTorch's value and gradient, at any size of the scores",
        "Softmax does not change when a row is shifted: subtract its largest score first.",
        "y = shifted - log(sum of exp(shifted)), along the axis with keepdims.",
        "dL_dx = dL_dy - exp(y) · S, where S is the sum of dL_dy along the axis, with keepdims.",
        after=BACK,
        lesson="log-softmax",
    ),
)

ALL = tuple(check.id for check in (*ARITHMETIC, *ALONG, *ELSEWHERE, *FUNCTIONS))
use = Section("m5.tensor", TENSOR, f"{HERE}.engine_use", "backward")
BEHAVIOUR = (
    use.check(
        "behaviour",
        "behaviour",
        3,
        "Tensor.backward",
        "Tensors keep float32, and share no gradient",
        "Which arrays do you make, and with which dtype? True / 3 is float64, np.zeros is too.",
        "A leaf's grad is a copy of its own, of its data's dtype: np.array(…, dtype=self.data.dtype).",
        after=ALL,
    ),
)

CHECKS: tuple[Check, ...] = (*ARITHMETIC, *ALONG, *ELSEWHERE, *FUNCTIONS, *BEHAVIOUR)
