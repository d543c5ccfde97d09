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
        # TODO(m2.gru.forward): about 16 lines.
        raise NotImplementedError("m2.gru.forward")

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
        # TODO(m2.gru.backward): about 18 lines.
        raise NotImplementedError("m2.gru.backward")

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
