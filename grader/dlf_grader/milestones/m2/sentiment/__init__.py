"""SentimentLSTM, in PyTorch, and its trainings: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import FullTraining, Learns, Logits, SameLogits, Section, Training
from dlf_grader.model import Exercise

EXERCISE = Exercise("m2_rnn/sentiment.py", "torch", "build it from torch.nn's layers")
sentiment = Section("m2.sentiment", EXERCISE, f"{__name__}.subject:SENTIMENT_LSTM", "a-sentiment-classifier")
training = Section("m2", EXERCISE, f"{__name__}.subject:EVENTS", "which-came-first")

CHECKS = (
    sentiment.check(
        "init",
        Learns(),
        2,
        "SentimentLSTM.__init__",
        "SentimentLSTM has parameters, and every one moves its logits",
        "Make each layer an attribute of the module. Call super().__init__() first.",
        "nn.Embedding, nn.LSTM(batch_first=True), nn.Dropout, nn.Linear: does each of them take part in forward?",
    ),
    sentiment.check(
        "forward",
        Logits(),
        2,
        "SentimentLSTM.forward",
        "SentimentLSTM turns texts into a row of logits each",
        "Follow one text: (T,) ids, (T, E) vectors, (T, H) states. How do many states become one row?",
        "Pool the states over time, by mean or maximum or both. Then one nn.Linear to num_classes, without a softmax.",
        after=("init",),
    ),
    sentiment.check(
        "padding",
        SameLogits(),
        3,
        "SentimentLSTM.forward",
        "Tokens beyond a text's length never change its logits",
        "Where can a padded step count? In an LSTM that reads backwards, in a sum, in a maximum.",
        "To read backwards, reverse each text within its length: position t takes the token at length - 1 - t.",
        "Divide sums by lengths, not by T. Fill padded steps with -inf before a maximum.",
        subject="PADDING",
        after=("forward",),
    ),
    sentiment.check(
        "rows",
        SameLogits(),
        2,
        "SentimentLSTM.forward",
        "Texts of a batch do not change each other's logits, in whatever order they come",
        "Does each text use its own length everywhere? Is anything summed over axis 0?",
        "If you sort texts by length or pack them, restore their order afterwards.",
        subject="ROWS",
        after=("forward",),
    ),
    training.check(
        "events",
        Training(),
        5,
        "SentimentLSTM.forward",
        "SentimentLSTM tells which of two events came first, 60 steps of noise apart",
        "The recipe is ours, so look at the network: does every step of the LSTM reach the linear layer?",
        "Pool over all steps instead of taking the last state. Start the forget gate's bias at 1.",
        requires=("training",),
        after=("m2.sentiment.forward",),
        timeout=180.0,
    ),
    training.check(
        "imdb",
        FullTraining(),
        0,
        "SentimentLSTM.forward",
        "SentimentLSTM reaches 86 % on IMDB",
        "Is it about 50 %? Then nothing of the text arrives: does the last column come from padding?",
        "Is it 80 to 84 %? Pool over all steps instead of taking the last state, and read in both directions.",
        "Is the training accuracy far above the test's? Apply dropout to the embedded words and before the last layer.",
        requires=("training", "long:15 minutes", "data:imdb"),
        after=("m2.sentiment.padding",),
        timeout=4 * 3600.0,
        lesson="training-on-imdb",
    ),
)
