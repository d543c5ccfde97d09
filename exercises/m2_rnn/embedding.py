"""m2, part 1: an embedding, the table that turns words into vectors.

A network cannot multiply a word. So every word has a number, its id, and every id a row of a table
of weights, which is learnt like any other.

Lesson: exercises/m2_rnn/README.md
Grade:  dlf-grade m2 -k embedding
Write:  about 5 lines.
"""

import numpy as np


class Embedding:
    """A table with one row of weights for each id.

    Args:
        num_embeddings: V, how many different ids there are; they run from 0 to V - 1.
        embedding_dim: D, numbers in a row.
        rng: source of the initial weights.

    Attributes:
        W: the table, (V, D).
        dL_dW: gradient of W, (V, D), set by `backward`.
    """

    def __init__(
        self,
        num_embeddings: int,
        embedding_dim: int,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        rng = rng or np.random.default_rng()
        self.W = rng.standard_normal((num_embeddings, embedding_dim))

    def forward(self, ids: np.ndarray) -> np.ndarray:
        """Look up the row of every id.

        Args:
            ids: (N, T), integers from 0 to V - 1; the same id may occur many times.

        Returns:
            y: (N, T, D), of W's dtype.

        Raises:
            ValueError: ids are not of shape (N, T), not integers, or not all from 0 to V - 1.

        Example:
            W = [[1, 2], [3, 4], [5, 6]] and ids = [[2, 0]] give [[[5, 6], [1, 2]]].
        """
        self._check_input(ids)
        # NumPy takes a whole array of indices at once. Keep what `backward` needs.
        # TODO(m2.embedding.forward): about 2 lines.
        raise NotImplementedError("m2.embedding.forward")

    def backward(self, dL_dy: np.ndarray) -> None:
        """Turn the gradient of y into that of W (stored); ids have no gradient.

        Args:
            dL_dy: (N, T, D), the gradient of the loss with respect to y.

        Example:
            V = 3, D = 1, ids = [[2, 0, 2]] and dL_dy = [[[10], [20], [30]]]:
            dL_dW = [[20], [0], [40]].
        """
        # A row that was looked up in several places acted in each of them. Mind that
        # a[indices] += b counts an index that occurs twice only once.
        # TODO(m2.embedding.backward): about 2 lines.
        raise NotImplementedError("m2.embedding.backward")

    def _check_input(self, ids: np.ndarray) -> None:
        if ids.ndim != 2:
            raise ValueError(f"expected ids of shape (N, T), got {ids.shape}")
        if ids.dtype.kind not in "iu":
            raise ValueError(f"expected integer ids, got {ids.dtype}: use ids.astype(np.int64)")
        if ids.size and not 0 <= ids.min() <= ids.max() < self.num_embeddings:
            raise ValueError(
                f"expected ids from 0 to {self.num_embeddings - 1}, got {ids.min()} to {ids.max()}"
            )
