"""m6, part 5: the gated feed-forward network.

The encoder's network passes what is positive. Here one projection decides how much of another
passes, feature by feature.

Lesson: exercises/m6_language/README.md
Grade:  dlf-grade m6 -k swiglu
Write:  about 20 lines.
"""

import numpy as np


class SwiGLU:
    """W_down (silu(W_gate x) · W_up x), the same for every token; silu(g) = g · sigmoid(g).

    Args:
        d_model: E, features that come in and go out.
        d_ff: F, features between.
        rng: source of the initial weights.

    Attributes:
        W_gate, W_up: (F, E); W_down: (E, F). There are no biases.
        dL_dW_gate, dL_dW_up, dL_dW_down: their gradients, set by `backward`.
    """

    def __init__(self, d_model: int, d_ff: int, *, rng: np.random.Generator | None = None) -> None:
        self.d_model = d_model
        self.d_ff = d_ff
        rng = rng or np.random.default_rng()
        self.W_gate, self.W_up = rng.normal(0.0, d_model**-0.5, (2, d_ff, d_model))
        self.W_down = rng.normal(0.0, d_ff**-0.5, (d_model, d_ff))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Pass every token through the network.

        Args:
            x: (N, T, E), float32 or float64.

        Returns:
            y: (N, T, E), of x's dtype.

        Example:
            With all weights [[1]], x = [[[2]]] gives 2 · sigmoid(2) · 2 = 3.523.
        """
        if x.ndim != 3 or x.shape[2] != self.d_model or x.size == 0:
            raise ValueError(
                f"expected x of shape (N, T, {self.d_model}), not empty, got {x.shape}"
            )
        if x.dtype.kind != "f":
            raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")
        W_gate, W_up, W_down = (
            W.astype(x.dtype, copy=False) for W in (self.W_gate, self.W_up, self.W_down)
        )
        # The sigmoid is given; it stays finite at ±1000. Store what backward needs.
        ### BEGIN SOLUTION m6.swiglu.forward
        gate, up = x @ W_gate.T, x @ W_up.T  # (N, T, F)
        opened = _sigmoid(gate)
        hidden = gate * opened * up
        self.cache = x, gate, up, opened, hidden, W_gate, W_up, W_down
        return hidden @ W_down.T
        ### END SOLUTION

    def backward(self, dL_dy: np.ndarray) -> np.ndarray:
        """Turn the gradient of y into those of the weights (stored) and x (returned).

        Args:
            dL_dy: (N, T, E), the gradient of the loss with respect to y.

        Returns:
            dL_dx: (N, T, E), of x's dtype.

        Example:
            With all weights [[1]], x = [[[0]]] and dL_dy = [[[1]]]: dL_dx = [[[0]]].
        """
        # A product gives each factor the gradient times the other one. What is silu's derivative?
        ### BEGIN SOLUTION m6.swiglu.backward
        x, gate, up, opened, hidden, W_gate, W_up, W_down = self.cache
        dL_dy = dL_dy.astype(x.dtype, copy=False)
        rows, x_rows = _rows(dL_dy), _rows(x)  # (N T, E)
        self.dL_dW_down = rows.T @ _rows(hidden)
        dL_dhidden = dL_dy @ W_down
        silu = gate * opened
        dL_dup = dL_dhidden * silu
        dL_dgate = dL_dhidden * up * (opened + silu * (1 - opened))
        self.dL_dW_gate = _rows(dL_dgate).T @ x_rows
        self.dL_dW_up = _rows(dL_dup).T @ x_rows
        return dL_dgate @ W_gate + dL_dup @ W_up
        ### END SOLUTION


def _rows(x: np.ndarray) -> np.ndarray:
    return x.reshape(-1, x.shape[-1])


def _sigmoid(x: np.ndarray) -> np.ndarray:
    small = np.exp(-np.abs(x))  # at most 1, so nothing overflows
    return np.where(x >= 0, 1, small) / (1 + small)
