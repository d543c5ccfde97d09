"""Oracles of m3: attention, Bahdanau's and Luong's scores, layer normalisation, the encoder block.

A row that may attend to nothing gives zeros in the exercises and nan in some of PyTorch's layers: here its mask is
opened, and its result multiplied by zero.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.func import functional_call

from dlf_reference.oracles.common import answer, first

Tensors = dict[str, np.ndarray]
PROJECTIONS = ("q", "k", "v")


def softmax(x: np.ndarray, axis: int = -1) -> Tensors:
    """torch.softmax."""
    return {"y": torch.softmax(torch.from_numpy(x), axis).numpy()}


def _opened(mask: np.ndarray | None) -> tuple[torch.Tensor | None, torch.Tensor | float]:
    """A mask without rows that are False throughout, and 1 for each row that was not."""
    if mask is None:
        return None, 1.0
    tensor = torch.from_numpy(np.array(mask))
    any_key = tensor.any(dim=-1, keepdim=True)
    return tensor | ~any_key, any_key.double()


def _attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: np.ndarray | None) -> torch.Tensor:
    opened, alive = _opened(mask)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=opened) * alive


def attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, mask: np.ndarray | None, upstream: np.ndarray
) -> dict[str, np.ndarray]:
    """torch.nn.functional.scaled_dot_product_attention; the weights are what it makes of an identity matrix."""
    result = answer(_attend, {"q": q, "k": k, "v": v}, upstream, mask)
    identity = torch.eye(k.shape[-2], dtype=torch.float64).expand(*k.shape[:-1], k.shape[-2])
    weights = _attend(torch.from_numpy(q), torch.from_numpy(k), identity, mask)
    return {"output": result.pop("y"), "weights": weights.numpy(), **result}


def bahdanau(query: Any, keys: Any, values: Any, W_q: Any, W_k: Any, v: Any, mask: Any) -> Tensors:
    """Each sample and step by itself: v · tanh(W_q query + W_k key)."""
    layers = [nn.Linear(W.shape[1], W.shape[0], bias=False, dtype=torch.float64) for W in (W_q, W_k, v[None])]
    with torch.no_grad():
        for layer, W in zip(layers, (W_q, W_k, v[None]), strict=True):
            layer.weight.copy_(torch.from_numpy(W))
        steps = torch.from_numpy(keys).unbind(1)
        asked = layers[0](torch.from_numpy(query))
        scores = torch.cat([layers[2](torch.tanh(asked + layers[1](step))) for step in steps], dim=1)
    return _collected(scores, values, mask)


def luong(query: Any, keys: Any, values: Any, score: str, W: Any, v: Any, mask: Any) -> Tensors:
    """Each sample by itself: "dot" q · k, "general" q · (W k), "concat" v · tanh(W [q; k])."""
    q, k = torch.from_numpy(query), torch.from_numpy(keys)
    if score == "dot":
        scores = torch.einsum("nd,ntd->nt", q, k)
    elif score == "general":
        scores = F.bilinear(q[:, None].repeat(1, k.shape[1], 1), k, torch.from_numpy(W)[None])[..., 0]
    else:
        pairs = torch.cat([q[:, None].repeat(1, k.shape[1], 1), k], dim=-1)
        scores = F.linear(torch.tanh(F.linear(pairs, torch.from_numpy(W))), torch.from_numpy(v)[None])[..., 0]
    return _collected(scores, values, mask)


def _collected(scores: torch.Tensor, values: np.ndarray, mask: np.ndarray | None) -> Tensors:
    opened, alive = _opened(mask)
    weights = torch.softmax(scores if opened is None else scores.masked_fill(~opened, -torch.inf), -1) * alive
    return {
        "context": torch.einsum("nt,ntd->nd", weights, torch.from_numpy(values)).numpy(),
        "weights": weights.numpy(),
    }


def layer_norm(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.nn.functional.layer_norm over the last axis."""

    def normalised(x: torch.Tensor, gamma: torch.Tensor, beta: torch.Tensor) -> torch.Tensor:
        return F.layer_norm(x, (init["d_model"],), gamma, beta, init.get("eps", 1e-5))

    differentiated = {"x": first(inputs), "gamma": attributes["gamma"], "beta": attributes["beta"]}
    return answer(normalised, differentiated, upstream)


