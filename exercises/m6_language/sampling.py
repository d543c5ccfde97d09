"""m6, part 7: sampling, from logits to text.

A language model gives a distribution. What it writes depends on how tokens are drawn: temperature,
the top k, and the top p keep the unlikely tail in check.

Lesson: exercises/m6_language/README.md
Grade:  dlf-grade m6 -k sampling
Write:  about 25 lines.
"""

from collections.abc import Callable

import numpy as np


def token_probabilities(
    logits: np.ndarray,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> np.ndarray:
    """The distribution to draw the next token from.

    Args:
        logits: (K,), floating; −inf for tokens that must not come.
        temperature: divides the logits: below 1 sharper, above flatter; 0 takes the first maximum.
        top_k: keep the k most likely; None, or more than K, keeps all.
        top_p: then keep the fewest most likely ones that reach p, in (0, 1]; None keeps all.

    Returns:
        (K,) float64, adding up to 1.

    Example:
        Logits [ln 5, ln 3, ln 2] are [0.5, 0.3, 0.2]. top_k = 2 makes them [0.625, 0.375, 0], and
        top_p = 0.6 after that [1, 0, 0].
    """
    _check(logits, temperature, top_k, top_p)
    # Shift before you divide: a small temperature makes large numbers. Renormalise after each cut.
    # TODO(m6.sampling.probabilities): about 14 lines.
    raise NotImplementedError("m6.sampling.probabilities")


def generate(
    next_logits: Callable[[list[int]], np.ndarray],
    prompt: list[int],
    count: int,
    *,
    rng: np.random.Generator,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> list[int]:
    """Go on from a prompt, token by token.

    Args:
        next_logits: gives the logits (K,) of what follows all ids so far; asked once for each.
        prompt: the ids to begin with; left as they are.
        count: how many new ids.
        rng: source of what is drawn.
        temperature, top_k, top_p: as in `token_probabilities`.

    Returns:
        The prompt's ids and the new ones.

    Example:
        With temperature 0 and logits that favour the last id plus 1: prompt [4] and count 2 give
        [4, 5, 6].
    """
    # Each new id is part of what the next one follows.
    # TODO(m6.sampling.generate): about 5 lines.
    raise NotImplementedError("m6.sampling.generate")


def _check(logits: np.ndarray, temperature: float, top_k: int | None, top_p: float | None) -> None:
    if logits.ndim != 1 or logits.size == 0:
        raise ValueError(f"expected logits of shape (K,), K at least 1, got {logits.shape}")
    if not np.isfinite(logits.max()):  # nan is the maximum wherever there is one
        got = f"{logits.max()} as the largest of {logits.size}"
        raise ValueError(f"expected logits without nan, and one at least that is finite, got {got}")
    if not 0 <= temperature < np.inf:
        raise ValueError(f"expected a temperature of at least 0, got {temperature}")
    if top_k is not None and top_k < 1:
        raise ValueError(f"expected a top_k of at least 1, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"expected a top_p in (0, 1], got {top_p}")
