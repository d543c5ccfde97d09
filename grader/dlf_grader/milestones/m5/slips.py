"""What people get wrong in an operation: its mistaken rule, carried through the program as their engine would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dlf_grader.instruments_old.layer import Array, Ask, Case, Misconception

GRADIENTS = ("dL_da", "dL_db", "dL_dc", "dL_dx")
Rule = Callable[..., Sequence[Any]]  # (dL_dy, y, arguments…, keywords…) to one gradient for each argument


def value_slip(id: str, rule: Callable[..., Any], text: str) -> Misconception:
    """A mistaken value: rule(arguments…, keywords…); the text goes on from "It looks as if "."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        _, arguments, keywords = _only_step(case)
        return _tried(rule, *(_number(case, argument) for argument in arguments), **keywords)

    return Misconception(id, "It looks as if " + text, ("y",), answer)


def reflected_slip(id: str, rule: Callable[..., Any], text: str) -> Misconception:
    """A mistaken value where a number or an array stands on the left, and only there."""
    plain = value_slip(id, rule, text)

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        _, arguments, _ = _only_step(case)
        return None if isinstance(arguments[0], str) else plain.answer(ask, case, tensor)

    return Misconception(id, plain.text, plain.about, answer)


def slip(id: str, rule: Rule, text: str) -> Misconception:
    """A mistaken gradient: rule(dL_dy, y, arguments…, keywords…) gives one for each argument."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        _, arguments, keywords = _only_step(case)
        values = [_number(case, argument) for argument in arguments]
        gradients = _tried(rule, _upstream(case), ask(case)["y"], *values, **keywords)
        leaf, shape = f"${tensor.removeprefix('dL_d')}", case.attributes[tensor.removeprefix("dL_d")].shape
        parts = [
            unbroadcast(np.asarray(part), shape)
            for argument, part in zip(arguments, gradients, strict=False)
            if isinstance(argument, str) and argument == leaf
        ]
        return sum(parts[1:], parts[0]) if parts else None

    return Misconception(id, "It looks as if " + text, GRADIENTS, answer)


def _tried(rule: Callable[..., Any], *values: Any, **keywords: Any) -> Any:
    """A rule's answer.

    Raises:
        ValueError: it has none, so nobody can have computed it.
    """
    try:
        return rule(*values, **keywords)
    except IndexError as error:
        raise ValueError(str(error)) from error


def unbroadcast(gradient: Array, shape: tuple[int, ...]) -> Array:
    """What is left of a gradient once broadcasting is undone.

    Raises:
        ValueError: it cannot have come from that shape.
    """
    new = gradient.ndim - len(shape)
    if new < 0:
        raise ValueError("fewer axes than the input")
    axes = (*range(new), *(new + axis for axis, size in enumerate(shape) if size == 1))
    return np.asarray(gradient.sum(axis=axes)).reshape(shape)


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


def _upstream(case: Case) -> Array:
    return np.ones(()) if case.upstream is None else case.upstream


# -- mistakes that any operation, or the engine, can have -----------------------------------------


def _of_ones(ask: Ask, case: Case, tensor: str) -> Any:
    return ask(replace(case, upstream=np.ones_like(_upstream(case))))[tensor]


UPSTREAM_IGNORED = Misconception(
    "upstream-ignored",
    "It looks as if the upstream gradient were ignored: multiply the operation's own slope by dL_dy.",
    GRADIENTS,
    _of_ones,
)


def _stretched(combine: Callable[[Array, tuple[int, ...]], Any]) -> Callable[[Ask, Case, str], Any]:
    """A mistaken way back from broadcasting: combine(gradient of the stretched leaf, the leaf's shape)."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        leaf = tensor.removeprefix("dL_d")
        small = case.attributes[leaf]
        wide = np.broadcast_to(small, _upstream(case).shape).copy()
        if wide.shape == small.shape:
            return None
        return combine(ask(replace(case, attributes=case.attributes | {leaf: wide}))[tensor], small.shape)

    return answer


def _mean(gradient: Array, shape: tuple[int, ...]) -> Array:
    total = unbroadcast(gradient, shape)
    return total * (total.size / gradient.size)


def _first(gradient: Array, shape: tuple[int, ...]) -> Array:
    new = gradient.ndim - len(shape)
    picked: Array = gradient[(0,) * new]
    first: Array = picked[tuple(slice(0, 1) if size == 1 else slice(None) for size in shape)]
    return first


def _new_axes_only(gradient: Array, shape: tuple[int, ...]) -> Array:
    total: Array = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    return total


def _to_number(gradient: Array, shape: tuple[int, ...]) -> Array:
    return np.full(shape, gradient.sum())


BROADCAST_MISTAKES = tuple(
    Misconception(id, "It looks as if " + text, GRADIENTS, _stretched(combine))
    for id, combine, text in (
        (
            "broadcast-not-summed",
            lambda gradient, shape: gradient,
            "the gradient kept the shape that broadcasting made: sum it back to the input's own shape.",
        ),
        (
            "ones-not-summed",
            _new_axes_only,
            "only new axes in front were summed: an axis of size 1 that was repeated is summed too.",
        ),
        (
            "broadcast-averaged",
            _mean,
            "the gradient were averaged over what broadcasting repeated: every use counts in full, so sum.",
        ),
        (
            "broadcast-first-only",
            _first,
            "only one of the repeated uses counted: an input that was used many times collects from each of them.",
        ),
        (
            "broadcast-summed-whole",
            _to_number,
            "everything were summed into one number: sum only the axes that broadcasting added or repeated.",
        ),
    )
)
