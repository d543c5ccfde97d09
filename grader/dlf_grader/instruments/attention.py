"""What of PyTorch an exercise may not use in which attention is to be written."""

from __future__ import annotations

PYTORCHS_ATTENTION = (
    "torch.nn.Transformer*",
    "torch.nn.MultiheadAttention",
    "torch.nn.functional.multi_head_attention_forward",
    "torch.nn.functional.scaled_dot_product_attention",
    "torch.nn.attention.*",
    "torch._C._nn.scaled_dot_product_attention",
    "torch.ops.aten.*scaled_dot_product*",
    "torch.ops.aten._native_multi_head_attention",
    "torch.ops.aten._transformer_encoder_layer_fwd",
)
