"""m2, part 2: a recurrent network, and clipping for gradients that explode.

The same few weights are used at every time step, and what a step computes is handed to the next:
the network reads a sequence as you read a sentence, one word after the other.

Lesson: exercises/m2_rnn/README.md
Grade:  dlf-grade m2 -k rnn,clip
Write:  about 25 lines.
"""

import numpy as np


class RNN:
    """One layer of the simplest recurrent network, with tanh.

    Args:
        input_size: D, features of one time step.
        hidden_size: H, numbers in the hidden state.
        rng: source of the initial weights.

    Attributes:
        W_ih: input to hidden, (H, D).
        W_hh: hidden to hidden, (H, H).
        b_ih, b_hh: biases, (H,) each; PyTorch keeps two, and so do we.
        dL_dW_ih, dL_dW_hh, dL_db_ih, dL_db_hh: their gradients, set by `backward`.
    """

    def __init__(
        self, input_size: int, hidden_size: int, *, rng: np.random.Generator | None = None
    ) -> None:
        self.input_size = input_size
        self.hidden_size = hidden_size
        rng = rng or np.random.default_rng()
        bound = 1 / np.sqrt(hidden_size)
        self.W_ih = rng.uniform(-bound, bound, (hidden_size, input_size))
        self.W_hh = rng.uniform(-bound, bound, (hidden_size, hidden_size))
        self.b_ih = rng.uniform(-bound, bound, hidden_size)
        self.b_hh = rng.uniform(-bound, bound, hidden_size)

    def forward(self, x: np.ndarray, h0: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Read sequences from the first time step to the last.

        Args:
            x: (N, T, D), float32 or float64, T at least 1.
            h0: the state to start with, (N, H); zeros if it is None.

        Returns:
            outputs: the state after every step, (N, T, H), of x's dtype.
            h_T: the state after the last one, (N, H).

        Example:
            D = H = 1, W_ih = [[1]], W_hh = [[2]], both biases 0: x = [[[0.5], [0]]] gives
            outputs = [[[0.4621], [0.7279]]], since 0.4621 = tanh(0.5) and 0.7279 = tanh(0.9242).
        """
        self._check_input(x, h0)
        (N, T, _), H = x.shape, self.hidden_size
        W_ih, W_hh, b_ih, b_hh = (
            p.astype(x.dtype, copy=False) for p in (self.W_ih, self.W_hh, self.b_ih, self.b_hh)
        )
        h = np.zeros((T + 1, N, H), x.dtype)  # h[t]: before step t
        if h0 is not None:
            h[0] = h0
        # What x contributes does not depend on the state: one product for all steps, before the
        # loop. Keep all states, the first one too; `backward` needs them.
        ### BEGIN SOLUTION m2.rnn.forward
        steps = x.transpose(1, 0, 2).reshape(T * N, -1)  # (T N, D), time first
        a = (steps @ W_ih.T + (b_ih + b_hh)).reshape(T, N, -1)  # (T, N, H)
        for t in range(T):
            h[t + 1] = np.tanh(a[t] + h[t] @ W_hh.T)
        self.cache = steps, h, W_ih, W_hh
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
            In the example of `forward`, dL_doutputs = [[[0], [1]]] gives
            dL_dx = [[[0.7395], [0.4702]]] and dL_dh0 = [[1.4791]].
        """
        (N, _, H), dtype = dL_doutputs.shape, dL_doutputs.dtype
        dL_dh = np.zeros((N, H), dtype) if dL_dh_T is None else dL_dh_T
        # From the last step to the first: a state acted on its own output and on the next step.
        # Collect dL_da, of the pre-activations. The products with x and the states, and the sums
        # for the biases, can wait until after the loop.
        ### BEGIN SOLUTION m2.rnn.backward
        steps, h, W_ih, W_hh = self.cache
        T, N, H = h[1:].shape
        dL_da = np.empty_like(h[1:])  # (T, N, H), of the pre-activations
        for t in reversed(range(T)):
            dL_dh = dL_dh + dL_doutputs[:, t]
            dL_da[t] = dL_dh * (1 - h[t + 1] ** 2)
            dL_dh = dL_da[t] @ W_hh
        dL_da = dL_da.reshape(T * N, H)
        self.dL_dW_ih = dL_da.T @ steps
        self.dL_dW_hh = dL_da.T @ h[:-1].reshape(T * N, H)
        self.dL_db_ih = dL_da.sum(axis=0)
        self.dL_db_hh = self.dL_db_ih.copy()
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


def clip_by_norm(grads: list[np.ndarray], max_norm: float) -> float:
    """Shorten gradients, in place, where all of them together are longer than `max_norm`.

    Args:
        grads: floating-point arrays of any shapes; together they are one long vector.
        max_norm: the greatest length allowed, above 0.

    Returns:
        The length before, a float.

    Example:
        grads = [[3, 0], [[4]]] have the length 5; max_norm = 1 leaves [0.6, 0] and [[0.8]] in
        them, max_norm = 10 leaves them alone.
    """
    # One factor for all arrays: the direction stays what it was. What if they are all zero?
    ### BEGIN SOLUTION m2.clip.norm
    norm = float(np.sqrt(sum(np.sum(np.square(g, dtype=np.float64)) for g in grads)))
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    return norm
    ### END SOLUTION
