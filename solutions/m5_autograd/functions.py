"""m5, part 1, continued: functions of one array, forward and backward.

As in arithmetic.py, each returns its result y, and a function from dL_dy to the gradients of its
inputs. Here there is one input, so that function returns a tuple of one.

Lesson: exercises/m5_autograd/README.md
Grade:  dlf-grade m5 -k tensor.sum, then -k tensor.mean, and so on
Write:  about 35 lines, once `backward` in tensor.py works.
"""

from typing import Any

import numpy as np

from m5_autograd.arithmetic import Operation

Axis = int | tuple[int, ...] | None

# -- along axes ------------------------------------------------------------------------------------


def spread(reduced: np.ndarray, shape: tuple[int, ...], axis: Axis, keepdims: bool) -> np.ndarray:
    """Repeat what was reduced along `axis`, so that it has its former shape again.

    Example:
        [3, 7], reduced from (2, 2) along axis 1, becomes [[3, 3], [7, 7]].
    """
    if axis is not None and not keepdims:
        reduced = np.expand_dims(reduced, axis)
    return np.broadcast_to(reduced, shape)


def sum_along(x: np.ndarray, axis: Axis = None, keepdims: bool = False) -> Operation:
    """Add up the elements along one axis, several, or all.

    Args:
        x: of any shape.
        axis: which; negative ones count from the end, None means all.
        keepdims: whether the summed axes stay, with size 1.

    Example:
        [[1, 2], [3, 4]] summed along axis 1 is [3, 7]; an upstream gradient of [10, 20] becomes
        [[10, 10], [20, 20]].
    """
    # Every element counts once. `spread` gives the gradient the input's shape again.
    ### BEGIN SOLUTION m5.tensor.sum
    y = x.sum(axis=axis, keepdims=keepdims)
    return y, lambda dL_dy: (spread(dL_dy, x.shape, axis, keepdims),)
    ### END SOLUTION


def mean_along(x: np.ndarray, axis: Axis = None, keepdims: bool = False) -> Operation:
    """Average the elements along one axis, several, or all.

    Args:
        x, axis, keepdims: as in `sum_along`.

    Example:
        [[1, 2], [3, 4]] along axis 1 is [1.5, 3.5]; an upstream gradient of [10, 20] becomes
        [[5, 5], [10, 10]].
    """
    # A mean is a sum divided by a number. How many elements went into one result?
    ### BEGIN SOLUTION m5.tensor.mean
    y = x.mean(axis=axis, keepdims=keepdims)
    count = x.size // y.size  # elements that went into each result
    return y, lambda dL_dy: (spread(dL_dy, x.shape, axis, keepdims) / count,)
    ### END SOLUTION


def max_along(x: np.ndarray, axis: Axis = None, keepdims: bool = False) -> Operation:
    """Take the largest element along one axis, several, or all.

    Args:
        x, axis, keepdims: as in `sum_along`.

    Example:
        [[1, 2], [4, 3]] along axis 1 is [2, 4]; an upstream gradient of [10, 20] becomes
        [[0, 10], [20, 0]]. If several elements are the largest, they share it.
    """
    # Which elements are the largest? Give each of them a share; the shares of a result add up to 1.
    ### BEGIN SOLUTION m5.tensor.max
    y = x.max(axis=axis, keepdims=keepdims)
    largest = x == spread(y, x.shape, axis, keepdims)
    share = (largest / largest.sum(axis=axis, keepdims=True)).astype(x.dtype)
    return y, lambda dL_dy: (spread(dL_dy, x.shape, axis, keepdims) * share,)
    ### END SOLUTION


# -- the same numbers in other positions -----------------------------------------------------------


def reshape(x: np.ndarray, shape: tuple[int, ...]) -> Operation:
    """Give the numbers another shape, in the same order; one size may be -1.

    Example:
        [[1, 2], [3, 4]] reshaped to (4,) is [1, 2, 3, 4]; an upstream gradient of [5, 6, 7, 8]
        becomes [[5, 6], [7, 8]].
    """
    # The way back is a reshape too.
    ### BEGIN SOLUTION m5.tensor.reshape
    return x.reshape(shape), lambda dL_dy: (dL_dy.reshape(x.shape),)
    ### END SOLUTION


