"""m6: byte pairs, RMSNorm, rotary positions, causal attention, SwiGLU, the block, sampling, the model."""

from collections import Counter
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from checker.findings import Findings, gradients, layer

TEXTS = [
    "ab ab abc, abab",
    "aaaa aaa aa xab xbc abc",
    "  né née\n\tnée — ß",
    "bcab bca cab",
    "tion",
    "nation of nations",
]


def _merge(parts: tuple[bytes, ...], pair: tuple[bytes, bytes]) -> tuple[bytes, ...]:
    out: list[bytes] = []
    for part in parts:
        # a token that was joined cannot be the left of the same pair again: it is longer than it
        if out and (out[-1], part) == pair and len(out[-1]) == len(pair[0]):
            out[-1] += part
        else:
            out.append(part)
    return tuple(out)


def _train(m: ModuleType, texts: list[str], size: int) -> list[tuple[bytes, bytes]]:
    words = Counter(tuple(bytes([b]) for b in piece.encode()) for text in texts for piece in m.split(text))
    merges = []
    while len(merges) < size - 256:
        counts = Counter[tuple[bytes, bytes]]()
        for word, times in words.items():
            for pair in pairwise(word):
                counts[pair] += times
        if not counts:
            break
        merges.append(min(counts, key=lambda p: (-counts[p], p)))
        joined = Counter[tuple[bytes, ...]]()
        for word, times in words.items():
            joined[_merge(word, merges[-1])] += times
        words = joined
    return merges


def _encode(m: ModuleType, merges: list[tuple[bytes, bytes]], text: str) -> list[int]:
    ids = {bytes([b]): b for b in range(256)}
    for number, (a, b) in enumerate(merges):
        ids.setdefault(a + b, 256 + number)
    out: list[int] = []
    for piece in m.split(text):
        parts = tuple(bytes([b]) for b in piece.encode())
        while here := [p for p in merges if p in pairwise(parts)]:
            parts = _merge(parts, here[0])
        out += [ids[p] for p in parts]
    return out


def bpe(m: ModuleType) -> Findings:
    found = Findings()
    for texts in ([t] for t in TEXTS):
        with found.part("train"):
            found.true("merges", m.train_bpe(texts, 300) == _train(m, texts, 300))
    for size in (256, 257, 262, 290, 500):
        with found.part("train"):
            merges = m.train_bpe(TEXTS, size)
            found.true(f"merges of {size}", merges == _train(m, TEXTS, size))
    found.refuses("255", lambda: m.train_bpe(TEXTS, 255))
    for merges in (_train(m, TEXTS, 280), [(b"b", b"c"), (b"a", b"b")], [(b"a", b"a"), (b"aa", b"b")], []):
        mine = m.BPETokeniser(merges)
        for text in [*TEXTS, " leading", "trailing \n ", "", "aaab abcabc bbc xaaaa", "日本 🙂"]:
            with found.part("encode"):
                ids = mine.encode(text)
                found.true(f"ids of {text!r}", ids == _encode(m, merges, text))
                found.true("round trip", mine.decode(ids) == text)
                found.true("cut", mine.decode(ids[:-1]) == _bytes(merges, ids[:-1]).decode(errors="replace"))
        for bad in ([-1], [256 + len(merges)], [97, -2]):
            found.refuses(f"{bad}", lambda bad=bad, mine=mine: mine.decode(bad))
    with found.part("decode"):
        found.true("half a character", m.BPETokeniser([]).decode([195]) == "�")
        found.true("characters", m.BPETokeniser([]).decode([195, 169]) == "é")
    return found


def _bytes(merges: list[tuple[bytes, bytes]], ids: list[int]) -> bytes:
    return b"".join(bytes([i]) if i < 256 else b"".join(merges[i - 256]) for i in ids)


