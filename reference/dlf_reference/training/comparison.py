"""Which optimisers are compared on which networks: `configs/m4.compare.yaml`, read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dlf_reference.training.config import FOLDER

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

    steps: int
    batch_size: int
    goals: dict[str, float]
    runs: tuple[Run, ...] = field(default_factory=tuple)


def load() -> Comparison:
    """Read the config."""
    import yaml

    found = yaml.safe_load((FOLDER / "m4.compare.yaml").read_text(encoding="utf-8"))
    return Comparison(**(found | {"runs": tuple(Run(**run) for run in found["runs"])}))
