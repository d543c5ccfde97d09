"""BasicBlock and ResNetMini as subjects: images of 32 × 32, the shapes of a block, and its identity path."""

from __future__ import annotations

import math

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.backward import OVERWRITTEN, backward_told
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.cuts import GRADIENTS, check_gradient
from dlf_grader.instruments.logits import SHARED_NORM, check_norms
from dlf_grader.instruments.parameters import PROBES, all_matter, parameter_shapes
from dlf_grader.instruments.subjects.network import Network
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.protocol import Tensor
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

SHAPES = ((4, 4, 1), (4, 4, 2), (4, 8, 1), (4, 8, 2))  # channels in and out, stride
ROUNDING = 1e-5  # of the input
PROJECTING = {"out_channels": 8, "stride": 2}
ANSWERS = "dlf_reference.training.autopsy.forward.answers"
NO_IDENTITY_PATH = Diagnosis(
    "no-identity-path", "Add x itself to the output of the two convolutions where the shape does not change."
)
NO_PROJECTION = Diagnosis(
    "no-projection",
    "Where channels or size change, add a projection of x: a 1 × 1 convolution with the block's stride, for example.",
)
SIZES_DIFFER = Diagnosis(
    "paths-of-different-size",
    "With a stride, the two paths meet at different sizes. Give the stride to one of the two 3 × 3 convolutions, and "
    "to the projection.",
)
NEVER_SUBTRACTS = Diagnosis(
    "relu-before-sum", "A ReLU comes before the sum, so the block can only add: put it after, relu(F(x) + x)."
)
INPUT_CHANGED = Diagnosis(
    "input-changed",
    "forward writes into x, in place. Use torch.relu or nn.ReLU() on x, without inplace=True, and + for +=.",
)
BLOCK_MISTAKES = (
    *(NO_IDENTITY_PATH, NO_PROJECTION, SIZES_DIFFER, NEVER_SUBTRACTS, INPUT_CHANGED, SHARED_NORM, OVERWRITTEN),
    *GRADIENTS,
)


def _images(rng: np.random.Generator, count: int) -> tuple[Array, ...]:
    return (rng.standard_normal((count, 3, 32, 32)).astype(np.float32),)


RESNET_MINI = Network("ResNetMini", _images, most_parameters=3_000_000, convolutions=3)
BASIC_BLOCK = Network(
    "BasicBlock",
    lambda rng, count: (rng.standard_normal((count, 4, 6, 6)).astype(np.float32),),
    {"in_channels": 4, "out_channels": 4},
)


def has_two_convolutions(submission: Submission, ctx: Context) -> Measurements:
    """BasicBlock holds two 3 × 3 convolutions."""
    shapes = parameter_shapes(submission, BASIC_BLOCK.new(submission, ctx), *BASIC_BLOCK.rows(ctx, 2))
    kernels = [name for name, shape in shapes.items() if shape == (4, 4, 3, 3)]
    if len(kernels) != 2:
        text = f"BasicBlock(4, 4): expected two trained 3 × 3 convolutions from 4 to 4 channels, found {len(kernels)}"
        raise CheckFailure(text)
    return {"parameters": sum(math.prod(shape) for shape in shapes.values())}


def adds_its_input(submission: Submission, ctx: Context) -> Measurements:
    """BasicBlock gives the right shape, and adds its input to what both its convolutions compute."""
    (x,) = BASIC_BLOCK.rows(ctx, 2)
    for c_in, c_out, stride in SHAPES:
        changed = {"in_channels": c_in, "out_channels": c_out, "stride": stride}
        try:
            y = BASIC_BLOCK.asked(submission, ctx, "logits", x, **changed)
        except LearnerError as error:
            if stride > 1 and "size of tensor" in error.text:
                raise CheckFailure(str(error), diagnosis=(SIZES_DIFFER,)) from error
            raise
        wanted = (2, c_out, 6 // stride, 6 // stride)
        if not isinstance(y, Tensor) or y.array.shape != wanted:
            label = f"BasicBlock({c_in}, {c_out}, stride={stride}) on x of shape {x.shape}"
            raise CheckFailure(f"{label}: expected shape {wanted}, got {describe_value(y)}")
    if BASIC_BLOCK.asked(submission, ctx, "changes_input", x) is True:
        raise CheckFailure("forward changes the input that it is given", None, (INPUT_CHANGED,))
    block = BASIC_BLOCK.new(submission, ctx)
    with backward_told(submission, block, (x,)):
        all_matter(submission, ctx, block, parameter_shapes(submission, block, x), x)
    _passes_on(submission, BASIC_BLOCK.new(submission, ctx), x, ctx.rng(3))
    for changed in ({}, PROJECTING):  # with x itself, and with a projection of it
        stirred = BASIC_BLOCK.stirred(submission, ctx, (x,), **changed)
        if changed:
            _projects(submission, stirred, x)
        else:
            _subtracts(submission, stirred, np.abs(x))
        check_gradient(submission, ctx, stirred, f"x of shape {x.shape}", (x,))
        check_norms(submission, stirred, (x,))
    return {"shapes": len(SHAPES)}


def _passes_on(submission: Submission, block: Remote, x: Array, rng: np.random.Generator) -> None:
    """Without what the convolutions compute, the block is a function of each of its input's pixels."""
    moved = rng.permutation(36)
    other, shuffled = -x, x.reshape(2, 4, 36)[:, :, moved].reshape(x.shape)
    found = submission.call(f"{PROBES}:without_convolutions", block, x, other, shuffled)
    *answers, count = found if isinstance(found, list) else [None]
    if count != 2:  # they are written with other operations
        answers = [submission.call(f"{PROBES}:with_zero_parameters", block, given) for given in (x, other, shuffled)]
    y, opposite, at_other_places = (answer.array if isinstance(answer, Tensor) else None for answer in answers)
    if y is None or opposite is None or at_other_places is None or not np.isfinite(y).all():
        return
    if np.linalg.norm(opposite - y) < 1e-3 * np.linalg.norm(x):
        raise CheckFailure(
            "without its convolutions the block gives the same for every input", None, (NO_IDENTITY_PATH,)
        )
    if not close(at_other_places, y.reshape(2, 4, 36)[:, :, moved].reshape(y.shape), 1e-4):
        raise CheckFailure("without its convolutions the block still mixes the pixels of its input")


def _subtracts(submission: Submission, block: Remote, x: Array) -> None:
    """What the convolutions compute makes some numbers of an input without negative ones smaller.

    Args:
        block: with random parameters.
    """
    y = submission.call(f"{PROBES}:logits", block, x)
    added = y.array - x if isinstance(y, Tensor) else None
    if added is not None and added.min() > -ROUNDING * x.max() and added.max() > ROUNDING * x.max():
        raise CheckFailure("the block never gives less than its input, whatever that is", None, (NEVER_SUBTRACTS,))


def _projects(submission: Submission, block: Remote, x: Array) -> None:
    """Where the shape changes, the block still depends on its input once its second convolution gives zeros."""
    found = submission.call(f"{ANSWERS}:without_second_convolution", block, PROJECTING["out_channels"], x, -x)
    *answers, count = found if isinstance(found, list) else [None]
    y, opposite = (answer.array if isinstance(answer, Tensor) else None for answer in [*answers, None, None][:2])
    if not count or y is None or opposite is None or not np.isfinite(y).all():  # it is written with other operations
        return
    if np.linalg.norm(opposite - y) < 1e-3 * np.linalg.norm(x):
        text = "BasicBlock(4, 8, stride=2) gives the same for every input where its second convolution gives zeros"
        raise CheckFailure(text, None, (NO_PROJECTION,))
