"""A recurrent layer unrolled in time, in NumPy: what its steps leave to `backward`, from which the gradients follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Answer, Array, Case

PARAMETERS = ("W_ih", "W_hh", "b_ih", "b_hh")
Squash = Callable[[Array], Array]


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x))."""
    y: Array = 0.5 + 0.5 * np.tanh(0.5 * x)
    return y


def upstream(case: Case) -> Array:
    """The gradient of the outputs."""
    assert case.upstream is not None
    return case.upstream


def hidden_size(case: Case) -> int:
    """H."""
    size: int = case.init["hidden_size"]
    return size


def parameters(case: Case) -> tuple[Array, Array, Array, Array]:
    """W_ih, W_hh, b_ih, b_hh."""
    w, u, b, d = (case.attributes[name] for name in PARAMETERS)
    return w, u, b, d


def starts(case: Case, count: int) -> Sequence[Array]:
    """The initial states; zeros where none are given."""
    return case.inputs[1:] or tuple(np.zeros((count, len(case.inputs[0]), hidden_size(case))))


def ends(case: Case, count: int) -> Sequence[Array]:
    """The gradients of the final states; zeros where none are given."""
    return case.more or tuple(np.zeros((count, len(case.inputs[0]), hidden_size(case))))


def with_attributes(case: Case, **changed: Any) -> Case:
    """The case with other parameters."""
    return replace(case, attributes=case.attributes | changed)


@dataclass(frozen=True)
class Way:
    """How gradients travel from step to step, and how they do in a mistaken backward.

    Attributes:
        carried: whether a step gets the gradient of the steps after it.
        end: which of the final states' gradients are used, of h and of c.
        end_everywhere: whether they are added at every step.
        passed: what becomes of a gradient on its way to the step before.
        reached: the first step that the loop reaches.
        cut: after how many steps the gradient is dropped, again and again; 0 for never.
    """

    carried: bool = True
    end: tuple[bool, bool] = (True, True)
    end_everywhere: bool = False
    passed: Squash = np.asarray
    reached: int = 0
    cut: int = 0

    def arrives(self, t: int, last: int) -> bool:
        """Whether step t gets the gradient of the step after it."""
        return t == last or (self.carried and not (self.cut and (t + 1) % self.cut == 0))


@dataclass(frozen=True)
class Unrolled:
    """A backward pass, step by step.

    Attributes:
        x: (N, T, D).
        weights: W_ih and W_hh.
        x_sides, h_sides: gradients of the pre-activations as x's product and the state's product have them.
        before, after: the states before and after each step.
        starts: gradients of the initial states.
    """

    x: Array
    weights: tuple[Array, Array]
    x_sides: Sequence[Array]
    h_sides: Sequence[Array]
    before: Sequence[Array]
    after: Sequence[Array]
    starts: Answer

    @property
    def steps(self) -> int:
        """T."""
        return len(self.before)

    def answer(self, which: Sequence[int] | None = None) -> Answer:
        """All gradients; those of the parameters from some of the steps only, if that is asked."""
        chosen = range(self.steps) if which is None else which
        return {
            "dL_dx": np.stack([side @ self.weights[0] for side in self.x_sides], axis=1),
            "dL_dW_ih": sum(self.x_sides[t].T @ self.x[:, t] for t in chosen),
            "dL_dW_hh": sum(self.h_sides[t].T @ self.before[t] for t in chosen),
            "dL_db_ih": sum(self.x_sides[t].sum(axis=0) for t in chosen),
            "dL_db_hh": sum(self.h_sides[t].sum(axis=0) for t in chosen),
        } | self.starts
