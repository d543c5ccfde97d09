"""CrossEntropyLoss: its cases, and the mistakes people make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.instruments_old.behaviour import manners
from dlf_grader.instruments_old.gradient import gradient
from dlf_grader.instruments_old.layer import Array, Case, Layer, RngFor
from dlf_grader.instruments_old.parity import parity
from dlf_grader.milestones.m0.drawing import shown
from dlf_grader.milestones.m0.mistakes import inputs, mistake, times

LARGE = "logits of ±10000"
# logits, targets, what is new about it
SMALL: tuple[tuple[list[list[float]], list[int], str], ...] = (
    ([[0, 0]], [1], ""),
    ([[1, 0]], [0], "logits that differ"),
    ([[2, 2, 2]], [2], "more than two classes"),
    ([[3, -1, 1]], [1], "more than two classes"),
    ([[2, 0], [0, 1]], [0, 1], "more than one sample"),
    ([[1, 3, 0], [2, 0, -1]], [2, 0], "more than one sample"),
    ([[1, 0], [-2, 1], [0, 3]], [0, 1, 0], "more samples than classes"),
    ([[10000, 0]], [1], LARGE),
    ([[10000, 0]], [0], LARGE),
    ([[-10000, -10000]], [0], LARGE),
    ([[0, -10000], [10000, 9999]], [1, 0], LARGE),
    ([[5], [-2]], [0, 0], "a single class"),
)
# N, K, target dtype, what every logit is shifted by
DRAWN = (
    (1, 4, "int64", 0),
    (4, 1, "int64", 0),
    (3, 3, "int32", 0),
    (4, 3, "int64", 500),
    (3, 7, "int64", 0),
    (16, 10, "int32", -500),
    (64, 10, "int64", 0),
)


def cases(rng_for: RngFor) -> Iterator[Case]:
    """Smallest first: two classes, more, two samples; then logits that overflow, and everything at once."""
    for logits, targets, trait in SMALL:
        yield _case(np.array(logits, dtype=float), np.array(targets), {trait} - {""})
    yield from drawn_cases(rng_for, first=len(SMALL) + 1)


def drawn_cases(rng_for: RngFor, first: int = 1) -> Iterator[Case]:
    """Random logits of a moderate size, where the loss has a slope to measure."""
    for number, (n, k, dtype, shift) in enumerate(DRAWN, start=first):
        rng = rng_for(number)
        logits = 2 * rng.standard_normal((n, k)) + shift
        traits = {f"{dtype} targets"} | ({f"logits around {shift}"} if shift else set())
        yield _case(logits, rng.integers(0, k, n).astype(dtype), traits)


def _case(logits: Array, targets: Array, traits: set[str]) -> Case:
    n, k = logits.shape
    numbers = shown(logits=logits, targets=targets) if logits.size <= 4 else ""
    words = [f"N={n}, K={k}", "" if targets.dtype == np.int64 else f"{targets.dtype} targets", numbers]
    return Case(", ".join(word for word in words if word), (logits, targets), traits=frozenset(traits))


# -- what people get wrong ------------------------------------------------------------------------


def _softmax(logits: Array, axis: int = 1) -> Array:
    """Softmax as first written: it overflows."""
    e = np.exp(logits)
    p: Array = e / e.sum(axis=axis, keepdims=True)
    return p


def _stable(logits: Array) -> Array:
    return _softmax(logits - logits.max(axis=1, keepdims=True))


def _log_softmax(logits: Array) -> Array:
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p: Array = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return log_p


def _of_targets(p: Array, targets: Array) -> Array:
    picked: Array = p[np.arange(len(targets)), targets]
    return picked


def _one_hot(logits: Array, targets: Array) -> Any:
    return np.eye(logits.shape[1])[targets]


def _in_every_row(logits: Array, targets: Array) -> Any:
    """`p[:, targets] -= 1`, which subtracts in every row."""
    p = _stable(logits)
    p[:, targets] -= 1
    return p / len(p)


CROSS_ENTROPY = Layer(
    name="CrossEntropyLoss",
    oracle="dlf_reference.oracles.m0:cross_entropy",
    cases=cases,
    output="loss",
    gradients=("dL_dlogits",),
    misconceptions=(
        mistake("sum", "loss", times(len), "the losses of the samples were summed: divide by N."),
        mistake(
            "mean-over-classes",
            "loss",
            times(lambda x: 1 / x.shape[1]),
            "the mean ran over all N × K entries of a one-hot product: each sample counts once, so divide by N only.",
        ),
        mistake(
            "sign", "loss", times(lambda x: -1), "the minus sign were missing: the loss is −log p, which is positive."
        ),
        mistake(
            "log-base-2", "loss", times(lambda x: 1 / np.log(2)), "the logarithm had base 2: the natural one is meant."
        ),
        mistake(
            "log-base-10",
            "loss",
            times(lambda x: 1 / np.log(10)),
            "the logarithm had base 10: the natural one is meant.",
        ),
        mistake(
            "all-targets-in-every-row",
            "loss",
            inputs(lambda x, t: -_log_softmax(x)[:, t].mean()),
            "every row were asked for every target: log_p[:, targets] does that. Pair each row's number with its own.",
        ),
        mistake(
            "log-forgotten",
            "loss",
            inputs(lambda x, t: 1 - _of_targets(_stable(x), t).mean()),
            "the logarithm were missing: the loss of a sample is −log p, not 1 − p.",
        ),
        mistake(
            "softmax-forgotten",
            "loss",
            inputs(lambda x, t: -_of_targets(x, t).mean()),
            "the logits were taken for log-probabilities: from each row subtract log(sum(exp(row))) first.",
        ),
        mistake(
            "softmax-over-batch",
            "loss",
            inputs(lambda x, t: -np.log(_of_targets(_softmax(x - x.max(axis=0), axis=0), t)).mean()),
            "softmax ran down the batch: a row's probabilities add up to 1, so sum along axis 1.",
        ),
        mistake(
            "not-shifted",
            "loss",
            inputs(lambda x, t: -np.log(_of_targets(_softmax(x), t)).mean()),
            "exp overflowed: exp(10000) is inf. Softmax does not change when a row's maximum is subtracted first.",
        ),
        mistake(
            "log-of-zero",
            "loss",
            inputs(lambda x, t: -np.log(_of_targets(_stable(x), t)).mean()),
            "a probability had become 0 before its logarithm was taken: on paper log(softmax) simplifies, and no exp "
            "is left at the true class.",
        ),
        *(
            mistake(
                "epsilon-in-log",
                "loss",
                inputs(lambda x, t, keep=keep: -np.log(keep(_of_targets(_stable(x), t))).mean()),
                f"{eps:g} kept the logarithm from 0: that caps a sample's loss at {-np.log(eps):.1f}. Simplify "
                "log(softmax) on paper instead.",
            )
            for eps in (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)
            for keep in (partial(np.add, eps), partial(np.clip, a_min=eps, a_max=1 - eps))
        ),
        mistake(
            "not-divided-by-n",
            "dL_dlogits",
            times(len),
            "the division by N were missing: the loss is a mean over N rows, so each row's gradient is divided by N.",
        ),
        mistake(
            "divided-by-classes",
            "dL_dlogits",
            times(lambda x: 1 / x.shape[1]),
            "the gradient were divided by N × K: the loss is a mean over N samples only.",
        ),
        mistake(
            "sign", "dL_dlogits", times(lambda x: -1), "the sign were wrong: it is the predicted minus the true one."
        ),
        mistake(
            "one-hot-not-subtracted",
            "dL_dlogits",
            inputs(lambda x, t: _stable(x) / len(x)),
            "the true distribution were never subtracted: 1 goes off the probability of each row's true class.",
        ),
        mistake(
            "one-hot-in-every-row",
            "dL_dlogits",
            inputs(_in_every_row),
            "1 were subtracted in every row, at every target's column: each row loses it at its own target only.",
        ),
        mistake(
            "true-class-only",
            "dL_dlogits",
            inputs(lambda x, t: (_stable(x) - 1) * _one_hot(x, t) / len(x)),
            "only the true class got a gradient: the others' logits stand in the softmax too, and are pushed down.",
        ),
        mistake(
            "not-shifted",
            "dL_dlogits",
            inputs(lambda x, t: (_softmax(x) - _one_hot(x, t)) / len(x)),
            "exp overflowed: inf / inf is nan. Use the shifted softmax, or the log-probabilities that forward stored.",
        ),
        mistake(
            "softmax-over-batch",
            "dL_dlogits",
            inputs(lambda x, t: (_softmax(x - x.max(axis=0), axis=0) - _one_hot(x, t)) / len(x)),
            "softmax ran down the batch: a row's probabilities add up to 1, so sum along axis 1.",
        ),
        mistake(
            "log-probabilities",
            "dL_dlogits",
            inputs(lambda x, t: (np.log(_stable(x)) - _one_hot(x, t)) / len(x)),
            "the log-probabilities stood where the probabilities belong: take exp of them first.",
        ),
    ),
)

forward = parity(CROSS_ENTROPY, "loss")
backward = parity(CROSS_ENTROPY, "dL_dlogits")
slope = gradient(replace(CROSS_ENTROPY, cases=drawn_cases))
behaviour = manners(CROSS_ENTROPY)
