"""m6, part 3: rotary positions.

Instead of adding a position to a token, turn its queries and keys by an angle that grows with it.
A score then depends on how far two tokens are apart, and on nothing else about their places.

Lesson: exercises/m6_language/README.md
Grade:  dlf-grade m6 -k rotary
Write:  about 12 lines.
"""

import numpy as np


def rotary_angles(length: int, dim: int, base: float = 10000.0) -> np.ndarray:
    """By how much each pair of features turns at each position.

    Args:
        length: T, how many positions, counted from 0.
        dim: how many features, even.
        base: the last pairs turn about this many times more slowly than the first.

    Returns:
        (T, dim / 2) float64, in radians.

    Example:
        dim = 4: position 0 gives [0, 0], position 3 gives [3, 0.03], for √10000 is 100.
    """
    if dim < 2 or dim % 2:
        raise ValueError(f"expected an even dim of at least 2, got {dim}")
    # Pair i turns by base^(−2i / dim) from one position to the next.
    ### BEGIN SOLUTION m6.rotary.angles
    speeds = base ** (-np.arange(0, dim, 2) / dim)  # (dim / 2,)
    return np.arange(length)[:, None] * speeds
    ### END SOLUTION


def rotate(x: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Turn each pair of neighbouring features by its angle.

    Args:
        x: (..., T, dim), float32 or float64.
        angles: (T, dim / 2), in radians.

    Returns:
        y: shape and dtype of x.

    Example:
        A quarter turn, π / 2, makes [3, 1] into [-1, 3].
    """
    _check(x, angles)
    # Features 2i and 2i + 1 are the two coordinates of a point in the plane.
    ### BEGIN SOLUTION m6.rotary.forward
    cos, sin = (f(angles).astype(x.dtype, copy=False) for f in (np.cos, np.sin))  # (T, dim / 2)
    a, b = x[..., 0::2], x[..., 1::2]
    y = np.empty_like(x)
    y[..., 0::2] = a * cos - b * sin
    y[..., 1::2] = a * sin + b * cos
    return y
    ### END SOLUTION


def rotate_backward(dL_dy: np.ndarray, angles: np.ndarray) -> np.ndarray:
    """Turn the gradient of y into that of x.

    Args:
        dL_dy: (..., T, dim), the gradient of the loss with respect to y.
        angles: (T, dim / 2), those of `rotate`.

    Returns:
        dL_dx: shape and dtype of dL_dy.

    Example:
        A quarter turn: dL_dy = [-1, 3] gives [3, 1], the way back.
    """
    # Multiply by the transpose of the rotation's matrix. Which rotation is that?
    ### BEGIN SOLUTION m6.rotary.backward
    return rotate(dL_dy, -angles)
    ### END SOLUTION


def _check(x: np.ndarray, angles: np.ndarray) -> None:
    if x.ndim < 2 or angles.ndim != 2 or x.shape[-2:] != (len(angles), 2 * angles.shape[1]):
        wanted = f"x of shape (..., T, dim) and angles (T, dim / 2), with the {angles.shape} given"
        raise ValueError(f"expected {wanted}, got x of shape {x.shape}")
    if x.dtype.kind != "f":
        raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")
