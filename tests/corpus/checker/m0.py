"""m0: layers, losses, gradient checking, the MLP."""

from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from checker.findings import Findings, layer


def layers(m: ModuleType) -> Findings:
    found = Findings()
    shapes = [(1, 3), (5, 3)]
    layer(found, lambda: m.Linear(3, 4), F.linear, ["W", "b"], shapes)
    layer(found, lambda: m.Linear(3, 3, bias=False), F.linear, ["W"], shapes)
    with found.part("init"):
        W = m.Linear(200, 300, rng=np.random.default_rng(1)).W
        found.true("He", abs(W.std() / np.sqrt(2 / 200) - 1) < 0.03)
        found.true("rng", np.array_equal(W, m.Linear(200, 300, rng=np.random.default_rng(1)).W))
        found.true("no bias", m.Linear(2, 2, bias=False).b is None)
        found.true("zero bias", np.all(m.Linear(2, 3).b == 0) and m.Linear(2, 3).b.shape == (3,))
    found.refuses("a vector", lambda: m.Linear(3, 2).forward(np.ones(3)))
    found.refuses("features", lambda: m.Linear(3, 2).forward(np.ones((2, 4))))
    for name, f in (("ReLU", F.relu), ("Sigmoid", torch.sigmoid), ("Tanh", torch.tanh)):
        layer(found, getattr(m, name), f, [], [(7,), (2, 3, 4)])

        def extreme(rng, s):
            return np.array([0.0, 1000, -1000, 12, -12, 3])[rng.permutation(6)]

        layer(found, getattr(m, name), f, [], [(6,)], extreme)
    return found


def losses(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(3)
    for shape in [(4,), (5, 3), (2, 3, 4)]:
        with found.part("mse"):
            loss, p, t = m.MSELoss(), rng.normal(size=shape), rng.normal(size=shape)
            leaf = torch.tensor(p, requires_grad=True)
            want = F.mse_loss(leaf, torch.tensor(t))
            want.backward()
            found.same("MSE", loss.forward(p, t), want)
            found.same("MSE gradient", loss.backward(), leaf.grad)
    found.refuses("(N, 1) and (N,)", lambda: m.MSELoss().forward(np.ones((3, 1)), np.ones(3)))
    for scale in (1, 1e4):
        for gap in (0, 3000):
            with found.part("cross-entropy"):
                loss, z, t = m.CrossEntropyLoss(), scale * rng.normal(size=(6, 4)), rng.integers(0, 4, 6)
                z[0] += gap
                leaf = torch.tensor(z, requires_grad=True)
                want = F.cross_entropy(leaf, torch.tensor(t))
                want.backward()
                found.same(f"cross-entropy at {scale}, {gap}", loss.forward(z, t), want)
                found.same("its gradient", loss.backward(), leaf.grad)
                found.same("its gradient, asked again", loss.backward(), leaf.grad)
    for bad in (-1, 4):
        found.refuses(f"class {bad}", lambda bad=bad: m.CrossEntropyLoss().forward(np.ones((2, 4)), np.array([0, bad])))
    return found


class _Scale:
    """y = gamma x, whose gradient may be wrong by a factor, or in a way that a sum does not show."""

    def __init__(self, factor: float = 1.0, mixed: bool = False) -> None:
        self.gamma, self.factor, self.mixed = np.array([2.0, 3.0]), factor, mixed

    def forward(self, x: np.ndarray) -> np.ndarray:
        self.x = x
        return x * self.gamma

    def backward(self, g: np.ndarray) -> np.ndarray:
        self.dL_dgamma = self.factor * (g * self.x).sum(0)
        return (g[::-1] if self.mixed else g) * self.gamma


def gradcheck(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(2)
    for x in (rng.normal(size=(3, 4)), rng.normal(size=(3, 4)).T, rng.normal(size=(4, 6))[::2, ::3]):
        with found.part("numerical gradient"):
            kept = x.copy()
            got = m.numerical_gradient(lambda a: float(np.sum(a**3)), x, 1e-3)
            want = 3 * kept**2 + 1e-6  # central differences of a cube are off by eps² exactly
            found.same("numerical gradient", got, want, 1e-7)
            found.true("x restored", np.array_equal(x, kept))
    pairs = [([1.0, 0, 5], [3.0, 0, 5]), ([1e-9, 2], [0.0, 2]), ([1.0, 1e-3], [1.0, -1e-3]), ([8e-9], [0.0])]
    for a, b in ((np.array(a), np.array(b)) for a, b in pairs):
        with found.part("relative error"):
            want = np.max(np.abs(a - b) / np.maximum(1e-8, np.abs(a) + np.abs(b)))
            found.same("relative error", m.relative_error(a, b), want, 1e-9)
    with found.part("check_layer"):
        x = rng.normal(size=(4, 2))
        right = m.check_layer(_Scale(), x, rng=np.random.default_rng(1))
        found.true("keys", set(right) == {"x", "gamma"})
        found.true("right layer", max(right.values()) < 1e-5)
        found.true("wrong gamma", m.check_layer(_Scale(1.5), x)["gamma"] > 0.1)
        found.true("rows mixed", m.check_layer(_Scale(mixed=True), x)["x"] > 0.1)
    return found


def mlp(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(4)
    with found.part("mlp"):
        net = m.TwoLayerMLP(5, 7, 3, rng=np.random.default_rng(0))
        again = m.TwoLayerMLP(5, 7, 3, rng=np.random.default_rng(0))
        found.true("one rng", np.array_equal(net.fc2.W, again.fc2.W) and np.array_equal(net.fc1.W, again.fc1.W))
        found.true("count", net.num_parameters == 5 * 7 + 7 + 7 * 3 + 3 and m.TwoLayerMLP().num_parameters == 101770)
        x, y = rng.normal(size=(9, 5)), rng.integers(0, 3, 9)
        P = [torch.tensor(np.array(p), requires_grad=True) for p in _parameters(net)]
        logits = F.linear(F.relu(F.linear(torch.tensor(x), P[0], P[1])), P[2], P[3])
        found.same("logits", net.forward(x), logits)
        found.same("classes", net.predict(x), logits.argmax(1))
        loss = F.cross_entropy(logits, torch.tensor(y))
        loss.backward()
        found.same("loss", net.train_step(x, y, lr=0.3), loss)
        for name, got, p in zip(("W1", "b1", "W2", "b2"), _parameters(net), P, strict=True):
            found.same(f"{name} after a step", got, p.detach() - 0.3 * p.grad)
        many, labels = rng.normal(size=(201, 5)), rng.integers(0, 3, 201)
        found.same("accuracy", net.evaluate(many, labels), np.mean(net.predict(many) == labels))
    return found


def _parameters(net: Any) -> list[np.ndarray]:
    both: list[SimpleNamespace] = [net.fc1, net.fc2]
    return [p for fc in both for p in (fc.W, fc.b)]
