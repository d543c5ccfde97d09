"""Sampling: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import Custom, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m6_language/sampling.py")
sampling = Section("m6.sampling", EXERCISE, f"{__name__}.subject:PROBABILITIES", "sampling")

CHECKS = (
    sampling.check(
        "probabilities",
        Parity("probabilities"),
        5,
        "token_probabilities",
        "token_probabilities applies temperature, then the top k, then the top p",
        "Divide the logits by the temperature, and apply a softmax that does not overflow.",
        "Sort the tokens by probability, the most likely first. top_k keeps the first k of them.",
        "top_p keeps the fewest tokens whose sum reaches p: np.cumsum and np.searchsorted find how many.",
        "Divide by the sum after each cut: top_p looks at what top_k has left.",
    ),
    sampling.check(
        "agree",
        Custom("agree"),
        1,
        "token_probabilities",
        "Temperature 0, a top_k of 1 and a top_p near 0 agree, and K equal logits stay K",
        "The most likely token always stays, however small p is.",
        after=("probabilities",),
    ),
    sampling.check(
        "generate",
        Custom("continued", "CONTINUED"),
        2,
        "generate",
        "generate asks once for each new id, with all ids so far, and keeps the prompt",
        "Start with a copy of the prompt. Append each new id, so that the next one follows it.",
        "Pass temperature, top_k and top_p on to token_probabilities.",
        subject="CONTINUED",
        after=("probabilities",),
    ),
    sampling.check(
        "draws",
        Custom("draws", "DRAWS"),
        2,
        "generate",
        "generate draws each token as often as its probability says, from rng alone",
        "rng.choice(K, p=p) draws one of K numbers.",
        "Draw from the rng that was passed: a generator made inside gives the same text every time.",
        subject="DRAWS",
        after=("generate",),
        timeout=60.0,
    ),
)
