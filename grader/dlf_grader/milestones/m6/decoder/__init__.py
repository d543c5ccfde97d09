"""DecoderBlock: the table of its checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Custom, Parity, Section
from dlf_grader.milestones.m6 import causal, swiglu
from dlf_grader.model import Exercise

EXERCISE = Exercise("m6_language/decoder.py")
GRADIENTS = (
    "norm1.dL_dgamma",
    *(f"attention.dL_d{name}" for name in causal.PARAMETERS),
    "norm2.dL_dgamma",
    *(f"feed_forward.dL_d{name}" for name in swiglu.PARAMETERS),
)
SIZES = {"d_model": 8, "num_heads": 2, "d_ff": 3}
decoder = Section("m6.decoder", EXERCISE, f"{__name__}.subject:DECODER", "the-decoder-block")

CHECKS = (
    decoder.check(
        "forward",
        Parity("y"),
        3,
        "DecoderBlock.forward",
        "DecoderBlock.forward adds attention, then the network, each of what a norm gives",
        "Compute x + attention(norm1(x)). Then do the same with norm2 and the network.",
        "The residual path stays as it is: only what goes into a branch is normalised.",
        after=("m6.rmsnorm.forward", "m6.causal.forward", "m6.swiglu.forward"),
    ),
    decoder.check(
        "backward",
        Parity("dL_dx", *GRADIENTS),
        2,
        "DecoderBlock.backward",
        "DecoderBlock.backward reaches every part",
        "The residual path passes dL_dy on unchanged. Add the branch: norm2.backward(feed_forward.backward(dL_dy)).",
        "Then do the same for attention and norm1, with the gradient you have by then.",
        after=("forward", "m6.rmsnorm.backward", "m6.causal.parameters", "m6.swiglu.backward"),
    ),
    decoder.check(
        "cache",
        Custom("pieces", "PIECES"),
        1,
        "DecoderBlock.forward",
        "Pieces with a cache of the block's own give what the whole gives",
        "Which part of the block looks at other tokens? Hand the cache to it.",
        after=("forward", "m6.cache.forward"),
    ),
    decoder.check(
        "behaviour",
        Behaviour(),
        1,
        "DecoderBlock.forward",
        "DecoderBlock keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "x += … writes into the caller's array: make a new one.",
        "Cast dL_dy to x's dtype, or let a part's backward do it. The sum must not promote.",
        after=("forward", "backward"),
    ),
    decoder.check(
        "errors",
        BadShapes(
            (
                ("tokens of another size", SIZES, ((1, 3, 6),)),
                ("an empty sequence", SIZES, ((1, 0, 8),)),
            )
        ),
        1,
        "DecoderBlock.forward",
        "DecoderBlock refuses wrong shapes with a ValueError",
        "Which part of the block already checks its input?",
        after=("forward",),
    ),
)
