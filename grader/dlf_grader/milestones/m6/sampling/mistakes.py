"""What people get wrong about the odds of the next token: the rule with one thing changed."""

from __future__ import annotations

from functools import partial

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case, of_right

EXACT = 1e-12  # by which a sum that is p on paper may miss it


def softmax(logits: Array) -> Array:
    """Exact at any size; what is −inf gets 0."""
    weights = np.exp(logits - logits.max())
    found: Array = weights / weights.sum()
    return found


def _odds(
    *,
    temperature: str = "divides",
    top_k: str = "most likely",
    top_p: str = "reaches",
    renormalise: str = "kp",
    k_first: bool = True,
) -> Mistaken:
    """The probabilities under a changed rule."""

    def answer(case: Case) -> Array | None:
        logits, options = case.inputs[0], case.init
        t, k, p = options.get("temperature", 1.0), options.get("top_k"), options.get("top_p")
        if t == 0:
            return None
        if temperature == "multiplies":
            odds = softmax(logits * t)
        elif temperature == "ignored":
            odds = softmax(logits)
        elif temperature == "unshifted":
            odds = np.exp(logits / t) / np.exp(logits / t).sum()
        elif temperature == "divides probabilities":
            odds = softmax(softmax(logits) / t)
        else:
            odds = softmax(logits / t)
        cuts = [("k", k), ("p", p)] if k_first else [("p", p), ("k", k)]
        for kind, value in cuts:
            if value is None:
                continue
            order = np.argsort(-odds, kind="stable")
            kept = _kept_k(order, int(value), top_k) if kind == "k" else _kept_p(order, odds, float(value), top_p)
            cut = np.zeros_like(odds)
            cut[kept] = odds[kept]
            odds = cut / cut.sum() if kind in renormalise else cut
        return odds

    return of_case(answer)


def _kept_k(order: Array, k: int, how: str) -> Array:
    if how == "ignored":
        return order
    return order[-k:] if how == "least likely" else order[: k - 1] if how == "one fewer" else order[:k]


def _kept_p(order: Array, odds: Array, p: float, how: str) -> Array:
    if how == "ignored":
        return order
    enough = int(np.searchsorted(np.cumsum(odds[order]), p)) + 1
    within = int(np.searchsorted(np.cumsum(odds[order]), p + EXACT))  # tokens whose sum is p at most
    counts = {"stops before": enough - 1, "one more": enough + 1}
    counts |= {"within": within, "within, or the first": max(within, 1)}
    kept: Array = order[: counts.get(how, enough)]
    return order[odds[order] >= p] if how == "threshold" else kept


def _sorted_mask(case: Case, least: float) -> Array | None:
    """Which of the sorted probabilities are left out of top_p, applied to the unsorted ones; `least` for no sum."""
    t, k, p = (case.init.get(name) for name in ("temperature", "top_k", "top_p"))
    if t == 0 or p is None:
        return None
    odds = softmax(case.inputs[0] / (1.0 if t is None else t))
    if k is not None:
        odds[np.argsort(-odds, kind="stable")[int(k) :]] = 0
        odds /= odds.sum()
    descending = np.sort(odds)[::-1]
    found: Array = np.where(np.cumsum(descending) - descending >= p, 0, odds)
    found /= max(found.sum(), least)
    return found


def _zero_divides(case: Case) -> Array | None:
    """0 / 0 at temperature 0."""
    return np.full(len(case.inputs[0]), np.nan) if case.init.get("temperature") == 0 else None


def _zeroed(*, shifted: bool) -> Mistaken:
    """Logits outside the top k are set to 0, before or after the largest is subtracted."""

    def answer(case: Case) -> Array | None:
        t, k, p = case.init.get("temperature", 1.0), case.init.get("top_k"), case.init.get("top_p")
        if t == 0 or k is None:
            return None
        logits = (case.inputs[0] - (case.inputs[0].max() if shifted else 0)) / t
        logits[np.argsort(-logits, kind="stable")[int(k) :]] = 0
        odds = softmax(logits)
        if p is not None:
            cut = np.zeros_like(odds)
            kept = _kept_p(np.argsort(-odds, kind="stable"), odds, float(p), "reaches")
            cut[kept] = odds[kept]
            odds = cut / cut.sum()
        return odds

    return of_case(answer)


