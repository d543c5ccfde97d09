"""BatchNorm2d as a subject in each of its modes: its cases, smallest first, and PyTorch as its oracle."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.behaviour.claims import check_claims
from dlf_grader.instruments.behaviour.layers import layer_claims
from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, image_size, label, traits
from dlf_grader.instruments.compare import as_array, compare
from dlf_grader.instruments.subjects.layer import Layer, plan_case, run_case
from dlf_grader.milestones.m1.batchnorm.forward_mistakes import PAIRS_IN_EVALUATION, PAIRS_IN_TRAINING
from dlf_grader.milestones.m1.batchnorm.mistakes import IN_EVALUATION, IN_TRAINING
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Call, Get, Operation, Set
from dlf_grader.sandbox.proxy import Submission

# N, C, H, W, eps, momentum; None: left out
SIZES = (
    (1, 1, 1, 2, 3.0, 0.25),  # values m - 1 and m + 1 have variance 1; with eps = 3 the denominator is 2
    (1, 1, 2, 2, 4.0, 0.25),  # values m - 3 to m + 3 have variance 5; with eps = 4 the denominator is 3
    (2, 1, 1, 2, 4.0, 0.25),
    (1, 2, 1, 2, 3.0, 0.25),
    (2, 2, 1, 2, 4.0, 0.25),
    (2, 2, 2, 2, None, None),
    (3, 2, 2, 4, None, None),
    (4, 2, 1, 1, None, None),
    (1, 3, 3, 4, 0.1, 0.9),
    (2, 2, 3, 2, 1e-3, 1.0),
    (4, 3, 2, 3, None, 0.01),
    (6, 5, 7, 6, 1e-2, None),
)
SPREAD = {2: [-1.0, 1.0], 4: [-3.0, -1.0, 1.0, 3.0]}  # of a channel of so many numbers, where they are whole
WHOLE_NUMBERS = 5
CONSTANT = 8  # the case with a channel whose numbers are all equal


def cases(rng_for: RngFor) -> Iterator[Case]:
    """In training: one channel of two pixels, then more of everything, then real numbers."""
    for number, (n, c, h, w, eps, momentum) in enumerate((*SIZES, _large(rng_for(0))), start=1):
        rng = rng_for(number)
        if number <= WHOLE_NUMBERS:
            channels = [rng.permutation(SPREAD[n * h * w]) + rng.choice([-2, -1, 2, 3]) for _ in range(c)]
            x = np.stack(channels).reshape(c, n, h, w).swapaxes(0, 1).copy()
        else:
            x = rng.standard_normal((n, c, h, w)) * rng.uniform(0.5, 3, (c, 1, 1)) + rng.normal(0, 2, (c, 1, 1))
        if number == CONSTANT:
            x[:, 0] = 2.0
        yield _case(rng, x, eps, momentum, training=True, number=number)


def _large(rng: np.random.Generator) -> tuple[int, int, int, int, None, None]:
    """Sizes as in use: feature maps of up to 16 × 16 pixels, or up to 64 of them."""
    h, w, c = drawn_size(rng, 4, 16), drawn_size(rng, 4, 16), drawn_size(rng, 3, 16)
    return min(64, max(3, 3000 // (c * h * w))), c, h, w, None, None


def smooth_cases(rng_for: RngFor) -> Iterator[Case]:
    """In training, without the channel of equal numbers, where the derivative changes within a step."""
    for number, case in enumerate(cases(rng_for), start=1):
        if number != CONSTANT:
            yield case


def cases_in_evaluation(rng_for: RngFor) -> Iterator[Case]:
    """The same, and first a single pixel: in evaluation no variance is taken."""
    sizes = ((1, 1, 1, 1, 3.0, 0.25), *SIZES[:2], *SIZES[3:], _large(rng_for(0)))
    for number, (n, c, h, w, eps, momentum) in enumerate(sizes, start=1):
        rng = rng_for(number)
        whole = number <= WHOLE_NUMBERS - 1
        x = rng.integers(-4, 9, (n, c, h, w)).astype(float) if whole else rng.standard_normal((n, c, h, w))
        yield _case(rng, x, eps, momentum, training=False, number=number)


def _case(
    rng: np.random.Generator, x: Array, eps: float | None, momentum: float | None, *, training: bool, number: int
) -> Case:
    c, whole = x.shape[1], number <= WHOLE_NUMBERS
    init = {"num_features": c, "eps": eps, "momentum": momentum}
    attributes = {
        "gamma": rng.choice([-2.0, 2.0, 3.0], c) if whole else rng.standard_normal(c),
        "beta": rng.choice([-1.0, 1.0, 2.0], c) if whole else rng.standard_normal(c),
        "running_mean": rng.choice([-1.0, 0.0, 1.0], c) if whole else rng.standard_normal(c),
        "running_var": rng.choice([1.0, 6.0], c) if whole else rng.uniform(0.5, 2, c),
    }
    upstream = rng.permutation(np.arange(1.0, x.size + 1)) if whole else rng.standard_normal(x.size)
    return Case(
        label=_label(x.shape, eps, momentum, training),
        traits=_traits(x, eps, momentum),
        init={name: value for name, value in init.items() if value is not None},
        attributes=attributes | {"training": training},
        inputs=(x,),
        upstream=upstream.reshape(x.shape),
    )


def _label(shape: Sequence[int], eps: float | None, momentum: float | None, training: bool) -> str:
    n, c, h, w = shape
    return label(
        f"N={n} C={c} {image_size(h, w)}",
        "" if eps is None else f"eps {eps:g}",
        "" if momentum is None or not training else f"momentum {momentum:g}",
        "" if training else "in evaluation",
    )


def _traits(x: Array, eps: float | None, momentum: float | None) -> frozenset[str]:
    n, c, h, w = x.shape
    return traits(
        {
            "more than one sample": n > 1,
            "more than one channel": c > 1,
            "more than one row": h > 1,
            "a height that is not the width": h != w,
            "the default eps": eps is None,
            "the default momentum": momentum is None,
            "a channel of equal numbers": x.size > c and bool((np.ptp(x, axis=(0, 2, 3)) == 0).any()),
        }
    )


# -- behaviour ------------------------------------------------------------------------------------

FAR = 5e-3  # x in float32 is exact to 3e-5 there, and its mean to 1e-3
MODE_OF_FORWARD = Diagnosis(
    "mode-of-forward", "backward belongs to the latest forward: store in forward whether it ran in training."
)
CANCELLED = Diagnosis(
    "cancelled",
    "In float32 the difference of two large squares is rounding error. Subtract the mean from x first: the variance "
    "is the mean of (x − mean)².",
)
MODE_KEPT = Diagnosis("mode-kept", "Read self.training and the running statistics in every forward.")


def _starts(submission: Submission, ctx: Context) -> None:
    wanted = {"gamma": 1.0, "beta": 0.0, "running_mean": 0.0, "running_var": 1.0}
    number = submission.reserve("BatchNorm2d")
    read = [Get(number, name) for name in (*wanted, "training")]
    _, *found, training = submission.many([Call(0, "BatchNorm2d", [3], keep=number), *read])
    for (name, value), yours in zip(wanted.items(), found, strict=True):
        mismatch = compare(name, yours, np.full(3, value))
        if mismatch is not None:
            raise CheckFailure(f"a new layer's {name} should be {value:g} for every channel: {mismatch.text}")
    if training is not True:
        raise CheckFailure("a new layer should be in training: its attribute training starts as True")


def _switches(submission: Submission, ctx: Context) -> None:
    """One object, first in training, then in evaluation, uses the running statistics it has by then."""
    case = list(cases(ctx.rng))[-1]
    layer, fresh = (submission.reserve("BatchNorm2d") for _ in range(2))
    made = [Call(0, "BatchNorm2d", [], case.init, keep=number) for number in (layer, fresh)]
    state = [Get(layer, name) for name in STATE]
    *_, mean, var = submission.many([*made, Call(layer, "forward", [*case.inputs]), *state])
    given: list[Operation] = [Set(fresh, name, value) for name, value in zip(STATE, (mean, var), strict=True)]
    given += [Set(number, "training", False) for number in (layer, fresh)]
    again = [Call(number, "forward", [*case.inputs]) for number in (layer, fresh)]
    *_, yours, right = submission.many([*given, *again])
    mismatch = compare("y", yours, right)
    if mismatch is not None:
        text = f"{mismatch.text} in evaluation, when the same object was in training before"
        raise CheckFailure(text, Counterexample(case.label, 0, "y"), (MODE_KEPT,))


def _backward_keeps_its_mode(submission: Submission, ctx: Context) -> None:
    """backward belongs to the latest forward, so to its mode: switched in between, nothing changes."""
    for subject in (TRAINING, EVALUATION):
        case = list(subject.cases(ctx.rng))[-2]
        right = run_case(submission, subject, case, backward=True)["dL_dx"]
        plan = plan_case(submission, subject, case, backward=False)
        switched = [Set(plan.handle, "training", not case.attributes["training"])]
        *_, yours = submission.many([*plan.operations, *switched, Call(plan.handle, "backward", [case.upstream])])
        if (mismatch := compare("dL_dx", yours, right)) is not None:
            text = f"{mismatch.text} when training is switched between forward and backward"
            raise CheckFailure(text, Counterexample(case.label, 0, "dL_dx"), (MODE_OF_FORWARD,))


def _far_from_zero(submission: Submission, ctx: Context) -> None:
    """In float32 at mean 1000 and standard deviation 1, x − mean is exact to 1e-4; x² − mean² is noise."""
    rng = ctx.rng(0)
    x = (1000 * rng.choice([-1.0, 1.0], (1, 16, 1, 1)) + rng.standard_normal((4, 16, 6, 6))).astype(np.float32)
    exact = x.astype(np.float64)
    mean, var = exact.mean(axis=(0, 2, 3), keepdims=True), exact.var(axis=(0, 2, 3), keepdims=True)
    right = (exact - mean) / np.sqrt(var + 1e-5)
    number = submission.reserve("BatchNorm2d")
    _, y = submission.many([Call(0, "BatchNorm2d", [16], keep=number), Call(number, "forward", [x])])
    yours = as_array(y)
    if yours is None or yours.shape != x.shape or not np.abs(yours - right).max() < FAR:
        found = "nan" if yours is None or not np.isfinite(yours).all() else f"{float(np.abs(yours - right).max()):.2g}"
        text = f"in float32, y is wrong by up to {found} where the channels have mean ±1000 and standard deviation 1"
        raise CheckFailure(text, Counterexample("N=4 C=16 H=W=6, float32", 0, "y"), (CANCELLED,))


def _behaves_in_evaluation(submission: Submission, ctx: Context) -> None:
    check_claims(layer_claims(EVALUATION, submission, ctx))


STATE = ("running_mean", "running_var")
TRAINING = Layer(
    name="BatchNorm2d",
    oracle="dlf_reference.oracles.m1:batch_norm2d",
    cases=cases,
    parameters=("gamma", "beta"),
    state=STATE,
    mistakes=IN_TRAINING,
    pairs=PAIRS_IN_TRAINING,
    claims=(_starts, _switches, _backward_keeps_its_mode, _far_from_zero, _behaves_in_evaluation),
    claims_know=(MODE_KEPT, MODE_OF_FORWARD, CANCELLED),
)
SMOOTH = replace(TRAINING, cases=smooth_cases)
EVALUATION = replace(TRAINING, cases=cases_in_evaluation, mistakes=IN_EVALUATION, pairs=PAIRS_IN_EVALUATION)
