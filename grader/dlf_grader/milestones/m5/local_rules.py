"""Mistaken answers of one operation: another value, another local rule, another way back from broadcasting."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistake, Mistaken, mistake

GRADIENTS = ("dL_da", "dL_db", "dL_dc", "dL_dx")
Rule = Callable[..., Sequence[Any]]  # (dL_dy, y, arguments…, keywords…) to one gradient for each argument


def of_forward(rule: Callable[..., Any]) -> Mistaken:
    """A mistaken value: rule(arguments…, keywords…)."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        _, arguments, keywords = _only_step(case)
        return _tried(rule, *(_number(case, argument) for argument in arguments), **keywords)

    return answer


def of_reflected(rule: Callable[..., Any]) -> Mistaken:
    """A mistaken value where the left operand is a number or an array, and only there."""
    plain = of_forward(rule)
    return lambda ask, case, tensor: None if isinstance(_only_step(case)[1][0], str) else plain(ask, case, tensor)


def of_backward(rule: Rule) -> Mistaken:
    """A mistaken gradient: the local rule(dL_dy, y, arguments…, keywords…), carried through the graph."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        _, arguments, keywords = _only_step(case)
        values = [_number(case, argument) for argument in arguments]
        gradients = _tried(rule, upstream(case), ask(case)["y"], *values, **keywords)
        leaf = tensor.removeprefix("dL_d")
        parts = [
            unbroadcast(np.asarray(part), case.attributes[leaf].shape)
            for argument, part in zip(arguments, gradients, strict=False)
            if isinstance(argument, str) and argument == f"${leaf}"
        ]
        return sum(parts[1:], parts[0]) if parts else None

    return answer


def _tried(rule: Callable[..., Any], *values: Any, **keywords: Any) -> Any:
    """A rule's answer.

    Raises:
        ValueError: it has none, so nobody can have computed it.
    """
    try:
        return rule(*values, **keywords)
    except IndexError as error:
        raise ValueError(str(error)) from error


def _only_step(case: Case) -> tuple[str, list[Any], dict[str, Any]]:
    if len(case.init["steps"]) != 1:
        raise ValueError("more than one operation")
    _, operation, arguments, keywords = case.init["steps"][0]
    return operation, arguments, keywords


def _number(case: Case, argument: Any) -> Any:
    if isinstance(argument, str):
        return case.attributes[argument.removeprefix("$")]
    if isinstance(argument, dict) and "slice" in argument:
        return slice(*argument["slice"])
    if isinstance(argument, dict):
        return tuple(_number(case, part) for part in argument["index"])
    return argument


def upstream(case: Case) -> Array:
    """The gradient that `backward` starts from."""
    return np.ones(()) if case.upstream is None else case.upstream


def _of_ones(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(replace(case, upstream=np.ones_like(upstream(case))))[tensor]


UPSTREAM_IGNORED = mistake(
    "upstream-ignored",
    GRADIENTS,
    _of_ones,
    "The upstream gradient is ignored: multiply the operation's own derivative by dL_dy.",
)


def measured(function: Callable[..., Any]) -> Mistake:
    """The mistake that an operation's derivative is a difference of its values; function(x, further arguments…)."""

    def quotients(step: float) -> tuple[Callable[..., Any], ...]:
        return (
            lambda x, *more: (function(x + step, *more) - function(x, *more)) / step,
            lambda x, *more: (function(x, *more) - function(x - step, *more)) / step,
            lambda x, *more: (function(x + step, *more) - function(x - step, *more)) / (2 * step),
        )

    rules = [quotient for power in range(2, 9) for quotient in quotients(10.0**-power)]
    return mistake(
        "measured",
        GRADIENTS,
        tuple(of_backward(lambda g, y, x, *more, rule=rule: (g * rule(x, *more), *more)) for rule in rules),
        "The derivative is measured by a difference of two values, which is inexact: derive it, and compute it from x "
        "or y.",
    )


# -- broadcasting ---------------------------------------------------------------------------------


def unbroadcast(gradient: Array, shape: tuple[int, ...]) -> Array:
    """A gradient summed over the axes that broadcasting added or repeated; other axes stay as they are, right or not.

    Raises:
        ValueError: it cannot have come from that shape.
    """
    new = gradient.ndim - len(shape)
    if new < 0:
        raise ValueError("fewer axes than the input")
    ones = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return np.asarray(gradient.sum(axis=tuple(range(new))).sum(axis=ones, keepdims=True))


def _from_repeated(combine: Callable[[Array, tuple[int, ...]], Any]) -> Mistaken:
    """A mistaken way back from broadcasting: combine(gradient of the repeated leaf, the leaf's shape)."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        leaf = tensor.removeprefix("dL_d")
        small = case.attributes[leaf]
        wide = np.broadcast_to(small, upstream(case).shape).copy()
        if wide.shape == small.shape:
            return None
        return combine(ask(replace(case, attributes=case.attributes | {leaf: wide}))[tensor], small.shape)

    return answer


def _mean(gradient: Array, shape: tuple[int, ...]) -> Array:
    total = unbroadcast(gradient, shape)
    return total * (total.size / gradient.size)


def _ones_averaged(gradient: Array, shape: tuple[int, ...]) -> Array:
    total = _new_axes_only(gradient, shape)
    return unbroadcast(total, shape) * (math.prod(shape) / total.size)


def _new_axes_averaged(gradient: Array, shape: tuple[int, ...]) -> Array:
    average: Array = gradient.mean(axis=tuple(range(gradient.ndim - len(shape))))
    return unbroadcast(average, shape)


def _first(gradient: Array, shape: tuple[int, ...]) -> Array:
    picked: Array = gradient[(0,) * (gradient.ndim - len(shape))]
    first: Array = picked[tuple(slice(0, 1) if size == 1 else slice(None) for size in shape)]
    return first


def _new_axes_only(gradient: Array, shape: tuple[int, ...]) -> Array:
    total: Array = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    return total


def _axes_lost(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Summed as it should be, without the axes of size 1."""
    total: Array = unbroadcast(gradient, shape)
    return total.reshape([size for size in shape if size != 1])


BROADCASTING = (
    mistake(
        "broadcast-not-summed",
        GRADIENTS,
        _from_repeated(lambda gradient, shape: gradient),
        "The gradient has the shape that broadcasting produced: sum it back to the input's own shape.",
    ),
    mistake(
        "ones-not-summed",
        GRADIENTS,
        _from_repeated(_new_axes_only),
        "Only the new axes in front are summed: sum over every repeated axis of size 1 too.",
    ),
    mistake(
        "broadcast-keepdims-forgotten",
        GRADIENTS,
        _from_repeated(_axes_lost),
        "keepdims is missing: an axis of size 1 is summed and must stay. Pass keepdims=True.",
    ),
    mistake(
        "broadcast-averaged",
        GRADIENTS,
        tuple(map(_from_repeated, (_mean, _ones_averaged, _new_axes_averaged))),
        "The gradient is averaged over the repeated uses of an element: sum it, each use counts in full.",
    ),
    mistake(
        "broadcast-first-only",
        GRADIENTS,
        _from_repeated(_first),
        "Only one of the repeated uses counts: sum the gradients of all uses of a repeated element.",
    ),
    mistake(
        "broadcast-summed-whole",
        GRADIENTS,
        _from_repeated(lambda gradient, shape: np.full(shape, gradient.sum())),
        "The whole gradient is summed into one number: sum only the axes that broadcasting added or repeated.",
    ),
)
