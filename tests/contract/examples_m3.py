"""m3: the examples of docstrings and lesson, each with what the solutions give and what the text says."""

import numpy as np
import torch
from m3_attention import attention, classifier, encoder, layernorm, multihead, scores

LOG = np.log


def floats(*values):
    return [np.array(value, float) for value in values]


def attended(q, k, v, dL_doutput):
    q, k, v, dL_doutput = floats(q, k, v, dL_doutput)
    output, weights = attention.scaled_dot_product_attention(q, k, v)
    back = attention.scaled_dot_product_attention_backward(dL_doutput, q, k, v, weights)
    return output, weights, *back


def normalised(x, dL_dy, eps):
    layer = layernorm.LayerNorm(2, eps)
    y, dL_dx = layer.forward(np.array([x], float)), layer.backward(np.array([dL_dy], float))
    return y, layer.dL_dgamma, layer.dL_dbeta, dL_dx


def heads(E, num_heads, x, dL_dy, **weights):
    layer = multihead.MultiHeadAttention(E, num_heads)
    for name in ("W_q", "W_k", "W_v", "W_o"):
        setattr(layer, name, np.array(weights.get(name, np.zeros((E, E))), float))
    for name in ("b_q", "b_k", "b_v", "b_o"):
        setattr(layer, name, np.zeros(E))
    y, dL_dx = layer.forward(np.array(x, float)), layer.backward(np.array(dL_dy, float))
    return y, dL_dx, layer


def alone():
    """One token through random weights: what comes out, and the formula of the example."""
    rng = np.random.default_rng(1)
    layer, x = multihead.MultiHeadAttention(4, 2, rng=rng), rng.standard_normal((1, 1, 4))
    layer.b_v, layer.b_o = rng.standard_normal((2, 4))
    return layer.forward(x), (x @ layer.W_v.T + layer.b_v) @ layer.W_o.T + layer.b_o


def network():
    layer = encoder.FeedForward(1, 2)
    layer.W1, layer.b1, layer.W2, layer.b2 = floats([[1], [-1]], [0, 0], [[1, 1]], [0])
    return layer.forward(np.array([[[-3.0]]])), layer.backward(np.array([[[1.0]]]))


def silent():
    block = encoder.TransformerEncoderBlock(4, 2, 8, norm_first=True)
    for part, names in ((block.attention, ("W_o", "b_o")), (block.feed_forward, ("W2", "b2"))):
        for name in names:
            getattr(part, name)[...] = 0
    x, dL_dy = np.random.default_rng(1).standard_normal((2, 2, 3, 4))
    return (block.forward(x), x), (block.backward(dL_dy), dL_dy)


def classified():
    model = classifier.EncoderClassifier(1000, 4).eval()
    tokens = torch.randint(1, 1000, (8, 50), generator=torch.Generator().manual_seed(1))
    longer = torch.nn.functional.pad(tokens, (0, 10))
    with torch.no_grad():
        return model(tokens).numpy(), model(longer).numpy()


def bahdanau(query, keys, values, W_q, W_k, v):
    return scores.bahdanau_attention(*floats(query, keys, values, W_q, W_k, v))


def luong(query, keys, **keywords):
    return scores.luong_attention(*floats(query, keys, [[[0], [8]]]), **keywords)


EVEN = ([[0]], [[1], [2]], [[10], [20]], [[1]])
HAND = ([[2 * LOG(3), 0, 0, 0]], [[0, 0, 0, 0], [1, 0, 0, 0]], [[0], [8]], [[1]])
WEIGHED = ([[6]], [[1 / 4, 3 / 4]])

