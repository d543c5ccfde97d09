"""Attention and a network, each on a residual path: how the gradient of such a path is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dlf_grader.instruments.case import Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistake, mistake


def residual_gradients(called: str) -> tuple[Mistake, ...]:
    """What people get wrong in dL_dx of a block, whose oracle is asked for it without one of the paths.

    Args:
        called: the network, in words.
    """
    return (
        mistake(
            "second-residual-gradient-lost",
            "dL_dx",
            lambda ask, case, tensor: _without(ask, case, "second"),
            f"The {called}'s residual path passes no gradient back: a sum gives its gradient to both terms.",
        ),
        mistake(
            "first-residual-gradient-lost",
            "dL_dx",
            lambda ask, case, tensor: _without(ask, case, "first"),
            "The attention's residual path passes no gradient back: x is used twice, so add two gradients.",
        ),
        mistake(
            "first-residual-gradient-of-the-end",
            "dL_dx",
            lambda ask, case, tensor: _without(ask, case, "first") + case.upstreams[0],
            "The attention's residual path passes dL_dy back: it passes the gradient of the first step's result, to "
            "which the network's branch has added.",
        ),
    )


def _without(ask: Ask, case: Case, path: str) -> Any:
    return ask(replace(case, init=case.init | {"detached": path}))["dL_dx"]
