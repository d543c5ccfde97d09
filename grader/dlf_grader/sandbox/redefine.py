"""Untrusted side: another body for a function of the learner's module, tried out in the worker that holds it."""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping
from typing import Any


def redefine(module: types.ModuleType, name: str, source: str) -> None:
    """Exchange a function's code and defaults in place: whoever holds the function runs the new code.

    Args:
        name: the function's qualified name, "Conv2d.forward".
        source: Python that defines a function of that name, in a class of that name if it is a method.
    """
    made = dict(vars(module))
    exec(compile(source, getattr(module, "__file__", None) or name, "exec"), made)  # noqa: S102 - the learner's own code, where it belongs
    old, new = (_function(names, name) for names in (vars(module), made))
    old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__


def _function(names: Mapping[str, Any], name: str) -> types.FunctionType:
    """A function by its qualified name, without what a decorator put around it."""
    owner, _, rest = name.partition(".")
    if rest:
        return _function(vars(names[owner]), rest)
    found = names[owner]
    found = getattr(found, "fget", None) or getattr(found, "__func__", found)  # of a property, of a static method
    function: types.FunctionType = inspect.unwrap(found)
    return function
