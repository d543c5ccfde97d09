"""What m3 checks of attention, scores and layer normalisation; with `catalogue_encoder` it is worth 100 points."""

from __future__ import annotations

from dlf_grader.milestones.section import Section
from dlf_grader.model import Check, Exercise, Milestone

HERE = "dlf_grader.milestones.m3"
OWN_ATTENTION = (
    "torch.nn.Transformer*",
    "torch.nn.MultiheadAttention",
    "torch.nn.functional.multi_head_attention_forward",
    "torch.nn.functional.scaled_dot_product_attention",
    "torch._C._nn.scaled_dot_product_attention",
    "torch.ops.aten.*scaled_dot_product*",
    "torch.ops.aten._native_multi_head_attention",
    "torch.ops.aten._transformer_encoder_layer_fwd",
)

MILESTONE = Milestone(
    "m3",
    "attention",
    "m3_attention",
    (
        Exercise("m3_attention/attention.py"),
        Exercise("m3_attention/scores.py"),
        Exercise("m3_attention/layernorm.py"),
        Exercise("m3_attention/multihead.py"),
        Exercise("m3_attention/encoder.py"),
        Exercise(
            "m3_attention/classifier.py",
            "torch",
            "attention is what you write here, with matrix products and softmax",
            OWN_ATTENTION,
        ),
    ),
)

softmax = Section("m3.softmax", "m3_attention/attention.py", f"{HERE}.attention", "softmax")
attention = Section("m3.attention", "m3_attention/attention.py", f"{HERE}.attention", "scaled-dot-product-attention")
ATTENTION = (
    softmax.check(
        "forward",
        "parity",
        3,
        "softmax",
        "softmax makes weights that add up to 1, whatever the scores' size",
        "exp makes every score positive; dividing by their sum makes them add up to 1.",
        "exp(1000) overflows. Take the largest score along the axis off first: numerator and denominator shrink alike.",
        "Pass axis and keepdims=True to both max and sum.",
        run="softmax",
    ),
    attention.check(
        "forward",
        "parity",
        7,
        "scaled_dot_product_attention",
        "scaled_dot_product_attention matches PyTorch",
        "Row t of the scores holds the products of query t with every key: one matrix product.",
        "Divide by √d, where d is the last size of q; softmax along the keys, the last axis.",
        "The output is weights @ v; return it together with the weights.",
        after=("m3.softmax.forward",),
    ),
    attention.check(
        "mask",
        "parity",
        6,
        "masked_softmax",
        "A mask hides keys, and a row that may attend to nothing gives zeros",
        "What is masked must have weight 0, and the rest must still add up to 1: so change the scores, before softmax.",
        "A score so low that its exp is 0 does it: np.finfo(dtype).min is as low as a finite number gets.",
        "In a row of nothing but lowest scores softmax gives equal weights; multiplying by the mask makes them 0.",
        after=("forward",),
        lesson="masks",
    ),
    attention.check(
        "backward",
        "parity",
        8,
        "scaled_dot_product_attention_backward",
        "scaled_dot_product_attention_backward gives the gradients of q, k and v",
        "From the output back to weights and v it is m0's Linear: two matrix products, each with one transpose.",
        "Through softmax: multiply by the weights, then take off weights times the row's sum of what you have.",
        "The scores are q kᵀ / √d: dL_dq = dL_dscores k / √d, and dL_dk = dL_dscoresᵀ q / √d.",
        lesson="backward-through-attention",
    ),
    attention.check(
        "behaviour",
        "behaviour",
        2,
        "scaled_dot_product_attention",
        "The functions keep dtype and inputs, and take any memory layout",
        "float32 in, float32 out: which number in your code is a float64?",
        "np.sqrt(d) of an integer is; math.sqrt(d) is a Python number, which takes the array's dtype.",
        after=("forward", "mask", "backward"),
    ),
    attention.check(
        "errors",
        "behaviour",
        1,
        "scaled_dot_product_attention",
        "Queries, keys and values that do not fit together raise a ValueError",
        "What must be equal: the sizes of q and k, the numbers of keys and values, the leading axes.",
        "No keys at all (S = 0) is an error, too: there is nothing to take a mean of.",
        after=("forward",),
    ),
)

