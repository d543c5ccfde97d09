"""m0, part 3: checking a gradient against its definition.

Use it for every `backward` of this course. Check in float64: in float32 the rounding error of the
function is larger than the change that you measure.

Lesson: exercises/m0_mlp/README.md
Grade:  dlf-grade m0 -k gradcheck
Write:  about 25 lines.
"""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np


def numerical_gradient(
    f: Callable[[np.ndarray], float], x: np.ndarray, eps: float = 1e-6
) -> np.ndarray:
    """Measure the gradient of a scalar function at x, one element at a time.

    Args:
        f: takes x, returns a number.
        x: any shape, floating-point, contiguous or not; changed in place between calls of `f`,
            and restored bit for bit, even if `f` raises.
        eps: how far each element is moved, to either side.

    Returns:
        The gradient, shape and dtype of x.

    Example:
        f = the sum of squares, at x = [1, 3], gives [2, 6] (and a rounding error near 1e-9).
    """
    if x.dtype.kind != "f":
        raise ValueError(f"expected floating-point x, got {x.dtype}: a step would be rounded away")
    # np.ndindex gives every index of any shape. Adding eps and subtracting it again does not
    # restore the same bits.
    ### BEGIN SOLUTION m0.gradcheck.numerical_gradient
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        original = x[index]
        try:
            x[index] = original + eps
            f_plus = f(x)
            x[index] = original - eps
            f_minus = f(x)
        finally:
            x[index] = original
        gradient[index] = (f_plus - f_minus) / (2 * eps)
    return gradient
    ### END SOLUTION


def relative_error(a: np.ndarray, b: np.ndarray) -> float:
    """Give the largest difference between two arrays, relative to the size of their elements.

    Args:
        a: any shape.
        b: same shape.

    Returns:
        A float from 0 (equal) to 1 (opposite signs); elements below 1e-8 count as that large.

    Example:
        a = [1, 0] and b = [3, 0] give 2 / 4 = 0.5.
    """
    if np.shape(a) != np.shape(b):
        raise ValueError(f"expected two arrays of one shape, got {np.shape(a)} and {np.shape(b)}")
    # Divide element by element, and take the maximum last. Two zeros are equal.
    ### BEGIN SOLUTION m0.gradcheck.relative_error
    size = np.maximum(1e-8, np.abs(a) + np.abs(b))
    return float(np.max(np.abs(a - b) / size))
    ### END SOLUTION


def check_layer(
    layer: Any, x: np.ndarray, *, eps: float = 1e-6, rng: np.random.Generator | None = None
) -> dict[str, float]:
    """Compare a layer's `backward` with the numerical gradient of its own `forward`.

    Args:
        layer: any layer of this course; left as it was.
        x: an input for it; left as it was.
        eps: step of the numerical gradient.
        rng: source of the upstream gradient.

    Returns:
        The relative error under "x", and under the name of each parameter P ("W", "b", ...), that
        is, of every attribute P for which `backward` sets `dL_dP`.

    Example:
        A correct Linear(3, 2) gives something like {"x": 4e-10, "W": 2e-10, "b": 1e-10};
        forget to sum over the batch, and "b" is near 1.
    """
    rng = rng or np.random.default_rng()
    # Copies keep the parameters, the running statistics and the caller's x as they are. In float32
    # a step of 1e-6 would be lost to rounding.
    layer = _copy_in_float64(layer)
    x = np.array(x, dtype=np.float64 if x.dtype.kind == "f" else x.dtype)
    # Multiply the output by a random upstream gradient and sum: that makes any layer a scalar
    # function. All ones are not enough: some wrong gradients agree with the right one there.
    ### BEGIN SOLUTION m0.gradcheck.check_layer
    y = _first(layer.forward(x)).copy()  # a copy, since Flatten gives a view of x
    dL_dy = rng.standard_normal(y.shape)
    dL_dx = _first(layer.backward(dL_dy))

    def L(_: np.ndarray) -> float:  # measured from y, so that less is lost to rounding
        return float(np.sum(dL_dy * (_first(layer.forward(x)) - y)))

    errors = {}
    if dL_dx is not None:  # an embedding's input, a table of ids, has no gradient
        errors["x"] = relative_error(dL_dx, numerical_gradient(L, x, eps))
    for name, P, dL_dP in _parameters(layer):
        errors[name] = relative_error(dL_dP, numerical_gradient(L, P, eps))
    return errors
    ### END SOLUTION


def _parameters(layer: Any) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Name, value and gradient of every parameter, once `backward` has run."""
    return [
        (name[4:], getattr(layer, name[4:]), dL_dP)
        for name, dL_dP in vars(layer).items()
        if name.startswith("dL_d") and isinstance(getattr(layer, name[4:], None), np.ndarray)
    ]


def _copy_in_float64(layer: Any) -> Any:
    """A deep copy whose own floating-point arrays are float64."""
    layer = copy.deepcopy(layer)
    for name, value in list(vars(layer).items()):
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            setattr(layer, name, value.astype(np.float64))
    return layer


def _first(result: Any) -> Any:
    """The output alone, of a layer that returns (output, state), as recurrent ones do."""
    return result[0] if isinstance(result, tuple) else result
