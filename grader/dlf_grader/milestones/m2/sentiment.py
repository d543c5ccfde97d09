"""SentimentLSTM: shapes, padding, rows that do not mix, gradients that arrive, and which of two events came first."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.compare import close
from dlf_grader.instruments_old.network import all_learn, logits
from dlf_grader.instruments_old.training import Data, Goal, accuracy, reaches
from dlf_grader.model import Counterexample, Diagnosis, Measurements
from dlf_grader.sandbox.proxy import Remote, Submission

VOCABULARY = 20
SMALL = {"vocab_size": VOCABULARY, "embedding_dim": 6, "hidden_size": 5}
LENGTHS = np.array([4, 7, 1, 6])  # in no order, one token at least
WIDTH = 7
PADDING_ADVICE = (
    "Three places can let padding in: an LSTM that reads backwards and meets it first (turn each text round within its "
    "own length), "
    "a mean that divides by T or adds what stands there, and a maximum that a padded step can win (mask with -inf)."
)


def _new(submission: Submission, ctx: Context, **arguments: Any) -> Remote:
    submission.call("torch:manual_seed", ctx.seed)
    return submission.new("SentimentLSTM", **(SMALL | arguments))


def _tokens(ctx: Context, lengths: np.ndarray = LENGTHS, width: int = WIDTH) -> np.ndarray:
    """Rows of tokens, filled up with 0."""
    tokens = ctx.rng(1).integers(1, VOCABULARY, (len(lengths), width))
    return np.where(np.arange(width) < lengths[:, None], tokens, 0)


def _logits(
    submission: Submission, model: Remote, tokens: np.ndarray, lengths: np.ndarray = LENGTHS, classes: int = 2
) -> np.ndarray:
    """The model's logits, once they have the right type, shape and dtype."""
    label = f"tokens {tokens.shape}, lengths {lengths.tolist()}, num_classes={classes}"
    return logits(submission, model, (len(tokens), classes), label, tokens, lengths)


def init(submission: Submission, ctx: Context) -> Measurements:
    """SentimentLSTM is a module with parameters, all of which learn."""
    model = _new(submission, ctx)
    return {"parameters": all_learn(submission, model, np.array([0, 1, 1, 0]), _tokens(ctx), LENGTHS)}


def forward(submission: Submission, ctx: Context) -> Measurements:
    """A row of logits for each text, that depends on the order of its tokens."""
    for classes in (2, 5):
        model = _new(submission, ctx, num_classes=classes)
        _logits(submission, model, _tokens(ctx), classes=classes)
        _logits(submission, model, _tokens(ctx)[:1, :1], np.array([1]), classes)
    model, tokens = _new(submission, ctx), _tokens(ctx, np.array([WIDTH]))
    lengths = np.array([WIDTH])
    if close(_logits(submission, model, tokens, lengths), _logits(submission, model, tokens[:, ::-1].copy(), lengths)):
        advice = "Hand the embedded tokens to an LSTM, and pool what the LSTM gives."
        text = "a text and the same text backwards get the same logits: is the LSTM used?"
        raise CheckFailure(text, diagnosis=(Diagnosis("order-unused", advice),))
    return {"texts": len(tokens)}


def padding(submission: Submission, ctx: Context) -> Measurements:
    """What stands beyond a row's length never changes its logits."""
    model, tokens = _new(submission, ctx), _tokens(ctx)
    tried = 0
    for texts, lengths in ((tokens[:, :1], np.ones_like(LENGTHS)), (tokens, LENGTHS)):
        exact = _logits(submission, model, texts.copy(), lengths)
        wider = np.pad(texts, ((0, 0), (0, 5)))
        other = ctx.rng(2).integers(1, VOCABULARY, wider.shape)
        inside = np.arange(wider.shape[1]) < lengths[:, None]
        for what, changed in (("padding", wider), ("other tokens", np.where(inside, wider, other))):
            found = _logits(submission, model, changed, lengths)
            tried += 1
            if not close(found, exact, 1e-4):
                row = int(np.argmax(np.abs(found - exact).max(axis=1)))
                label = f"row {row} of length {lengths[row]}, in {texts.shape[1]} columns and in {changed.shape[1]}"
                at = Counterexample(label, 0, "logits", (row, 0), float(found[row, 0]), float(exact[row, 0]))
                text = f"{what} beyond the lengths, in five more columns, changes the logits"
                raise CheckFailure(text, at, (Diagnosis("padding-read", PADDING_ADVICE),))
    return {"variations": tried}


def rows(submission: Submission, ctx: Context) -> Measurements:
    """Texts do not act on each other, and come out in the order they came in."""
    model, tokens = _new(submission, ctx), _tokens(ctx)
    together = _logits(submission, model, tokens)
    order = np.array([2, 0, 3, 1])
    permuted = _logits(submission, model, tokens[order].copy(), LENGTHS[order].copy())
    if not close(permuted, together[order], 1e-4):
        advice = "If rows are sorted by length on the way, put them back into their order."
        text = "the same texts in another order get other logits"
        raise CheckFailure(text, diagnosis=(Diagnosis("order-lost", advice),))
    for row, length in enumerate(LENGTHS):
        alone = _logits(submission, model, tokens[row : row + 1, :length].copy(), LENGTHS[row : row + 1].copy())
        if not close(alone, together[row : row + 1], 1e-4):
            text = f"row {row}, of length {length}, gets other logits alone than in the batch, in evaluation mode"
            advice = "Every row by itself: its own length in the mean, its own mask, no sum or mean over axis 0."
            raise CheckFailure(text, diagnosis=(Diagnosis("rows-mix", advice),))
    return {"texts": len(tokens)}


# -- training -------------------------------------------------------------------------------------

SETTINGS = {"epochs": 5, "batch_size": 32, "lr": 1e-2, "enough": 0.05}
HIDDEN = 24


def _model(submission: Submission, seed: int) -> Remote:
    submission.call("torch:manual_seed", seed)
    return submission.new("SentimentLSTM", vocab_size=13, embedding_dim=16, hidden_size=HIDDEN, dropout=0.1)


def _events(ctx: Context) -> Data:
    data: Data = ctx.reference.data("quick:order_of_events", seed=ctx.seed)
    return data


def on_events(submission: Submission, ctx: Context) -> Measurements:
    """SentimentLSTM tells which of two events came first; beside it, what an RNN without gates makes of it."""
    goal = Goal("sequences:sequence_classifier", _model, _events, SETTINGS, test=0.9)
    measured = dict(reaches(goal)(submission, ctx) or {})
    data = _events(ctx)
    inputs = {name: data[name] for name in ("x_train", "y_train", "x_test")}
    submission.on_progress = lambda report: ctx.show(float(report["fraction"]), "an RNN without gates, to compare")
    settings = SETTINGS | {"epochs": len(str(measured["curve"]).split())}  # no more than the LSTM needed
    vanilla = submission.call(
        "dlf_reference.training.sequences:vanilla_rnn", inputs, hidden_size=HIDDEN, seed=ctx.seed, **settings
    )
    return measured | {"vanilla RNN's accuracy": accuracy(vanilla["test"], data["y_test"], "the vanilla RNN's")}
