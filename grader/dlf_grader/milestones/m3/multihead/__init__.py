"""MultiHeadAttention: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Gradient, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m3_attention/multihead.py")
PARAMETERS = ("W_q", "b_q", "W_k", "b_k", "W_v", "b_v", "W_o", "b_o")
SIZES = {"d_model": 4, "num_heads": 2}
multihead = Section("m3.multihead", EXERCISE, f"{__name__}.subject:ATTENTION", "multi-head-attention")

CHECKS = (
    multihead.check(
        "forward",
        Parity("y"),
        7,
        "MultiHeadAttention.forward",
        "MultiHeadAttention.forward matches PyTorch",
        "Project x three times, split into heads, attend in each, merge the heads, and project once more.",
        "To split, reshape (N, T, E) to (N, T, h, d) and swap the two middle axes. To merge, swap first, then reshape.",
        "scaled_dot_product_attention takes (N, h, T, d) as it is. Pass the mask straight to it.",
        after=("m3.attention.mask",),
    ),
    multihead.check(
        "heads",
        Parity("weights"),
        1,
        "MultiHeadAttention._split",
        "MultiHeadAttention stores the weights of each head",
        "self.weights has the shape (N, heads, T, T). Assign it in every forward.",
        "Use the second thing that scaled_dot_product_attention returns.",
        subject="STORED_WEIGHTS",
        after=("forward",),
    ),
    multihead.check(
        "backward",
        Parity("dL_dx"),
        5,
        "MultiHeadAttention.backward",
        "MultiHeadAttention.backward sends the right gradient to x",
        "Go through forward from its last line to its first. Every step has a backward that you know.",
        "The gradient of a reshape is the reshape back: split the merged heads' gradient, and merge the heads'.",
        "Three projections use x: add their three gradients.",
        after=("forward", "m3.attention.backward"),
    ),
    multihead.check(
        "parameters",
        Parity(*(f"dL_d{name}" for name in PARAMETERS)),
        3,
        "MultiHeadAttention.backward",
        "MultiHeadAttention.backward leaves the right gradients of all eight parameters",
        "Treat each projection as m0's Linear with N · T rows: its gradient sums over samples and tokens.",
        "What was the input of each projection? The merged heads for W_o, x for W_q, W_k and W_v.",
        "Expect dL_db_k to be zero but for rounding: a key's bias changes all scores of a row alike.",
        after=("forward", "m3.attention.backward"),
    ),
    multihead.check(
        "gradient",
        Gradient(),
        1,
        "MultiHeadAttention.backward",
        "MultiHeadAttention.backward is the gradient of MultiHeadAttention.forward",
        "forward is right by now: go through it line by line, and through backward in the opposite order.",
        "Check split and merge first: is merge(split(x)) equal to x?",
        after=("forward",),
    ),
    multihead.check(
        "behaviour",
        Behaviour(),
        2,
        "MultiHeadAttention.forward",
        "MultiHeadAttention keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "Which parameters meet x, and in which dtype?",
        "Cast every W and b to x's dtype inside forward, and store for backward what was used.",
        after=("forward", "backward", "parameters"),
    ),
    multihead.check(
        "errors",
        BadShapes(
            (
                ("tokens without a batch axis", SIZES, ((3, 4),)),
                ("tokens of another size", SIZES, ((1, 3, 6),)),
                ("an empty sequence", SIZES, ((1, 0, 4),)),
            )
        ),
        1,
        "MultiHeadAttention.forward",
        "MultiHeadAttention refuses wrong shapes with a ValueError",
        "How many axes must x have, how many features, and at least how many tokens?",
        "Say what was expected and what came.",
        after=("forward",),
    ),
)
