"""m5, part 1, continued: arithmetic, forward and backward.

Every function here takes arrays and returns two things: its result, and a function that turns the
result's gradient dL_dy into the gradients of its inputs. `record` in tensor.py keeps both.

Lesson: exercises/m5_autograd/README.md
Grade:  dlf-grade m5 -k tensor.neg, then -k tensor.sub, and so on
Write:  about 15 lines, once `backward` in tensor.py works.
"""

from collections.abc import Callable

import numpy as np

Gradients = Callable[[np.ndarray], tuple[np.ndarray, ...]]
Operation = tuple[np.ndarray, Gradients]


def add(a: np.ndarray, b: np.ndarray) -> Operation:
    """Add, with NumPy's broadcasting.

    Example:
        2 + 3 = 5; an upstream gradient of 10 becomes 10 for both.
    """
    # The pattern of every operation: the result, and one gradient for each input, in order. An
    # input that broadcasting repeated needs no care: `backward` undoes that for all operations.
    return a + b, lambda dL_dy: (dL_dy, dL_dy)


def negative(x: np.ndarray) -> Operation:
    """Change the sign.

    Example:
        y = -x for x = 2 is -2; an upstream gradient of 10 becomes -10.
    """
    # One input, so one gradient: (something,) with a comma.
    # TODO(m5.tensor.neg): about 1 line.
    raise NotImplementedError("m5.tensor.neg")


def subtract(a: np.ndarray, b: np.ndarray) -> Operation:
    """Subtract, with NumPy's broadcasting.

    Example:
        2 - 3 = -1; an upstream gradient of 10 becomes 10 for the 2 and -10 for the 3.
    """
    # If the second grows, the result shrinks.
    # TODO(m5.tensor.sub): about 1 line.
    raise NotImplementedError("m5.tensor.sub")


def multiply(a: np.ndarray, b: np.ndarray) -> Operation:
    """Multiply element by element, with NumPy's broadcasting.

    Example:
        2 * 3 = 6; an upstream gradient of 10 becomes 30 for the 2 and 20 for the 3.
    """
    # By how much does the product change when one factor changes a little?
    # TODO(m5.tensor.mul): about 1 line.
    raise NotImplementedError("m5.tensor.mul")


def divide(a: np.ndarray, b: np.ndarray) -> Operation:
    """Divide element by element, with NumPy's broadcasting.

    Example:
        6 / 2 = 3; an upstream gradient of 10 becomes 5 for the 6 and -15 for the 2.
    """
    # Write a / b as a times (1 / b), and differentiate the second factor too.
    # TODO(m5.tensor.div): about 2 lines.
    raise NotImplementedError("m5.tensor.div")


def power(x: np.ndarray, exponent: float) -> Operation:
    """Raise to a power that is a plain number.

    Example:
        3 ** 2 = 9; an upstream gradient of 10 becomes 60.
    """
    # x ** 0 is constant: its gradient is 0 even where x is.
    # TODO(m5.tensor.pow): about 2 lines.
    raise NotImplementedError("m5.tensor.pow")


def matmul(a: np.ndarray, b: np.ndarray) -> Operation:
    """Multiply matrices, or stacks of them: the axes before the last two are broadcast.

    Args:
        a: (..., N, K).
        b: (..., K, M).

    Returns:
        y (..., N, M), and its gradients.

    Example:
        [[1, 2]] @ [[3], [4]] = [[11]]; an upstream gradient of [[10]] becomes [[30, 40]] for the
        first and [[10], [20]] for the second.
    """
    if a.ndim < 2 or b.ndim < 2 or a.shape[-1] != b.shape[-2]:
        raise ValueError(f"expected (..., N, K) @ (..., K, M), got {a.shape} @ {b.shape}")
    # m0's Linear has shown which product it is; here only the last two axes are transposed.
    # TODO(m5.tensor.matmul): about 1 line.
    raise NotImplementedError("m5.tensor.matmul")
