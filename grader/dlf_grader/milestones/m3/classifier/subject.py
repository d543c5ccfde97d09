"""EncoderClassifier as a subject: its texts, what padding must not change, and the small task that it learns."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array, RngFor
from dlf_grader.instruments.invariance import Invariance, Told, Variation
from dlf_grader.instruments.parameters import PROBES, parameter_shapes
from dlf_grader.instruments.subjects.network import Network
from dlf_grader.instruments.tokens import PADDED, SOFTMAX_AXIS
from dlf_grader.instruments.training.models import Goal
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.protocol import Tensor
from dlf_grader.sandbox.proxy import Remote, Submission

LENGTHS = (7, 3, 5, 1)
NUMBER = re.compile(r"\d+")
SIZES = {"vocab_size": 20, "max_length": 12, "num_classes": 5, "d_model": 16, "num_heads": 4, "d_ff": 32}
NO_POSITIONS = Diagnosis(
    "no-positions", "Attention alone treats a text as a bag of tokens: add a vector for each position."
)
TOKENS_SUMMED = Diagnosis(
    "tokens-summed", "A sum over tokens is all that the last layers see: let every token attend to the others first."
)
TOKENS_ALONE = Diagnosis(
    "tokens-alone", "Each token is computed by itself: multiply the attention's weights, (T, T), by all values."
)
NO_RESIDUALS = Diagnosis(
    "no-residuals", "Add its input to what an attention, or a feed-forward network, computes: x = x + part(x)."
)
PADDING_COUNTS = Diagnosis(
    "padding-counts",
    "Padding counts: compute the logits from the real tokens alone. Hide padded keys from every query, and leave "
    "padding out of the mean.",
)
PADDING_ID_FIXED = Diagnosis(
    "padding-id-fixed",
    "Padding of id 0 does not count, and padding of id 7 does: compare tokens with padding_idx, and not with 0.",
)


def _why(told: Told, batch: Array, submission: Submission, model: Remote, *answers: Array) -> Told:
    """Whether a softmax runs over something else than the keys, where the line does not tell."""
    add_up = submission.call(f"{PROBES}:weights_add_up", model, batch)
    return replace(told, mistake=SOFTMAX_AXIS) if add_up is False else told


def _full_texts(rng: np.random.Generator, count: int) -> tuple[Array, ...]:
    return (rng.integers(1, SIZES["vocab_size"], (count, SIZES["max_length"])),)


def _has_residuals(network: Network, submission: Submission, ctx: Context) -> Measurements:
    """A text's tokens still reach the logits when what a block adds is next to nothing.

    One block at a time: a class token sees the text only through what some block adds to it.
    """
    inputs = network.rows(ctx, 3)
    model = network.stirred(submission, ctx, inputs)
    usual = parameter_shapes(submission, model, *inputs)
    deeper = parameter_shapes(submission, network.new(submission, ctx, **network.deeper), *inputs)
    outside = {SIZES[name] for name in ("vocab_size", "max_length", "num_classes")}
    matrices = {name for name, shape in usual.items() if len(shape) > 1 and not outside.intersection(shape)}
    for block in _blocks(usual, deeper):
        names = sorted(matrices.intersection(block))
        y, less = (submission.call(f"{PROBES}:shrunk", model, names, factor, *inputs) for factor in (1.0, 1e-6))
        if names and isinstance(y, Tensor) and isinstance(less, Tensor) and y.array.shape == less.array.shape:
            spread, left = (float(np.linalg.norm(part.array - part.array.mean(axis=0))) for part in (y, less))
            if left < 1e-3 * spread:
                text = "with next to nothing added by one block, next to nothing of the text reaches the logits"
                raise CheckFailure(text, None, (NO_RESIDUALS,))
    return {}


def _blocks(usual: Iterable[str], deeper: Iterable[str]) -> Iterable[list[str]]:
    """A network's parameters by block: by the number in their names that runs further in a deeper network."""
    seen = defaultdict[str, list[list[str]]](list)
    for name in usual:
        seen[_any_number(name)].append(NUMBER.findall(name))
    runs = {
        _any_number(name): at
        for name in deeper
        for at, number in enumerate(NUMBER.findall(name))
        if number not in {numbers[at] for numbers in seen[_any_number(name)]}
    }
    blocks = defaultdict[str, list[str]](list)
    for name in usual:
        if _any_number(name) in runs:
            blocks[NUMBER.findall(name)[runs[_any_number(name)]]].append(name)
    return blocks.values()


def _any_number(name: str) -> str:
    return NUMBER.sub("0", name)


CLASSIFIER = Network(
    name="EncoderClassifier",
    inputs=_full_texts,
    arguments=SIZES,
    classes=(5, 33),
    deeper={"num_layers": 4},
    ordered=NO_POSITIONS,
    summed=TOKENS_SUMMED,
    alone=TOKENS_ALONE,
    further=(_has_residuals,),
    names=(NO_RESIDUALS,),
    usual={"d_model": 128, "d_ff": 256, "dropout": 0.0},
)


def _padded(rng: np.random.Generator, padding: int) -> Array:
    """Texts of different lengths, filled up with padding, which is never a token of a text."""
    width = max(LENGTHS)
    tokens = rng.integers(1, SIZES["vocab_size"], (len(LENGTHS), width))
    real = np.arange(width) < np.array(LENGTHS)[:, None]
    return np.where(real, np.where(tokens == padding, SIZES["vocab_size"] - 1, tokens), padding)


def variations(rng_for: RngFor) -> Iterator[Variation]:
    """More padding, a text with and without it, and a neighbour of nothing but padding; for two ids of padding."""
    for padding in (0, 7):
        texts = _padded(rng_for(max(LENGTHS)), padding)
        wider = np.pad(texts, ((0, 0), (0, 4)), constant_values=padding)
        emptied = texts.copy()
        emptied[2] = padding
        alone = texts[1:2, : LENGTHS[1]]
        for what, text, batch, changed, rows in (
            ("four columns of padding more", "four columns of padding change the logits", texts, wider, slice(4)),
            ("with and without padding", "a text's logits change when it is padded", alone, texts, slice(1, 2)),
            ("an empty text", "an empty text changes the logits of its neighbours", texts[:2], emptied, slice(2)),
        ):
            words = f"padding_idx={padding}, lengths {LENGTHS}, {what}"
            told = Told(PADDING_COUNTS, ((texts[:1],), (wider[:1],)) if what.endswith("more") else None)
            found = Variation(
                words, text, told, (batch,), (changed,), rows, {"padding_idx": padding}, partial(_why, told, batch)
            )
            fixed = replace(found, told=Told(PADDING_ID_FIXED), explain=None)  # if all is well with 0
            yield fixed if padding else replace(found, named=PADDED)


PADDING = Invariance(CLASSIFIER, variations, (*PADDED.values(), PADDING_COUNTS, PADDING_ID_FIXED))
RECALL = Goal(
    recipe="text:classifier",
    model="EncoderClassifier",
    data="associative_recall",
    arguments=SIZES | {"vocab_size": 17, "max_length": 5, "num_classes": 8, "d_model": 64, "d_ff": 128, "dropout": 0.0},
    settings={"epochs": 6, "batch_size": 64, "lr": 5e-3, "longest": 5, "device": "cpu"},
    test=0.99,
)