DOCSTRINGS = {
    "[0, 0, 0, 0] becomes [0.25, 0.25, 0.25, 0.25], and so does [9, 9, 9, 9].": lambda: [
        (attention.softmax(np.full(4, x)), [0.25] * 4) for x in (0.0, 9.0)
    ],
    "Scores [5, 7, 7] with the mask [False, True, True] give [0, 0.5, 0.5].": lambda: [
        (attention.masked_softmax(np.array([5.0, 7, 7]), np.array([False, True, True])), [0, 0.5, 0.5])
    ],
    "With q = [[0]], k = [[1], [2]], v = [[10], [20]] both keys match equally well: weights [[0.5, 0.5]], "
    "output [[15]].": lambda: list(zip(attended(*EVEN)[:2], ([[15]], [[0.5, 0.5]]), strict=True)),
    "With q = [[0]], k = [[1], [2]], v = [[10], [20]], weights [[0.5, 0.5]] and dL_doutput = [[1]]: dL_dq = [[2.5]], "
    "dL_dk = [[0], [0]], dL_dv = [[0.5], [0.5]].": lambda: list(
        zip(attended(*EVEN)[2:], ([[2.5]], [[0], [0]], [[0.5], [0.5]]), strict=True)
    ),
    "EncoderClassifier(1000, 4) turns tokens (8, 50) into logits (8, 4); with ten columns of padding more they are the "
    "same.": lambda: [(classified()[0].shape, (8, 4)), classified()],
    "Position 0 is [0, 1, 0, 1, ...], for sine and cosine of 0 are 0 and 1.": lambda: [
        (encoder.sinusoidal_positions(1, 6), [[0, 1, 0, 1, 0, 1]])
    ],
    "W1 = [[1], [-1]], W2 = [[1, 1]] and no bias: [[[-3]]] gives [[[3]]], the size of x.": lambda: [
        (network()[0], [[[3]]])
    ],
    "W1 = [[1], [-1]], W2 = [[1, 1]], x = [[[-3]]] and dL_dy = [[[1]]]: dL_dx = [[[-1]]].": lambda: [
        (network()[1], [[[-1]]])
    ],
    "With norm_first and all of W_o, b_o, W2, b2 zero, y is x: both branches give 0.": lambda: [silent()[0]],
    "With norm_first and all of W_o, b_o, W2, b2 zero, dL_dx is dL_dy.": lambda: [silent()[1]],
    "With eps = 3, [4, 6] has mean 5 and variance 1: y = [-0.5, 0.5].": lambda: [
        (normalised([4, 6], [8, 0], 3)[0], [[-0.5, 0.5]])
    ],
    "With eps = 3, x = [4, 6], gamma = [1, 1] and dL_dy = [8, 0]: dL_dgamma = [-4, 0], dL_dbeta = [8, 0], "
    "dL_dx = [1.5, -1.5].": lambda: list(
        zip(normalised([4, 6], [8, 0], 3)[1:], ([-4, 0], [8, 0], [[1.5, -1.5]]), strict=True)
    ),
    "A single token (T = 1) can only look at itself: all weights are 1, and y is (x W_vᵀ + b_v) W_oᵀ + b_o.": lambda: [
        alone()
    ],
    "One token and one feature, W_v = [[2]], W_o = [[3]]: with dL_dy = [[[1]]], dL_dx = [[[6]]], and dL_dW_q = [[0]], "
    "for a single weight is 1 whatever the score.": lambda: [
        (dL_dx, [[[6]]]) if name == "x" else (layer.dL_dW_q, [[0]])
        for _, dL_dx, layer in [heads(1, 1, [[[5]]], [[[1]]], W_q=[[7]], W_k=[[7]], W_v=[[2]], W_o=[[3]])]
        for name in ("x", "W_q")
    ],
    "With v = [0] every score is 0: values [[[10], [20]]] give the context [[15]].": lambda: [
        (bahdanau([[1]], [[[1], [2]]], [[[10], [20]]], [[1]], [[1]], [0])[0], [[15]])
    ],
    'query [[0]], keys [[[1], [2]]] and values [[[10], [20]]] with score "dot": both scores are 0, weights [[0.5, 0.5]], '
    "context [[15]].": lambda: list(
        zip(scores.luong_attention(*floats([[0]], [[[1], [2]]], [[[10], [20]]])), ([[15]], [[0.5, 0.5]]), strict=True)
    ),
}

LESSON = {
    "One query, two keys, d = 4, so √d = 2": lambda: list(zip(attended(*HAND)[:2], WEIGHED, strict=True)),
    "The example above, with dL_doutput = [[1]]": lambda: list(
        zip(
            attended(*HAND)[2:],
            ([[0.75, 0, 0, 0]], [[-1.5 * LOG(3), 0, 0, 0], [1.5 * LOG(3), 0, 0, 0]], [[1 / 4], [3 / 4]]),
            strict=True,
        )
    ),
    "One sample, two keys, all sizes 1": lambda: [
        pair
        for found in (
            bahdanau([[0]], [[[0], [LOG(2)]]], [[[0], [8]]], [[1]], [[1]], [5 / 3 * LOG(3)]),
            luong([[2]], [[[0], [LOG(3) / 2]]]),
            luong([[1]], [[[0], [LOG(3) / 2]]], score="general", W=np.array([[2.0]])),
        )
        for pair in zip(found, WEIGHED, strict=True)
    ],
    "With ε = 3, γ = [1, 1] and β = 0": lambda: [
        (normalised([4, 6], [8, 0], 3)[0], [[-1 / 2, 1 / 2]]),
        (normalised([4, 6], [8, 0], 3)[3], [[3 / 2, -3 / 2]]),
    ],
    "Two tokens, E = 2, two heads of one feature each": lambda: list(
        zip(
            heads(2, 2, [[[1, 0], [0, 1]]], [[[1, 0], [0, 0]]], W_v=np.eye(2), W_o=[[1, 1], [0, 2]])[:2],
            ([[[1, 1], [1, 1]]], [[[0.5, 0.5], [0.5, 0.5]]]),
            strict=True,
        )
    ),
    "E = 4, so ω is 1": lambda: [
        (encoder.sinusoidal_positions(2, 4), [[0, 1, 0, 1], [0.841, 0.540, 0.010, 1.000]]),
    ],
    "One feature, tokens of 2 and 4, then two of padding": lambda: [(np.mean([2, 4]), 3), (np.mean([2, 4, 0, 0]), 1.5)],
}
