"""The learner's MLP learns to read digits, with nothing but their Tensors."""

from __future__ import annotations

from dlf_grader.context import Context
from dlf_grader.instruments_old.training import Data, Goal, reaches
from dlf_grader.model import Measurements
from dlf_grader.sandbox.proxy import Remote, Submission

SETTINGS = {"epochs": 30, "batch_size": 16, "lr": 0.1}


def _digits(ctx: Context) -> Data:
    data: Data = ctx.reference.data("quick:digits", seed=ctx.seed, size=8)
    return data


def _mlp(submission: Submission, seed: int) -> Remote:
    return submission.new("MLP", [64, 128, 10], rng=submission.new("numpy.random:default_rng", seed))


def digits(submission: Submission, ctx: Context) -> Measurements | None:
    """MLP reaches 95 % on digits."""
    recipe = "autograd:autograd_classifier"
    return reaches(Goal(recipe, _mlp, _digits, SETTINGS, test=0.95))(submission, ctx)
