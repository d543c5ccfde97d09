"""KVCache: pieces give what the whole gives, a new token costs one row, and what a cache may not be used for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.case import Array, counted
from dlf_grader.instruments.compare import as_array, close, compare
from dlf_grader.milestones.m6.causal.extending import EXTENDING, check_extend
from dlf_grader.milestones.m6.causal.formula import merge, softmax, split, turn
from dlf_grader.milestones.m6.causal.subject import draw_parameters
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission

COUNTING = "dlf_grader.sandbox.counting:Counted"
CUTS: tuple[tuple[int, ...], ...] = ((1, 1), (2, 1), (1, 3), (1, 1, 1, 1), (3, 2, 1))


@dataclass(frozen=True)
class Text:
    """A text in pieces, and the weights of a layer that reads it."""

    x: Array
    cuts: tuple[int, ...]
    p: dict[str, Any]
    heads: int
    kv: int

    @property
    def label(self) -> str:
        """In words."""
        n, t, e = self.x.shape
        heads = f"{counted(self.heads, 'head')}, {counted(self.kv, 'key head')}"
        return f"N={n} T={t} E={e}, {heads}, pieces of {', '.join(map(str, self.cuts))}"

    def pieces(self) -> list[Array]:
        """The text, cut."""
        return np.split(self.x, np.cumsum(self.cuts)[:-1], axis=1)


def _texts(ctx: Context) -> list[Text]:
    drawn = tuple(int(size) for size in ctx.rng(50).integers(1, 20, 5))
    found = list[Text]()
    for number, cuts in enumerate((*CUTS, drawn), start=1):
        rng = ctx.rng(number)
        n, heads, kv = ((1, 1, 1), (2, 2, 2), (2, 4, 2))[min(number, 3) - 1]
        e = 4 * heads
        found.append(Text(rng.standard_normal((n, sum(cuts), e)), cuts, draw_parameters(rng, e, heads, kv), heads, kv))
    return found


def _layer(submission: Submission, text: Text) -> Remote:
    layer = submission.new("CausalSelfAttention", text.x.shape[2], text.heads, text.kv)
    for name, value in text.p.items():
        setattr(layer, name, value)
    return layer


# -- pieces ---------------------------------------------------------------------------------------

RESTARTED = Diagnosis(
    "positions-restart", "Each piece counts its positions from 0: go on at the cache's length, before it is extended."
)
FORGOTTEN = Diagnosis(
    "earlier-tokens-forgotten", "New queries read the new keys only: put those of the cache before them."
)
AFTER = Diagnosis(
    "positions-after-extending", "Positions begin after the new tokens: read the cache's length before you extend it."
)
MASKED = Diagnosis(
    "mask-from-the-start",
    "The mask counts a piece's queries from 0, so its newest keys are hidden: query t has the place cache.length + t.",
)
UNMASKED = Diagnosis("piece-not-masked", "Within a piece a token sees later ones: hide them with a cache as well.")
TURNED_TWICE = Diagnosis(
    "keys-turned-again",
    "Keys from the cache are rotated again: keep them as they were rotated, and rotate new ones only.",
)
LAST_PIECE = Diagnosis(
    "last-piece-only", "The cache keeps the latest piece and loses those before it: keep the keys and values of all."
)
SHARED = Diagnosis(
    "caches-share",
    "A new cache is not empty, so caches share what they keep: create it in __init__, on self, not on the class.",
)
KNOWN = (RESTARTED, FORGOTTEN, AFTER, MASKED, UNMASKED, TURNED_TWICE, LAST_PIECE)
OF_FORWARD = (RESTARTED, AFTER, MASKED, UNMASKED)  # the others may be the cache's doing, or forward's
PIECES = (*KNOWN, SHARED, *EXTENDING)


def in_pieces(text: Text, mistake: Diagnosis | None = None) -> list[Array]:
    """What the pieces give, one after the other; with a mistake, if one is named."""
    reads, found = np.arange(text.heads) // (text.heads // text.kv), list[Array]()
    k = v = np.empty((len(text.x), text.kv, 0, text.x.shape[2] // text.heads))
    before = 0
    for x in text.pieces():
        t = x.shape[1]
        first = {RESTARTED: 0, AFTER: before + t}.get(mistake, before) if mistake else before
        q, new = turn(split(x @ text.p["W_q"].T, text.heads), first), split(x @ text.p["W_k"].T, text.kv)
        if mistake is TURNED_TWICE:
            k = turn(np.concatenate([k, new], axis=2))
        else:
            k = np.concatenate([k, turn(new, first)], axis=2)
        v = np.concatenate([v, split(x @ text.p["W_v"].T, text.kv)], axis=2)
        if mistake is FORGOTTEN:
            k, v = k[:, :, -t:], v[:, :, -t:]
        s = k.shape[2]
        may = np.tri(t, s, 0 if mistake is MASKED else s - t, dtype=bool) | (mistake is UNMASKED)
        scores = q @ k[:, reads].swapaxes(-1, -2) * q.shape[-1] ** -0.5
        found.append(merge(softmax(np.where(may, scores, -np.inf)) @ v[:, reads]) @ text.p["W_o"].T)
        before += t
        if mistake is LAST_PIECE:
            k, v = k[:, :, -t:], v[:, :, -t:]
    return found


def pieces(submission: Submission, ctx: Context) -> Measurements:
    """Every piece of every text; then the text as a whole once more, which the cache must not change."""
    worst, texts = 0.0, _texts(ctx)
    for number, text in enumerate(texts, start=1):
        if ctx.only_case not in (None, number):
            continue
        layer = _layer(submission, text)
        cache = submission.new("KVCache")
        try:
            yours = [layer.forward(x, cache) for x in text.pieces()]
        except LearnerError:
            _ask_extend(submission, text, number, ctx)
            raise
        right = in_pieces(text)
        for at, (got, wanted) in enumerate(zip(yours, right, strict=True)):
            where = Counterexample(text.label, number, f"y of piece {at}")
            if (found := compare(f"y of piece {at}", got, wanted)) is not None:
                at_index = Counterexample(
                    text.label, number, f"y of piece {at}", found.index, found.yours, found.expected
                )
                if not (named := _named(submission, text, yours)):
                    _ask_extend(submission, text, number, ctx)
                target = "CausalSelfAttention.forward" if any(each in OF_FORWARD for each in named) else ""
                raise CheckFailure(found.text, at_index, named, target=target)
            array = as_array(got)
            if array is None:
                raise CheckFailure("forward: expected an array", where)
            worst = max(worst, float(np.abs(array - wanted).max()))
        whole = np.concatenate(right, axis=1)
        if (found := compare("y", layer.forward(text.x), whole)) is not None:
            where = Counterexample(text.label, number, "y", found.index, found.yours, found.expected)
            raise CheckFailure(f"after the cache, the whole without one: {found.text}", where)
    return {"texts": len(texts), "max error": worst}


def _ask_extend(submission: Submission, text: Text, number: int, ctx: Context) -> None:
    rng, n, width = ctx.rng(number), len(text.x), text.x.shape[2] // text.heads
    ks, vs = ([rng.standard_normal((n, text.kv, t, width)) for t in text.cuts] for _ in "kv")
    check_extend(submission, ks, vs, text.label, number)


def _named(submission: Submission, text: Text, yours: Sequence[Any]) -> tuple[Diagnosis, ...]:
    """The mistake whose every piece is the learner's, if there is one and one only."""
    found = [one for one in KNOWN if all(map(close, yours, in_pieces(text, one)))]
    if not found and _shared(submission, text):
        return (SHARED,)
    return tuple(found) if len(found) == 1 else ()


