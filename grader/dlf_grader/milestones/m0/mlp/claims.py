"""TwoLayerMLP in use: what its methods must not change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.behaviour.claims import fails
from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.compare import compare
from dlf_grader.milestones.m0.mlp.formulas import PARAMETERS
from dlf_grader.milestones.m0.mlp.subject import TRAIN_STEP, build, parameters_of
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission, describe_value

Named = Mapping[str, Array]
LEFT_OVER = Diagnosis("left-over", "The first step is right: something of it carries over into the second.")
GRADIENTS_ADDED = Diagnosis(
    "gradients-added", "The second step holds the first one's gradient once more: start each step with new gradients."
)
VELOCITY = Diagnosis(
    "velocity-kept", "The second step adds a part of the first: take the gradient alone, without a velocity."
)
RATE_CHANGES = Diagnosis(
    "rate-changes", "The second step points the right way and has another length: use lr as it is given, at each step."
)
EXACT = 1e-5  # of a step, that a sum of two others may miss


def _case(ctx: Context) -> Case:
    """The largest."""
    return list(TRAIN_STEP.cases(ctx.rng))[-1]


def _predict_and_evaluate_change_nothing(submission: Submission, ctx: Context) -> None:
    case = _case(ctx)
    mlp = build(submission, case)
    mlp.predict(case.inputs[0])
    mlp.evaluate(*case.inputs)
    for name, value in parameters_of(submission, mlp).items():
        if not np.array_equal(value, case.attributes[name]):
            at = Counterexample(case.label, 0, name)
            raise CheckFailure(f"predict or evaluate changes {name}: only train_step may", at)


def _step_leaves_inputs_alone(submission: Submission, ctx: Context) -> None:
    case = _case(ctx)
    held = [submission.put(array) for array in case.inputs]
    build(submission, case).train_step(*held)
    for name, array, before in zip("xy", held, case.inputs, strict=True):
        if not np.array_equal(array.fetch(), before):
            raise fails("input-modified", f"{name} was modified in place: the caller's array changed", case, name)


def _second_step_is_right(submission: Submission, ctx: Context) -> None:
    case = _case(ctx)
    mlp = build(submission, case)
    mlp.train_step(*case.inputs)
    first = TRAIN_STEP.expected(ctx, [case])[0]
    then = replace(case, attributes=case.attributes | {name: first[name] for name in PARAMETERS})
    right = TRAIN_STEP.expected(ctx, [then])[0]
    loss, yours = mlp.train_step(*case.inputs), parameters_of(submission, mlp)
    for name, value in ({"loss": loss} | yours).items():
        if (mismatch := compare(name, value, right[name])) is not None:
            at = Counterexample(case.label, 0, name, mismatch.index, mismatch.yours, mismatch.expected)
            left = _what_is_left(case.attributes, first, right, yours)
            raise CheckFailure(f"{mismatch.text} after a second step", at, (left,))


def _what_is_left(start: Named, first: Named, right: Named, yours: Named) -> Diagnosis:
    """What a second step has of the first, if it is a sum of the two right steps.

    Args:
        start, first: the parameters before the first step and after it.
        right, yours: after the second.
    """

    wrong = [name for name in PARAMETERS if compare(name, yours[name], right[name]) is not None]
    if not wrong or any(np.shape(yours[name]) != right[name].shape for name in wrong):
        return LEFT_OVER

    def step(before: Named, after: Named) -> Array:
        return np.concatenate([(after[name] - before[name]).ravel() for name in wrong])

    steps = np.stack([step(first, right), step(start, first)], axis=1)  # (numbers, 2)
    taken = step(first, yours)
    (own, again), *_ = np.linalg.lstsq(steps, taken, rcond=None)
    if np.linalg.norm(taken - steps @ (own, again)) > EXACT * np.linalg.norm(taken):
        return LEFT_OVER
    if abs(again) < EXACT:
        return RATE_CHANGES
    if abs(own - 1) > EXACT or again < 0:
        return LEFT_OVER
    return GRADIENTS_ADDED if abs(again - 1) < EXACT else VELOCITY


def _float32_stays_float32(submission: Submission, ctx: Context) -> None:
    case = _case(ctx)
    logits = build(submission, case).forward(case.inputs[0].astype(np.float32))
    if getattr(logits, "dtype", None) != np.float32:
        text = f"the logits of a float32 x should be float32, got {describe_value(logits)}"
        raise fails("dtype-lost", text, case, "logits")


def _no_rate_no_step(submission: Submission, ctx: Context) -> None:
    case = _case(ctx)
    mlp = build(submission, case)
    mlp.train_step(*case.inputs, lr=0.0)
    for name, value in parameters_of(submission, mlp).items():
        if not np.array_equal(value, case.attributes[name]):
            raise CheckFailure(f"a step with lr = 0 changes {name}", Counterexample(case.label, 0, name))


IN_USE = replace(
    TRAIN_STEP,
    claims=(
        _predict_and_evaluate_change_nothing,
        _step_leaves_inputs_alone,
        _second_step_is_right,
        _float32_stays_float32,
        _no_rate_no_step,
    ),
    claims_know=(LEFT_OVER, GRADIENTS_ADDED, VELOCITY, RATE_CHANGES),
)
