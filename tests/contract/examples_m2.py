"""m2: the examples of docstrings and lesson, each with what the solutions give and what the text says."""

import numpy as np
import torch
from m2_rnn import embedding, gru, lstm, rnn, sentiment

LOG = np.log


def embedded(W, ids, dL_dy):
    layer = embedding.Embedding(*np.shape(W))
    layer.W = np.array(W, float)
    y = layer.forward(np.array(ids))
    layer.backward(np.array(dL_dy, float))
    return y, layer.dL_dW


def cell(layer, **parameters):
    """A layer of one feature and one state in which everything is 0 but these parameters."""
    made = layer(1, 1)
    for name in ("W_ih", "W_hh", "b_ih", "b_hh"):
        value = parameters.get(name, np.zeros(getattr(made, name).shape))
        setattr(made, name, np.reshape(np.array(value, float), getattr(made, name).shape))
    return made


def read(layer, x, state=None):
    return layer.forward(np.array(x, float).reshape(1, -1, 1), state)


def back(layer, dL_doutputs):
    return layer.backward(np.array(dL_doutputs, float).reshape(1, -1, 1))


def elman(W_hh, x, dL_doutputs):
    layer = cell(rnn.RNN, W_ih=1, W_hh=W_hh)
    outputs, _ = read(layer, x)
    dL_dx, dL_dh0 = back(layer, dL_doutputs)
    return outputs.ravel(), dL_dx.ravel(), dL_dh0, layer.dL_db_ih, layer.dL_db_hh, layer.dL_dW_hh


def remembered(b_ih, c0, dL_doutputs):
    layer = cell(lstm.LSTM, b_ih=b_ih)
    outputs, (_, c) = read(layer, [0], (np.zeros((1, 1)), np.full((1, 1), c0)))
    _, (dL_dh0, dL_dc0) = back(layer, dL_doutputs)
    return c, outputs.ravel(), layer.dL_db_ih, dL_dc0, dL_dh0


def gated(b_ih, b_hh, h0, steps, dL_doutputs):
    layer = cell(gru.GRU, b_ih=b_ih, b_hh=b_hh)
    outputs, _ = read(layer, [0] * steps, np.full((1, 1), float(h0)))
    _, dL_dh0 = back(layer, dL_doutputs)
    return outputs.ravel(), layer.dL_db_ih, layer.dL_db_hh, dL_dh0


def clipped(max_norm):
    grads = [np.array([3.0, 0]), np.array([[4.0]])]
    return rnn.clip_by_norm(grads, max_norm), *grads


CLIPPED = (5, [0.6, 0], [[0.8]])
ONLY_CANDIDATE = [0, 0, 1000, 0]
CELL = 2 * LOG(3) - 3 / 5

