"""LeNet and ResNet-mini: shapes, sizes, rows that do not mix, gradients that arrive, and training."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.compare import close
from dlf_grader.instruments_old.network import PROBES, all_learn, logits
from dlf_grader.instruments_old.training import Data, Goal, reaches
from dlf_grader.model import Diagnosis, Measurements
from dlf_grader.sandbox.protocol import Tensor
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

LARGEST_RESNET = 3_000_000


def _new(submission: Submission, ctx: Context, name: str, **arguments: Any) -> Remote:
    submission.call("torch:manual_seed", ctx.seed)
    return submission.new(name, **arguments)


def _images(ctx: Context, *shape: int) -> np.ndarray:
    return ctx.rng(len(shape)).standard_normal(shape).astype(np.float32)


def _logits(submission: Submission, model: Remote, x: np.ndarray, classes: int, label: str) -> np.ndarray:
    """The model's logits, once they have the right type, shape and dtype."""
    return logits(submission, model, (len(x), classes), f"images {x.shape}, {label}", x)


def _classifies(submission: Submission, ctx: Context, name: str, image: tuple[int, ...]) -> Measurements:
    """Logits of the right shape, one row an image, and a gradient for every parameter."""
    x = _images(ctx, 3, *image)
    for classes in (10, 7):
        model = _new(submission, ctx, name, num_classes=classes)
        together = _logits(submission, model, x, classes, f"N=3, num_classes={classes}")
        alone = _logits(submission, model, x[1:2], classes, f"N=1, num_classes={classes}")
        if not close(alone, together[1:2], 1e-4):
            text = "an image's logits change with the other images of the batch, in evaluation mode"
            advice = "Keep axis 0 apart in every reshape, and let normalisation use its running statistics."
            raise CheckFailure(text, diagnosis=(Diagnosis("rows-mix", advice),))
    return {"images": len(x)}


def lenet_size(submission: Submission, ctx: Context) -> Measurements:
    """LeNet is a module with parameters, all of which learn."""
    return _all_learn(submission, ctx, _new(submission, ctx, "LeNet"), (1, 28, 28))


def lenet_forward(submission: Submission, ctx: Context) -> Measurements:
    """LeNet gives a row of logits for each image."""
    return _classifies(submission, ctx, "LeNet", (1, 28, 28))


def resnet_size(submission: Submission, ctx: Context) -> Measurements:
    """ResNetMini has at most three million parameters, all of which learn."""
    model = _new(submission, ctx, "ResNetMini")
    total = sum(submission.call(f"{PROBES}:size", model).values())
    if total > LARGEST_RESNET:
        raise CheckFailure(f"ResNetMini has {total:,} parameters, expected at most {LARGEST_RESNET:,}")
    return _all_learn(submission, ctx, model, (3, 32, 32))


def resnet_forward(submission: Submission, ctx: Context) -> Measurements:
    """ResNetMini gives a row of logits for each image."""
    return _classifies(submission, ctx, "ResNetMini", (3, 32, 32))


def _all_learn(submission: Submission, ctx: Context, model: Remote, image: tuple[int, ...]) -> Measurements:
    return {"parameters": all_learn(submission, model, np.arange(2), _images(ctx, 2, *image))}


BLOCKS = ((4, 4, 1), (4, 4, 2), (4, 8, 1), (4, 8, 2))  # in, out, stride


def block_size(submission: Submission, ctx: Context) -> Measurements:
    """BasicBlock holds two 3 × 3 convolutions."""
    sizes = submission.call(f"{PROBES}:size", _new(submission, ctx, "BasicBlock", in_channels=4, out_channels=4))
    kernels = [name for name, count in sizes.items() if count == 4 * 4 * 3 * 3]
    if len(kernels) != 2:
        text = f"BasicBlock(4, 4): expected two 3 × 3 convolutions from 4 to 4 channels, found {len(kernels)}"
        raise CheckFailure(text)
    return {"parameters": sum(sizes.values())}


def block_forward(submission: Submission, ctx: Context) -> Measurements:
    """BasicBlock gives the right shape, and adds its input to what it computes."""
    x = _images(ctx, 2, 4, 6, 6)
    for c_in, c_out, stride in BLOCKS:
        block = _new(submission, ctx, "BasicBlock", in_channels=c_in, out_channels=c_out, stride=stride)
        y = submission.call(f"{PROBES}:logits", block, x)
        wanted = (2, c_out, 6 // stride, 6 // stride)
        if not isinstance(y, Tensor) or y.array.shape != wanted:
            label = f"BasicBlock({c_in}, {c_out}, stride={stride}) on x of shape {x.shape}"
            raise CheckFailure(f"{label}: expected shape {wanted}, got {describe_value(y)}")
    block = _new(submission, ctx, "BasicBlock", in_channels=4, out_channels=4)
    left = submission.call(f"{PROBES}:with_zero_parameters", block, x)
    if not isinstance(left, Tensor) or not (close(left.array, x) or close(left.array, np.maximum(x, 0))):
        advice = "Add x itself to the result of the two convolutions where the shape does not change."
        text = "with every parameter zero the block should hand its input through, and it does not"
        raise CheckFailure(text, diagnosis=(Diagnosis("no-identity-path", advice),))
    return {"shapes": len(BLOCKS)}


# -- training -------------------------------------------------------------------------------------


def _lenet(submission: Submission, seed: int) -> Remote:
    submission.call("torch:manual_seed", seed)
    return submission.new("LeNet")


def _digits(ctx: Context) -> Data:
    data: Data = ctx.reference.data("quick:digits", seed=ctx.seed)
    return data


def on_digits(submission: Submission, ctx: Context) -> Measurements | None:
    """LeNet reaches 95 % on digits."""
    settings = {"epochs": 4, "batch_size": 32, "lr": 3e-3, "device": "cpu"}
    return reaches(Goal("images:classifier", _lenet, _digits, settings, test=0.95))(submission, ctx)