def rmsnorm(m: ModuleType) -> Findings:
    found = Findings()
    for eps in (1e-6, 0.1):

        def twin(x: torch.Tensor, gamma: torch.Tensor, eps: float = eps) -> torch.Tensor:
            return F.rms_norm(x, (4,), gamma, eps)

        def values(rng: np.random.Generator, s: tuple[int, ...]) -> np.ndarray:
            return rng.normal(size=s) * 10.0 ** rng.integers(-3, 2, (*s[:-1], 1))

        layer(found, lambda eps=eps: m.RMSNorm(4, eps), twin, ["gamma"], [(4,), (3, 4), (2, 3, 4)], values, 1e-9)
    found.refuses("features", lambda: m.RMSNorm(4).forward(np.ones((2, 5))))
    return found


def _rotated(x: torch.Tensor, angles: torch.Tensor) -> torch.Tensor:
    z = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2).contiguous())
    return torch.view_as_real(z * torch.polar(torch.ones_like(angles), angles)).flatten(-2)


def _angles(T: int, d: int, start: int = 0) -> torch.Tensor:
    t = torch.arange(start, start + T, dtype=torch.float64)
    return t[:, None] * 10000.0 ** (-torch.arange(0, d, 2, dtype=torch.float64) / d)


def rotary(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(3)
    for T, d in [(1, 2), (5, 4), (300, 8)]:
        with found.part("angles"):
            found.same("angles", m.rotary_angles(T, d), _angles(T, d), 1e-12)
    with found.part("base"):
        found.same("base", m.rotary_angles(2, 4, 4.0), [[0, 0], [1, 0.5]], 1e-12)
    found.refuses("odd", lambda: m.rotary_angles(3, 5))
    for lead in ((), (2,), (2, 3)):
        for dtype, tol in ((np.float64, 1e-10), (np.float32, 1e-5)):
            with found.part("rotate"):
                x, g = (rng.normal(size=(*lead, 5, 6)).astype(dtype) for _ in range(2))
                angles, kept = rng.normal(size=(5, 3)), x.copy()
                y = m.rotate(x, angles)
                found.true("rotate changes x", np.array_equal(x, kept))
                found.true("dtype", y.dtype == dtype)
                (want,), grads = gradients(
                    lambda x, a=angles: _rotated(x, torch.tensor(a)), [kept.astype(np.float64)], [g.astype(np.float64)]
                )
                found.same("y", y, want, tol)
                found.same("dx", m.rotate_backward(g, angles), grads[0], tol)
    found.refuses("shapes", lambda: m.rotate(np.ones((2, 4)), np.ones((3, 2))))
    return found


def _attend(x: torch.Tensor, Wq: Any, Wk: Any, Wv: Any, Wo: Any, h: int, kv: int) -> torch.Tensor:
    N, T, E = x.shape
    q, k, v = ((x @ W.T).reshape(N, T, n, E // h).transpose(1, 2) for W, n in ((Wq, h), (Wk, kv), (Wv, kv)))
    a = _angles(T, E // h)
    k, v = (y.repeat_interleave(h // kv, dim=1) for y in (_rotated(k, a), v))
    y = F.scaled_dot_product_attention(_rotated(q, a), k, v, is_causal=True)
    return y.transpose(1, 2).reshape(N, T, E) @ Wo.T


def causal(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(4)
    names = ["W_q", "W_k", "W_v", "W_o"]
    for N, T, E, h, kv in [(1, 1, 2, 1, 1), (2, 5, 8, 4, 2), (1, 4, 16, 4, 4), (3, 6, 8, 4, 1), (2, 7, 16, 8, 2)]:
        for scale in (1, 200):
            with found.part("causal"):
                mine, x = m.CausalSelfAttention(E, h, kv, rng=rng), scale * rng.normal(size=(N, T, E))
                g, kept = rng.normal(size=x.shape), x.copy()
                P = [np.array(getattr(mine, n)) for n in names]
                (want,), grads = gradients(lambda x, *p, h=h, kv=kv: _attend(x, *p, h, kv), [x, *P], [g])
                found.same("y", mine.forward(x), want)
                found.true("x changed", np.array_equal(x, kept))
                mine_dx = mine.backward(g)
                if scale == 1:  # weights of 0 and 1 leave rounding alone
                    found.same("dx", mine_dx, grads[0], 1e-6)
                    for n, grad in zip(names, grads[1:], strict=True):
                        found.same(f"d{n}", getattr(mine, f"dL_d{n}"), grad, 1e-6)
                for cuts in ([1] * T, [T // 2, T - T // 2], [T]):
                    cache, at, parts = m.KVCache(), 0, []
                    for n in filter(None, cuts):
                        parts.append(mine.forward(x[:, at : at + n], cache))
                        at += n
                    found.same(f"pieces {cuts}", np.concatenate(parts, 1), want)
    found.refuses("features", lambda: m.CausalSelfAttention(4, 2).forward(np.ones((1, 2, 5))))
    return found


def _swiglu(x: torch.Tensor, gate: Any, up: Any, down: Any) -> torch.Tensor:
    return (F.silu(x @ gate.T) * (x @ up.T)) @ down.T


def swiglu(m: ModuleType) -> Findings:
    found = Findings()
    layer(found, lambda: m.SwiGLU(3, 5), _swiglu, ["W_gate", "W_up", "W_down"], [(1, 1, 3), (2, 4, 3)])

    def large(rng: np.random.Generator, s: tuple[int, ...]) -> np.ndarray:
        return 1000 * rng.normal(size=s)

    layer(found, lambda: m.SwiGLU(3, 5), _swiglu, ["W_gate", "W_up", "W_down"], [(2, 4, 3)], large)
    return found


def decoder(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(8)
    for N, T, E, h, kv in [(2, 5, 8, 4, 2), (1, 3, 4, 1, 1)]:
        with found.part("block"):
            mine = m.DecoderBlock(E, h, 6, kv, rng=rng)
            parts = [(mine.norm1, "gamma"), (mine.norm2, "gamma")]
            parts += [(mine.attention, f"W_{n}") for n in "qkvo"]
            parts += [(mine.feed_forward, f"W_{n}") for n in ("gate", "up", "down")]
            for part, name in parts:
                setattr(part, name, getattr(part, name) + 0.3 * rng.normal(size=getattr(part, name).shape))
            x, g = 0.01 * rng.normal(size=(N, T, E)), rng.normal(size=(N, T, E))
            kept, P = x.copy(), [np.array(getattr(part, name)) for part, name in parts]

            def twin(x: torch.Tensor, *p: torch.Tensor, E: int = E, h: int = h, kv: int = kv) -> torch.Tensor:
                x = x + _attend(F.rms_norm(x, (E,), p[0], 1e-6), *p[2:6], h, kv)
                return x + _swiglu(F.rms_norm(x, (E,), p[1], 1e-6), *p[6:])

            (want,), grads = gradients(twin, [x, *P], [g])
            found.same("y", mine.forward(x), want)
            found.true("x changed", np.array_equal(x, kept))
            found.same("dx", mine.backward(g), grads[0], 1e-6)
            for (part, name), grad in zip(parts, grads[1:], strict=True):
                found.same(f"d{name}", getattr(part, f"dL_d{name}"), grad, 1e-6)
            cache = m.KVCache()
            pieces = [mine.forward(kept[:, :2], cache), mine.forward(kept[:, 2:], cache)]
            found.same("pieces", np.concatenate(pieces, 1), want)
    return found


def _probabilities(logits: np.ndarray, temperature: float, top_k: int | None, top_p: float | None) -> torch.Tensor:
    z = torch.tensor(logits, dtype=torch.float64)
    if temperature == 0:
        return F.one_hot(z.argmax(), len(z)).double()
    p = ((z - z.max()) / temperature).softmax(-1)
    if top_k is not None:
        p = torch.zeros_like(p).scatter(0, p.topk(min(top_k, len(p))).indices, p.topk(min(top_k, len(p))).values)
    p = p / p.sum()
    if top_p is not None:
        values, order = p.sort(descending=True)
        values[values.cumsum(0) - values >= top_p] = 0
        p = torch.zeros_like(p).scatter(0, order, values)
    return p / p.sum()


def sampling(m: ModuleType) -> Findings:
    found, rng = Findings(), np.random.default_rng(9)
    for temperature in (1.0, 0.5, 2.0, 0.0, 1e-3):
        for top_k in (None, 1, 3, 9):
            for top_p in (None, 0.35, 0.8, 1.0):
                for scale in (1, 2000):
                    with found.part("probabilities"):
                        logits = scale * rng.normal(size=6)
                        got = m.token_probabilities(logits, temperature, top_k, top_p)
                        found.same("p", got, _probabilities(logits, temperature, top_k, top_p))

    rows = rng.normal(size=(5, 4))

    def next_logits(ids: list[int]) -> np.ndarray:
        return np.asarray(rows[(2 * len(ids) + sum(ids)) % 5])

    settings: list[dict[str, Any]] = [{}, {"temperature": 0.0}, {"temperature": 0.3, "top_k": 3, "top_p": 0.9}]
    for kw in settings:
        with found.part("generate"):
            prompt, seen = [1, 3], Counter[tuple[int, ...]]()
            full = {"temperature": 1.0, "top_k": None, "top_p": None, **kw}
            for seed in range(600):
                np.random.seed(seed)
                ids = m.generate(next_logits, prompt, 2, rng=np.random.default_rng(seed), **kw)
                seen[tuple(ids)] += 1
            found.true("prompt changed", prompt == [1, 3])
            for a in range(4):
                p = _probabilities(next_logits([1, 3]), **full)[a]
                for b in range(4):
                    q = float(p * _probabilities(next_logits([1, 3, a]), **full)[b])
                    share = seen[(1, 3, a, b)] / 600
                    found.true(f"share of {a}, {b}", abs(share - q) <= 5 * (q * (1 - q) / 600) ** 0.5 + 1e-12)
            asked: list[list[int]] = []
            np.random.seed(1)
            state = np.random.get_state()[1].tolist()
            m.generate(lambda ids, a=asked: a.append(list(ids)) or rows[0], [2], 3, rng=rng, **kw)
            found.true("asked once for each", [len(ids) for ids in asked] == [1, 2, 3])
            found.true("the global generator", np.random.get_state()[1].tolist() == state)
    return found


def model(m: ModuleType) -> Findings:
    found = Findings()
    sizes = {"d_model": 16, "num_heads": 2, "max_length": 20}
    with found.part("model"):
        torch.manual_seed(3)
        few, many = (m.LanguageModel(11, num_layers=n, **sizes) for n in (1, 3))
        count = [sum(p.numel() for p in net.parameters()) for net in (few, many)]
        found.true("layers", count[1] > count[0])
        K = 300
        wide = m.LanguageModel(K, max_length=32)
        ids = torch.randint(0, K, (4, 33))
        loss = F.cross_entropy(wide(ids[:, :-1]).flatten(0, 1), ids[:, 1:].flatten())
        found.true("first loss", abs(float(loss.detach()) - np.log(K)) < 1)
        net = many.eval()
        with torch.no_grad():
            for p in net.parameters():
                p.add_(0.3 * torch.randn_like(p))
            ids = torch.randint(0, 11, (3, 8))
            y = net(ids)
            found.true("shape", y.shape == (3, 8, 11))
            found.true("asked twice", torch.equal(y, net(ids)))
            found.same("alone", net(ids[1:2]), y[1:2], 1e-4)
            found.same("shorter", net(ids[:, :5]), y[:, :5], 1e-4)
            found.true("normalised", float(y.logsumexp(-1).abs().max()) > 1e-4)
            for at in range(8):
                other = ids.clone()
                other[:, at] = (other[:, at] + 1) % 11
                change = (net(other) - y).abs().amax((0, 2))
                found.true(f"token {at} reaches back", float(change[:at].max() if at else 0) < 1e-4)
                found.true(f"token {at} does not reach on", float(change[at:].min()) > 1e-6)
            swapped = ids.clone()
            swapped[0, 0], swapped[0, 1] = 3, 5
            back = swapped.clone()
            back[0, 0], back[0, 1] = 5, 3
            found.true("order", float((net(swapped) - net(back))[0, 3:].abs().max()) > 1e-5)
    net = m.LanguageModel(11, **sizes)
    for bad in ([[11]], [[-1]], [3], [[]]):
        found.refuses(f"{bad}", lambda bad=bad: net(torch.tensor(bad, dtype=torch.int64)))
    return found
