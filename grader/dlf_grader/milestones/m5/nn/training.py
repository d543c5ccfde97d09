"""The learner's MLP learns to read digits, with nothing but their Tensors."""

from __future__ import annotations

from dlf_grader.context import Context
from dlf_grader.instruments.training import Data, Goal
from dlf_grader.sandbox.proxy import Remote, Submission


def _digits(ctx: Context) -> Data:
    data: Data = ctx.reference.data("quick:digits", seed=ctx.seed, size=8)
    return data


def _mlp(submission: Submission, seed: int) -> Remote:
    return submission.new("MLP", [64, 128, 10], rng=submission.new("numpy.random:default_rng", seed))


SETTINGS = {"epochs": 30, "batch_size": 16, "lr": 0.1}
DIGITS = Goal("autograd:autograd_classifier", _mlp, _digits, SETTINGS, test=0.95)
