# exercise = "m5_autograd/nn.py"
# right = true
# note = "an explicit stack; Linear with the weight used through einsum-like reshape; MLP keeps a flat list"
from itertools import pairwise

import numpy as np


class Module:
    def forward(self, x):
        raise TypeError(f"{type(self).__name__} has no forward")

    def __call__(self, *args):
        return self.forward(*args)

    def parameters(self):
        stack, seen, out = [self], [], []
        while stack:
            item = stack.pop()
            if any(item is s for s in seen):
                continue
            seen.append(item)
            if isinstance(item, Tensor):
                if item.requires_grad:
                    out.append(item)
            elif isinstance(item, Module):
                stack.extend(reversed(list(vars(item).values())))
            elif isinstance(item, (list, tuple)):
                stack.extend(reversed(item))
        return out

    def zero_grad(self):
        for p in self.parameters():
            p.grad = np.zeros_like(p.data)


class Linear(Module):
    def __init__(self, in_features, out_features, *, rng=None):
        rng = rng or np.random.default_rng()
        self.W = Tensor(np.sqrt(2 / in_features) * rng.standard_normal((out_features, in_features)), True)
        self.b = Tensor(np.zeros(out_features), True)

    def forward(self, x):
        if x.shape[-1:] != (self.W.shape[1],) or 0 in x.shape or len(x.shape) < 2:
            raise ValueError(f"expected (N, {self.W.shape[1]}), got {x.shape}")
        return (self.W @ x.transpose(*range(len(x.shape) - 2), -1, -2)).transpose(
            *range(len(x.shape) - 2), -1, -2) + self.b


class MLP(Module):
    def __init__(self, sizes, *, rng=None):
        if len(sizes) < 2:
            raise ValueError(f"expected at least two sizes, got {sizes}")
        rng = rng or np.random.default_rng()
        self.first, *self.rest = [Linear(a, b, rng=rng) for a, b in pairwise(sizes)]

    def forward(self, x):
        x = self.first(x)
        for layer in self.rest:
            x = layer(x.relu())
        return x


def cross_entropy(logits, targets):
    targets = np.asarray(targets)
    N = _check_targets(logits, targets)
    hot = (targets[:, None] == np.arange(logits.shape[1])).astype(logits.data.dtype)
    return (logits.log_softmax() * hot).sum() / -N
