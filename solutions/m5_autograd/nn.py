"""m5, part 2: layers without a backward.

A computation on Tensors has its gradient already. So a layer only keeps its parameters and
computes its output.

Lesson: exercises/m5_autograd/README.md
Grade:  dlf-grade m5 -k module, then -k linear, -k mlp, -k loss
Write:  about 25 lines.
"""

from itertools import pairwise
from typing import Any

import numpy as np

from m5_autograd.tensor import Tensor


class Module:
    """Something with parameters and a `forward`; subclasses assign and define them."""

    def forward(self, x: Tensor) -> Tensor:
        """Compute the output; each subclass has its own."""
        raise TypeError(f"expected {type(self).__name__} to define forward")

    def __call__(self, *args: Any, **kwargs: Any) -> Tensor:
        return self.forward(*args, **kwargs)

    def parameters(self) -> list[Tensor]:
        """List every Tensor to be trained.

        Returns:
            The Tensors that require a gradient among the attributes of this module, in lists and
            tuples there, and in modules there, however deep; in the order in which they were
            assigned, each once.

        Example:
            With self.a = Tensor(1, True) and self.rest = [Tensor(2, True), self.a] there are two.
        """
        # vars(module) holds its attributes in order. A value is a Tensor, a module, a list, or
        # anything else. A recursive function goes as deep as needed.
        ### BEGIN SOLUTION m5.module.parameters
        found: list[Tensor] = []
        seen: set[int] = set()

        def search(value: Any) -> None:
            if id(value) in seen:
                return
            seen.add(id(value))
            if isinstance(value, Tensor) and value.requires_grad:
                found.append(value)
            inside = vars(value).values() if isinstance(value, Module) else value
            if isinstance(value, (Module, list, tuple)):
                for part in inside:
                    search(part)

        search(self)
        return found
        ### END SOLUTION

    def zero_grad(self) -> None:
        """Reset the gradients of all parameters."""
        # Each Tensor can reset its own.
        ### BEGIN SOLUTION m5.module.zero_grad
        for parameter in self.parameters():
            parameter.zero_grad()
        ### END SOLUTION


class Linear(Module):
    """A layer that computes weighted sums of its inputs, plus a bias.

    Args:
        in_features: D, numbers in each row of the input.
        out_features: O, numbers in each row of the output.
        rng: source of the initial weights.

    Attributes:
        W: weights, a Tensor (O, D) that requires a gradient.
        b: bias, a Tensor (O,) that requires a gradient.
    """

    def __init__(
        self, in_features: int, out_features: int, *, rng: np.random.Generator | None = None
    ) -> None:
        self.in_features = in_features
        self.out_features = out_features
        rng = rng or np.random.default_rng()
        # He-normal and zero, as in m0. Both are trained.
        ### BEGIN SOLUTION m5.linear.init
        W = rng.normal(0.0, np.sqrt(2.0 / in_features), (out_features, in_features))
        self.W = Tensor(W, requires_grad=True)
        self.b = Tensor(np.zeros(out_features), requires_grad=True)
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Multiply by the weights, sum, and add the bias.

        Args:
            x: (N, D).

        Returns:
            (N, O).

        Raises:
            ValueError: x has another number of features, or no rows.

        Example:
            W = [[1, 2]], b = [10] and x = [[3, 4]] give [[21]].
        """
        if len(x.shape) < 2 or x.shape[-1] != self.in_features:
            raise ValueError(f"expected x of shape (N, {self.in_features}), got {x.shape}")
        # W is stored as (out, in); Tensors have a transpose and an @.
        ### BEGIN SOLUTION m5.linear.forward
        return x @ self.W.transpose() + self.b
        ### END SOLUTION


class MLP(Module):
    """Linear layers with a ReLU between each two.

    Args:
        sizes: numbers of features, from the input's to the output's: [784, 128, 10] has two layers.
        rng: source of the initial weights of all layers.
    """

    def __init__(self, sizes: list[int], *, rng: np.random.Generator | None = None) -> None:
        if len(sizes) < 2:
            raise ValueError(f"expected sizes of at least an input and an output, got {sizes}")
        rng = rng or np.random.default_rng()
        # A list is enough: `parameters` looks into lists. All layers draw from the same rng.
        ### BEGIN SOLUTION m5.mlp.init
        self.layers = [Linear(size, out, rng=rng) for size, out in pairwise(sizes)]
        ### END SOLUTION

    def forward(self, x: Tensor) -> Tensor:
        """Score every class for every row.

        Args:
            x: (N, sizes[0]).

        Returns:
            Logits, (N, sizes[-1]).

        Example:
            MLP([784, 128, 10]) turns (64, 784) into (64, 10).
        """
        # Nothing comes after the last layer: logits may be negative.
        ### BEGIN SOLUTION m5.mlp.forward
        for layer in self.layers[:-1]:
            x = layer(x).relu()
        return self.layers[-1](x)
        ### END SOLUTION


def cross_entropy(logits: Tensor, targets: np.ndarray) -> Tensor:
    """Average the negative log-probability of the true classes.

    Args:
        logits: (N, K), of any size.
        targets: (N,), integers from 0 to K - 1.

    Returns:
        The loss, a single number.

    Example:
        logits = [[0, 0]] give log 2 = 0.693 whatever the target.
    """
    targets = np.asarray(targets)
    N = _check_targets(logits, targets)
    # Compute log-probabilities, then pick one of them from each row: Tensors can do both.
    ### BEGIN SOLUTION m5.loss.cross_entropy
    log_p = logits.log_softmax(axis=1)  # (N, K)
    return -log_p[np.arange(N), targets].mean()
    ### END SOLUTION


def _check_targets(logits: Tensor, targets: np.ndarray) -> int:
    if len(logits.shape) != 2 or logits.shape[0] == 0:
        raise ValueError(f"expected logits of shape (N, K) with N >= 1, got {logits.shape}")
    N, K = logits.shape
    if targets.shape != (N,) or targets.dtype.kind not in "iu":
        raise ValueError(
            f"expected integer targets of shape ({N},), got {targets.dtype} of {targets.shape}"
        )
    if targets.min() < 0 or targets.max() >= K:
        raise ValueError(
            f"expected targets from 0 to {K - 1}, got {targets.min()} to {targets.max()}"
        )
    return N
