"""Keyword arguments from a file or a command line, made to fit the function that takes them, or refused in one line."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from dlf_reference.training.command_line import did_you_mean

Count = Annotated[int, msgspec.Meta(ge=1)]
Rate = Annotated[float, msgspec.Meta(gt=0)]
Amount = Annotated[float, msgspec.Meta(ge=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]

WORDS = {"`int`": "a whole number", "`float`": "a number", "`bool`": "true or false", "`str`": "text"}
PLAIN = (int, float, bool, str)


class ConfigError(ValueError):
    """A config, or a change to one, that cannot be used; the text is one line."""


def accepted(function: Callable[..., Any], *without: str) -> dict[str, inspect.Parameter]:
    """The arguments a function takes by name, with their types resolved; Any where it states none that can be read."""
    target = function.__init__ if isinstance(function, type) else function  # type: ignore[misc]  # of its own class
    try:
        hints = get_type_hints(target, include_extras=True)
    except (NameError, TypeError, AttributeError):  # whatever a learner wrote there
        hints = {}
    named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return {
        name: parameter.replace(annotation=hints.get(name, Any))
        for name, parameter in inspect.signature(function).parameters.items()
        if parameter.kind in named and name not in without
    }


def fitted(wanted: Mapping[str, inspect.Parameter], given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The arguments given, each converted to the type that is wanted ("3e-3" is a number).

    Args:
        where: what stands before a name in an error.

    Raises:
        ConfigError: one is unknown, missing, or of another type.
    """
    for name in given:
        if name not in wanted:
            unknown = f"{where}{name} is unknown{did_you_mean(name, wanted)}"
            raise ConfigError(f"{unknown}: expected one of {', '.join(wanted)}")
    required = [name for name, parameter in wanted.items() if parameter.default is parameter.empty]
    if missing := [name for name in required if name not in given]:
        raise ConfigError(f"{where}{', '.join(missing)} missing")
    return {name: _converted(wanted[name].annotation, value, where + name) for name, value in given.items()}


def _converted(kind: Any, value: Any, where: str) -> Any:
    try:
        return msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError as error:
        expected = " or ".join(get_args(kind)) if get_origin(kind) is Literal else _words(str(error))
        raise ConfigError(f"{where}: expected {expected}, got {value!r}") from None


def _words(message: str) -> str:
    """msgspec's "Expected `int` >= 1, got `str` - at `$.x`", as a person would say it."""
    text = message.partition(", got ")[0].removeprefix("Expected ")
    for name, words in WORDS.items():
        text = text.replace(name, words)
    return text.replace(">=", "of at least").replace("<=", "of at most").replace(">", "above").replace("`", "")
