"""Attention and a network, norm first, each on a residual path: how the gradient of such a path is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistake, Mistaken, mistake


def residual_gradients(attention: Sequence[str], network: Sequence[str], called: str) -> tuple[Mistake, ...]:
    """What people get wrong in dL_dx of a block.

    Args:
        attention, network: the last parameters of each branch, which is silent where they are zero.
        called: the network, in words.
    """

    def lost(*, first: bool, upstream_instead: bool = False) -> Mistaken:
        """A path passes no gradient back, or the first one the upstream gradient."""

        def dx(ask: Ask, case: Case, tensor: str) -> Any:
            if not case.init.get("norm_first", True) or case.upstream is None:
                raise ValueError("norm first only")
            attention_only = _silent(case, network)
            between = ask(attention_only)["y"]
            network_only = replace(_silent(case, attention), inputs=(between, *case.inputs[1:]))
            middle = ask(network_only)["dL_dx"] - (0 if first else case.upstream)
            answer = ask(replace(attention_only, upstream=middle))["dL_dx"]
            without = answer - middle if first else answer
            return without + case.upstream if upstream_instead else without

        return dx

    return (
        mistake(
            "second-residual-gradient-lost",
            "dL_dx",
            lost(first=False),
            f"The {called}'s residual path passes no gradient back: a sum gives its gradient to both terms.",
        ),
        mistake(
            "first-residual-gradient-lost",
            "dL_dx",
            lost(first=True),
            "The attention's residual path passes no gradient back: x is used twice, so add two gradients.",
        ),
        mistake(
            "first-residual-gradient-of-the-end",
            "dL_dx",
            lost(first=True, upstream_instead=True),
            "The attention's residual path passes dL_dy back: it passes the gradient of the first step's result, to "
            "which the network's branch has added.",
        ),
    )


def _silent(case: Case, names: Sequence[str]) -> Case:
    """The block with one of its two branches silent, by its last parameters."""
    return replace(case, attributes=case.attributes | {name: np.zeros_like(case.attributes[name]) for name in names})