DOCSTRINGS = {
    "W = [[1, 2], [3, 4], [5, 6]] and ids = [[2, 0]] give [[[5, 6], [1, 2]]].": lambda: [
        (embedded([[1, 2], [3, 4], [5, 6]], [[2, 0]], np.zeros((1, 2, 2)))[0], [[[5, 6], [1, 2]]])
    ],
    "V = 3, D = 1, ids = [[2, 0, 2]] and dL_dy = [[[10], [20], [30]]]: dL_dW = [[20], [0], [40]].": lambda: [
        (embedded(np.zeros((3, 1)), [[2, 0, 2]], [[[10], [20], [30]]])[1], [[20], [0], [40]])
    ],
    "D = H = 1, all weights and biases 0: both gates are 1/2 and the candidate is 0, so every step halves the state; "
    "h0 = [[8]] gives the outputs 4, 2, 1, ...": lambda: [(gated([0] * 3, [0] * 3, 8, 3, [0, 0, 0])[0], [4, 2, 1])],
    "In the example of `forward`, with T = 1, dL_doutputs = [[[1]]] gives dL_dh0 = [[0.5]]: half of the state was kept, "
    "and the candidate ignored it.": lambda: [(gated([0] * 3, [0] * 3, 8, 1, [1])[3], [[0.5]])],
    "D = H = 1, everything 0 but the candidate's bias in b_ih, which is large: one step from zeros gives the cell "
    "1/2 * 1 = 0.5 and the output 1/2 * tanh(0.5) = 0.2311.": lambda: list(
        zip(remembered(ONLY_CANDIDATE, 0, [1])[:2], ([[0.5]], [0.2311]), strict=True)
    ),
    "In the example of `forward`, dL_doutputs = [[[1]]] gives dL_dc0 = [[0.1966]]: a half (the output gate) times "
    "1 - tanh(0.5)^2 = 0.7864 times a half (the forget gate).": lambda: [
        (remembered(ONLY_CANDIDATE, 0, [1])[3], [[0.1966]]),
        (1 - np.tanh(0.5) ** 2, 0.7864),
    ],
    "D = H = 1, W_ih = [[1]], W_hh = [[2]], both biases 0: x = [[[0.5], [0]]] gives outputs = [[[0.4621], [0.7279]]], "
    "since 0.4621 = tanh(0.5) and 0.7279 = tanh(0.9242).": lambda: [
        (elman(2, [0.5, 0], [0, 1])[0], [0.4621, 0.7279]),
        (np.tanh([0.5, 0.9242]), [0.4621, 0.7279]),
    ],
    "In the example of `forward`, dL_doutputs = [[[0], [1]]] gives dL_dx = [[[0.7395], [0.4702]]] and "
    "dL_dh0 = [[1.4791]].": lambda: list(
        zip(elman(2, [0.5, 0], [0, 1])[1:3], ([0.7395, 0.4702], [[1.4791]]), strict=True)
    ),
    "grads = [[3, 0], [[4]]] have the length 5; max_norm = 1 leaves [0.6, 0] and [[0.8]] in them, max_norm = 10 leaves "
    "them alone.": lambda: [
        *zip(clipped(1), CLIPPED, strict=True),
        *zip(clipped(10), (5, [3, 0], [[4]]), strict=True),
    ],
    "Two texts of 5 and 2 tokens: tokens is (2, 5), the second row ends in three padding_idx, lengths is [5, 2], and the "
    "logits are (2, num_classes).": lambda: [
        (
            sentiment.SentimentLSTM(10)
            .eval()(torch.tensor([[1, 2, 3, 4, 5], [1, 2, 0, 0, 0]]), torch.tensor([5, 2]))
            .shape,
            (2, 2),
        )
    ],
}

LESSON = {
    "V = 3, D = 1, ids = [[2, 0, 2]]": lambda: [
        (embedded(np.zeros((3, 1)), [[2, 0, 2]], [[[10], [20], [30]]])[1], [[20], [0], [40]])
    ],
    "with logarithms because tanh(log 2) = 3/5": lambda: [(elman(5, [LOG(2), LOG(3) - 3], [0, 0])[0], [3 / 5, 4 / 5])],
    "the example above with dL_doutputs = [5, 25]": lambda: list(
        zip(
            elman(5, [LOG(2), LOG(3) - 3], [5, 25])[1:],
            ([32, 9], [[160]], [41], [41], [[5.4]]),
            strict=True,
        )
    ),
    "[3, 0] and [[4]] have length 5": lambda: list(zip(clipped(1), CLIPPED, strict=True)),
    "H = 1, all weights 0, the only bias one of log 2": lambda: [
        *zip(remembered([0, 0, LOG(2), 0], CELL, [50])[:2], ([[LOG(3)]], [2 / 5]), strict=True),
        (CELL, 1.597),
    ],
    "the example above with dL_doutputs = [50]": lambda: list(
        zip(
            remembered([0, 0, LOG(2), 0], CELL, [50])[2:],
            ([1.35, 3.594, 2.88, 10], [[4.5]], [[0]]),
            strict=True,
        )
    ),
    "H = 1, all weights 0; b_hh is 2 for the candidate": lambda: list(
        zip(
            gated([0, 0, LOG(2) - 1], [0, 0, 2], 1, 1, [25]),
            ([4 / 5], [4, 2.5, 8], [4, 2.5, 4], [[12.5]]),
            strict=True,
        )
    ),
    "One feature, states [−3, −1], two padded steps of 0": lambda: [(np.mean([-3, -1]), -2), (np.max([-3, -1]), -1)],
}
