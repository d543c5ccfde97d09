"""m5, part 1: a tensor that remembers how it was computed.

Every operation returns a new Tensor that knows two things: the Tensors it was computed from, and
how to turn its own gradient into theirs. `backward` asks each of them in turn, the last one first.
The operations themselves are in arithmetic.py and functions.py; addition is written for you.

Lesson: exercises/m5_autograd/README.md
Grade:  dlf-grade m5 -k engine
Write:  about 25 lines here, then 15 in arithmetic.py and 35 in functions.py.
"""

from collections.abc import Callable
from typing import Any, Union

import numpy as np

from m5_autograd.arithmetic import (
    Gradients,
    Operation,
    add,
    divide,
    matmul,
    multiply,
    negative,
    power,
    subtract,
)
from m5_autograd.functions import (
    Axis,
    exp,
    log,
    log_softmax,
    max_along,
    mean_along,
    pick,
    relu,
    reshape,
    sigmoid,
    sum_along,
    tanh,
    transpose,
)

Number = int | float
Operand = Union["Tensor", np.ndarray, Number]


class Tensor:
    """An array that records how it was computed, so that gradients can flow back to it.

    Args:
        data: an array, a number or a nested list; anything not floating-point becomes float64.
        requires_grad: whether `backward` leaves a gradient here.

    Attributes:
        data: the numbers, float32 or float64.
        grad: the gradient that `backward` left, of data's shape and dtype; None before.
        requires_grad: also true for every Tensor computed from one that requires a gradient.
        inputs: the Tensors that the operation was given; () for a leaf.
        gradients: turns this Tensor's gradient into one for each input; None for a leaf.
    """

    __array_ufunc__ = None  # lets `array + tensor` reach Tensor.__radd__

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        array = np.asarray(data)
        self.data = array if array.dtype.kind == "f" else array.astype(np.float64)
        self.grad: np.ndarray | None = None
        self.requires_grad = requires_grad
        self.inputs: tuple[Tensor, ...] = ()
        self.gradients: Gradients | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of `data`."""
        return self.data.shape

    def __repr__(self) -> str:
        return f"Tensor({self.data!r}, requires_grad={self.requires_grad})"

    # -- the backward pass ------------------------------------------------------------------------

    def backward(self, grad: Operand | None = None) -> None:
        """Add to the `grad` of every leaf how L depends on it.

        Args:
            grad: dL_dself, of this Tensor's shape; may be left out for a single number, which then
                is L itself.

        Raises:
            ValueError: `grad` is missing where it is needed, or has another shape.

        Example:
            x = 3 and y = 5 require a gradient; after (x + y + x).backward() x.grad is 2 and
            y.grad 1. After a second (x + y + x).backward() they are 4 and 2.
        """
        dL_dself = self._upstream(grad)
        # Walk through `topological_order(self)` from its end, and collect a gradient for every
        # Tensor. When you reach a Tensor, you have visited every Tensor computed from it.
        # `input_gradients` gives the gradients that it passes on. Only leaves keep a `grad`.
        ### BEGIN SOLUTION m5.engine.backward
        collected = {id(self): dL_dself}
        for node in reversed(topological_order(self)):
            dL_dnode = collected.pop(id(node))
            if not node.inputs:
                total = dL_dnode if node.grad is None else node.grad + dL_dnode
                node.grad = np.array(total, dtype=node.data.dtype)  # a copy: it is the leaf's own
            for x, dL_dx in input_gradients(node, dL_dnode):
                collected[id(x)] = collected[id(x)] + dL_dx if id(x) in collected else dL_dx
        ### END SOLUTION

    def zero_grad(self) -> None:
        """Reset the gradient.

        Example:
            After x.backward() and x.zero_grad() x.grad is None again.
        """
        # The next `backward` starts without a gradient.
        ### BEGIN SOLUTION m5.engine.zero_grad
        self.grad = None
        ### END SOLUTION

    def detach(self) -> "Tensor":
        """Give a leaf with the same numbers that requires no gradient.

        Example:
            x = 3: (x * x.detach()).backward() leaves 3 in x.grad, not 6.
        """
        # Which attributes of a Tensor must the new one not have?
        ### BEGIN SOLUTION m5.engine.detach
        return Tensor(self.data)
        ### END SOLUTION

    # -- arithmetic, with numbers and arrays as well -----------------------------------------------

    def __add__(self, other: Operand) -> "Tensor":
        return record(add, self, self._as_tensor(other))

    def __radd__(self, other: Operand) -> "Tensor":
        return record(add, self._as_tensor(other), self)

    def __neg__(self) -> "Tensor":
        return record(negative, self)

    def __sub__(self, other: Operand) -> "Tensor":
        return record(subtract, self, self._as_tensor(other))

    def __rsub__(self, other: Operand) -> "Tensor":
        return record(subtract, self._as_tensor(other), self)

    def __mul__(self, other: Operand) -> "Tensor":
        return record(multiply, self, self._as_tensor(other))

    def __rmul__(self, other: Operand) -> "Tensor":
        return record(multiply, self._as_tensor(other), self)

    def __truediv__(self, other: Operand) -> "Tensor":
        return record(divide, self, self._as_tensor(other))

    def __rtruediv__(self, other: Operand) -> "Tensor":
        return record(divide, self._as_tensor(other), self)

    def __pow__(self, exponent: Number) -> "Tensor":
        if not isinstance(exponent, (int, float)):
            raise TypeError(f"expected a number as exponent, got {type(exponent).__name__}")
        return record(power, self, exponent=exponent)

    def __matmul__(self, other: Operand) -> "Tensor":
        return record(matmul, self, self._as_tensor(other))

    def __rmatmul__(self, other: Operand) -> "Tensor":
        return record(matmul, self._as_tensor(other), self)

    # -- functions --------------------------------------------------------------------------------

    def sum(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Add up along one axis, several, or all."""
        return record(sum_along, self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Average along one axis, several, or all."""
        return record(mean_along, self, axis=axis, keepdims=keepdims)

    def max(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        """Take the largest along one axis, several, or all."""
        return record(max_along, self, axis=axis, keepdims=keepdims)

    def reshape(self, *shape: int) -> "Tensor":
        """Give the numbers another shape, in the same order."""
        return record(reshape, self, shape=shape)

    def transpose(self, *axes: int) -> "Tensor":
        """Put the axes in another order, or in the opposite order if none is given."""
        order = axes or range(self.data.ndim - 1, -1, -1)
        return record(transpose, self, axes=tuple(axis % self.data.ndim for axis in order))

    def __getitem__(self, index: Any) -> "Tensor":
        return record(pick, self, index=index)

    def exp(self) -> "Tensor":
        """Raise e to the power of every element."""
        return record(exp, self)

    def log(self) -> "Tensor":
        """Take the natural logarithm of every element."""
        return record(log, self)

    def tanh(self) -> "Tensor":
        """Take the hyperbolic tangent of every element."""
        return record(tanh, self)

    def sigmoid(self) -> "Tensor":
        """Squash every element into 0 to 1."""
        return record(sigmoid, self)

    def relu(self) -> "Tensor":
        """Set negative elements to zero."""
        return record(relu, self)

    def log_softmax(self, axis: int = -1) -> "Tensor":
        """Turn scores along an axis into logarithms of probabilities."""
        return record(log_softmax, self, axis=axis)

    # -- checked input ----------------------------------------------------------------------------

    def _as_tensor(self, other: Operand) -> "Tensor":
        """A number or an array as a constant of this Tensor's dtype."""
        if isinstance(other, Tensor):
            return other
        return Tensor(np.asarray(other, dtype=self.data.dtype))

    def _upstream(self, grad: Operand | None) -> np.ndarray:
        """The gradient that `backward` starts from, of this Tensor's shape and dtype."""
        if not self.requires_grad:
            raise ValueError("nothing that this Tensor was computed from requires a gradient")
        if grad is None and self.data.size != 1:
            raise ValueError(f"expected backward(grad) with grad of shape {self.shape}, got none")
        given = grad.data if isinstance(grad, Tensor) else grad
        dL_dself = np.ones_like(self.data) if given is None else np.asarray(given, self.data.dtype)
        if dL_dself.shape != self.shape:
            raise ValueError(f"expected grad of shape {self.shape}, got {dL_dself.shape}")
        return dL_dself


# -- the graph -------------------------------------------------------------------------------------


def record(operation: Callable[..., Operation], *inputs: Tensor, **settings: Any) -> Tensor:
    """Compute an operation and remember it: this is how the graph grows.

    Args:
        operation: takes the inputs' arrays and the settings; returns the result, and its gradients.
        inputs: the Tensors to compute from.
        settings: passed on as they are, such as an axis.

    Returns:
        The result; if no input requires a gradient, it is a constant and remembers nothing.
    """
    data, gradients = operation(*(x.data for x in inputs), **settings)
    y = Tensor(data)
    if any(x.requires_grad for x in inputs):
        y.requires_grad, y.inputs, y.gradients = True, inputs, gradients
    return y


def input_gradients(node: Tensor, dL_dnode: np.ndarray) -> list[tuple[Tensor, np.ndarray]]:
    """Ask a Tensor for its inputs' gradients.

    Returns:
        (input, its gradient, of its shape) for each input that requires one; [] for a leaf.
    """
    if node.gradients is None:
        return []
    pairs = zip(node.inputs, node.gradients(dL_dnode), strict=True)
    return [(x, unbroadcast(dL_dx, x.shape)) for x, dL_dx in pairs if x.requires_grad]


def topological_order(root: Tensor) -> list[Tensor]:
    """Put everything that `root` was computed from in order: inputs before results.

    Returns:
        Every Tensor on the way that requires a gradient, each once and after all of its inputs;
        root is the last.

    Example:
        y = x + 1 and z = x + y give [x, y, z], though x is an input of z as well.
    """
    # A Tensor joins the order after all of its inputs have. Do not use recursion: a chain of
    # 50,000 operations is longer than Python's stack. Keep a list of what is still to be done.
    ### BEGIN SOLUTION m5.engine.order
    order = []
    seen = set()
    waiting = [(root, False)]  # a Tensor, and whether its inputs have joined already
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting += [(x, False) for x in node.inputs if x.requires_grad]
    return order
    ### END SOLUTION


def unbroadcast(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Undo NumPy's broadcasting, for a gradient.

    Args:
        gradient: of the shape that an operation stretched its input to.
        shape: the input's own.

    Returns:
        The input's gradient, of that shape.

    Example:
        [[1, 2], [3, 4]] for an input of shape (2,) is [4, 6], for (2, 1) it is [[3], [7]].
    """
    if gradient.shape == shape:
        return gradient
    sizes = zip(reversed(shape), reversed(gradient.shape), strict=False)
    if gradient.ndim < len(shape) or any(size not in (1, got) for size, got in sizes):
        raise ValueError(f"expected a gradient for an input of shape {shape}, got {gradient.shape}")
    # Broadcasting adds new axes in front and repeats axes of size 1. A number that was used many
    # times collects a gradient from each use.
    ### BEGIN SOLUTION m5.engine.broadcast
    new = gradient.ndim - len(shape)
    repeated = [new + axis for axis, size in enumerate(shape) if size == 1]
    return gradient.sum(axis=(*range(new), *repeated)).reshape(shape)
    ### END SOLUTION
