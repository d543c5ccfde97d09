"""m2, part 3: LSTM, a recurrent network that decides what to keep.

It carries a second state, the cell. Gates decide how much of the cell is kept, what is added to it
and how much of it is shown, so it can remember something for a hundred steps.

Lesson: exercises/m2_rnn/README.md
Grade:  dlf-grade m2 -k lstm
Write:  about 30 lines.
"""

import numpy as np

State = tuple[np.ndarray, np.ndarray]


class LSTM:
    """One layer of long short-term memory.

    Args:
        input_size: D, features of one time step.
        hidden_size: H, numbers in the hidden state and in the cell.
        rng: source of the initial weights.

    Attributes:
        W_ih: input to gates, (4 H, D): the rows of the input gate i, the forget gate f, the
            candidate g and the output gate o, in this order.
        W_hh: hidden to gates, (4 H, H), rows in the same order.
        b_ih, b_hh: biases, (4 H,) each.
        dL_dW_ih, dL_dW_hh, dL_db_ih, dL_db_hh: their gradients, set by `backward`.
    """

    def __init__(
        self, input_size: int, hidden_size: int, *, rng: np.random.Generator | None = None
    ) -> None:
        self.input_size = input_size
        self.hidden_size = hidden_size
        rng = rng or np.random.default_rng()
        bound = 1 / np.sqrt(hidden_size)
        self.W_ih = rng.uniform(-bound, bound, (4 * hidden_size, input_size))
        self.W_hh = rng.uniform(-bound, bound, (4 * hidden_size, hidden_size))
        self.b_ih = rng.uniform(-bound, bound, 4 * hidden_size)
        self.b_hh = rng.uniform(-bound, bound, 4 * hidden_size)

    def forward(self, x: np.ndarray, state: State | None = None) -> tuple[np.ndarray, State]:
        """Read sequences from the first time step to the last.

        Args:
            x: (N, T, D), float32 or float64, T at least 1.
            state: (h0, c0), hidden state and cell to start with, (N, H) each; zeros if None.

        Returns:
            outputs: the hidden state after every step, (N, T, H), of x's dtype.
            (h_T, c_T): hidden state and cell after the last step, (N, H) each.

        Example:
            D = H = 1, everything 0 but the candidate's bias in b_ih, which is large: one step from
            zeros gives the cell 1/2 * 1 = 0.5 and the output 1/2 * tanh(0.5) = 0.2311.
        """
        self._check_input(x, state)
        (N, T, _), H = x.shape, self.hidden_size
        W_ih, W_hh, b_ih, b_hh = (
            p.astype(x.dtype, copy=False) for p in (self.W_ih, self.W_hh, self.b_ih, self.b_hh)
        )
        h, c = np.zeros((2, T + 1, N, H), x.dtype)  # h[t], c[t]: before step t
        if state is not None:
            h[0], c[0] = state
        # What x contributes does not depend on the state: one product for all steps, before the
        # loop. Keep the gates, the cells and the states of all steps for `backward`.
        ### BEGIN SOLUTION m2.lstm.forward
        steps = x.transpose(1, 0, 2).reshape(T * N, -1)  # (T N, D), time first
        gates = (steps @ W_ih.T + (b_ih + b_hh)).reshape(T, N, 4 * H)
        for t in range(T):
            gates[t] += h[t] @ W_hh.T
            i, f, g, o = np.split(gates[t], 4, axis=1)  # (N, H) each, views of gates[t]
            for gate in (i, f, o):
                _sigmoid(gate)
            np.tanh(g, out=g)
            c[t + 1] = f * c[t] + i * g
            h[t + 1] = o * np.tanh(c[t + 1])
        self.cache = steps, gates, h, c, W_ih, W_hh
        return h[1:].transpose(1, 0, 2).copy(), (h[T].copy(), c[T].copy())
        ### END SOLUTION

    def backward(
        self, dL_doutputs: np.ndarray, dL_dstate: State | None = None
    ) -> tuple[np.ndarray, State]:
        """Turn the gradient of the outputs into those of the parameters (stored), x and the state.

        Args:
            dL_doutputs: (N, T, H), the gradient of the loss with respect to every output.
            dL_dstate: (dL_dh_T, dL_dc_T), (N, H) each, where the final state was used; None
                stands for zeros.

        Returns:
            dL_dx: (N, T, D), of x's dtype.
            (dL_dh0, dL_dc0): (N, H) each.

        Example:
            In the example of `forward`, dL_doutputs = [[[1]]] gives dL_dc0 = [[0.1966]]: a half
            (the output gate) times 1 - tanh(0.5)^2 = 0.7864 times a half (the forget gate).
        """
        (N, _, H), dtype = dL_doutputs.shape, dL_doutputs.dtype
        dL_dh, dL_dc = np.zeros((2, N, H), dtype) if dL_dstate is None else dL_dstate
        # From the last step to the first, two gradients travel back: one along h, one along c.
        # Collect dL_da, of the pre-activations. The products with x and the states, and the sums
        # for the biases, can wait until after the loop.
        ### BEGIN SOLUTION m2.lstm.backward
        steps, gates, h, c, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        dL_da = np.empty_like(gates)  # (T, N, 4 H), of the pre-activations
        for t in reversed(range(T)):
            i, f, g, o = np.split(gates[t], 4, axis=1)  # (N, H) each
            tanh_c = np.tanh(c[t + 1])
            dL_dh = dL_dh + dL_doutputs[:, t]
            dL_dc = dL_dc + dL_dh * o * (1 - tanh_c**2)
            dL_di, dL_df, dL_dg, dL_do = dL_dc * g, dL_dc * c[t], dL_dc * i, dL_dh * tanh_c
            dL_da[t, :, : 2 * H] = np.hstack([dL_di * i * (1 - i), dL_df * f * (1 - f)])
            dL_da[t, :, 2 * H :] = np.hstack([dL_dg * (1 - g**2), dL_do * o * (1 - o)])
            dL_dh, dL_dc = dL_da[t] @ W_hh, dL_dc * f
        dL_da = dL_da.reshape(T * N, 4 * H)
        self.dL_dW_ih = dL_da.T @ steps
        self.dL_dW_hh = dL_da.T @ h[:-1].reshape(T * N, H)
        self.dL_db_ih = dL_da.sum(axis=0)
        self.dL_db_hh = self.dL_db_ih.copy()
        return (dL_da @ W_ih).reshape(T, N, -1).transpose(1, 0, 2).copy(), (dL_dh, dL_dc)
        ### END SOLUTION

    def _check_input(self, x: np.ndarray, state: State | None) -> None:
        if x.ndim != 3 or x.shape[2] != self.input_size:
            raise ValueError(f"expected x of shape (N, T, {self.input_size}), got {x.shape}")
        if x.shape[1] == 0:
            raise ValueError(f"expected at least one time step, got x of shape {x.shape}")
        if x.dtype.kind != "f":
            raise ValueError(f"expected floating-point x, got {x.dtype}: use x.astype(np.float32)")
        expected = (len(x), self.hidden_size)
        for name, part in zip(("h0", "c0"), state or (), strict=False):
            if part.shape != expected:
                raise ValueError(f"expected {name} of shape {expected}, got {part.shape}")


def _sigmoid(x: np.ndarray) -> None:
    """Replace x, in place, by its sigmoid, which is a tanh in disguise and never overflows."""
    x *= 0.5
    np.tanh(x, out=x)
    x *= 0.5
    x += 0.5
