"""What m2 checks, worth 100 points: a table to read; LSTM, GRU and the classifier are in `catalogue_gated`."""

from __future__ import annotations

from dlf_grader.milestones.section import Section
from dlf_grader.model import Check, Exercise, Milestone

HERE = "dlf_grader.milestones.m2"

MILESTONE = Milestone(
    "m2",
    "rnn",
    "m2_rnn",
    (
        Exercise("m2_rnn/embedding.py"),
        Exercise("m2_rnn/rnn.py"),
        Exercise("m2_rnn/lstm.py"),
        Exercise("m2_rnn/gru.py"),
        Exercise("m2_rnn/sentiment.py", "torch", "build it from torch.nn's layers"),
    ),
)

embedding = Section("m2.embedding", "m2_rnn/embedding.py", f"{HERE}.embedding", "embedding")
EMBEDDING = (
    embedding.check(
        "forward",
        "parity",
        3,
        "Embedding.forward",
        "Embedding.forward looks up the row of every id",
        "What does NumPy give for an array that is indexed with an array of integers?",
        "W[ids] has the shape of ids, with one more axis for the numbers of a row.",
    ),
    embedding.check(
        "backward",
        "parity",
        4,
        "Embedding.backward",
        "Embedding.backward adds up the gradients of every id",
        "Which places of y does one row of W act on? Its gradient is the sum over all of them.",
        "Start from zeros of W's shape. a[indices] += b adds only once where an index occurs twice.",
        "np.add.at(dL_dW, ids, dL_dy) adds as often as an id occurs.",
        after=("forward",),
    ),
    embedding.check(
        "behaviour",
        "behaviour",
        2,
        "Embedding.forward",
        "Embedding keeps dtype, inputs and earlier calls apart",
        "A layer is used again and again: nothing may leak from one call into the next, or into the caller's arrays.",
        "Read self.W in forward; remember the ids there; make dL_dW anew in every backward.",
        after=("forward", "backward"),
    ),
    embedding.check(
        "errors",
        "behaviour",
        1,
        "Embedding.forward",
        "Embedding refuses wrong shapes with a ValueError",
        "Ids come as rows of a batch: how many axes has that?",
        "Check that ids.ndim is 2 before looking anything up, and say what was expected and what came.",
        after=("forward",),
    ),
)

rnn = Section("m2.rnn", "m2_rnn/rnn.py", f"{HERE}.rnn", "recurrent-networks")
RNN = (
    rnn.check(
        "forward",
        "parity",
        6,
        "RNN.forward",
        "RNN.forward matches PyTorch",
        "Write down one step first: what goes into tanh? Then let the state it gives be the next step's.",
        "h = tanh(x[:, t] @ W_ih.T + b_ih + h @ W_hh.T + b_hh), for t = 0, 1, … and h0 (or zeros) before the first.",
        "outputs[:, t] is the state after step t; h_T is the last of them.",
    ),
    rnn.check(
        "backward",
        "parity",
        7,
        "RNN.backward",
        "RNN.backward sends the right gradients to x and h0",
        "A state is an output, and it feeds the next step: two gradients meet in it. Which is known first?",
        "Go from the last step to the first, and hand dL_dh from step to step; it starts as dL_dh_T, or zeros.",
        "At each step add dL_doutputs[:, t], multiply by 1 - h², and send the result through W_ih to x, W_hh to h.",
        after=("forward",),
        lesson="backpropagation-through-time",
    ),
    rnn.check(
        "parameters",
        "parity",
        5,
        "RNN.backward",
        "RNN.backward leaves the right gradients of weights and biases",
        "The same weights were used at every step: their gradient is a sum over all steps and all samples.",
        "W_ih met x[:, t] and W_hh the state before step t: that is what the gradient inside tanh is multiplied with.",
        "Both biases were added at the same place, so they get the same gradient, in full.",
        after=("forward",),
        lesson="backpropagation-through-time",
    ),
    rnn.check(
        "gradient",
        "gradient",
        2,
        "RNN.backward",
        "RNN.backward is the slope of RNN.forward",
        "Nudge one number of x, h0 or a weight, and see by how much the loss moves: backward must say the same.",
        "forward is right by now, so compare backward with it line by line: what did each line do to the number?",
        run="slope",
        after=("forward",),
        lesson="backpropagation-through-time",
    ),
    rnn.check(
        "behaviour",
        "behaviour",
        2,
        "RNN.forward",
        "RNN keeps dtype, inputs and earlier calls apart",
        "A layer is used again and again: nothing may leak from one call into the next, or into the caller's arrays.",
        "Cast the parameters to x's dtype in forward, give every array you make that dtype, return copies.",
        after=("forward", "backward"),
    ),
    rnn.check(
        "errors",
        "behaviour",
        2,
        "RNN.forward",
        "RNN refuses wrong shapes and empty sequences with a ValueError",
        "Check rank, features and the number of steps before computing, and say what was expected and what came.",
        "x.ndim must be 3, x.shape[2] input_size, and x.shape[1] at least 1.",
        after=("forward",),
    ),
)

clip = Section("m2.clip", "m2_rnn/rnn.py", f"{HERE}.clip", "clipping")
CLIP = (
    clip.check(
        "norm",
        "parity",
        2,
        "clip_by_norm",
        "clip_by_norm returns the norm of all gradients together, before clipping",
        "Think of all arrays as one long vector: how long is it?",
        "Sum the squares of all numbers of all arrays, and take one root. Return it even where nothing is clipped.",
    ),
    clip.check(
        "grads",
        "parity",
        3,
        "clip_by_norm",
        "clip_by_norm shortens all gradients by one factor, in place",
        "What factor makes a vector of length `norm` one of length `max_norm`? And when should nothing happen?",
        "Multiply every array by min(1, max_norm / norm) with *=, and mind a norm of zero.",
    ),
)

CHECKS: tuple[Check, ...] = (*EMBEDDING, *RNN, *CLIP)
