"""CausalSelfAttention and its cache: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Custom, Gradient, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise("m6_language/causal.py")
PARAMETERS = ("W_q", "W_k", "W_v", "W_o")
SIZES = {"d_model": 8, "num_heads": 2}
causal = Section("m6.causal", EXERCISE, f"{__name__}.subject:ATTENTION", "causal-attention")
cache = Section("m6.cache", EXERCISE, f"{__name__}.cache", "the-cache")

CHECKS = (
    causal.check(
        "forward",
        Parity("y"),
        6,
        "CausalSelfAttention.forward",
        "CausalSelfAttention.forward matches PyTorch, with shared key heads and without",
        "Project, split into heads, rotate queries and keys, score, hide later keys, softmax, mix, merge, project.",
        "Query t may see keys 0 to t. Set the scores of later keys to −inf before the softmax.",
        "With h heads and kv key heads, query head i reads key head i // (h / kv): neighbours share.",
        after=("m6.rotary.forward", "m6.rotary.angles"),
    ),
    causal.check(
        "future",
        Custom("future"),
        1,
        "CausalSelfAttention.forward",
        "A later token never changes what came before, and an earlier one does change what comes after",
        "Which scores does row t of (T, T) hold? Hide those right of the diagonal.",
        after=("forward",),
    ),
    causal.check(
        "backward",
        Parity("dL_dx"),
        4,
        "CausalSelfAttention.backward",
        "CausalSelfAttention.backward sends the right gradient to x",
        "Go through forward from its last line to its first. rotate_backward undoes rotate.",
        "Several query heads read one key head: add up what they send back to it.",
        "x is used by three projections: add their three gradients.",
        after=("forward", "m6.rotary.backward"),
    ),
    causal.check(
        "parameters",
        Parity(*(f"dL_d{name}" for name in PARAMETERS)),
        3,
        "CausalSelfAttention.backward",
        "CausalSelfAttention.backward leaves the right gradients of all four weights",
        "Each projection is m0's Linear with N · T rows: its gradient sums over samples and tokens.",
        "Turn the gradient of queries and keys back before you merge their heads. Values were never turned.",
        after=("forward", "m6.rotary.backward"),
    ),
    causal.check(
        "gradient",
        Gradient(),
        1,
        "CausalSelfAttention.backward",
        "CausalSelfAttention.backward is the gradient of CausalSelfAttention.forward",
        "forward is right by now: go through it line by line, and through backward in the opposite order.",
        after=("forward",),
    ),
    causal.check(
        "behaviour",
        Behaviour(),
        1,
        "CausalSelfAttention.forward",
        "CausalSelfAttention keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "Cast every weight to x's dtype inside forward, cosine and sine as well.",
        after=("forward", "backward", "parameters"),
    ),
    causal.check(
        "errors",
        BadShapes(
            (
                ("tokens without a batch axis", SIZES, ((3, 8),)),
                ("tokens of another size", SIZES, ((1, 3, 6),)),
                ("an empty sequence", SIZES, ((1, 0, 8),)),
            )
        ),
        1,
        "CausalSelfAttention.forward",
        "CausalSelfAttention refuses wrong shapes with a ValueError",
        "How many axes must x have, and how many features?",
        after=("forward",),
    ),
    cache.check(
        "forward",
        Custom("pieces", "PIECES"),
        4,
        "KVCache.extend",
        "Pieces with one cache give what the whole gives, in pieces of any size",
        "Keep the rotated keys and the values of all tokens so far. New queries read all of them.",
        "The first token of a piece has the place cache.length, not 0: its angles go on there.",
        "Query t of a piece may see keys 0 to cache.length + t.",
        after=("m6.causal.forward",),
    ),
    cache.check(
        "cost",
        Custom("cost", "COST"),
        2,
        "CausalSelfAttention.forward",
        "A new token costs one row of scores, however long the text is",
        "With a cache, project the new tokens only. Nothing in the cache is computed again.",
        "Twice the tokens in the cache may cost twice the products of a row, not four times.",
        after=("forward",),
    ),
)
