"""m1: convolution, pooling, batch norm, LeNet, ResNet."""

from types import ModuleType
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from checker.findings import Findings, layer


def conv(m: ModuleType) -> Findings:
    found = Findings()
    for k, s, p in [(1, 1, 0), (2, 1, 0), (3, 2, 0), (3, 1, 1), (2, 3, 1), (3, 2, 2)]:

        def twin(x, W, b=None, s=s, p=p):
            return F.conv2d(x, W, b, stride=s, padding=p)

        layer(found, lambda k=k, s=s, p=p: m.Conv2d(2, 3, k, s, p), twin, ["W", "b"], [(1, 2, 6, 6), (2, 2, 5, 8)])
    layer(found, lambda: m.Conv2d(2, 3, 3, bias=False), F.conv2d, ["W"], [(2, 2, 5, 5)])
    with found.part("init"):
        W = m.Conv2d(20, 30, 5, rng=np.random.default_rng(1)).W
        found.true("He", abs(W.std() / np.sqrt(2 / 500) - 1) < 0.03)
        found.true("rng", np.array_equal(W, m.Conv2d(20, 30, 5, rng=np.random.default_rng(1)).W))
    for bad in ((2, 5, 5), (1, 3, 5, 5), (1, 2, 2, 5)):
        found.refuses(f"{bad}", lambda bad=bad: m.Conv2d(2, 3, 3).forward(np.ones(bad)))
    return found


def pool(m: ModuleType) -> Findings:
    found = Findings()

    def ties(rng, s):  # equal maxima, all negative
        return -1.0 - rng.integers(0, 3, s)

    for k, s in [(2, None), (3, 1), (2, 3), (3, 2)]:
        for name, twin in (("MaxPool2d", F.max_pool2d), ("AvgPool2d", F.avg_pool2d)):

            def f(x, twin=twin, k=k, s=s):
                return twin(x, k, s)

            for values in (lambda rng, s: rng.normal(size=s) - 4, ties):

                def make(name=name, k=k, s=s):
                    return getattr(m, name)(k, s)

                layer(found, make, f, [], [(1, 1, 3, 3), (2, 3, 7, 6)], values)
            found.refuses(f"{name} small", lambda name=name: getattr(m, name)(4).forward(np.ones((1, 1, 3, 9))))
            found.refuses(f"{name} rank", lambda name=name: getattr(m, name)(2).forward(np.ones((1, 3, 9))))
    layer(found, m.Flatten, lambda x: x.flatten(1), [], [(2, 3, 4), (3, 2, 2, 2)])
    return found


