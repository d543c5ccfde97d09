"""m6: the examples of docstrings and lesson, each with what the solutions give and what the text says."""

import numpy as np
import torch
from m6_language import bpe, sampling
from m6_language.causal import CausalSelfAttention
from m6_language.decoder import DecoderBlock
from m6_language.model import LanguageModel
from m6_language.rmsnorm import RMSNorm
from m6_language.rotary import rotary_angles, rotate, rotate_backward
from m6_language.swiglu import SwiGLU

QUARTER = np.array([[np.pi / 2]])
ODDS = np.log([5.0, 3.0, 2.0])
A, B, C = b"a", b"b", b"c"


def array(*values):
    return np.array(values, float)


def normalised(x, dL_dy=None):
    layer = RMSNorm(len(x), eps=0)
    y = layer.forward(array(*x))
    return (y,) if dL_dy is None else (y, layer.backward(array(*dL_dy)), layer.dL_dgamma)


def network(x):
    layer = SwiGLU(1, 1)
    layer.W_gate, layer.W_up, layer.W_down = np.ones((3, 1, 1))
    return layer.forward(array([[x]])), layer.backward(array([[1]]))


def attention(x, E=2, heads=1, kv=None):
    layer = CausalSelfAttention(E, heads, kv)
    for name in "qkvo":
        setattr(layer, f"W_{name}", np.eye(E))
    return layer, layer.forward(np.array([x], float))


def first_token():
    layer, x = CausalSelfAttention(4, 2), np.random.default_rng(0).normal(size=(1, 3, 4))
    return [(layer.forward(x)[0, 0], layer.W_o @ layer.W_v @ x[0, 0])]


def single_token():
    layer = CausalSelfAttention(4, 2)
    layer.forward(np.ones((1, 1, 4)))
    layer.backward(np.ones((1, 1, 4)))
    return [(layer.dL_dW_q, np.zeros((4, 4))), (layer.dL_dW_k, np.zeros((4, 4)))]


def silent():
    block, x = DecoderBlock(4, 2, 3), np.random.default_rng(0).normal(size=(2, 3, 4))
    block.attention.W_o, block.feed_forward.W_down = np.zeros((4, 4)), np.zeros((4, 3))
    return block, x, block.forward(x)


def following(ids):
    return np.eye(9)[ids[-1] + 1]


def sharpened():
    return sampling.token_probabilities(ODDS, temperature=0.5)


def merged(texts, size):
    return bpe.train_bpe(texts, size)


def encoded(merges, text):
    return bpe.BPETokeniser(merges).encode(text)


