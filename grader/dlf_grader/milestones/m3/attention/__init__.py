"""softmax, masks, scaled dot-product attention and its backward: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m3_attention/attention.py")
softmax = Section("m3.softmax", EXERCISE, f"{__name__}.softmax:SOFTMAX", "softmax")
attention = Section("m3.attention", EXERCISE, f"{__name__}.subject:FORWARD", "scaled-dot-product-attention")

CHECKS = (
    softmax.check(
        "forward",
        Parity("y"),
        3,
        "softmax",
        "softmax makes weights that add up to 1, however large the scores are",
        "exp makes every score positive. By what must you divide so that they add up to 1?",
        "exp(1000) overflows. Subtract the largest score along the axis first: numerator and denominator shrink alike.",
        "Pass axis and keepdims=True to both max and sum.",
    ),
    attention.check(
        "forward",
        Parity("weights", "output"),
        7,
        "scaled_dot_product_attention",
        "scaled_dot_product_attention matches PyTorch",
        "Which single matrix product gives the product of every query with every key?",
        "Divide by √d, where d is the last size of q. Apply softmax along the keys, the last axis.",
        "The output is weights @ v. Return it together with the weights.",
        after=("m3.softmax.forward",),
    ),
    attention.check(
        "mask",
        Parity("weights", "output"),
        6,
        "masked_softmax",
        "A mask hides keys, and a row that may attend to nothing gives zeros",
        "A hidden key needs weight 0, and the rest must still add up to 1. Change the scores, before softmax.",
        "Use a score so low that its exp is 0: np.finfo(dtype).min is the lowest finite number.",
        "In a row of nothing but lowest scores softmax gives equal weights. Multiply by the mask to make them 0.",
        subject="MASK",
        after=("forward",),
        lesson="masks",
    ),
    attention.check(
        "backward",
        Parity("dL_dv", "dL_dq", "dL_dk"),
        8,
        "scaled_dot_product_attention_backward",
        "scaled_dot_product_attention_backward gives the gradients of q, k and v",
        "Treat the step from weights and v to the output as m0's Linear: two matrix products, with one transpose each.",
        "For softmax, multiply dL_dweights by the weights. Then subtract weights times each row's sum of that product.",
        "The scores are q kᵀ / √d: dL_dq = dL_dscores k / √d, and dL_dk = dL_dscoresᵀ q / √d.",
        subject="BACKWARD",
        lesson="backward-through-attention",
    ),
    attention.check(
        "behaviour",
        Behaviour(),
        2,
        "scaled_dot_product_attention",
        "The functions keep the dtype, leave their inputs alone, and take any memory layout",
        "float32 must stay float32: which number in your code is a float64?",
        "np.sqrt(d) is a float64. Use math.sqrt(d): a Python number takes the array's dtype.",
        subject="BACKWARD",
        after=("forward", "mask", "backward"),
    ),
    attention.check(
        "errors",
        BadShapes(
            (
                ("keys of another size than the queries", {}, ((2, 3), (2, 4), (2, 4))),
                ("more values than keys", {}, ((2, 3), (2, 3), (3, 3))),
                ("no keys at all", {}, ((2, 3), (0, 3), (0, 3))),
            )
        ),
        1,
        "scaled_dot_product_attention",
        "scaled_dot_product_attention refuses wrong shapes with a ValueError",
        "Which sizes must be equal? Compare those of q and k, the numbers of keys and values, and the leading axes.",
        "Refuse an empty sequence of keys (S = 0) too: a mean of nothing does not exist.",
        after=("forward",),
    ),
)
