"""What people get wrong in the encoder block: its parts wired in another way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake, of_case
from dlf_grader.instruments.mistakes.residuals import residual_gradients
from dlf_grader.milestones.m3.attention_formulas import multi_head
from dlf_grader.milestones.m3.encoder.feed_forward import network


def _layer_norm(x: Array, gamma: Array, beta: Array) -> Array:
    centred = x - x.mean(axis=-1, keepdims=True)
    y: Array = gamma * centred / np.sqrt(centred.var(axis=-1, keepdims=True) + 1e-5) + beta
    return y


def _part(case: Case, name: str) -> dict[str, Any]:
    """The parameters of one part of a block, by their own names."""
    start = f"{name}."
    return {key.removeprefix(start): value for key, value in case.attributes.items() if key.startswith(start)}


Step = Callable[[Array, Any, Any], Array]  # of (x, branch, norm)
Steps = tuple[Step, Step]  # norm first, norm last
RIGHT: Steps = (lambda x, branch, norm: x + branch(norm(x)), lambda x, branch, norm: norm(x + branch(x)))
INVERTED: Steps = (RIGHT[1], RIGHT[0])
NO_RESIDUAL: Steps = (lambda x, branch, norm: branch(norm(x)), lambda x, branch, norm: norm(branch(x)))
NO_NORM: Steps = (lambda x, branch, norm: x + branch(x),) * 2
WRONG_PATH: Steps = (lambda x, branch, norm: norm(x) + branch(norm(x)), lambda x, branch, norm: x + norm(branch(x)))


def _wired(
    attention: Steps = RIGHT, feed_forward: Steps = RIGHT, norms: tuple[str, str] = ("norm1", "norm2")
) -> Mistaken:
    """The block's output with other steps, or with its norms exchanged."""

    def y(case: Case) -> Array:
        at, heads = (0 if case.init["norm_first"] else 1), case.init["num_heads"]
        mask = case.inputs[1] if len(case.inputs) > 1 else None
        first, second = (partial(_layer_norm, **_part(case, norm)) for norm in norms)
        x = attention[at](case.inputs[0], lambda x: multi_head(_part(case, "attention"), heads, x, mask), first)
        return feed_forward[at](x, lambda x: network(_part(case, "feed_forward"), x), second)

    return of_case(y)


def _in_either(steps: Steps) -> tuple[Mistaken, ...]:
    """The attention or the network has these steps, or both have."""
    return _wired(steps), _wired(feed_forward=steps), _wired(steps, steps)


def _mask_dropped(ask: Ask, case: Case, tensor: str) -> Any:
    return None if len(case.inputs) == 1 else ask(replace(case, inputs=case.inputs[:1]))[tensor]


def _setting_ignored(ask: Ask, case: Case, tensor: str) -> Any:
    """The learner's own answer, if it is the same for both values of norm_first, and right for the other."""
    other = replace(case, init=case.init | {"norm_first": not case.init["norm_first"]})
    found = ask.learner(other)["y"]
    if not close(found, ask(other)["y"]):
        raise ValueError("it is wrong for the other value, too")
    return found


def _from_the_start(case: Case) -> Array:
    """The network's residual path begins at the block's input."""
    x, heads = case.inputs[0], case.init["num_heads"]
    mask = case.inputs[1] if len(case.inputs) > 1 else None
    norms: list[Any] = [partial(_layer_norm, **_part(case, norm)) for norm in ("norm1", "norm2")]
    first, second = norms
    at = 0 if case.init["norm_first"] else 1
    middle = RIGHT[at](x, lambda x: multi_head(_part(case, "attention"), heads, x, mask), first)
    if case.init["norm_first"]:
        y: Array = x + network(_part(case, "feed_forward"), second(middle))
    else:
        y = second(x + network(_part(case, "feed_forward"), middle))
    return y


MISTAKES = (
    mistake(
        "norm-first-ignored",
        "y",
        _setting_ignored,
        "norm_first is ignored: both values give the same. Write both orders, and choose by it.",
    ),
    mistake(
        "second-residual-from-the-start",
        "y",
        of_case(_from_the_start),
        "The feed-forward network's result is added to the block's input: add it to the first step's result.",
    ),
    mistake(
        "one-norm-for-both",
        "y",
        _wired(norms=("norm2", "norm2")),
        "norm1 acts with norm2's gamma and beta: make two LayerNorms, and use each in its place.",
    ),
    mistake(
        "norm-order",
        "y",
        _wired(INVERTED, INVERTED),
        "norm_first is inverted: True normalises what goes into attention and network, False normalises the sums.",
    ),
    mistake(
        "first-residual-forgotten",
        "y",
        _wired(attention=NO_RESIDUAL),
        "The attention's result replaces x: add it to x.",
    ),
    mistake(
        "second-residual-forgotten",
        "y",
        _wired(feed_forward=NO_RESIDUAL),
        "The feed-forward network's result replaces its input: add the two.",
    ),
    mistake(
        "norms-swapped",
        "y",
        _wired(norms=("norm2", "norm1")),
        "The two norms are swapped: norm1 belongs to the attention, norm2 to the feed-forward network.",
    ),
    mistake(
        "one-norm-twice",
        "y",
        _wired(norms=("norm1", "norm1")),
        "norm1 is used twice: the feed-forward network has norm2.",
    ),
    mistake(
        "residual-normalised",
        "y",
        _in_either(WRONG_PATH),
        "The norm is on the wrong path. With norm_first only the branch is normalised; without it, the sum is.",
    ),
    mistake(
        "norm-forgotten",
        "y",
        _in_either(NO_NORM),
        "A norm is missing. With norm_first each branch reads a normalised x; without it, each sum is normalised.",
    ),
    mistake(
        "norm-order-of-one-step",
        "y",
        (_wired(INVERTED), _wired(feed_forward=INVERTED)),
        "One of the two steps has the other order: norm_first decides on both.",
    ),
    mistake("mask-dropped", "y", _mask_dropped, "The mask never reaches the attention: pass it on."),
    *residual_gradients("feed-forward network"),
)
