"""m4, given: the checks that every optimiser makes before it changes anything.

An optimiser has no weights of its own: it gets a network's arrays, and writes into them.
"""

from collections.abc import Iterable, Iterator

import numpy as np

PIECE = 49_152  # elements: a few arrays of that length fit the processor's cache together


def as_parameters(params: Iterable[np.ndarray]) -> list[np.ndarray]:
    """List the arrays that an optimiser updates: the arrays themselves, not copies.

    Args:
        params: floating-point arrays of any shape, in a list or from a generator.

    Returns:
        The same arrays, in order.

    Example:
        as_parameters([W, b])[0] is W.
    """
    if isinstance(params, np.ndarray):
        raise ValueError("expected a list of arrays, got one array: write [W], not W")
    listed = list(params)
    for at, w in enumerate(listed):
        if not isinstance(w, np.ndarray) or w.dtype.kind != "f":
            got = f"{w.dtype} of {w.shape}" if isinstance(w, np.ndarray) else type(w).__name__
            raise ValueError(f"expected a floating-point array in params[{at}], got {got}")
    return listed


def check_gradients(params: list[np.ndarray], grads: list[np.ndarray]) -> None:
    """Refuse gradients that do not fit the parameters.

    Args:
        params: the parameters.
        grads: one gradient for each, of its shape.

    Example:
        A gradient of shape (1, 3) for a parameter of shape (3,) is a ValueError.
    """
    if len(grads) != len(params):
        raise ValueError(f"expected {len(params)} gradients, one a parameter, got {len(grads)}")
    for at, (w, g) in enumerate(zip(params, grads, strict=True)):
        if np.shape(g) != w.shape:
            raise ValueError(f"expected grads[{at}] of shape {w.shape}, got {np.shape(g)}")


def pieces(*lists: list[np.ndarray]) -> Iterator[tuple[np.ndarray, ...]]:
    """Go through several lists of arrays together, in views of at most `PIECE` elements.

    Our solutions do without it. With large parameters it makes an optimiser faster: a small view
    stays in the processor's cache from one operation to the next. Writing into a view (w -= ...,
    m *= ...) writes into the array itself.

    Args:
        lists: lists of one length; arrays at the same position have the same shape.

    Returns:
        An iterator of one view from each list, all of one shape; small arrays come whole.

    Example:
        With params = [W, b] of 60,000 and of 10 elements, and grads likewise,
        `for w, g in pieces(params, grads)` runs three times.
    """
    for arrays in zip(*lists, strict=True):
        if not all(array.flags.c_contiguous for array in arrays):
            yield arrays  # flattening these would copy them
            continue
        flat = [array.reshape(-1) for array in arrays]
        for start in range(0, flat[0].size, PIECE):
            yield tuple(array[start : start + PIECE] for array in flat)
