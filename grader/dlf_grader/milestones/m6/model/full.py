"""m6.ag_news: the learner's model trains in the worker, and is judged by tokens that the worker has not seen.

The test texts are cut, each at one place that is drawn. What stands before the cut goes over, logits come back, and the
token behind it stays here. A 5-gram is asked for the same tokens, so the two are compared pair by pair.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from dlf_reference.training.config import load
from dlf_reference.training.ngram import KneserNey

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.training.models import RECIPES, trained
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

END, ROWS = 10, 100  # the id between two texts; cut texts of a message
DEVIATIONS = 3
SEEN = Diagnosis(
    "better-in-training",
    "The loss in training is far below that of unseen texts: does a token see what it is to predict?",
)


@dataclass(frozen=True)
class Cut:
    """A test text's beginning, and the token that follows."""

    before: Array
    token: int


def train(submission: Submission, ctx: Context) -> Measurements:
    """Check that the model needs fewer bits per byte than a 5-gram with Kneser-Ney smoothing."""
    config = load("m6.ag_news")
    ctx.show(0.0, "learning byte pairs")
    data: dict[str, Any] = ctx.reference.data(config.data, folder=str(ctx.config.data_folder))
    vocabulary = 256 + len(data["merges"])
    submission.call("torch:manual_seed", ctx.seed)
    model = submission.new("LanguageModel", vocabulary, **config.arguments)
    inputs = {f"{kind}_{name}": data[f"{kind}_{name}"] for kind in ("x", "lengths") for name in ("train", "held_out")}
    inputs |= {f"{kind}_test": data[f"{kind}_held_out"] for kind in ("x", "lengths")}  # the test texts stay here
    submission.on_progress = lambda report: ctx.show(*_progress(report, data["bytes_held_out"]))
    settings = config.settings | {"device": ctx.config.device}
    found = trained(submission, config.recipe, model, inputs, ctx.seed, settings)
    ctx.show(1.0, "asking for the next tokens of the test texts")
    counted = KneserNey(data["x_train"].astype(np.int64), data["lengths_train"], vocabulary)
    chosen, odds = _cuts(data, counted, ctx.rng(1))
    yours = np.concatenate([_bits(submission, model, chosen[at : at + ROWS]) for at in range(0, len(chosen), ROWS)])
    per_byte = len(data["x_test"]) / data["bytes_test"]
    return _judged(yours * per_byte, -np.log2(odds) * per_byte, found)


def _progress(report: Any, size: int) -> tuple[float, str]:
    words = f"epoch {int(report['epoch'])} · loss {float(report['loss']):.3f}"
    if "held_out" in report:
        words += f" · {float(np.sum(report['held_out'])) / size:.3f} bits per byte"
    return float(report["fraction"]), words


def _cuts(data: dict[str, Any], counted: KneserNey, rng: np.random.Generator) -> tuple[list[Cut], Array]:
    """One place of each test text, and the 5-gram's probability of the token that stands there."""
    tokens, lengths = data["x_test"].astype(np.int64), data["lengths_test"]
    starts = np.cumsum(lengths) - lengths
    places = starts + rng.integers(0, lengths)
    cuts = [
        Cut(np.append(END, tokens[start:place]), int(tokens[place]))
        for start, place in zip(starts, places, strict=True)
    ]
    return cuts, counted.probabilities(tokens, lengths)[places]


def _bits(submission: Submission, model: Remote, cuts: list[Cut]) -> Array:
    """The bits of each token that was kept back, from the logits that come for what stands before it."""
    width = max(len(cut.before) for cut in cuts)
    rows = np.full((len(cuts), width), END, np.int64)
    for row, cut in zip(rows, cuts, strict=True):
        row[: len(cut.before)] = cut.before
    lengths = np.array([len(cut.before) for cut in cuts])
    logits = submission.call(f"{RECIPES}.language:next_logits", model, rows, lengths)
    if not isinstance(logits, np.ndarray) or logits.ndim != 2 or len(logits) != len(cuts) or logits.dtype.kind != "f":
        raise CheckFailure(f"expected logits for {len(cuts)} texts, got {describe_value(logits)}")
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    nats = np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(len(cuts)), [cut.token for cut in cuts]]
    found: Array = nats / math.log(2)
    return found


def _judged(yours: Array, counted: Array, found: dict[str, Any]) -> Measurements:
    gain = counted - yours
    error = float(gain.std(ddof=1)) / math.sqrt(len(gain))
    measured: dict[str, float | int | str] = {
        "bits per byte": float(yours.mean()),
        "5-gram": float(counted.mean()),
        "gain": f"{gain.mean():.4f} ± {error:.4f}",
        "training seconds": round(float(found["seconds"]), 1),
    }
    if not gain.mean() > DEVIATIONS * error:
        text = f"{yours.mean():.3f} bits per byte, expected fewer than a 5-gram's {counted.mean():.3f}"
        losses = [float(loss) / math.log(2) for loss in found["losses"]]
        diagnosis = (SEEN,) if losses and losses[-1] < 0.5 * float(yours.mean()) else ()
        raise CheckFailure(f"{text} by {DEVIATIONS} standard errors of {error:.4f}", diagnosis=diagnosis)
    return measured
