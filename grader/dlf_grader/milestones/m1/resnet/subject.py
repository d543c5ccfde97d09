"""BasicBlock and ResNetMini as subjects: images of 32 × 32, the shapes of a block, and its identity path."""

from __future__ import annotations

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.network import PROBES, Network, parameter_sizes
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.protocol import Tensor
from dlf_grader.sandbox.proxy import Submission, describe_value

SHAPES = ((4, 4, 1), (4, 4, 2), (4, 8, 1), (4, 8, 2))  # channels in and out, stride
NO_IDENTITY_PATH = Diagnosis(
    "no-identity-path", "Add x itself to the output of the two convolutions where the shape does not change."
)
BLOCK_MISTAKES = (NO_IDENTITY_PATH,)


def _images(rng: np.random.Generator, count: int) -> tuple[Array, ...]:
    return (rng.standard_normal((count, 3, 32, 32)).astype(np.float32),)


RESNET_MINI = Network("ResNetMini", _images, most_parameters=3_000_000)
BASIC_BLOCK = Network(
    "BasicBlock",
    lambda rng, count: (rng.standard_normal((count, 4, 6, 6)).astype(np.float32),),
    {"in_channels": 4, "out_channels": 4},
)


def has_two_convolutions(submission: Submission, ctx: Context) -> Measurements:
    """BasicBlock holds two 3 × 3 convolutions."""
    sizes = parameter_sizes(submission, BASIC_BLOCK.new(submission, ctx))
    kernels = [name for name, count in sizes.items() if count == 4 * 4 * 3 * 3]
    if len(kernels) != 2:
        text = f"BasicBlock(4, 4): expected two 3 × 3 convolutions from 4 to 4 channels, found {len(kernels)}"
        raise CheckFailure(text)
    return {"parameters": sum(sizes.values())}


def adds_its_input(submission: Submission, ctx: Context) -> Measurements:
    """BasicBlock gives the right shape, and adds its input to what it computes."""
    (x,) = BASIC_BLOCK.rows(ctx, 2)
    for c_in, c_out, stride in SHAPES:
        block = BASIC_BLOCK.new(submission, ctx, in_channels=c_in, out_channels=c_out, stride=stride)
        y = submission.call(f"{PROBES}:logits", block, x)
        wanted = (2, c_out, 6 // stride, 6 // stride)
        if not isinstance(y, Tensor) or y.array.shape != wanted:
            label = f"BasicBlock({c_in}, {c_out}, stride={stride}) on x of shape {x.shape}"
            raise CheckFailure(f"{label}: expected shape {wanted}, got {describe_value(y)}")
    left = submission.call(f"{PROBES}:with_zero_parameters", BASIC_BLOCK.new(submission, ctx), x)
    if not isinstance(left, Tensor) or not (close(left.array, x) or close(left.array, np.maximum(x, 0))):
        text = "with every parameter zero the block should return its input, and it does not"
        raise CheckFailure(text, diagnosis=(NO_IDENTITY_PATH,))
    return {"shapes": len(SHAPES)}
