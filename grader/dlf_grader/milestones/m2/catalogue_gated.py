"""What m2 checks of LSTM, GRU and the sentiment classifier, and the training milestones."""

from __future__ import annotations

from dlf_grader.milestones.section import Section
from dlf_grader.model import Check

HERE = "dlf_grader.milestones.m2"

lstm = Section("m2.lstm", "m2_rnn/lstm.py", f"{HERE}.lstm", "lstm")
LSTM = (
    lstm.check(
        "forward",
        "parity",
        8,
        "LSTM.forward",
        "LSTM.forward matches PyTorch",
        "Get one step right first: four blocks of H numbers from x and h, each squashed in its own way.",
        "The blocks are i, f, g, o in this order; g takes tanh, the gates a sigmoid.",
        "c = f · c + i · g, then h = o · tanh(c); the next step starts from both.",
        "Check the two biases, both initial states, and the order of what is returned: outputs, (h_T, c_T).",
    ),
    lstm.check(
        "backward",
        "parity",
        8,
        "LSTM.backward",
        "LSTM.backward sends the right gradients to x, h0 and c0",
        "Two gradients travel from step to step, one along h and one along c. Where does each of them come from?",
        "At step t: dL_dh += dL_doutputs[:, t]; then dL_dc += dL_dh · o · (1 - tanh(c)²).",
        "Each gate's gradient is dL_dc (dL_dh for o) times what the gate multiplied, times its own slope.",
        "To the step before go dL_dc · f along the cell, and the four gates' gradients through W_hh along h.",
        after=("forward",),
        lesson="lstm-backward",
    ),
    lstm.check(
        "parameters",
        "parity",
        6,
        "LSTM.backward",
        "LSTM.backward leaves the right gradients of weights and biases",
        "The same weights were used at every step: their gradient is a sum over all steps and all samples.",
        "Collect the gradients inside the gates, (T, N, 4 H): then one product with all x, one with all states.",
        "W_hh met the state before each step: h0 and all outputs but the last. Both biases get the same, in full.",
        after=("forward",),
        lesson="lstm-backward",
    ),
    lstm.check(
        "gradient",
        "gradient",
        2,
        "LSTM.backward",
        "LSTM.backward is the slope of LSTM.forward",
        "Nudge one number of x, of a state or of a weight: backward must say by how much the loss moves.",
        "forward is right by now, so compare backward with it line by line: what did each line do to the number?",
        run="slope",
        after=("forward",),
        lesson="lstm-backward",
    ),
    lstm.check(
        "behaviour",
        "behaviour",
        2,
        "LSTM.forward",
        "LSTM keeps dtype, inputs and earlier calls apart",
        "A layer is used again and again: nothing may leak from one call into the next, or into the caller's arrays.",
        "Cast the parameters to x's dtype in forward, give every array you make that dtype, return copies.",
        after=("forward", "backward"),
    ),
    lstm.check(
        "errors",
        "behaviour",
        1,
        "LSTM.forward",
        "LSTM refuses wrong shapes and empty sequences with a ValueError",
        "Check rank, features and the number of steps before computing, and say what was expected and what came.",
        "x.ndim must be 3, x.shape[2] input_size, and x.shape[1] at least 1.",
        after=("forward",),
    ),
)

