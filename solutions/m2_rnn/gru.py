"""m2, part 4: GRU, a gated network with one state and two gates.

The GRU needs no cell: its new state is a mixture of the old state and a candidate, and two gates
decide on the shares.

Lesson: exercises/m2_rnn/README.md
Grade:  dlf-grade m2 -k gru
Write:  about 30 lines.
"""

import numpy as np


class GRU:
    """One layer of gated recurrent units.

    Args:
        input_size: D, features of one time step.
        hidden_size: H, numbers in the hidden state.
        rng: source of the initial weights.

    Attributes:
        W_ih: input to gates, (3 H, D): the rows of the reset gate r, the update gate z and the
            candidate n, in this order.
        W_hh: hidden to gates, (3 H, H), rows in the same order.
        b_ih, b_hh: biases, (3 H,) each.
        dL_dW_ih, dL_dW_hh, dL_db_ih, dL_db_hh: their gradients, set by `backward`.
    """

    def __init__(
        self, input_size: int, hidden_size: int, *, rng: np.random.Generator | None = None
    ) -> None:
        self.input_size = input_size
        self.hidden_size = hidden_size
        rng = rng or np.random.default_rng()
        bound = 1 / np.sqrt(hidden_size)
        self.W_ih = rng.uniform(-bound, bound, (3 * hidden_size, input_size))
        self.W_hh = rng.uniform(-bound, bound, (3 * hidden_size, hidden_size))
        self.b_ih = rng.uniform(-bound, bound, 3 * hidden_size)
        self.b_hh = rng.uniform(-bound, bound, 3 * hidden_size)

    def forward(self, x: np.ndarray, h0: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Read sequences from the first time step to the last.

        Args:
            x: (N, T, D), float32 or float64, T at least 1.
            h0: the state to start with, (N, H); zeros if it is None.

        Returns:
            outputs: the state after every step, (N, T, H), of x's dtype.
            h_T: the state after the last one, (N, H).

        Example:
            D = H = 1, all weights and biases 0: both gates are 1/2 and the candidate is 0, so
            every step halves the state; h0 = [[8]] gives the outputs 4, 2, 1, ...
        """
        self._check_input(x, h0)
        (N, T, _), H = x.shape, self.hidden_size
        W_ih, W_hh, b_ih, b_hh = (
            p.astype(x.dtype, copy=False) for p in (self.W_ih, self.W_hh, self.b_ih, self.b_hh)
        )
        h = np.zeros((T + 1, N, H), x.dtype)  # h[t]: before step t
        if h0 is not None:
            h[0] = h0
        # The reset gate multiplies the candidate's product with the state, its bias b_hh included.
        # Keep the gates, the candidate, that product and the states of all steps for `backward`.
        ### BEGIN SOLUTION m2.gru.forward
        steps = x.transpose(1, 0, 2).reshape(T * N, -1)  # (T N, D), time first
        gates = (steps @ W_ih.T + b_ih).reshape(T, N, 3 * H)
        q = np.empty((T, N, H), x.dtype)  # the candidate's product with the state
        for t in range(T):
            hidden = h[t] @ W_hh.T + b_hh
            r, z, n = np.split(gates[t], 3, axis=1)  # (N, H) each, views of gates[t]
            hidden_r, hidden_z, q[t] = np.split(hidden, 3, axis=1)
            r += hidden_r
            z += hidden_z
            _sigmoid(r)
            _sigmoid(z)
            n += r * q[t]
            np.tanh(n, out=n)
            h[t + 1] = (1 - z) * n + z * h[t]
        self.cache = steps, gates, q, h, W_ih, W_hh
        return h[1:].transpose(1, 0, 2).copy(), h[T].copy()
        ### END SOLUTION

    def backward(
        self, dL_doutputs: np.ndarray, dL_dh_T: np.ndarray | None = None
    ) -> tuple[np.ndarray, np.ndarray]:
        """Turn the gradient of the outputs into those of the parameters (stored), x and h0.

        Args:
            dL_doutputs: (N, T, H), the gradient of the loss with respect to every output.
            dL_dh_T: (N, H), that of the final state where it was used; None stands for zeros.

        Returns:
            dL_dx: (N, T, D), of x's dtype.
            dL_dh0: (N, H).

        Example:
            In the example of `forward`, with T = 1, dL_doutputs = [[[1]]] gives
            dL_dh0 = [[0.5]]: half of the state was kept, and the candidate ignored it.
        """
        (N, _, H), dtype = dL_doutputs.shape, dL_doutputs.dtype
        dL_dh = np.zeros((N, H), dtype) if dL_dh_T is None else dL_dh_T
        # A state reaches the next one in two ways: kept by z, and through its product with W_hh.
        # The candidate's rows have two gradients: r multiplies the state's product, not x's.
        ### BEGIN SOLUTION m2.gru.backward
        steps, gates, q, h, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        dL_da, dL_dhidden = np.empty_like(gates), np.empty_like(gates)  # x's and the state's side
        for t in reversed(range(T)):
            r, z, n = np.split(gates[t], 3, axis=1)  # (N, H) each
            dL_dh = dL_dh + dL_doutputs[:, t]
            dL_dz, dL_dn = dL_dh * (h[t] - n), dL_dh * (1 - z)
            dL_da_n = dL_dn * (1 - n**2)
            dL_dr, dL_dq = dL_da_n * q[t], dL_da_n * r
            dL_da_rz = np.hstack([dL_dr * r * (1 - r), dL_dz * z * (1 - z)])
            dL_da[t] = np.hstack([dL_da_rz, dL_da_n])
            dL_dhidden[t] = np.hstack([dL_da_rz, dL_dq])
            dL_dh = dL_dh * z + dL_dhidden[t] @ W_hh
        dL_da, dL_dhidden = (side.reshape(T * N, 3 * H) for side in (dL_da, dL_dhidden))
        self.dL_dW_ih, self.dL_db_ih = dL_da.T @ steps, dL_da.sum(axis=0)
        self.dL_dW_hh = dL_dhidden.T @ h[:-1].reshape(T * N, H)
        self.dL_db_hh = dL_dhidden.sum(axis=0)
        return (dL_da @ W_ih).reshape(T, N, -1).transpose(1, 0, 2).copy(), dL_dh
        ### END SOLUTION

    def _check_input(self, x: np.ndarray, h0: np.ndarray | None) -> None:
        if x.ndim != 3 or x.shape[2] != self.input_size:
            raise ValueError(f"expected x of shape (N, T, {self.input_size}), got {x.shape}")
        if x.shape[1] == 0:
            raise ValueError(f"expected at least one time step, got x of shape {x.shape}")
        if x.dtype.kind != "f":
            raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")
        if h0 is not None and h0.shape != (len(x), self.hidden_size):
            raise ValueError(f"expected h0 of shape ({len(x)}, {self.hidden_size}), got {h0.shape}")


def _sigmoid(x: np.ndarray) -> None:
    """Replace x, in place, by its sigmoid, which is a tanh in disguise and never overflows."""
    x *= 0.5
    np.tanh(x, out=x)
    x *= 0.5
    x += 0.5
