"""What a training milestone is made of: read from `configs/`, with every mistake named."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

from dlf_reference.training.command_line import did_you_mean
from dlf_reference.training.settings import ConfigError, Share, accepted, fitted

FOLDER = files("dlf_reference") / "configs"
ZOO = "dlf_reference.training.zoo"
OURS = ("model", "data", "seed", "device", "state")  # what a recipe is given besides its settings


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
        zoo: the record-setting variant of the model, "resnet:ResNetMini" of `training.zoo`; "" for none.
        arguments: of the model.
        settings: of the recipe.
    """

    id: str
    model: str
    data: str
    recipe: str
    target: Share
    train_target: Share = 0.0
    beside: str = ""
    zoo: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def on_numpy(self) -> bool:
        """Whether the model is made of NumPy, and trains itself."""
        return self.recipe.startswith("numpy")


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
    return Config(**fitted(accepted(Config), read(name), f"{name}: "))


def read(name: str) -> dict[str, Any]:
    """The keys and values of a config, as they are written.

    Raises:
        ConfigError: there is none, or it cannot be read.
    """
    import yaml

    source = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    try:
        found = yaml.safe_load(source.read_text(encoding="utf-8"))
    except OSError:
        wanted = f"one of {', '.join(names())}, or a YAML file that can be read"
        raise ConfigError(f"{name}{did_you_mean(name, names())}: expected {wanted}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise ConfigError(f"{name}: expected keys and values, got {type(found).__name__}")
    return {str(key): value for key, value in found.items()}


def changed(config: Config, changes: Sequence[str]) -> Config:
    """A config with "key=value" changes.

    Args:
        changes: "target=0.98" of the config; "settings.epochs=3", or "epochs=3", of its recipe; "model.dropout=0.2".

    Raises:
        ConfigError: a change that is not "key=value", or does not fit.
    """
    own = {each.name for each in fields(Config)} - {"arguments", "settings"}
    found = asdict(config)
    for change in changes:
        key, equals, text = change.partition("=")
        if not key or not equals:
            raise ConfigError(f"{change}: expected key=value, e.g. epochs=3 or model.dropout=0.2")
        part, dot, name = key.rpartition(".")
        if key in own:
            found[key] = _value(text)
        elif part in ("", "settings", "model"):
            found["arguments" if part == "model" else "settings"][name] = _value(text)
        else:
            raise ConfigError(f"{change}: expected settings.{name} or model.{name}, got {part}{dot}{name}")
    return Config(**fitted(accepted(Config), found, ""))


def checked(config: Config) -> Config:
    """A config whose settings fit its recipe, each of the type it should have; imports the recipe.

    Raises:
        ConfigError: one does not.
    """
    recipe = function("training", config.recipe, "recipe")
    wanted = accepted(recipe, *OURS)
    if "plan" in inspect.signature(recipe).parameters:
        from dlf_reference.training.engine import Plan

        wanted |= accepted(Plan)
    return replace(config, settings=fitted(wanted, config.settings, "settings."))


def of_the_zoo(config: Config) -> Config:
    """A config that trains the record-setting variant of its model, by the same recipe.

    Raises:
        ConfigError: there is none.
    """
    if not config.zoo:
        with_one = ", ".join(name for name in names() if read(name).get("zoo"))
        raise ConfigError(f"--model zoo: {config.id} has no model there; {with_one} have one")
    return replace(config, model=f"{ZOO}.{config.zoo}")


def function(package: str, name: str, what: str) -> Callable[..., Any]:
    """A function of `dlf_reference.<package>`, named "module:function".

    Raises:
        ConfigError: there is none of that name.
    """
    module, _, wanted = name.partition(":")
    try:
        found: Callable[..., Any] = getattr(import_module(f"dlf_reference.{package}.{module}"), wanted)
    except (ModuleNotFoundError, AttributeError):
        raise ConfigError(f"{what}: expected module:function of dlf_reference.{package}, got {name!r}") from None
    return found


def _value(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text
