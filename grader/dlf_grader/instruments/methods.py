"""What each method of `checks` does with its subject."""

from __future__ import annotations

import importlib
from functools import partial
from typing import Any

from dlf_grader import checks
from dlf_grader.context import Context
from dlf_grader.failures import GraderFault
from dlf_grader.instruments.bad_shapes import refuses
from dlf_grader.instruments.behaviour.claims import Claim, check_claims
from dlf_grader.instruments.behaviour.functions import function_claims
from dlf_grader.instruments.behaviour.layers import layer_claims
from dlf_grader.instruments.behaviour.optimisers import optimiser_claims
from dlf_grader.instruments.gradient import KINKED, SMOOTH, check_gradient
from dlf_grader.instruments.initial import he_normal
from dlf_grader.instruments.invariance import check_invariance
from dlf_grader.instruments.judge import judge
from dlf_grader.instruments.logits import check_logits
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.instruments.subjects.network import check_learns
from dlf_grader.instruments.subjects.optimiser import Optimiser
from dlf_grader.instruments.training.models import full_training, reach
from dlf_grader.instruments.training.optimisers import Descents, descend
from dlf_grader.model import Check, Measurements
from dlf_grader.sandbox.proxy import Submission


def carry_out(check: Check, submission: Submission, ctx: Context) -> Measurements:
    """Run a check that names a method.

    Raises:
        GraderFault: it is none of ours.
    """
    about = subject_of(check)
    match check.method:
        case checks.Parity(tensors=tensors):
            return judge(about, submission, ctx, tensors)
        case checks.Gradient(cases=count, kinked=kinked):
            return check_gradient(about, submission, ctx, count, KINKED if kinked else SMOOTH)
        case checks.Behaviour():
            return _behaviour(about, submission, ctx)
        case checks.BadShapes() as bad:
            return refuses(about, bad, submission)
        case checks.Initial() as asked:
            return he_normal(about.name, asked, submission, ctx)
        case checks.Learns():
            return check_learns(about, submission, ctx)
        case checks.Logits():
            return check_logits(about, submission, ctx)
        case checks.SameLogits():
            return check_invariance(about, submission, ctx)
        case checks.Training():
            return (descend if isinstance(about, Descents) else reach)(about, submission, ctx)
        case checks.FullTraining():
            return full_training(submission, ctx)
        case checks.Custom(function=function):
            found: Measurements | None = getattr(module_of(check), function)(submission, ctx)
            return found or {}
    raise GraderFault(f"{check.id}: nobody knows the method {check.method!r}")


def subject_of(check: Check) -> Any:
    """What a check is about; None where its method needs nothing."""
    name = check.subject.partition(":")[2]
    return getattr(module_of(check), name) if name else None


def module_of(check: Check) -> Any:
    """The module that holds a check's subject."""
    return importlib.import_module(check.subject.partition(":")[0])


def _behaviour(subject: Any, submission: Submission, ctx: Context) -> Measurements:
    """Its own claims, then those that every layer, function or optimiser has to fulfil."""
    claims: list[Claim] = [partial(claim, submission, ctx) for claim in subject.claims]
    if isinstance(subject, Layer):
        claims += layer_claims(subject, submission, ctx)
    if isinstance(subject, Function):
        claims += function_claims(subject, submission, ctx)
    if isinstance(subject, Optimiser):
        claims += optimiser_claims(subject, submission, ctx)
    return check_claims(claims)