gru = Section("m2.gru", "m2_rnn/gru.py", f"{HERE}.gru", "gru")
GRU = (
    gru.check(
        "forward",
        "parity",
        6,
        "GRU.forward",
        "GRU.forward matches PyTorch",
        "Compute x's part and the state's part of all three blocks apart: the candidate needs them apart.",
        "r and z are sigmoids of both parts' sum; n = tanh(x's part + r · the state's part, bias included).",
        "h = (1 - z) · n + z · h: z is the share that is kept.",
    ),
    gru.check(
        "backward",
        "parity",
        6,
        "GRU.backward",
        "GRU.backward sends the right gradients to x and h0",
        "In how many ways does a state reach the next one? Kept by z, and through three blocks of W_hh.",
        "z gets dL_dh · (h - n) · z (1 - z), what stands inside n gets dL_dh · (1 - z) · (1 - n²), with h from before.",
        "r gets n's inner gradient times the hidden product, times r (1 - r); on the state's side n's is times r.",
        after=("forward",),
    ),
    gru.check(
        "parameters",
        "parity",
        4,
        "GRU.backward",
        "GRU.backward leaves the right gradients of weights and biases",
        "The same weights were used at every step: their gradient is a sum over all steps and all samples.",
        "W_ih and b_ih belong to x's side, W_hh and b_hh to the state's side: in n's rows the two sides differ by r.",
        after=("forward",),
    ),
    gru.check(
        "gradient",
        "gradient",
        2,
        "GRU.backward",
        "GRU.backward is the slope of GRU.forward",
        "Nudge one number of x, h0 or a weight, and see by how much the loss moves: backward must say the same.",
        "forward is right by now, so compare backward with it line by line: what did each line do to the number?",
        run="slope",
        after=("forward",),
    ),
    gru.check(
        "behaviour",
        "behaviour",
        1,
        "GRU.forward",
        "GRU keeps dtype, inputs and earlier calls apart",
        "A layer is used again and again: nothing may leak from one call into the next, or into the caller's arrays.",
        "Cast the parameters to x's dtype in forward, give every array you make that dtype, return copies.",
        after=("forward", "backward"),
    ),
    gru.check(
        "errors",
        "behaviour",
        1,
        "GRU.forward",
        "GRU refuses wrong shapes and empty sequences with a ValueError",
        "Check rank, features and the number of steps before computing, and say what was expected and what came.",
        "x.ndim must be 3, x.shape[2] input_size, and x.shape[1] at least 1.",
        after=("forward",),
    ),
)

sentiment = Section("m2.sentiment", "m2_rnn/sentiment.py", f"{HERE}.sentiment", "a-sentiment-classifier")
SENTIMENT = (
    sentiment.check(
        "init",
        "behaviour",
        2,
        "SentimentLSTM.__init__",
        "SentimentLSTM has parameters, and a gradient reaches every one",
        "Layers become part of a module when they are attributes of it; call super().__init__() first.",
        "nn.Embedding, nn.LSTM(batch_first=True), nn.Dropout, nn.Linear: each of them must take part in forward.",
    ),
    sentiment.check(
        "forward",
        "behaviour",
        2,
        "SentimentLSTM.forward",
        "SentimentLSTM turns texts into a row of logits each",
        "Follow one text: (T,) ids, (T, E) vectors, (T, H) states; then something has to make one row of many.",
        "Pool the states over time, by mean or maximum or both; then one nn.Linear to num_classes. No softmax.",
        after=("init",),
    ),
    sentiment.check(
        "padding",
        "behaviour",
        3,
        "SentimentLSTM.forward",
        "What stands beyond a text's length never changes its logits",
        "Where does a padded step act? In the LSTM, if it reads backwards; in a sum; in a maximum.",
        "To read backwards, turn each text round within its length: place t takes the token of place length - 1 - t.",
        "Divide sums by lengths, not by T; fill padded steps with -inf before a maximum.",
        after=("forward",),
    ),
    sentiment.check(
        "rows",
        "behaviour",
        2,
        "SentimentLSTM.forward",
        "Texts of a batch do not act on each other, in whatever order they come",
        "Give each text its own length everywhere; nothing is summed over axis 0.",
        "If you sort texts by length or pack them, put them back into their order afterwards.",
        after=("forward",),
    ),
)

on_imdb = Section("m2", "m2_rnn/sentiment.py", "dlf_grader.instruments_old.training", "training-on-imdb")
training = Section("m2", "m2_rnn/sentiment.py", f"{HERE}.sentiment", "which-came-first")
TRAINING = (
    training.check(
        "events",
        "training",
        5,
        "SentimentLSTM.forward",
        "SentimentLSTM tells which of two events came first, 60 steps of noise apart",
        "The recipe is ours, so look at the network: does what the LSTM found reach the linear layer from every step?",
        "Pooling over all steps learns faster than the last state; a forget gate's bias of 1 helps to remember.",
        run="on_events",
        requires=("training",),
        after=("m2.sentiment.forward",),
        timeout=180.0,
    ),
    on_imdb.check(
        "imdb",
        "training",
        0,
        "SentimentLSTM.forward",
        "SentimentLSTM reaches 86 % on IMDB",
        "About 50 % means that nothing of the text arrives; did what stands at the last column come from padding?",
        "About 80 to 84 %: pool over all steps instead of taking the last state, and read in both directions.",
        "Training far above test: dropout on the embedded words and before the last layer.",
        run="milestone",
        requires=("training", "long:15 minutes", "data:imdb"),
        after=("m2.sentiment.padding",),
        timeout=4 * 3600.0,
    ),
)

CHECKS: tuple[Check, ...] = (*LSTM, *GRU, *SENTIMENT, *TRAINING)
