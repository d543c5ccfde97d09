"""EncoderClassifier: shapes, padding that changes nothing, rows that do not mix, gradients, and training."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.compare import close
from dlf_grader.instruments_old.network import PROBES, all_learn, logits
from dlf_grader.instruments_old.refusal import refused
from dlf_grader.instruments_old.training import Data, Goal, reaches
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission

SMALL = {"vocab_size": 20, "num_classes": 5, "d_model": 16, "num_heads": 4, "d_ff": 32, "max_length": 12}
LENGTHS = (7, 3, 5, 1)


def _new(submission: Submission, ctx: Context, **changed: Any) -> Remote:
    submission.call("torch:manual_seed", ctx.seed)
    return submission.new("EncoderClassifier", **(SMALL | changed))


def _texts(ctx: Context, padding: int = 0, width: int = max(LENGTHS)) -> np.ndarray:
    """A batch of texts of different lengths, filled up with padding."""
    tokens = ctx.rng(width).integers(1, SMALL["vocab_size"], (len(LENGTHS), width))
    tokens[np.arange(width) >= np.array(LENGTHS)[:, None]] = 0
    return np.where(tokens == 0, padding, np.where(tokens == padding, 19, tokens)).astype(np.int64)


def _logits(submission: Submission, model: Remote, tokens: np.ndarray, label: str, classes: int = 5) -> np.ndarray:
    """The model's logits, once they have the right type, shape and dtype."""
    return logits(submission, model, (len(tokens), classes), f"tokens {tokens.shape}, {label}", tokens)


def _same(text: str, name: str, advice: str, yours: np.ndarray, expected: np.ndarray, label: str) -> None:
    if not close(yours, expected, 1e-4):
        at = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(yours - expected))), yours.shape))
        found = Counterexample(label, 0, "logits", at, float(yours[at]), float(expected[at]))
        raise CheckFailure(text, found, (Diagnosis(name, advice),))


def size(submission: Submission, ctx: Context) -> Measurements:
    """EncoderClassifier is a module with parameters, all of which learn."""
    model = _new(submission, ctx)
    full = _texts(ctx, width=SMALL["max_length"])
    full[:] = 1 + np.arange(full.size).reshape(full.shape) % (SMALL["vocab_size"] - 1)
    parameters = all_learn(submission, model, np.arange(len(full)), full)
    deeper = sum(submission.call(f"{PROBES}:size", _new(submission, ctx, num_layers=4)).values())
    if deeper <= parameters:
        raise CheckFailure("four layers have no more parameters than two: expected a block of its own for each")
    return {"parameters": parameters}


def forward(submission: Submission, ctx: Context) -> Measurements:
    """A row of logits for each text, whatever stands around it; order within a text counts."""
    tokens = _texts(ctx)
    for classes in (5, 2):
        model = _new(submission, ctx, num_classes=classes)
        label = f"N={len(tokens)} T={tokens.shape[1]}, num_classes={classes}"
        together = _logits(submission, model, tokens, label, classes)
    order = np.array([2, 0, 3, 1])
    text, advice = "permuting the batch does not permute the logits", "Keep axis 0 apart in every reshape and softmax."
    _same(text, "rows-mix", advice, _logits(submission, model, tokens[order], label, 2), together[order], label)
    alone = _logits(submission, model, tokens[1:2], "N=1", 2)
    _same("a text's logits change with its neighbours", "rows-mix", advice, alone, together[1:2], label)
    backwards = tokens[:1, ::-1].copy()
    if close(_logits(submission, model, backwards, "N=1", 2), together[:1], 1e-5):
        advice = "Attention alone takes a text for a bag of tokens: add a vector for each position."
        raise CheckFailure("a text read backwards has the same logits", None, (Diagnosis("no-positions", advice),))
    return {"texts": len(tokens)}


def padding(submission: Submission, ctx: Context) -> Measurements:
    """Padding changes no logit, whatever its id, and a text of nothing but padding has finite ones."""
    advice = (
        "Three places: keys that are padding must be masked before the softmax, the mean must leave padding out, "
        "and it must divide by the number of real tokens."
    )
    for filler in (0, 7):
        model = _new(submission, ctx, padding_idx=filler)
        tokens = _texts(ctx, filler)
        label = f"padding_idx={filler}, lengths {LENGTHS}"
        short = _logits(submission, model, tokens, label)
        wide = np.pad(tokens, ((0, 0), (0, 4)), constant_values=filler)
        longer = _logits(submission, model, wide, f"{label}, 4 columns of padding more")
        _same("four columns of padding more change the logits", "padding-counts", advice, longer, short, label)
        alone = _logits(submission, model, tokens[1:2, : LENGTHS[1]], "one text without padding")
        _same("a text's logits change when it is padded", "padding-counts", advice, short[1:2], alone, label)
        tokens[2] = filler
        _logits(submission, model, tokens, "a text of nothing but padding")
        others = _logits(submission, model, tokens, "a text of nothing but padding")
        _same("an empty text changes its neighbours", "padding-counts", advice, others[:2], short[:2], label)
    return {"paddings": 2}


def errors(submission: Submission, ctx: Context) -> Measurements:
    """Texts that are too long or have no batch axis raise ValueError."""
    model = _new(submission, ctx)
    for what, shape in (("longer than max_length", (2, 13)), ("without a batch axis", (5,)), ("of no tokens", (2, 0))):
        tokens = np.ones(shape, np.int64)
        refused(ctx, f"texts {what}", partial(submission.call, f"{PROBES}:logits", model, tokens), tokens)
    return {"inputs": 3}


# -- training -------------------------------------------------------------------------------------


def _recaller(submission: Submission, seed: int) -> Remote:
    submission.call("torch:manual_seed", seed)
    sizes = {"d_model": 64, "num_heads": 4, "d_ff": 128, "num_layers": 2, "max_length": 5}
    return submission.new("EncoderClassifier", vocab_size=17, num_classes=8, dropout=0.0, **sizes)


def _recall(ctx: Context) -> Data:
    data: Data = ctx.reference.data("quick:associative_recall", seed=ctx.seed)
    return data


def on_recall(submission: Submission, ctx: Context) -> Measurements | None:
    """EncoderClassifier recalls the value of a key."""
    settings = {"epochs": 6, "batch_size": 64, "lr": 5e-3, "longest": 5, "device": "cpu"}
    return reaches(Goal("text:classifier", _recaller, _recall, settings, test=0.99))(submission, ctx)
