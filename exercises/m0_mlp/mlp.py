"""m0, part 4: a network of two layers, trained by gradient descent.

Lesson: exercises/m0_mlp/README.md
Grade:  dlf-grade m0 -k mlp
Write:  about 15 lines.
"""

import numpy as np

from m0_mlp.layers import Linear, ReLU
from m0_mlp.losses import CrossEntropyLoss


class TwoLayerMLP:
    """A classifier made of a linear layer, a ReLU, and another linear layer.

    Args:
        input_size: D, features a row.
        hidden_size: outputs of the first layer.
        num_classes: K, logits a row.
        rng: source of the initial weights of both layers.

    Attributes:
        fc1: the first linear layer.
        relu: the activation after it.
        fc2: the second linear layer.
        loss: the cross-entropy that `train_step` lowers.
    """

    fc1: Linear
    relu: ReLU
    fc2: Linear
    loss: CrossEntropyLoss

    def __init__(
        self,
        input_size: int = 784,
        hidden_size: int = 128,
        num_classes: int = 10,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        rng = rng or np.random.default_rng()
        # Both layers draw from the same rng, so that one seed fixes the whole network.
        # TODO(m0.mlp.init): about 4 lines.
        raise NotImplementedError("m0.mlp.init")

    @property
    def num_parameters(self) -> int:
        """The number of weights and biases, all of which training may change.

        Example:
            TwoLayerMLP(4, 3, 2) has 12 + 3 weights and biases, then 6 + 2: 23.
        """
        # Biases count too.
        # TODO(m0.mlp.num_parameters): about 1 line.
        raise NotImplementedError("m0.mlp.num_parameters")

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Score every class for every row.

        Args:
            x: (N, D), float32 or float64.

        Returns:
            Logits, (N, K), of x's dtype.

        Example:
            TwoLayerMLP() turns a batch of (64, 784) into (64, 10).
        """
        # Leave the softmax out: the loss has its own.
        # TODO(m0.mlp.forward): about 1 line.
        raise NotImplementedError("m0.mlp.forward")

    def train_step(self, x: np.ndarray, y: np.ndarray, lr: float = 0.01) -> float:
        """Take one step of gradient descent on one batch.

        Args:
            x: (N, D), float32 or float64.
            y: (N,), integers from 0 to K - 1.
            lr: learning rate; 0 leaves the parameters as they are.

        Returns:
            The loss, as it was before the step.

        Example:
            A parameter of 1.0 with gradient 2.0 becomes 0.98 with lr = 0.01.
        """
        # The chain rule goes through the parts of `forward` in the opposite order.
        # TODO(m0.mlp.train_step): about 7 lines.
        raise NotImplementedError("m0.mlp.train_step")

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Name the most probable class of every row.

        Args:
            x: (N, D), float32 or float64.

        Returns:
            Classes, (N,), int64.

        Example:
            A row whose logits are [0.1, 2.0, -1.0] is class 1.
        """
        # The largest logit has the largest probability.
        # TODO(m0.mlp.predict): about 1 line.
        raise NotImplementedError("m0.mlp.predict")

    def evaluate(self, x: np.ndarray, y: np.ndarray) -> float:
        """Give the share of rows that are classified correctly.

        Args:
            x: (N, D), float32 or float64.
            y: (N,), integers from 0 to K - 1.

        Returns:
            The accuracy, a float from 0 to 1.

        Example:
            Three right out of four is 0.75.
        """
        # `predict` has done most of it.
        # TODO(m0.mlp.evaluate): about 1 line.
        raise NotImplementedError("m0.mlp.evaluate")
