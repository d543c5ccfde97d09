"""m5, part 1: a tensor that remembers how it was made.

Every operation returns a new Tensor that knows two things: the Tensors it was made of, and how to
turn its own gradient into theirs. `backward` asks each of them in turn, the last one first.
Addition is written for you and shows how an operation is made; all the others follow it. Those of
a single Tensor are in functions.py.

Lesson: exercises/m5_autograd/README.md
Grade:  dlf-grade m5 -k engine, then -k tensor
Write:  about 45 lines here and 45 in functions.py, two or three for most operations.
"""

from collections.abc import Callable, Sequence
from typing import Any, Union

import numpy as np

from m5_autograd.functions import Functions, made

Number = int | float
Operand = Union["Tensor", np.ndarray, Number]


class Tensor(Functions):
    """An array that finds out how a number computed from it depends on it.

    Args:
        data: an array, a number or a nested list; what is not floating-point becomes float64.
        requires_grad: whether `backward` shall leave a gradient here.

    Attributes:
        data: the numbers, float32 or float64.
        grad: the gradient that `backward` left, of data's shape and dtype; None before.
        requires_grad: true also for whatever is computed from a Tensor that requires a gradient.
        inputs: the Tensors that an operation made this one of; () for a leaf.
        gradients: turns the gradient of this Tensor into one for each of its inputs; None for a
        leaf.
    """

    __array_ufunc__ = None  # lets `array + tensor` reach Tensor.__radd__

    def __init__(self, data: Any, requires_grad: bool = False) -> None:
        array = np.asarray(data)
        self.data = array if array.dtype.kind == "f" else array.astype(np.float64)
        self.grad: np.ndarray | None = None
        self.requires_grad = requires_grad
        self.inputs: tuple[Tensor, ...] = ()
        self.gradients: Callable[[np.ndarray], Sequence[np.ndarray]] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of `data`."""
        return self.data.shape

    def __repr__(self) -> str:
        return f"Tensor({self.data!r}, requires_grad={self.requires_grad})"

    # -- the engine -------------------------------------------------------------------------------

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
        # Walk through `ordered(self)` from its end, with a gradient collected for every Tensor met
        # so far: by the time a Tensor's turn comes, all that was made of it has had its say.
        # `inputs_gradients` asks a Tensor what it passes on. Only leaves keep a `grad`.
        # TODO(m5.engine.backward): about 8 lines.
        raise NotImplementedError("m5.engine.backward")

    def zero_grad(self) -> None:
        """Forget the gradient.

        Example:
            After x.backward() and x.zero_grad() x.grad is None again.
        """
        # The next `backward` starts from nothing.
        # TODO(m5.engine.zero_grad): about 1 line.
        raise NotImplementedError("m5.engine.zero_grad")

    def detach(self) -> "Tensor":
        """Give a leaf with the same numbers that requires no gradient.

        Example:
            x = 3: (x * x.detach()).backward() leaves 3 in x.grad, not 6.
        """
        # What does a Tensor know that the new one must not know?
        # TODO(m5.engine.detach): about 1 line.
        raise NotImplementedError("m5.engine.detach")

    # -- arithmetic -------------------------------------------------------------------------------

    def __add__(self, other: Operand) -> "Tensor":
        """Add, with NumPy's broadcasting.

        Example:
            2 + 3 = 5; an upstream gradient of 10 becomes 10 for both.
        """
        # The pattern of every operation: compute the result, name the Tensors it was made of, and
        # say how its gradient becomes theirs. Shapes stretched by broadcasting are not its concern:
        # `backward` undoes that for all operations.
        other = self._as_tensor(other)
        return made(self.data + other.data, (self, other), lambda dL_dy: (dL_dy, dL_dy))

    def __neg__(self) -> "Tensor":
        """Change the sign.

        Example:
            y = -x for x = 2 is -2; an upstream gradient of 10 becomes -10.
        """
        # One input, so one gradient: (something,) with a comma.
        # TODO(m5.tensor.neg): about 1 line.
        raise NotImplementedError("m5.tensor.neg")

    def __sub__(self, other: Operand) -> "Tensor":
        """Subtract, with NumPy's broadcasting.

        Example:
            2 - 3 = -1; an upstream gradient of 10 becomes 10 for the 2 and -10 for the 3.
        """
        other = self._as_tensor(other)
        # If the second grows, the result shrinks.
        # TODO(m5.tensor.sub): about 1 line.
        raise NotImplementedError("m5.tensor.sub")

    def __mul__(self, other: Operand) -> "Tensor":
        """Multiply element by element, with NumPy's broadcasting.

        Example:
            2 * 3 = 6; an upstream gradient of 10 becomes 30 for the 2 and 20 for the 3.
        """
        other = self._as_tensor(other)
        # The more the one is, the more a nudge of the other counts.
        # TODO(m5.tensor.mul): about 2 lines.
        raise NotImplementedError("m5.tensor.mul")

    def __truediv__(self, other: Operand) -> "Tensor":
        """Divide element by element, with NumPy's broadcasting.

        Example:
            6 / 2 = 3; an upstream gradient of 10 becomes 5 for the 6 and -15 for the 2.
        """
        other = self._as_tensor(other)
        # Write a / b as a times (1 / b), and differentiate the second factor too.
        # TODO(m5.tensor.div): about 3 lines.
        raise NotImplementedError("m5.tensor.div")

    def __pow__(self, exponent: Number) -> "Tensor":
        """Raise to a power that is a plain number.

        Example:
            3 ** 2 = 9; an upstream gradient of 10 becomes 60.
        """
        if not isinstance(exponent, (int, float)):
            raise TypeError(f"expected a number as exponent, got {type(exponent).__name__}")
        # x ** 0 is constant: its gradient is 0 even where x is.
        # TODO(m5.tensor.pow): about 3 lines.
        raise NotImplementedError("m5.tensor.pow")

    def __matmul__(self, other: Operand) -> "Tensor":
        """Multiply matrices, or stacks of them: the axes before the last two are broadcast.

        Args:
            other: (..., K, M), where this Tensor is (..., N, K).

        Returns:
            (..., N, M).

        Example:
            [[1, 2]] @ [[3], [4]] = [[11]]; an upstream gradient of [[10]] becomes [[30, 40]] for
            the first and [[10], [20]] for the second.
        """
        other = self._as_tensor(other)
        self._check_matrices(other)
        # m0's Linear has shown which product it is; here only the last two axes are transposed.
        # TODO(m5.tensor.matmul): about 4 lines.
        raise NotImplementedError("m5.tensor.matmul")

    # A number or an array on the left: Python asks the Tensor on the right.

    def __radd__(self, other: Operand) -> "Tensor":
        """`other + self`."""
        return self + other

    def __rsub__(self, other: Operand) -> "Tensor":
        """`other - self`."""
        return self._as_tensor(other) - self

    def __rmul__(self, other: Operand) -> "Tensor":
        """`other * self`."""
        return self * other

    def __rtruediv__(self, other: Operand) -> "Tensor":
        """`other / self`."""
        return self._as_tensor(other) / self

    def __rmatmul__(self, other: Operand) -> "Tensor":
        """`other @ self`."""
        return self._as_tensor(other) @ self

    # -- what is checked before --------------------------------------------------------------------

    def _as_tensor(self, other: Operand) -> "Tensor":
        """A number or an array as a constant of this Tensor's dtype."""
        if isinstance(other, Tensor):
            return other
        return Tensor(np.asarray(other, dtype=self.data.dtype))

    def _check_matrices(self, other: "Tensor") -> None:
        a, b = self.shape, other.shape
        if len(a) < 2 or len(b) < 2 or a[-1] != b[-2]:
            raise ValueError(f"expected (..., N, K) @ (..., K, M), got {a} @ {b}")

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