bahdanau = Section("m3.bahdanau", "m3_attention/scores.py", f"{HERE}.scores", "bahdanau-and-luong")
luong = Section("m3.luong", "m3_attention/scores.py", f"{HERE}.scores", "bahdanau-and-luong")
SCORES = (
    bahdanau.check(
        "forward",
        "parity",
        4,
        "bahdanau_attention",
        "bahdanau_attention scores with a small network",
        "W_q brings the query to A features, W_k each key; their sum goes through tanh, and v makes one number of it.",
        "(N, A) and (N, T, A) add up once the query's features have a time axis: [:, None].",
        run="bahdanau",
        after=("m3.attention.mask",),
    ),
    luong.check(
        "dot",
        "parity",
        2,
        "luong_attention",
        'luong_attention with score "dot" takes the plain product',
        "One number for each sample and step: the sum over features of query times key.",
        "keys (N, T, D) @ query as columns (N, D, 1) gives (N, T, 1); take the last axis off.",
        after=("m3.attention.mask",),
    ),
    luong.check(
        "general",
        "parity",
        2,
        "luong_attention",
        'luong_attention with score "general" puts W between query and key',
        "q · (W k) is the same as (Wᵀ q) · k: bring the query to the keys' size, then it is a dot score.",
        "As rows: query (N, Dq) @ W (Dq, Dk) gives (N, Dk).",
        after=("dot",),
    ),
    luong.check(
        "concat",
        "parity",
        2,
        "luong_attention",
        'luong_attention with score "concat" puts query and key side by side',
        "The first Dq columns of W meet the query, the others the key.",
        "Cut W in two, and this is Bahdanau's score.",
        after=("m3.attention.mask",),
    ),
)

norm = Section("m3.layernorm", "m3_attention/layernorm.py", f"{HERE}.layernorm", "layer-normalisation")
LAYERNORM = (
    norm.check(
        "forward",
        "parity",
        4,
        "LayerNorm.forward",
        "LayerNorm.forward normalises each token's features",
        "Mean and variance are taken over the last axis alone; keepdims=True keeps them in shape.",
        "Variance plus eps, then the root, then divide; gamma scales and beta shifts the result.",
    ),
    norm.check(
        "backward",
        "parity",
        4,
        "LayerNorm.backward",
        "LayerNorm.backward gives the gradients of x, gamma and beta",
        "gamma and beta are shared by all tokens: sum over every axis but the last.",
        "Multiply by gamma first. Then take off the mean, and x_hat times the mean of the product with x_hat.",
        "At the end divide by the deviation that forward divided by.",
        after=("forward",),
    ),
    norm.check(
        "gradient",
        "gradient",
        1,
        "LayerNorm.backward",
        "LayerNorm.backward is the slope of LayerNorm.forward",
        "Nudge one feature: the mean moves, the deviation moves, and with them every feature of the token.",
        "If only dL_dx is off, one of the three paths from x to y is missing.",
        run="slope",
        after=("forward",),
    ),
    norm.check(
        "behaviour",
        "behaviour",
        1,
        "LayerNorm.forward",
        "LayerNorm keeps dtype, inputs and earlier calls apart",
        "Which arrays do you store, and does a later call write into them?",
        "Cast gamma and beta to x's dtype inside forward; overwrite the gradients, never add to them.",
        after=("forward", "backward"),
    ),
    norm.check(
        "errors",
        "behaviour",
        1,
        "LayerNorm.forward",
        "LayerNorm refuses tokens of another size with a ValueError",
        "The last axis must have d_model features.",
        "Compare x.shape[-1] with d_model before computing.",
        after=("forward",),
    ),
)

CHECKS: tuple[Check, ...] = (*ATTENTION, *SCORES, *LAYERNORM)