def _shared(submission: Submission, text: Text) -> bool:
    """Whether the same layer reads the same text in another way with one new cache than with another."""
    layer, first = _layer(submission, text), text.pieces()[0]
    one, other = (layer.forward(first, submission.new("KVCache")) for _ in range(2))
    return not close(one, other)


# -- what a token costs ---------------------------------------------------------------------------

RECOMPUTED = Diagnosis(
    "everything-computed-again",
    "The whole text is computed again for each token: project and score the new tokens only.",
)
COST = (RECOMPUTED,)
SHORT, LONG, ROOM = 64, 256, 1.5


def cost(submission: Submission, ctx: Context) -> Measurements:
    """Multiplications of matrix products for one token, counted: a row of scores, one of values, projections."""
    rng = ctx.rng(1)
    e, heads, kv = 16, 4, 2
    text = Text(rng.standard_normal((1, LONG, e)), (1,), draw_parameters(rng, e, heads, kv), heads, kv)
    layer, counts = _layer(submission, text), {}
    for tokens in (SHORT, LONG):
        cache = submission.new("KVCache")
        layer.forward(text.x[:, :tokens], cache)
        counts[tokens] = _products(submission, layer, rng.standard_normal((1, 1, e)), cache)
    if not all(counts.values()):
        return {"products": "not counted"}
    for tokens, count in counts.items():
        needed = 2 * heads * (tokens + 1) * (e // heads) + 2 * e * e + 2 * e * (e // heads * kv)
        if count > ROOM * needed + 4 * e * e:
            text_ = f"a token after {tokens} others costs {count:,} multiplications, expected about {needed:,}"
            raise CheckFailure(text_, Counterexample(f"one token, {tokens} in the cache", 0, "y"), COST)
    return {f"multiplications after {tokens}": count for tokens, count in counts.items()}


def _products(submission: Submission, layer: Remote, x: Array, cache: Remote) -> int:
    """Multiplications of the matrix products in one call of `forward`."""
    given = submission.new(COUNTING, x)
    count = submission.call("dlf_grader.sandbox.counting:multiplications", layer, given, cache)
    if not isinstance(count, int) or isinstance(count, bool):
        raise CheckFailure("counting the products gave back no number of ours")
    return count
