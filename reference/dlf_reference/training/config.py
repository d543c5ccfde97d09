"""What a training milestone is made of: read from `configs/`, with every mistake named."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

FOLDER = files("dlf_reference") / "configs"


class ConfigError(ValueError):
    """A config, or a change to one, that cannot be used; the text is one line."""


@dataclass(frozen=True)
class Config:
    """A training milestone.

    Attributes:
        id: the check's, "m1.mnist".
        model: "module:Class" of the tree, "m1_cnn.lenet:LeNet".
        data: loader in `dlf_reference.data`, "vision:mnist".
        recipe: in `dlf_reference.training`, "images:classifier".
        target: test accuracy to reach, in [0, 1].
        train_target: accuracy on the training examples to pass; 0 where none is asked.
        beside: a recipe of a simple model of ours, trained on the same data to compare; "" for none.
        arguments: of the model.
        settings: of the recipe.
    """

    id: str
    model: str
    data: str
    recipe: str
    target: float
    train_target: float = 0.0
    beside: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)


def names() -> list[str]:
    """The milestones there are configs for."""
    return sorted(entry.name.removesuffix(".yaml") for entry in FOLDER.iterdir() if entry.name.endswith(".yaml"))


def load(name: str) -> Config:
    """Read a milestone's config, or a file of one's own.

    Args:
        name: "m1.mnist", or the path of a YAML file.

    Raises:
        ConfigError: there is none, or it is not as it must be.
    """
    import yaml

    source = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    try:
        text = source.read_text(encoding="utf-8")
    except OSError:
        raise ConfigError(f"{name}: expected one of {', '.join(names())}, or a YAML file that can be read") from None
    try:
        found = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"{name}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise ConfigError(f"{name}: expected keys and values, got {type(found).__name__}")
    return _checked(name, found)


def changed(config: Config, changes: list[str]) -> Config:
    """A config with "key=value" changes: "epochs=3" of the recipe, "model.dropout=0.2" of the model.

    Raises:
        ConfigError: a change that is not "key=value".
    """
    import yaml

    arguments, settings = dict(config.arguments), dict(config.settings)
    for change in changes:
        key, equals, text = change.partition("=")
        if not key or not equals:
            raise ConfigError(f"{change}: expected key=value, e.g. epochs=3 or model.dropout=0.2")
        value = yaml.safe_load(text)
        if key.startswith("model."):
            arguments[key.removeprefix("model.")] = value
        elif key not in settings:
            raise ConfigError(f"{change}: expected one of {', '.join(sorted(settings))}, or model.ARGUMENT")
        elif isinstance(settings[key], (int, float)) and not isinstance(value, (int, float)):
            raise ConfigError(f"{change}: expected a number")
        else:
            settings[key] = value
    return replace(config, arguments=arguments, settings=settings)


def _checked(name: str, found: dict[str, Any]) -> Config:
    known = {each.name: each for each in fields(Config)}
    if unknown := sorted(set(found) - set(known)):
        raise ConfigError(f"{name}: unknown {', '.join(unknown)}; expected some of {', '.join(known)}")
    if missing := [key for key in ("id", "model", "data", "recipe", "target") if key not in found]:
        raise ConfigError(f"{name}: {', '.join(missing)} missing")
    for key, value in found.items():
        kind = {"target": (int, float), "train_target": (int, float), "arguments": dict, "settings": dict}.get(key, str)
        if not isinstance(value, kind):  # type: ignore[arg-type]  # a type, or a tuple of them
            raise ConfigError(f"{name}: {key}: expected {_words(kind)}, got {value!r}")
    return Config(**found)


def _words(kind: Any) -> str:
    return {str: "text", dict: "keys and values"}.get(kind, "a number")
