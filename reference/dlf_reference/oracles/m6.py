"""Oracles of m6: RMSNorm, rotary positions as complex numbers, causal attention, the gated network, the block."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from dlf_reference.oracles.common import answer, backward, first

Tensors = dict[str, np.ndarray]
BASE, EPS = 10000.0, 1e-6


def rms_norm(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> Tensors:
    """torch.nn.RMSNorm."""

    def normalised(x: torch.Tensor, gamma: torch.Tensor) -> torch.Tensor:
        layer = torch.nn.RMSNorm(init["d_model"], eps=init.get("eps", EPS), dtype=torch.float64)
        y: torch.Tensor = torch.func.functional_call(layer, {"weight": gamma}, (x,))
        return y

    return answer(normalised, {"x": first(inputs), "gamma": attributes["gamma"]}, upstream)


def rotary_angles(length: int, dim: int, base: float = BASE) -> Tensors:
    """Each number by itself: t · base^(−2i / dim)."""
    table = torch.zeros(length, dim // 2, dtype=torch.float64)
    for i in range(dim // 2):
        speed = torch.tensor(base, dtype=torch.float64) ** (-2 * i / dim)
        table[:, i] = torch.arange(length, dtype=torch.float64) * speed
    return {"angles": table.numpy()}


def rotated(x: np.ndarray, angles: np.ndarray) -> Tensors:
    """Neighbours as one complex number, times e^(i angle)."""
    return {"y": _turned(torch.from_numpy(x), torch.from_numpy(angles)).numpy()}


def rotated_back(dL_dy: np.ndarray, angles: np.ndarray) -> Tensors:
    """The gradient of the complex product, by autograd."""
    x = torch.zeros(dL_dy.shape, dtype=torch.float64, requires_grad=True)
    backward((_turned(x, torch.from_numpy(angles)), dL_dy))
    assert x.grad is not None
    return {"dL_dx": x.grad.numpy()}


def _turned(x: torch.Tensor, angles: torch.Tensor) -> torch.Tensor:
    pairs = torch.view_as_complex(x.reshape(*x.shape[:-1], -1, 2))
    return torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles)).flatten(-2)


def _attention(
    x: torch.Tensor, W_q: torch.Tensor, W_k: torch.Tensor, W_v: torch.Tensor, W_o: torch.Tensor, *, heads: int
) -> torch.Tensor:
    d = x.shape[2] // heads
    angles = torch.from_numpy(rotary_angles(x.shape[1], d)["angles"])
    q, k, v = (F.linear(x, W).view(*x.shape[:2], -1, d).transpose(1, 2) for W in (W_q, W_k, W_v))
    y = F.scaled_dot_product_attention(_turned(q, angles), _turned(k, angles), v, is_causal=True, enable_gqa=True)
    return F.linear(y.transpose(1, 2).flatten(2), W_o)


def causal_attention(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> Tensors:
    """F.scaled_dot_product_attention(is_causal=True, enable_gqa=True) between four F.linear."""

    def attend(x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        return _attention(x, *parameters, heads=init["num_heads"])

    named = {name: attributes[name] for name in ("W_q", "W_k", "W_v", "W_o")}
    return answer(attend, {"x": first(inputs), **named}, upstream)


def _network(x: torch.Tensor, W_gate: torch.Tensor, W_up: torch.Tensor, W_down: torch.Tensor) -> torch.Tensor:
    return F.linear(F.silu(F.linear(x, W_gate)) * F.linear(x, W_up), W_down)


def swiglu(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> Tensors:
    """F.silu between F.linear."""
    named = {name: attributes[name] for name in ("W_gate", "W_up", "W_down")}
    return answer(_network, {"x": first(inputs), **named}, upstream)


def decoder_block(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> Tensors:
    """The parts above on residual paths; gradients are named "attention.dL_dW_q".

    With "detached" in init, "first" or "second", that residual path passes no gradient back.
    """
    detached = init.get("detached")

    def block(x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        p = dict(zip(attributes, parameters, strict=True))
        attention = [p[f"attention.W_{name}"] for name in "qkvo"]
        network = [p[f"feed_forward.W_{name}"] for name in ("gate", "up", "down")]
        path = x.detach() if detached == "first" else x
        x = path + _attention(_normalised(x, p["norm1.gamma"]), *attention, heads=init["num_heads"])
        path = x.detach() if detached == "second" else x
        return path + _network(_normalised(x, p["norm2.gamma"]), *network)

    found = answer(block, {"x": first(inputs), **attributes}, upstream)
    return {_gradient_name(name): value for name, value in found.items()}


def _normalised(x: torch.Tensor, gamma: torch.Tensor) -> torch.Tensor:
    return F.rms_norm(x, gamma.shape, gamma, EPS)


def _gradient_name(name: str) -> str:
    """ "dL_dattention.W_q" → "attention.dL_dW_q"."""
    owner, dot, parameter = name.removeprefix("dL_d").rpartition(".")
    return f"{owner}.dL_d{parameter}" if dot else name
