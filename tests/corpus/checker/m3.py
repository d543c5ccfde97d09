"""m3: attention, layer norm, multi-head attention, the encoder, the classifier."""

from types import ModuleType

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from checker.findings import Findings, gradients, layer


def _masked(scores: torch.Tensor, mask: np.ndarray | None) -> torch.Tensor:
    if mask is None:
        return scores.softmax(-1)
    m = torch.tensor(np.broadcast_to(mask, scores.shape).copy())
    return scores.masked_fill(~m, -torch.inf).softmax(-1).nan_to_num(0.0)


def _mask(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    mask = rng.random(shape) < 0.6
    mask[..., 0, :] = False  # a row that sees nothing
    return mask


def attention(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(6)
    for axis in (-1, 0, 1):
        for dtype, scale in [(np.float64, 1), (np.float64, 1e4), (np.float32, 1)]:
            with found.part("softmax"):
                x = (scale * rng.normal(size=(3, 4, 5))).astype(dtype)
                kept = x.copy()
                y = m.softmax(x, axis)
                found.same(f"softmax, axis {axis}", y, torch.tensor(kept).softmax(axis), 1e-6)
                found.true("softmax changes x", np.array_equal(x, kept))
                found.true("dtype", y.dtype == dtype)
    for lead, T, S, d in [((), 2, 3, 4), ((2,), 3, 3, 3), ((2, 3), 4, 5, 2), ((3, 2), 3, 4, 4)]:
        for masked in (False, True):
            for scale in (1, 300):
                with found.part("attention"):
                    q, k, v = (rng.normal(size=(*lead, n, e)) for n, e in ((T, d), (S, d), (S, d + 1)))
                    q = q * scale
                    mask = _mask(rng, (*lead, T, S)) if masked else None
                    if masked:  # the hidden key has by far the largest score
                        k[..., 1, :] = q[..., 1, :] * 10
                        mask[..., 1] = False
                    kept = [a.copy() for a in (q, k, v)]
                    g = rng.normal(size=(*lead, T, d + 1))
                    out, w = m.scaled_dot_product_attention(q, k, v, mask)
                    weights = _masked(torch.tensor(q) @ torch.tensor(k).mT / d**0.5, mask)
                    found.same("weights", w, weights, 1e-6)
                    found.same("output", out, weights @ torch.tensor(v), 1e-6)

                    def run(q, k, v, mask=mask, d=d):
                        return torch.where(
                            torch.tensor(True), _masked_safe(q @ k.mT / d**0.5, mask) @ v, torch.tensor(0.0)
                        )

                    _, grads = gradients(run, [q, k, v], [g])
                    got = m.scaled_dot_product_attention_backward(g, q, k, v, weights.numpy())
                    for name, a, b in zip("qkv", got, grads, strict=True):
                        found.same(f"dL_d{name}", a, b, 1e-6)
                    found.true(
                        "inputs changed", all(np.array_equal(a, b) for a, b in zip(kept, (q, k, v), strict=True))
                    )
    bad = (np.ones((2, 3)), np.ones((2, 4)), np.ones((2, 4)))
    found.refuses("d", lambda: m.scaled_dot_product_attention(*bad))
    return found


def _masked_safe(scores: torch.Tensor, mask: np.ndarray | None) -> torch.Tensor:
    if mask is None:
        return scores.softmax(-1)
    m = torch.tensor(np.broadcast_to(mask, scores.shape).copy())
    return scores.masked_fill(~m, torch.finfo(scores.dtype).min).softmax(-1) * m


def scores(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(7)
    for N, T, D in [(1, 2, 3), (3, 4, 3), (2, 5, 3)]:
        for masked in (False, True):
            q, k, v = rng.normal(size=(N, D)), rng.normal(size=(N, T, D)), rng.normal(size=(N, T, D))
            mask = rng.random((N, T)) < 0.7 if masked else None
            if masked:
                mask[0] = False
                if N > 1:
                    k[1, 0], mask[1, 0] = 900 * q[1], False
            tq, tk = torch.tensor(q), torch.tensor(k)
            A = rng.normal(size=(4, D)), rng.normal(size=(4, D)), rng.normal(size=4), rng.normal(size=(D, D))
            Wq, Wk, av, G = map(torch.tensor, A)
            C = rng.normal(size=(4, 2 * D))
            both = torch.cat([tq[:, None].expand(N, T, D), tk], -1)
            asked = {
                "bahdanau": (
                    lambda q=q, k=k, v=v, A=A, mask=mask: m.bahdanau_attention(q, k, v, *A[:3], mask),
                    torch.tanh((tq @ Wq.T)[:, None] + tk @ Wk.T) @ av,
                ),
                "dot": (
                    lambda q=q, k=k, v=v, mask=mask: m.luong_attention(q, k, v, "dot", mask=mask),
                    (tk @ tq[:, :, None])[..., 0],
                ),
                "general": (
                    lambda q=q, k=k, v=v, A=A, mask=mask: m.luong_attention(q, k, v, "general", W=A[3], mask=mask),
                    torch.einsum("nd,de,nte->nt", tq, G, tk),
                ),
                "concat": (
                    lambda q=q, k=k, v=v, A=A, C=C, mask=mask: m.luong_attention(
                        q, k, v, "concat", W=C, v=A[2], mask=mask
                    ),
                    torch.tanh(both @ torch.tensor(C).T) @ av,
                ),
            }
            for name, (ask, s) in asked.items():
                with found.part(name):
                    weights = _masked(s, mask)
                    context, w = ask()
                    found.same(f"{name} weights", w, weights, 1e-6)
                    found.same(f"{name} context", context, (weights[:, None] @ torch.tensor(v))[:, 0], 1e-6)
    return found


def layernorm(m: ModuleType) -> Findings:
    found = Findings()
    for eps in (1e-5, 1e-2):

        def twin(x, g, b, eps=eps):
            return F.layer_norm(x, x.shape[-1:], g, b, eps)

        def make(eps=eps):
            return m.LayerNorm(4) if eps == 1e-5 else m.LayerNorm(4, eps)

        def small(rng, s):
            return rng.normal(size=s) * 10.0 ** rng.integers(-3, 1, (*s[:-1], 1))

        layer(found, make, twin, ["gamma", "beta"], [(4,), (3, 4), (2, 3, 4)], small, 1e-7)
    found.refuses("features", lambda: m.LayerNorm(4).forward(np.ones((2, 5))))
    return found


def _torch_attention(x: torch.Tensor, heads: int, mask: np.ndarray | None, P: dict[str, torch.Tensor]):
    N, T, E = x.shape
    q, k, v = ((x @ P[f"W_{n}"].T + P[f"b_{n}"]).reshape(N, T, heads, -1).transpose(1, 2) for n in "qkv")
    w = _masked_safe(q @ k.mT / (E // heads) ** 0.5, mask)
    return (w @ v).transpose(1, 2).reshape(N, T, E) @ P["W_o"].T + P["b_o"], w


def multihead(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(9)
    names = [f"{a}_{n}" for n in "qkvo" for a in "Wb"]
    for N, T, E, h in [(1, 1, 2, 1), (2, 3, 4, 2), (2, 4, 6, 3), (1, 4, 4, 4), (3, 2, 4, 2)]:
        for masked in (False, True):
            with found.part("multihead"):
                mine = m.MultiHeadAttention(E, h)
                for n in names:
                    setattr(mine, n, getattr(mine, n) + rng.normal(size=getattr(mine, n).shape))
                x, g = rng.normal(size=(N, T, E)), rng.normal(size=(N, T, E))
                mask = (rng.random((N, h, T, T)) < 0.6) if masked else None
                y = mine.forward(x, mask)
                P = [getattr(mine, n) for n in names]

                def run(x, *p, h=h, mask=mask):
                    return _torch_attention(x, h, mask, dict(zip(names, p, strict=True)))[0]

                (want,), grads = gradients(run, [x, *P], [g])
                w = _torch_attention(torch.tensor(x), h, mask, dict(zip(names, map(torch.tensor, P), strict=True)))[1]
                found.same("y", y, want)
                found.same("weights", mine.weights, w)
                found.same("dL_dx", mine.backward(g), grads[0], 1e-6)
                for n, want in zip(names, grads[1:], strict=True):
                    found.same(f"dL_d{n}", getattr(mine, f"dL_d{n}"), want, 1e-6)
    for bad in ((2, 4), (1, 2, 5), (1, 0, 4)):
        found.refuses(f"{bad}", lambda bad=bad: m.MultiHeadAttention(4, 2).forward(np.ones(bad)))
    return found


def encoder(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(11)
    for T, E in [(1, 2), (5, 6), (4, 7), (30, 16)]:
        with found.part("positions"):
            want = np.zeros((T, E))
            for t in range(T):
                for j in range(E):
                    angle = t / 10000 ** (2 * (j // 2) / E)
                    want[t, j] = np.cos(angle) if j % 2 else np.sin(angle)
            found.same("positions", m.sinusoidal_positions(T, E), want)

    def twin(x, W1, b1, W2, b2):
        return F.linear(F.relu(F.linear(x, W1, b1)), W2, b2)

    layer(found, lambda: m.FeedForward(3, 5), twin, ["W1", "b1", "W2", "b2"], [(2, 3), (2, 4, 3)])
    for first in (False, True):
        for masked in (False, True):
            with found.part(f"block, norm_first={first}"):
                mine = m.TransformerEncoderBlock(4, 2, 6, first)
                net = nn.TransformerEncoderLayer(4, 2, 6, 0.0, "relu", norm_first=first, batch_first=True).double()
                a, f = mine.attention, mine.feed_forward
                for part in (a, f, mine.norm1, mine.norm2):
                    for n, value in list(vars(part).items()):
                        if isinstance(value, np.ndarray) and value.dtype.kind == "f" and not n.startswith("dL"):
                            setattr(part, n, value + rng.normal(size=value.shape) * 0.3)
                t = torch.tensor
                state = {
                    "self_attn.in_proj_weight": torch.cat([t(a.W_q), t(a.W_k), t(a.W_v)]),
                    "self_attn.in_proj_bias": torch.cat([t(a.b_q), t(a.b_k), t(a.b_v)]),
                    "self_attn.out_proj.weight": t(a.W_o),
                    "self_attn.out_proj.bias": t(a.b_o),
                    "linear1.weight": t(f.W1),
                    "linear1.bias": t(f.b1),
                    "linear2.weight": t(f.W2),
                    "linear2.bias": t(f.b2),
                    "norm1.weight": t(mine.norm1.gamma),
                    "norm1.bias": t(mine.norm1.beta),
                    "norm2.weight": t(mine.norm2.gamma),
                    "norm2.bias": t(mine.norm2.beta),
                }
                net.load_state_dict(state)
                x, g = rng.normal(size=(2, 3, 4)), rng.normal(size=(2, 3, 4))
                mask = np.tril(np.ones((3, 3), bool)) if masked else None
                leaf = t(x, requires_grad=True)
                want = net(leaf, None if mask is None else t(~mask))
                (want * t(g)).sum().backward()
                found.same("y", mine.forward(x, mask), want, 1e-6)
                found.same("dx", mine.backward(g), leaf.grad, 1e-6)
                found.same("dW1", f.dL_dW1, net.linear1.weight.grad, 1e-6)
                found.same("dW_o", a.dL_dW_o, net.self_attn.out_proj.weight.grad, 1e-6)
                found.same("dgamma1", mine.norm1.dL_dgamma, net.norm1.weight.grad, 1e-6)
                found.same("dgamma2", mine.norm2.dL_dgamma, net.norm2.weight.grad, 1e-6)
    return found


def classifier(m: ModuleType) -> Findings:
    found = Findings()
    with found.part("classifier"):
        torch.manual_seed(5)
        net = m.EncoderClassifier(30, 3, d_model=16, num_heads=4, d_ff=20, max_length=40).eval()
        with torch.no_grad():
            for p in net.parameters():
                p.add_(0.2 * torch.randn_like(p))
        blocks = [v for module in net.modules() for v in vars(module).values() if isinstance(v, list) and v]
        found.true("blocks in a list", not any(isinstance(i, nn.Module) for v in blocks for i in v))
        tokens = torch.randint(1, 30, (4, 8))
        tokens[1, 5:] = tokens[2, 1:] = 0
        y = net(tokens)
        found.true("shape", y.shape == (4, 3))
        found.true("asked twice", torch.equal(y, net(tokens)))
        found.same("more padding", net(F.pad(tokens, (0, 6))).detach(), y, 1e-4)
        found.same("alone", net(tokens[1:2, :5]).detach(), y[1:2], 1e-4)
        found.true("all padding", bool(net(torch.zeros(2, 4, dtype=torch.int64)).isfinite().all()))
        swapped = tokens.clone()
        swapped[0, [0, 3]] = tokens[0, [3, 0]]
        found.true("order", float((net(swapped) - y)[0].abs().max()) > 1e-5)
    found.refuses("rank", lambda: m.EncoderClassifier(9, 2)(torch.ones(3, dtype=torch.int64)))
    return found