DOCSTRINGS = {
    '"Hi you, hi!" gives ["Hi", " you", ",", " hi", "!"]: a space belongs to what follows.': lambda: [
        (bpe.split("Hi you, hi!") == ["Hi", " you", ",", " hi", "!"], True)
    ],
    "(a, a) in [a, a, a] gives [aa, a]: the second a is taken already.": lambda: [
        (bpe.merge_pair([A, A, A], (A, A)) == [b"aa", A], True)
    ],
    '["ab ab abc"] with 258: first (a, b), which occurs three times; then ( , ab), twice.': lambda: [
        (merged(["ab ab abc"], 258) == [(A, B), (b" ", b"ab")], True)
    ],
    'With the merges (a, b) and (ab, c): "abcab" gives [257, 256].': lambda: [
        (encoded([(A, B), (b"ab", C)], "abcab"), [257, 256])
    ],
    '[72, 105] gives "Hi". [195] gives U+FFFD, for 195 begins a character of two bytes.': lambda: [
        (bpe.BPETokeniser([]).decode([72, 105]) == "Hi", True),
        (bpe.BPETokeniser([]).decode([195]) == "\ufffd", True),
        (list("é".encode()), [195, 169]),
    ],
    "With eps = 0, [1, 7] has the mean square 25: y = [0.2, 1.4].": lambda: [
        (np.mean(np.square([1, 7])), 25),
        (normalised([1, 7])[0], [0.2, 1.4]),
    ],
    "With eps = 0, x = [1, 7], gamma = [1, 1] and dL_dy = [5, 0]: dL_dgamma = [1, 0] and dL_dx = [0.98, -0.14].": lambda: [
        (normalised([1, 7], [5, 0])[2], [1, 0]),
        (normalised([1, 7], [5, 0])[1], [0.98, -0.14]),
    ],
    "dim = 4: position 0 gives [0, 0], position 3 gives [3, 0.03], for √10000 is 100.": lambda: [
        (rotary_angles(4, 4)[0], [0, 0]),
        (rotary_angles(4, 4)[3], [3, 0.03]),
    ],
    "A quarter turn, π / 2, makes [3, 1] into [-1, 3].": lambda: [(rotate(array([3, 1]), QUARTER), [[-1, 3]])],
    "A quarter turn: dL_dy = [-1, 3] gives [3, 1], the way back.": lambda: [
        (rotate_backward(array([-1, 3]), QUARTER), [[3, 1]])
    ],
    "The first token can only look at itself: y at t = 0 is W_o W_v x with kv = h.": first_token,
    "A single token: its weight is 1 whatever the score, so dL_dW_q and dL_dW_k are zero.": single_token,
    "With all weights [[1]], x = [[[2]]] gives 2 · sigmoid(2) · 2 = 3.523.": lambda: [(network(2)[0], [[[3.523]]])],
    "With all weights [[1]], x = [[[0]]] and dL_dy = [[[1]]]: dL_dx = [[[0]]].": lambda: [(network(0)[1], [[[0]]])],
    "With W_o and W_down zero, y is x: both branches give 0.": lambda: [(silent()[2], silent()[1])],
    "With W_o and W_down zero, dL_dx is dL_dy.": lambda: [
        (silent()[0].backward(np.ones((2, 3, 4))), np.ones((2, 3, 4)))
    ],
    "Logits [ln 5, ln 3, ln 2] are [0.5, 0.3, 0.2]. top_k = 2 makes them [0.625, 0.375, 0], and top_p = 0.6 after that "
    "[1, 0, 0].": lambda: [
        (sampling.token_probabilities(ODDS), [0.5, 0.3, 0.2]),
        (sampling.token_probabilities(ODDS, top_k=2), [0.625, 0.375, 0]),
        (sampling.token_probabilities(ODDS, top_k=2, top_p=0.6), [1, 0, 0]),
    ],
    "With temperature 0 and logits that favour the last id plus 1: prompt [4] and count 2 give [4, 5, 6].": lambda: [
        (sampling.generate(following, [4], 2, rng=np.random.default_rng(0), temperature=0), [4, 5, 6])
    ],
    "LanguageModel(1000) turns tokens (8, 50) into logits (8, 50, 1000). Those at place t are about the token at "
    "t + 1.": lambda: [(LanguageModel(1000)(torch.zeros(8, 50, dtype=torch.int64)).shape, (8, 50, 1000))],
}

LESSON = {
    'The texts are `"ab ab abc"`. The pieces are `ab`, ` ab` and ` abc`, once each:': lambda: [
        (bpe.split("ab ab abc") == ["ab", " ab", " abc"], True),
        (merged(["ab ab abc"], 259) == [(A, B), (b" ", b"ab"), (b" ab", C)], True),
        (encoded(merged(["ab ab abc"], 259), "ab abc"), [256, 258]),
        (encoded([(B, C), (A, B)], "abc"), [97, 256]),
    ],
    "E = 2, ε = 0, γ = [1, 1]:": lambda: [
        (normalised([1, 7])[0], [0.2, 1.4]),
        (normalised([1, 7], [5, 0])[1], [0.98, -0.14]),
        (normalised([1, 7], [5, 0])[1] @ [1, 7], 0),
    ],
    "A quarter turn has cos = 0 and sin = 1: (a, b) becomes (−b, a), so [3, 1] becomes [−1, 3].": lambda: [
        (rotate(array([3, 1]), QUARTER), [[-1, 3]]),
        (rotate_backward(array([-1, 3]), QUARTER), [[3, 1]]),
    ],
    "Two tokens, E = 2, one head, all weights the identity, x = [[1, 0], [0, 0]].": lambda: [
        (attention([[1, 0], [0, 0]])[1], [[[1, 0], [0.5, 0]]])
    ],
    "All weights 1, x = 2: gate = 2, up = 2, σ(2) = 0.881, silu(2) = 1.762, y = 1.762 · 2 = 3.523.": lambda: [
        (1 / (1 + np.exp(-2)), 0.881),
        (2 / (1 + np.exp(-2)), 1.762),
        (network(2)[0], [[[3.523]]]),
        (network(0), [[[[0]]], [[[0]]]]),
    ],
    "Logits [log 5, log 3, log 2] have the probabilities [0.5, 0.3, 0.2]:": lambda: [
        (sharpened(), [0.658, 0.237, 0.105]),
        (sampling.token_probabilities(ODDS, top_k=2), [0.625, 0.375, 0]),
        (sampling.token_probabilities(ODDS, top_p=0.6), [0.625, 0.375, 0]),
        (sampling.token_probabilities(ODDS, top_k=2, top_p=0.6), [1, 0, 0]),
    ],
}