def batchnorm(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(8)
    for momentum, dtype, mean in [(0.1, np.float64, 2), (0.3, np.float64, 0), (0.1, np.float32, 1000)]:
        with found.part(f"momentum {momentum}, mean {mean}"):
            mine, twin = m.BatchNorm2d(3, 1e-3, momentum), nn.BatchNorm2d(3, 1e-3, momentum, dtype=torch.float64)
            gamma, beta = rng.normal(size=3), rng.normal(size=3)
            mine.gamma, mine.beta = gamma.copy(), beta.copy()
            twin.weight.data, twin.bias.data = torch.tensor(gamma), torch.tensor(beta)
            tol = 1e-3 if dtype == np.float32 else 1e-7
            for training, switched in [(True, True), (True, False), (False, False), (False, True)]:
                x = (mean + rng.normal(size=(4, 3, 2, 5))).astype(dtype)
                g = rng.normal(size=x.shape).astype(dtype)
                mine.training = training
                twin.train(training)
                leaf = torch.tensor(x.astype(np.float64), requires_grad=True)
                want = twin(leaf)
                twin.zero_grad()
                (want * torch.tensor(g.astype(np.float64))).sum().backward()
                what = f"training={training}"
                y = mine.forward(x)
                found.same(f"y, {what}", y, want, tol)
                found.true("dtype", y.dtype == dtype)
                mine.training = switched
                found.same(f"dx, {what}, then {switched}", mine.backward(g), leaf.grad, 30 * tol)
                found.same(f"dgamma, {what}", mine.dL_dgamma, twin.weight.grad, tol)
                found.same(f"dbeta, {what}", mine.dL_dbeta, twin.bias.grad, tol)
                found.same("running mean", mine.running_mean, twin.running_mean, tol)
                found.same("running var", mine.running_var, twin.running_var, tol)
    found.refuses("channels", lambda: m.BatchNorm2d(3).forward(np.ones((2, 4, 2, 2))))
    return found


def _network(found: Findings, make: Any, shape: tuple[int, ...]) -> None:
    """Logits of the right number, each row by itself, the same when asked twice, not affine, every parameter used."""
    for classes in (10, 3):
        with found.part("network"):
            torch.manual_seed(1)
            net = make(num_classes=classes).double()
            with torch.no_grad():
                for p in net.parameters():
                    p.add_(0.05 * torch.randn_like(p))
            hidden = [v for module in net.modules() for v in vars(module).values() if isinstance(v, list) and v]
            found.true("layers in a list", not any(isinstance(i, nn.Module) for v in hidden for i in v))
            x = torch.randn(4, *shape, dtype=torch.float64)
            for _ in range(3):  # let the running statistics settle away from their start
                net(x)
            net.eval()
            y = net(x)
            found.true(f"shape {tuple(y.shape)} for {classes}", y.shape == (4, classes))
            found.true("asked twice", torch.equal(y, net(x)))
            found.same("a row by itself", torch.cat([net(x[i : i + 1]) for i in range(4)]).detach(), y, 1e-9)
            a, b, zero = net(x[:2]), net(x[2:]), net(torch.zeros_like(x[:2]))
            found.true("affine", not torch.allclose(net(x[:2] + x[2:]), a + b - zero))
            big = net(300 * x)
            for sums in (big.detach().exp().sum(1), big.detach().sum(1)):
                found.true("squashed", float(sums.sub(1).abs().max()) > 1e-3)
            for name, p in net.named_parameters():
                with torch.no_grad():
                    kept = p.clone()
                    p.add_(0.5 * torch.randn_like(p))
                    moved = float((net(x) - y).abs().max())
                    p.copy_(kept)
                if classes == 3:
                    found.true(f"{name} has no effect", moved > 1e-9)


def lenet(m: ModuleType) -> Findings:
    found = Findings()
    _network(found, m.LeNet, (1, 28, 28))
    found.refuses("rank", lambda: m.LeNet()(torch.zeros(1, 28, 28)))
    return found


def resnet(m: ModuleType) -> Findings:
    found = Findings()
    for cin, cout, stride in [(3, 3, 1), (3, 5, 1), (4, 8, 2), (4, 4, 2)]:
        with found.part(f"block {cin} {cout} {stride}"):
            torch.manual_seed(2)
            block = m.BasicBlock(cin, cout, stride).double().eval()
            x = torch.randn(2, cin, 8, 8, dtype=torch.float64)
            kept = x.clone()
            y = block(x)
            found.true("x changed", torch.equal(x, kept))
            found.true(f"shape {tuple(y.shape)}", y.shape == (2, cout, 8 // stride, 8 // stride))
            convs = [c for c in block.modules() if isinstance(c, nn.Conv2d) and c.kernel_size == (3, 3)]
            found.true("two convolutions", len(convs) >= 2)
            with torch.no_grad():
                for p in block.parameters():
                    p.add_(0.1 * torch.randn_like(p))
                y = block(x)
                for c in convs:
                    c.weight.add_(torch.randn_like(c.weight))
                    found.true("an idle convolution", not torch.allclose(block(x), y))
                for c in convs:
                    c.weight.zero_()
                    if c.bias is not None:
                        c.bias.zero_()
                if (cin, stride) == (cout, 1):
                    r = (block(x) - x)[:, :, 2:-2, 2:-2].flatten(2)
                    s = (block(x) - x.relu())[:, :, 2:-2, 2:-2].flatten(2)
                    same = [float((d - d[..., :1]).abs().max()) < 1e-9 for d in (r, s)]
                    positive = x.abs()
                    plain = (block(positive) - positive)[:, :, 2:-2, 2:-2].flatten(2)
                    found.true(
                        "the input is not added",
                        any(same) or float((plain - plain[..., :1]).abs().max()) < 1e-9 or _moves(block, x),
                    )
    with found.part("size"):
        count = sum(p.numel() for p in m.ResNetMini().parameters())
        found.true(f"{count} parameters", count <= 3_000_000)
    _network(found, m.ResNetMini, (3, 32, 32))
    return found


def _moves(block: nn.Module, x: torch.Tensor) -> bool:
    """Whether, with both convolutions zero, a large positive pixel still comes out, as much larger as it went in."""
    a, b = x.abs() + 1, x.abs() + 1
    b[:, :, 4, 4] += 10
    return bool(((block(b) - block(a))[:, :, 4, 4] - 10).abs().max() < 1e-6)
