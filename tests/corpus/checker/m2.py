"""m2: embedding, recurrent networks, the sentiment classifier."""

from types import ModuleType
from typing import Any

import numpy as np
import torch
from torch import nn

from checker.findings import Findings, gradients

NAMES = ["W_ih", "W_hh", "b_ih", "b_hh"]


def embedding(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(1)
    with found.part("embedding"):
        e = m.Embedding(6, 3, rng=np.random.default_rng(0))
        found.true("rng", np.array_equal(e.W, m.Embedding(6, 3, rng=np.random.default_rng(0)).W))
        for _ in range(2):
            ids = rng.integers(0, 6, (4, 5))
            g = rng.normal(size=(4, 5, 3))
            found.same("rows", e.forward(ids), e.W[ids])
            found.true("None", e.backward(g) is None)
            want = np.zeros((6, 3))
            np.add.at(want, ids, g)
            found.same("dL_dW", e.dL_dW, want)
    for bad in (np.array([[-1]]), np.array([[6]]), np.array([1, 2]), np.array([[0.5]])):
        found.refuses(f"ids {bad}", lambda bad=bad: m.Embedding(6, 3).forward(bad))
    return found


def _recurrent(found: Findings, make: Any, torch_class: Any, cell: bool) -> None:
    rng = np.random.default_rng(3)
    for dtype, scale in [(np.float64, 1.0), (np.float32, 1.0), (np.float64, 2000.0)]:
        for N, T, D, H in [(1, 1, 2, 2), (3, 5, 4, 3), (2, 4, 3, 3), (3, 3, 3, 3)]:
            with found.part(f"{N, T, D, H}, {dtype.__name__}, {scale}"):
                mine, other = make(D, H, rng=np.random.default_rng(1)), make(D, H)
                found.true("rng", np.array_equal(mine.W_ih, make(D, H, rng=np.random.default_rng(1)).W_ih))
                P = [getattr(mine, n) for n in NAMES]
                found.true(
                    "shared memory",
                    not any(
                        np.shares_memory(a, b) for i, a in enumerate(P) for b in P[:i] if a.size == b.size and i > 2
                    ),
                )
                for name in NAMES:
                    setattr(mine, name, getattr(mine, name) + rng.normal(size=getattr(mine, name).shape) * 0.3)
                net = torch_class(D, H, batch_first=True)
                net = net.double() if dtype == np.float64 else net
                tol = 1e-4 if dtype == np.float32 else 1e-7
                for with_state in (False, True, False):
                    x = (scale * rng.normal(size=(N, T, D))).astype(dtype)
                    states = [rng.normal(size=(N, H)).astype(dtype) for _ in range(1 + cell)]
                    kept = [a.copy() for a in (x, *states)]
                    ups = [rng.normal(size=(N, T, H)).astype(dtype)]
                    ups += [rng.normal(size=(N, H)).astype(dtype) for _ in states]
                    given = (tuple(states) if cell else states[0]) if with_state else None
                    out, last = mine.forward(x, given)
                    last = list(last) if cell else [last]
                    for a, b in zip((x, *states), kept, strict=True):
                        found.true("an input was changed", np.array_equal(a, b))
                    other.forward(x[:1])
                    end = (tuple(ups[1:]) if cell else ups[1]) if with_state else None
                    dx, dstate = mine.backward(ups[0], end)
                    dstate = list(dstate) if cell else [dstate]

                    def run(x, W_ih, W_hh, b_ih, b_hh, *s, net=net, with_state=with_state):
                        p = {"weight_ih_l0": W_ih, "weight_hh_l0": W_hh, "bias_ih_l0": b_ih, "bias_hh_l0": b_hh}
                        s = tuple(a[None] for a in s)
                        y, end = torch.func.functional_call(net, p, (x, s if cell else s[0]))
                        ends = tuple(e[0] for e in (end if cell else (end,)))
                        return (y, *ends) if with_state else (y, *(e * 0 for e in ends))

                    start = states if with_state else [np.zeros_like(s) for s in states]
                    P = [np.array(getattr(mine, n)).astype(dtype) for n in NAMES]
                    results, grads = gradients(run, [kept[0], *P, *start], ups)
                    found.same("outputs", out, results[0], tol)
                    found.true("dtype", out.dtype == dtype and dx.dtype == dtype)
                    for a, b in zip(last, results[1:], strict=True):
                        if with_state:
                            found.same("last state", a, b, tol)
                    found.same("dL_dx", dx, grads[0], tol)
                    for name, want in zip(NAMES, grads[1:5], strict=True):
                        found.same(f"dL_d{name}", getattr(mine, f"dL_d{name}"), want, tol)
                    for a, b in zip(dstate, grads[5:], strict=True):
                        found.same("gradient of the first state", a, b, tol)
    for bad in ((2, 3), (2, 0, 3), (2, 2, 4)):
        found.refuses(f"{bad}", lambda bad=bad: make(3, 2).forward(np.ones(bad)))


def rnn(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(2)
    _recurrent(found, m.RNN, nn.RNN, cell=False)
    for limit in (1.0, 3.0, 100.0):
        with found.part("clip"):
            grads = [rng.normal(size=(2, 3)), rng.normal(size=5) * 4]
            leaves = [nn.Parameter(torch.tensor(g)) for g in grads]
            for leaf, g in zip(leaves, grads, strict=True):
                leaf.grad = torch.tensor(g)
            want = nn.utils.clip_grad_norm_(leaves, limit)
            found.same("norm", m.clip_by_norm(grads, limit), want, 1e-6)
            for g, leaf in zip(grads, leaves, strict=True):
                found.same("clipped", g, leaf.grad, 1e-5)
    with found.part("clip zeros"):
        found.same("norm of zeros", m.clip_by_norm([np.zeros(3)], 1.0), 0.0)
    return found


def lstm(m: ModuleType) -> Findings:
    found = Findings()
    _recurrent(found, m.LSTM, nn.LSTM, cell=True)
    return found


def gru(m: ModuleType) -> Findings:
    found = Findings()
    _recurrent(found, m.GRU, nn.GRU, cell=False)
    return found


def sentiment(m: ModuleType) -> Findings:
    found = Findings()
    with found.part("sentiment"):
        torch.manual_seed(4)
        net = m.SentimentLSTM(20, 8, 6, num_classes=3).eval()
        tokens, lengths = torch.randint(1, 20, (5, 9)), torch.tensor([9, 3, 1, 6, 4])
        for i, n in enumerate(lengths):
            tokens[i, n:] = 0
        y = net(tokens, lengths)
        found.true("shape", y.shape == (5, 3))
        found.true("asked twice", torch.equal(y, net(tokens, lengths)))
        alone = torch.cat([net(tokens[i : i + 1, : lengths[i]], lengths[i : i + 1]) for i in range(5)])
        found.same("each text alone, unpadded", alone.detach(), y, 1e-5)
        other = tokens.clone()
        for i, n in enumerate(lengths):
            other[i, n:] = torch.randint(1, 20, (9 - int(n),))
        found.same("other padding", net(other, lengths).detach(), y, 1e-5)
        swapped = tokens.clone()
        swapped[0, [0, 3]] = tokens[0, [3, 0]]
        found.true("word order", float((net(swapped, lengths) - y)[0].abs().max()) > 1e-7)
    return found
