"""LanguageModel, in PyTorch, and its trainings: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Custom, Section, Training
from dlf_grader.instruments.attention import PYTORCHS_ATTENTION
from dlf_grader.model import Exercise

EXERCISE = Exercise(
    "m6_language/model.py",
    "torch",
    "attention is what you write here, with matrix products and softmax",
    PYTORCHS_ATTENTION,
)
model = Section("m6.model", EXERCISE, f"{__name__}.subject:MODEL", "the-language-model")
training = Section("m6", EXERCISE, f"{__name__}.subject:COPY", "training")

CHECKS = (
    model.check(
        "init",
        Custom("learns", "LEARNS"),
        2,
        "LanguageModel.__init__",
        "LanguageModel has parameters, more with more layers, and a gradient reaches every one",
        "Make the layers attributes of the module. parameters() looks into an nn.ModuleList, not into a list.",
        "Use an embedding, num_layers blocks, a norm, and a projection to vocab_size.",
    ),
    model.check(
        "forward",
        Custom("logits_of_all_places", "FORWARD"),
        3,
        "LanguageModel.forward",
        "LanguageModel gives logits for every place, each row by itself, and heeds the order of tokens",
        "(N, T) → (N, T, E) → blocks → norm → (N, T, K). Apply no softmax.",
        "A sum over earlier tokens knows no order: rotate queries and keys by their places.",
        after=("init",),
    ),
    model.check(
        "future",
        Custom("future", "FUTURE"),
        3,
        "LanguageModel.forward",
        "The logits at a place depend on every token up to it, and on none after it",
        "Every block must hide later tokens, not only the first.",
        "Give scores of later keys −inf before the softmax. Which entries of (T, T) are those?",
        after=("forward",),
    ),
    model.check(
        "loss",
        Custom("first_loss", "FIRST_LOSS"),
        2,
        "LanguageModel.__init__",
        "The first loss on random tokens is within 1 of ln K",
        "Logits near zero give every token about the same probability, 1 / K.",
        "Draw the table of token vectors with a small standard deviation, such as 0.02, if it projects to logits, too.",
        after=("forward",),
    ),
    model.check(
        "errors",
        BadShapes(
            (
                ("tokens without a batch axis", {}, ((5,),)),
                ("texts of no tokens", {}, ((2, 0),)),
                ("tokens with an axis too many", {}, ((2, 3, 1),)),
            ),
            dtype="int64",
        ),
        0.5,
        "LanguageModel.forward",
        "LanguageModel refuses wrong shapes with a ValueError",
        "Check that tokens has two axes, and at least one column.",
        after=("forward",),
    ),
    model.check(
        "ids",
        Custom("ids"),
        0.5,
        "LanguageModel.forward",
        "LanguageModel refuses ids out of range with a ValueError",
        "Ids are from 0 to vocab_size − 1: look at the smallest and at the largest.",
        after=("forward",),
    ),
    training.check(
        "copy",
        Training(),
        4,
        "LanguageModel.forward",
        "LanguageModel learns to repeat what it has read, 99 %",
        "In the first layer a token learns which one precedes it. In the second a token finds its earlier self.",
        "Do queries and keys turn, and values not? Is the mask the right way round?",
        requires=("training",),
        after=("m6.model.future",),
        timeout=180.0,
    ),
    training.check(
        "ag_news",
        Custom("ag_news", kind="training"),
        0,
        "LanguageModel.forward",
        "LanguageModel needs fewer bits per byte on AG News than a 5-gram does",
        "A model that sees what it is to predict has a loss near zero in training, and fails here.",
        requires=("training", "long:40 minutes", "data:ag_news"),
        after=("m6.model.future",),
        timeout=6 * 3600.0,
    ),
)
