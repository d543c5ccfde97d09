"""TwoLayerMLP learns to read digits in a second."""

from __future__ import annotations

from dlf_grader.context import Context
from dlf_grader.instruments_old.training import Data, Goal, reaches
from dlf_grader.model import Measurements
from dlf_grader.sandbox.proxy import Remote, Submission


def _digits(ctx: Context) -> Data:
    data: Data = ctx.reference.data("quick:digits", seed=ctx.seed, size=8)
    return data


def _small_mlp(submission: Submission, seed: int) -> Remote:
    rng = submission.new("numpy.random:default_rng", seed)
    return submission.new("TwoLayerMLP", input_size=64, hidden_size=32, rng=rng)


def on_digits(submission: Submission, ctx: Context) -> Measurements | None:
    """A small TwoLayerMLP reaches 90 % on digits."""
    settings = {"epochs": 20, "batch_size": 16, "lr": 0.05}
    return reaches(Goal("numpy_models:classifier", _small_mlp, _digits, settings, test=0.9))(submission, ctx)
