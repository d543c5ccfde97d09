"""m5, part 1, continued: operations on one Tensor.

`Tensor` inherits them all. Each follows the pattern of its addition: compute the result, name the
Tensors it was made of, and say how its gradient becomes theirs.

Lesson: exercises/m5_autograd/README.md
Grade:  dlf-grade m5 -k tensor
Write:  about 45 lines, once `backward` in tensor.py is written.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from m5_autograd.tensor import Tensor

Axis = int | tuple[int, ...] | None


class Functions:
    """What a Tensor can do by itself; `self` is always a Tensor.

    Attributes:
        data: the numbers.
        shape: their shape.
    """

    data: np.ndarray
    shape: tuple[int, ...]

    # -- along axes -------------------------------------------------------------------------------

    def sum(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Add up the elements along one axis, several, or all.

        Args:
            axis: which; negative ones count from the end, None means all.
            keepdims: whether the summed axes stay, with size 1.

        Example:
            [[1, 2], [3, 4]] summed along axis 1 is [3, 7]; an upstream gradient of [10, 20] becomes
            [[10, 10], [20, 20]].
        """
        # Every element counts once. `spread` gives the gradient the input's shape again.
        ### BEGIN SOLUTION m5.tensor.sum
        y = self.data.sum(axis=axis, keepdims=keepdims)
        return made(y, (self,), lambda dL_dy: (spread(dL_dy, self.shape, axis, keepdims),))
        ### END SOLUTION

    def mean(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Average the elements along one axis, several, or all.

        Args:
            axis, keepdims: as in `sum`.

        Example:
            [[1, 2], [3, 4]] along axis 1 is [1.5, 3.5]; an upstream gradient of [10, 20] becomes
            [[5, 5], [10, 10]].
        """
        # How many elements went into one result? Operations may be made of operations.
        ### BEGIN SOLUTION m5.tensor.mean
        total = self.sum(axis, keepdims)
        return total * (total.data.size / self.data.size)
        ### END SOLUTION

    def max(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Take the largest element along one axis, several, or all.

        Args:
            axis, keepdims: as in `sum`.

        Example:
            [[1, 2], [4, 3]] along axis 1 is [2, 4]; an upstream gradient of [10, 20] becomes
            [[0, 10], [20, 0]]. Where several are largest, they share it out.
        """
        # Who won? A share for each element: 0 for the losers, 1 in all for the winners.
        ### BEGIN SOLUTION m5.tensor.max
        y = self.data.max(axis=axis, keepdims=keepdims)
        won = self.data == spread(y, self.shape, axis, keepdims)
        share = (won / won.sum(axis=axis, keepdims=True)).astype(self.data.dtype)
        return made(y, (self,), lambda dL_dy: (spread(dL_dy, self.shape, axis, keepdims) * share,))
        ### END SOLUTION

    # -- the same numbers, elsewhere ---------------------------------------------------------------

    def reshape(self, *shape: int) -> "Tensor":
        """Give the numbers another shape, in the same order; one size may be -1.

        Example:
            [[1, 2], [3, 4]] reshaped to 4 is [1, 2, 3, 4]; an upstream gradient of [5, 6, 7, 8]
            becomes [[5, 6], [7, 8]].
        """
        # The way back is a reshape too.
        ### BEGIN SOLUTION m5.tensor.reshape
        return made(self.data.reshape(*shape), (self,), lambda dL_dy: (dL_dy.reshape(self.shape),))
        ### END SOLUTION

    def transpose(self, *axes: int) -> "Tensor":
        """Put the axes in another order, or in the opposite order if none is given.

        Args:
            axes: which axis of the input comes first, second, and so on.

        Example:
            (2, 3, 4) transposed with (2, 0, 1) is (4, 2, 3); its gradient comes back as (2, 3, 4).
        """
        axes = tuple(axis % self.data.ndim for axis in axes or range(self.data.ndim - 1, -1, -1))
        # Axis axes[i] went to place i. Where must the axis in place i go on the way back?
        ### BEGIN SOLUTION m5.tensor.transpose
        back = np.argsort(axes)
        return made(self.data.transpose(axes), (self,), lambda dL_dy: (dL_dy.transpose(back),))
        ### END SOLUTION

    def __getitem__(self, index: Any) -> "Tensor":
        """Pick elements as NumPy does: by numbers, slices, arrays of numbers or of truth values.

        Example:
            [1, 2, 3] at [2, 0, 2] is [3, 1, 3]; an upstream gradient of [10, 20, 30]
            becomes [20, 0, 40].
        """

        # An element that was picked twice is used twice. `+=` on an index writes only once:
        # np.add.at does not.
        ### BEGIN SOLUTION m5.tensor.index
        def gradients(dL_dy: np.ndarray) -> tuple[np.ndarray]:
            dL_dx = np.zeros_like(self.data, dtype=dL_dy.dtype)
            np.add.at(dL_dx, index, dL_dy)
            return (dL_dx,)

        return made(self.data[index], (self,), gradients)
        ### END SOLUTION

    # -- element by element ------------------------------------------------------------------------

    def exp(self) -> "Tensor":
        """Raise e to the power of every element.

        Example:
            0 gives 1; an upstream gradient of 10 becomes 10.
        """
        # The only function that is its own slope.
        ### BEGIN SOLUTION m5.tensor.exp
        y = np.exp(self.data)
        return made(y, (self,), lambda dL_dy: (dL_dy * y,))
        ### END SOLUTION

    def log(self) -> "Tensor":
        """Take the natural logarithm of every element.

        Example:
            1 gives 0; at 2 an upstream gradient of 10 becomes 5.
        """
        # The larger x, the flatter the curve.
        ### BEGIN SOLUTION m5.tensor.log
        return made(np.log(self.data), (self,), lambda dL_dy: (dL_dy / self.data,))
        ### END SOLUTION

    def tanh(self) -> "Tensor":
        """Take the hyperbolic tangent of every element.

        Example:
            0 gives 0; an upstream gradient of 10 becomes 10. At 1000 it becomes 0.
        """
        # As in m0: the slope is easiest written in terms of the result.
        ### BEGIN SOLUTION m5.tensor.tanh
        y = np.tanh(self.data)
        return made(y, (self,), lambda dL_dy: (dL_dy * (1 - y**2),))
        ### END SOLUTION

    def sigmoid(self) -> "Tensor":
        """Squash every element into 0 to 1, without overflow at any size.

        Example:
            0 gives 0.5; an upstream gradient of 8 becomes 2. At -1000 both are 0.
        """
        # As in m0: exp of nothing but numbers that are not positive.
        ### BEGIN SOLUTION m5.tensor.sigmoid
        z = np.exp(-np.abs(self.data))
        y = np.where(self.data >= 0, np.ones_like(z), z) / (1 + z)
        return made(y, (self,), lambda dL_dy: (dL_dy * y * (1 - y),))
        ### END SOLUTION

    def relu(self) -> "Tensor":
        """Set what is negative to zero.

        Example:
            [-2, 0, 3] gives [0, 0, 3]; an upstream gradient of [5, 5, 5] becomes [0, 0, 5].
        """
        # The gradient at exactly 0 is 0.
        ### BEGIN SOLUTION m5.tensor.relu
        x = self.data
        return made(np.maximum(x, 0), (self,), lambda dL_dy: (dL_dy * (x > 0),))
        ### END SOLUTION

    def log_softmax(self, axis: int = -1) -> "Tensor":
        """Turn scores along an axis into logarithms of probabilities, exact at scores of any size.

        Example:
            [0, 0] gives [-log 2, -log 2]; an upstream gradient of [10, 0] becomes [5, -5].
            [1000, 0] gives [0, -1000].
        """
        # As in m0's cross-entropy: subtract the largest first. Every score acts on all results of
        # its row through the sum, so the row's upstream gradients come together.
        ### BEGIN SOLUTION m5.tensor.log_softmax
        shifted = self.data - self.data.max(axis=axis, keepdims=True)  # at most 0
        y = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))

        def gradients(dL_dy: np.ndarray) -> tuple[np.ndarray]:
            return (dL_dy - np.exp(y) * dL_dy.sum(axis=axis, keepdims=True),)

        return made(y, (self,), gradients)
        ### END SOLUTION


# -- what operations are made of --------------------------------------------------


def made(
    data: np.ndarray,
    inputs: tuple["Tensor", ...],
    gradients: Callable[[np.ndarray], Sequence[np.ndarray]],
) -> "Tensor":
    """Give the result of an operation, which remembers where it came from.

    Args:
        data: the result's numbers.
        inputs: the Tensors it was computed from.
        gradients: called with dL_dresult, returns dL_dinput for each input, in order.

    Returns:
        A Tensor; if no input requires a gradient, it is a constant, and remembers nothing.
    """
    y = type(inputs[0])(data)
    if any(x.requires_grad for x in inputs):
        y.requires_grad, y.inputs, y.gradients = True, inputs, gradients
    return y


def spread(reduced: np.ndarray, shape: tuple[int, ...], axis: Axis, keepdims: bool) -> np.ndarray:
    """Repeat what was reduced along `axis`, so that it has the shape from before again.

    Example:
        [3, 7], reduced from (2, 2) along axis 1, becomes [[3, 3], [7, 7]].
    """
    if axis is not None and not keepdims:
        reduced = np.expand_dims(reduced, axis)
    return np.broadcast_to(reduced, shape)