# -- what operations and `backward` are made of ----------------------------------------------------


def inputs_gradients(node: Tensor, dL_dnode: np.ndarray) -> list[tuple[Tensor, np.ndarray]]:
    """Ask a Tensor for its inputs' gradients.

    Returns:
        (input, its gradient, of its shape) for each input that requires one; [] for a leaf.
    """
    if node.gradients is None:
        return []
    pairs = zip(node.inputs, node.gradients(dL_dnode), strict=True)
    return [(x, summed_to(dL_dx, x.shape)) for x, dL_dx in pairs if x.requires_grad]


def ordered(root: Tensor) -> list[Tensor]:
    """Line up all that `root` was computed from.

    Returns:
        Every Tensor on the way that requires a gradient, each once, root the last: none stands
        before the Tensors that it was made of.

    Example:
        y = x + 1 and z = x + y give [x, y, z], though x is an input of z as well.
    """
    # A Tensor joins the line after all of its inputs have. No recursion: a chain of 50,000
    # operations is longer than Python's stack. Keep a list of what is still to be done instead.
    # TODO(m5.engine.order): about 12 lines.
    raise NotImplementedError("m5.engine.order")


def summed_to(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
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
    # Broadcasting put new axes in front, and repeated axes of size 1. What was used many times
    # collects from each of them.
    # TODO(m5.engine.broadcast): about 3 lines.
    raise NotImplementedError("m5.engine.broadcast")
