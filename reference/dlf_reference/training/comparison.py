"""Which optimisers are compared on which networks: `configs/m4.compare.yaml`, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dlf_reference.training import config as configs
from dlf_reference.training.settings import Count, accepted, fitted

FILES = {"SGD": "sgd", "RMSProp": "rmsprop", "Adam": "adam", "AdamW": "adam"}  # in m4_optimisers/


@dataclass(frozen=True)
class Run:
    """One optimiser on one network.

    Attributes:
        options: the optimiser's.
        label: what it is called beside the others; its name if not given.
        below: whether it must bring the loss under the network's goal.
    """

    optimiser: str
    network: str
    options: dict[str, Any]
    label: str = ""
    below: bool = True

    @property
    def name(self) -> str:
        return self.label or self.optimiser


@dataclass(frozen=True)
class Comparison:
    """What all runs share, and the runs.

    Attributes:
        goals: the loss on all examples after the last step, by network.
    """

    steps: Count
    batch_size: Count
    goals: dict[str, float]
    runs: tuple[Run, ...] = field(default_factory=tuple)


def load(changes: Sequence[str] = ()) -> Comparison:
    """Read the config, with changes such as "steps=100".

    Raises:
        ConfigError: a change does not fit.
    """
    found = configs.read("m4.compare")
    for change in changes:
        key, _, found[key] = change.partition("=")
    return Comparison(**fitted(accepted(Comparison), found, ""))