def transpose(x: np.ndarray, axes: tuple[int, ...]) -> Operation:
    """Put the axes in another order.

    Args:
        x: of any shape.
        axes: the input's axis that comes first, the one that comes second, and so on; none of
            them is negative.

    Example:
        (2, 3, 4) transposed with (2, 0, 1) is (4, 2, 3); its gradient comes back as (2, 3, 4).
    """
    # Axis axes[i] of x becomes axis i of y. Which axis must axis i of dL_dy become?
    ### BEGIN SOLUTION m5.tensor.transpose
    back = np.argsort(axes)
    return x.transpose(axes), lambda dL_dy: (dL_dy.transpose(back),)
    ### END SOLUTION


def pick(x: np.ndarray, index: Any) -> Operation:
    """Pick elements as NumPy does: by numbers, slices, arrays of numbers or of truth values.

    Example:
        [1, 2, 3] at [2, 0, 2] is [3, 1, 3]; an upstream gradient of [10, 20, 30]
        becomes [20, 0, 40].
    """

    # An element that was picked twice is used twice. `+=` on an index adds only once; np.add.at
    # adds every time.
    ### BEGIN SOLUTION m5.tensor.index
    def gradients(dL_dy: np.ndarray) -> tuple[np.ndarray]:
        dL_dx = np.zeros_like(x, dtype=dL_dy.dtype)
        np.add.at(dL_dx, index, dL_dy)
        return (dL_dx,)

    return x[index], gradients
    ### END SOLUTION


# -- element by element ----------------------------------------------------------------------------


def exp(x: np.ndarray) -> Operation:
    """Raise e to the power of every element.

    Example:
        0 gives 1; an upstream gradient of 10 becomes 10.
    """
    # Which function is its own derivative?
    ### BEGIN SOLUTION m5.tensor.exp
    y = np.exp(x)
    return y, lambda dL_dy: (dL_dy * y,)
    ### END SOLUTION


def log(x: np.ndarray) -> Operation:
    """Take the natural logarithm of every element.

    Example:
        1 gives 0; at 2 an upstream gradient of 10 becomes 5.
    """
    # The larger x, the flatter the curve.
    ### BEGIN SOLUTION m5.tensor.log
    return np.log(x), lambda dL_dy: (dL_dy / x,)
    ### END SOLUTION


def tanh(x: np.ndarray) -> Operation:
    """Take the hyperbolic tangent of every element.

    Example:
        0 gives 0; an upstream gradient of 10 becomes 10. At 1000 it becomes 0.
    """
    # As in m0, write the derivative in terms of the result.
    ### BEGIN SOLUTION m5.tensor.tanh
    y = np.tanh(x)
    return y, lambda dL_dy: (dL_dy * (1 - y**2),)
    ### END SOLUTION


def sigmoid(x: np.ndarray) -> Operation:
    """Squash every element into 0 to 1, without overflow at any size.

    Example:
        0 gives 0.5; an upstream gradient of 8 becomes 2. At -1000 both are 0.
    """
    # As in m0, take exp only of numbers that are not positive.
    ### BEGIN SOLUTION m5.tensor.sigmoid
    z = np.exp(-np.abs(x))
    y = np.where(x >= 0, np.ones_like(z), z) / (1 + z)
    return y, lambda dL_dy: (dL_dy * y * (1 - y),)
    ### END SOLUTION


def relu(x: np.ndarray) -> Operation:
    """Set negative elements to zero.

    Example:
        [-2, 0, 3] gives [0, 0, 3]; an upstream gradient of [5, 5, 5] becomes [0, 0, 5].
    """
    # The gradient at exactly 0 is 0.
    ### BEGIN SOLUTION m5.tensor.relu
    return np.maximum(x, 0), lambda dL_dy: (dL_dy * (x > 0),)
    ### END SOLUTION


def log_softmax(x: np.ndarray, axis: int = -1) -> Operation:
    """Turn scores along an axis into logarithms of probabilities, exact at scores of any size.

    Example:
        [0, 0] gives [-log 2, -log 2]; an upstream gradient of [10, 0] becomes [5, -5].
        [1000, 0] gives [0, -1000].
    """
    # As in m0's cross-entropy, subtract the largest score first. Every score acts on all results of
    # its row through the sum: add up the upstream gradients of the row.
    ### BEGIN SOLUTION m5.tensor.log_softmax
    shifted = x - x.max(axis=axis, keepdims=True)  # at most 0
    y = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))

    def gradients(dL_dy: np.ndarray) -> tuple[np.ndarray]:
        return (dL_dy - np.exp(y) * dL_dy.sum(axis=axis, keepdims=True),)

    return y, gradients
    ### END SOLUTION
