"""Positions, the feed-forward network, the encoder block: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import BadShapes, Behaviour, Gradient, Parity, Section
from dlf_grader.milestones.m3 import multihead
from dlf_grader.model import Exercise

EXERCISE = Exercise("m3_attention/encoder.py")
NETWORK_PARAMETERS = ("W1", "b1", "W2", "b2")
BLOCK_GRADIENTS = (
    *(f"attention.dL_d{name}" for name in multihead.PARAMETERS),
    *("norm1.dL_dgamma", "norm1.dL_dbeta"),
    *(f"feed_forward.dL_d{name}" for name in NETWORK_PARAMETERS),
    *("norm2.dL_dgamma", "norm2.dL_dbeta"),
)
BLOCK_SIZES = {"d_model": 4, "num_heads": 2, "d_ff": 3}

positions = Section("m3.positions", EXERCISE, f"{__name__}.positions:POSITIONS", "positions")
network = Section("m3.feed_forward", EXERCISE, f"{__name__}.feed_forward:FEED_FORWARD", "the-encoder-block")
block = Section("m3.block", EXERCISE, f"{__name__}.block:NORM_LAST", "the-encoder-block")

CHECKS = (
    positions.check(
        "forward",
        Parity("positions"),
        3,
        "sinusoidal_positions",
        "sinusoidal_positions gives each position its waves",
        "Column 2i holds the sine of an angle. Column 2i + 1 holds the cosine of the same angle.",
        "The angle is the position divided by 10000^(2i / d_model): are your waves slower from column to column?",
        "How many cosines are there if d_model is odd? One fewer than sines.",
    ),
    network.check(
        "forward",
        Parity("y"),
        2,
        "FeedForward.forward",
        "FeedForward.forward is linear, ReLU, linear",
        "W1 is (F, E), so x @ W1.T + b1 has F features. Apply the ReLU; W2 brings them back to E.",
        "Leave the leading axes alone: matmul handles them, and no token mixes with another.",
    ),
    network.check(
        "backward",
        Parity("dL_dx", *(f"dL_d{name}" for name in NETWORK_PARAMETERS)),
        3,
        "FeedForward.backward",
        "FeedForward.backward gives the gradients of x and all parameters",
        "Apply m0's Linear.backward twice with a ReLU.backward between, on N · T rows.",
        "Make rows of tokens with reshape(-1, E). The gradient passes the ReLU only where its output is positive.",
        after=("forward",),
    ),
    network.check(
        "gradient",
        Gradient(kinked=True),
        0.5,
        "FeedForward.backward",
        "FeedForward.backward is the gradient of FeedForward.forward",
        "Change one weight by a small step. How much does the loss change? backward must agree.",
        "Sum the gradients of weights and biases over all tokens of all samples.",
        after=("forward",),
    ),
    network.check(
        "behaviour",
        Behaviour(),
        0.5,
        "FeedForward.forward",
        "FeedForward keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "Cast weights and biases to x's dtype inside forward. Store what backward needs in every forward.",
        after=("forward", "backward"),
    ),
    block.check(
        "forward",
        Parity("y"),
        3,
        "TransformerEncoderBlock.forward",
        "TransformerEncoderBlock.forward matches PyTorch, norm last",
        "Add the attention's result to x, then normalise. Do the same with the feed-forward network.",
        "Apply norm1 after the first sum, norm2 after the second.",
        after=("m3.feed_forward.forward", "m3.layernorm.forward", "m3.multihead.forward"),
    ),
    block.check(
        "norm_first",
        Parity("y"),
        2,
        "TransformerEncoderBlock.forward",
        "TransformerEncoderBlock.forward matches PyTorch, norm first",
        "With norm_first, add to x itself. Normalise only the input of the branch.",
        "Compute x + attention(norm1(x)), then the same with norm2 and the feed-forward network. No norm at the end.",
        subject="NORM_FIRST",
        after=("m3.feed_forward.forward", "m3.layernorm.forward", "m3.multihead.forward"),
    ),
    block.check(
        "backward",
        Parity("dL_dx", *BLOCK_GRADIENTS),
        3,
        "TransformerEncoderBlock.backward",
        "TransformerEncoderBlock.backward reaches every part, norm last",
        "Begin with norm2.backward: it returns the gradient of a sum. Send that down both paths of the sum.",
        "Add the gradient of the sum and the network's backward of it. Then do the same with norm1 and attention.",
        after=("forward", "m3.feed_forward.backward", "m3.layernorm.backward", "m3.multihead.parameters"),
    ),
    block.check(
        "norm_first_backward",
        Parity("dL_dx", *BLOCK_GRADIENTS),
        2,
        "TransformerEncoderBlock.backward",
        "TransformerEncoderBlock.backward reaches every part, norm first",
        "The residual path passes dL_dy on unchanged. Add the branch: norm2.backward(feed_forward.backward(dL_dy)).",
        "Then do the same for attention and norm1, with the gradient you have by then.",
        subject="NORM_FIRST",
        after=("norm_first", "m3.feed_forward.backward", "m3.layernorm.backward", "m3.multihead.parameters"),
    ),
    block.check(
        "behaviour",
        Behaviour(),
        1,
        "TransformerEncoderBlock.forward",
        "TransformerEncoderBlock keeps the dtype, leaves its inputs alone, and carries nothing over between calls",
        "x += … writes into the caller's array: make a new one.",
        "Cast dL_dy to x's dtype, or let a part's backward do it. The sum must not promote.",
        subject="NORM_FIRST",
        after=("norm_first", "norm_first_backward"),
    ),
    block.check(
        "errors",
        BadShapes(
            (
                ("tokens of another size", BLOCK_SIZES, ((1, 3, 6),)),
                ("an empty sequence", BLOCK_SIZES, ((1, 0, 4),)),
            )
        ),
        1,
        "TransformerEncoderBlock.forward",
        "TransformerEncoderBlock refuses wrong shapes with a ValueError",
        "Which part of the block already checks its input?",
        "Call attention or norm1 before anything that could fail in another way.",
        after=("forward",),
    ),
)
