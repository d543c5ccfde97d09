"""TwoLayerMLP in NumPy, with its gradients: what mistakes are computed with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Answer, Array, Case

PARAMETERS = ("fc1.W", "fc1.b", "fc2.W", "fc2.b")
DEFAULT_LR = 0.01


def network(
    case: Case,
    *,
    relu: bool = True,
    mask: Callable[[Array, Array], Array] = lambda before, dL_dhidden: before > 0,
    w2_back: Array | None = None,
    of_input: Callable[[Array], Array] = lambda x: x,
    shift: int = 0,
) -> Answer:
    """Logits, and the gradient of every parameter.

    Args:
        mask: where the gradient passes the ReLU, of what went into it and of the gradient of what came out.
        w2_back: fc2's W on the way back.
        of_input: what becomes of the input first.
        shift: what is added to the class of each row.
    """
    (x, y), (w1, b1, w2, b2) = case.inputs, (case.attributes[name] for name in PARAMETERS)
    x = of_input(x)
    before = x @ w1.T + b1
    hidden = np.maximum(before, 0) if relu else before
    logits = hidden @ w2.T + b2
    p = softmax(logits)
    dL_dlogits = (p - np.eye(p.shape[1])[(y + shift) % p.shape[1]]) / len(x)
    dL_dhidden = dL_dlogits @ (w2 if w2_back is None else w2_back)
    dL_dbefore = dL_dhidden * mask(before, dL_dhidden)
    gradients = (dL_dbefore.T @ x, dL_dbefore.sum(axis=0), dL_dlogits.T @ hidden, dL_dlogits.sum(axis=0))
    return {"logits": logits, **dict(zip(PARAMETERS, gradients, strict=True))}


def softmax(logits: Array) -> Array:
    """Probabilities along the last axis."""
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    p: Array = e / e.sum(axis=-1, keepdims=True)
    return p


def classes(case: Case) -> Array:
    """The class of each row."""
    found: Array = network(case)["logits"].argmax(axis=1)
    return found