def _sorted_after(*cuts: str) -> Mistaken:
    return of_right(lambda right, case: np.sort(right)[::-1] if set(cuts) & set(case.init) else right)


MISTAKES = (
    mistake(
        "temperature-multiplies",
        "probabilities",
        _odds(temperature="multiplies"),
        "The logits are multiplied by the temperature: divide them by it.",
    ),
    mistake(
        "temperature-ignored",
        "probabilities",
        _odds(temperature="ignored"),
        "The temperature makes no difference: divide the logits by it before the softmax.",
    ),
    mistake(
        "temperature-after-softmax",
        "probabilities",
        _odds(temperature="divides probabilities"),
        "The temperature divides probabilities: divide the logits, before the softmax.",
    ),
    mistake(
        "top-p-before-top-k",
        "probabilities",
        _odds(k_first=False),
        "top_p looks at the probabilities before top_k: apply top_k and renormalise first.",
    ),
    mistake(
        "not-renormalised",
        "probabilities",
        (_odds(renormalise=""), _odds(renormalise="p"), _odds(renormalise="k")),
        "What is left does not add up to 1: divide by the sum after each cut.",
    ),
    mistake(
        "least-likely-kept",
        "probabilities",
        _odds(top_k="least likely"),
        "top_k keeps the least likely tokens: sort by probability, the most likely first.",
    ),
    mistake(
        "cut-logits-are-zero",
        "probabilities",
        (_zeroed(shifted=True), _zeroed(shifted=False)),
        "Logits outside the top k are set to 0, which is a score like any other: set them to −inf.",
    ),
    mistake(
        "still-sorted",
        "probabilities",
        (_sorted_after("top_p"), _sorted_after("top_k", "top_p")),
        "The probabilities are returned in sorted order: write each back to its token's place.",
    ),
    mistake(
        "overflow",
        "probabilities",
        _odds(temperature="unshifted"),
        "exp overflows where a logit is large: subtract the largest logit first.",
    ),
    mistake(
        "zero-divides",
        "probabilities",
        of_case(_zero_divides),
        "The logits are divided by temperature 0: there all is on the first maximum, without a softmax.",
    ),
    mistake(
        "sorted-mask-on-unsorted",
        "probabilities",
        tuple(of_case(partial(_sorted_mask, least=least)) for least in (0.0, 1e-300)),
        "The mask is made in sorted order and applied in another: index with it through the order, p[order[mask]].",
    ),
    mistake("top-k-ignored", "probabilities", _odds(top_k="ignored"), "top_k makes no difference: cut after k tokens."),
    mistake(
        "top-p-stops-before",
        "probabilities",
        _odds(top_p="stops before"),
        "The token that reaches p is left out: keep the smallest set whose sum is at least p.",
    ),
    mistake(
        "top-p-stays-within",
        "probabilities",
        (_odds(top_p="within"), _odds(top_p="within, or the first")),
        "The token that reaches p is left out where it takes the sum over p: keep the smallest set that reaches p.",
    ),
    mistake(
        "top-p-one-more",
        "probabilities",
        _odds(top_p="one more"),
        "One token more than needed is kept: stop with the one that reaches p.",
    ),
    mistake(
        "top-p-threshold",
        "probabilities",
        _odds(top_p="threshold"),
        "top_p is taken for a threshold of each probability: it bounds the sum of the most likely ones.",
    ),
    mistake(
        "top-p-ignored", "probabilities", _odds(top_p="ignored"), "top_p makes no difference: cut where p is reached."
    ),
)
