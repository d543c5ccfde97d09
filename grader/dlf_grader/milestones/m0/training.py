"""TwoLayerMLP learns: on digits in a second, on MNIST in a minute."""

from __future__ import annotations

from dlf_grader.context import Context
from dlf_grader.instruments.training import Data, Goal, reaches
from dlf_grader.model import Measurements
from dlf_grader.sandbox.proxy import Remote, Submission


def _digits(ctx: Context) -> Data:
    data: Data = ctx.reference.data("quick:digits", seed=ctx.seed, size=8)
    return data


def _mnist(ctx: Context) -> Data:
    data: Data = ctx.reference.data("vision:mnist", folder=str(ctx.config.data_folder))
    return data


def _mlp(submission: Submission, seed: int, **sizes: int) -> Remote:
    rng = submission.new("numpy.random:default_rng", seed)
    return submission.new("TwoLayerMLP", **sizes, rng=rng)


def _small_mlp(submission: Submission, seed: int) -> Remote:
    return _mlp(submission, seed, input_size=64, hidden_size=32)


def on_digits(submission: Submission, ctx: Context) -> Measurements | None:
    """A small TwoLayerMLP reaches 90 % on digits."""
    settings = {"epochs": 20, "batch_size": 16, "lr": 0.05}
    return reaches(Goal("numpy_classifier", _small_mlp, _digits, settings, test=0.9))(submission, ctx)


def on_mnist(submission: Submission, ctx: Context) -> Measurements | None:
    """TwoLayerMLP passes 98 % on MNIST's training images and 95 % on its test images in five epochs."""
    settings = {"epochs": 5, "batch_size": 16, "lr": 0.1}
    return reaches(Goal("numpy_classifier", _mlp, _mnist, settings, test=0.95, train=0.98))(submission, ctx)
