"""KVCache.extend by itself, asked where pieces with a cache come out wrong: what it gives back, and counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import numpy as np

from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.compare import close, compare
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission

TARGET = "KVCache.extend"
TOKENS = 2  # the axis, of (N, kv, T, d)
NEW_FIRST = Diagnosis("new-tokens-first", "New tokens are put before the old ones: they come after them, (old, new).")
OTHER_AXIS = Diagnosis(
    "joined-along-another-axis", "Old and new are joined along another axis: tokens are axis 2 of (N, kv, T, d)."
)
KEYS_AND_VALUES = Diagnosis("keys-for-values", "Keys are given back as values, or values as keys: return k, v.")
MISCOUNTED = Diagnosis("tokens-miscounted", "length is not how many tokens the cache holds: that is k.shape[2].")
EXTENDING = (NEW_FIRST, OTHER_AXIS, KEYS_AND_VALUES, MISCOUNTED)


def check_extend(submission: Submission, ks: list[Array], vs: list[Array], label: str, number: int) -> None:
    """Fail where a new cache, handed these keys and values one after the other, gives back something else.

    Args:
        ks, vs: of each call, (N, kv, T, d).
        label, number: of the case in which it is asked.
    """
    cache = submission.new("KVCache")
    with suppress(LearnerError):  # what it raises, the pieces have raised
        for calls in range(1, len(ks) + 1):
            _check_call(cache.extend(ks[calls - 1], vs[calls - 1]), ks[:calls], vs[:calls], label, number)
            tokens = sum(k.shape[TOKENS] for k in ks[:calls])
            if cache.length != tokens:
                text = f"after call {calls} of {TARGET}, with {tokens} tokens in all, length is {cache.length}"
                raise CheckFailure(text, Counterexample(label, number, "length"), (MISCOUNTED,), target=TARGET)


def _check_call(given: Any, ks: list[Array], vs: list[Array], label: str, number: int) -> None:
    if not isinstance(given, list | tuple) or len(given) != 2:
        raise CheckFailure(f"{TARGET} should return k and v of all tokens so far", target=TARGET)
    for name, got, own, other in (("k", given[0], ks, vs), ("v", given[1], vs, ks)):
        wanted = np.concatenate(own, axis=TOKENS)
        if (found := compare(name, got, wanted)) is not None:
            where = Counterexample(label, number, name, found.index, found.yours, found.expected)
            known = tuple(mistake for mistake, wrong in _mistaken(own, other) if close(got, wrong))
            text = f"{TARGET} should return {name} of all tokens so far; in call {len(ks)}, {found.text}"
            raise CheckFailure(text, where, known[:1], target=TARGET)


def _mistaken(own: list[Array], other: list[Array]) -> Iterator[tuple[Diagnosis, Array]]:
    """What the mistakes that have a name give back in the last of some calls, where those before were right."""
    *old, new = own
    yield KEYS_AND_VALUES, np.concatenate(other, axis=TOKENS)
    yield NEW_FIRST, np.concatenate([new, *old], axis=TOKENS)
    for axis in {0, 1, 3}:
        with suppress(ValueError):  # of other lengths
            yield OTHER_AXIS, np.concatenate([*old, new], axis=axis)