def multi_head_attention(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.nn.MultiheadAttention; with rows that may attend to nothing, its parts one by one."""
    x, mask = _with_mask(inputs)
    N, T, _ = x.shape
    heads = init["num_heads"]
    everywhere = None if mask is None else np.broadcast_to(mask, (N, heads, T, T))
    kept: dict[str, torch.Tensor] = {}

    def attend(x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        named = dict(zip(attributes, parameters, strict=True))
        if everywhere is None or everywhere.any(axis=-1).all():
            y, weights = _torch_layer(x, named, heads, everywhere)
        else:
            y, weights = _by_parts(x, named, heads, everywhere)
        kept["weights"] = weights.detach()
        return y

    result = answer(attend, {"x": x, **attributes}, upstream)
    return result | {"weights": kept["weights"].numpy()}


def _with_mask(inputs: Any) -> tuple[np.ndarray, np.ndarray | None]:
    return inputs[0], inputs[1] if len(inputs) > 1 else None


def _torch_layer(
    x: torch.Tensor, named: dict[str, torch.Tensor], heads: int, mask: np.ndarray | None
) -> tuple[torch.Tensor, torch.Tensor]:
    E = x.shape[2]
    layer = nn.MultiheadAttention(E, heads, batch_first=True, dtype=torch.float64)
    parameters = _projections(named)
    arguments: dict[str, Any] = {"average_attn_weights": False}
    if mask is not None:
        arguments["attn_mask"] = torch.from_numpy(~mask).reshape(-1, *mask.shape[2:])
    y, weights = functional_call(layer, parameters, (x, x, x), arguments)
    return y, weights


def _projections(named: dict[str, torch.Tensor], prefix: str = "") -> dict[str, torch.Tensor]:
    """Parameters under the names that torch.nn.MultiheadAttention gives them."""
    return {
        f"{prefix}in_proj_weight": torch.cat([named[f"W_{p}"] for p in PROJECTIONS]),
        f"{prefix}in_proj_bias": torch.cat([named[f"b_{p}"] for p in PROJECTIONS]),
        f"{prefix}out_proj.weight": named["W_o"],
        f"{prefix}out_proj.bias": named["b_o"],
    }


def _by_parts(
    x: torch.Tensor, named: dict[str, torch.Tensor], heads: int, mask: np.ndarray
) -> tuple[torch.Tensor, torch.Tensor]:
    q, k, v = (
        torch.stack(F.linear(x, named[f"W_{p}"], named[f"b_{p}"]).chunk(heads, dim=-1), dim=1) for p in PROJECTIONS
    )
    identity = torch.eye(x.shape[1], dtype=torch.float64).expand(*k.shape[:-1], x.shape[1])
    merged = torch.cat(_attend(q, k, v, mask).unbind(1), dim=-1)
    return F.linear(merged, named["W_o"], named["b_o"]), _attend(q, k, identity, mask)


def positions(length: int, d_model: int) -> Tensors:
    """Each number by itself: sine and cosine of position / 10000^(2i / d_model)."""
    table = torch.zeros(length, d_model, dtype=torch.float64)
    for column in range(d_model):
        wave = torch.tensor(10000.0, dtype=torch.float64) ** (2 * (column // 2) / d_model)
        angle = torch.arange(length, dtype=torch.float64) / wave
        table[:, column] = angle.cos() if column % 2 else angle.sin()
    return {"positions": table.numpy()}


def feed_forward(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """Two torch.nn.functional.linear with a ReLU between."""

    def network(x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        W1, b1, W2, b2 = parameters
        return F.linear(torch.relu(F.linear(x, W1, b1)), W2, b2)

    named = {name: attributes[name] for name in ("W1", "b1", "W2", "b2")}
    return answer(network, {"x": first(inputs), **named}, upstream)


class _Detached(nn.TransformerEncoderLayer):
    """The same layer, one of whose residual paths, "first" or "second", passes no gradient back."""

    detached = ""

    def forward(self, src: torch.Tensor, src_mask: torch.Tensor | None = None) -> torch.Tensor:  # type: ignore[override]
        x = src
        for number, norm, branch in (("first", self.norm1, self._attend), ("second", self.norm2, self._ff_block)):
            path = x.detach() if number == self.detached else x
            given = (src_mask,) if number == "first" else ()
            x = path + branch(norm(x), *given) if self.norm_first else norm(path + branch(x, *given))
        return x

    def _attend(self, x: torch.Tensor, mask: torch.Tensor | None) -> torch.Tensor:
        y: torch.Tensor = self.self_attn(x, x, x, attn_mask=mask, need_weights=False)[0]
        return y


def encoder_block(init: Any, attributes: Any, inputs: Any, upstream: np.ndarray) -> dict[str, np.ndarray]:
    """torch.nn.TransformerEncoderLayer(dropout=0, activation="relu"); gradients are named "attention.dL_dW_q".

    With "detached" in init, "first" or "second", that residual path passes no gradient back.
    """
    x, mask = _with_mask(inputs)
    heads, d_ff = init["num_heads"], init["d_ff"]
    kind = _Detached if "detached" in init else nn.TransformerEncoderLayer
    layer = kind(
        x.shape[2], heads, d_ff, dropout=0.0, batch_first=True, norm_first=init["norm_first"], dtype=torch.float64
    )
    if isinstance(layer, _Detached):
        layer.detached = init["detached"]
    shape = (len(x), heads, x.shape[1], x.shape[1])
    hidden = None if mask is None else torch.from_numpy(~np.broadcast_to(mask, shape)).reshape(-1, *shape[2:])

    def block(x: torch.Tensor, *parameters: torch.Tensor) -> torch.Tensor:
        named = dict(zip(attributes, parameters, strict=True))
        attention = {name.removeprefix("attention."): value for name, value in named.items() if "attention" in name}
        renamed = _projections(attention, "self_attn.")
        for number in ("1", "2"):
            renamed[f"linear{number}.weight"] = named[f"feed_forward.W{number}"]
            renamed[f"linear{number}.bias"] = named[f"feed_forward.b{number}"]
            renamed[f"norm{number}.weight"] = named[f"norm{number}.gamma"]
            renamed[f"norm{number}.bias"] = named[f"norm{number}.beta"]
        y: torch.Tensor = functional_call(layer, renamed, (x,), {"src_mask": hidden})
        return y

    result = answer(block, {"x": x, **attributes}, upstream)
    return {_gradient_name(name): value for name, value in result.items()}


def _gradient_name(name: str) -> str:
    """ "dL_dattention.W_q" → "attention.dL_dW_q"."""
    owner, dot, parameter = name.removeprefix("dL_d").rpartition(".")
    return f"{owner}.dL_d{parameter}" if dot else name
