"""The pictures that prove a cause."""

from __future__ import annotations

import numpy as np
from dlf_reference.training import drawings
from dlf_reference.training.autopsy.measured import Looks, Trial

from dlf_grader.instruments.pictures import kept
from dlf_grader.report import Picture

MOST = 24


def by_layer(looks: Looks, what: str) -> tuple[Picture, ...]:
    """A number for each layer; nothing where there is nothing to show."""
    if what == "gradient":
        weights = [p for p in looks.parameters if p.trained and p.name.rpartition(".")[2] != "bias"][:MOST]
        values = {p.name.removeprefix("model."): p.gradient for p in weights}
    elif what == "dead":
        values = {
            f"{s.function} {at} {s.line}": s.dead for at, s in enumerate((s for s in looks.steps if s.dead >= 0), 1)
        }
    else:
        return ()
    finite = {name: value for name, value in values.items() if np.isfinite(value)}
    return (kept(drawings.by_layer(finite, what)),) if finite else ()


def repaired(plain: Trial, changed: Trial, change: str) -> tuple[Picture, ...]:
    """Two curves beside each other."""
    return (kept(drawings.repaired(plain.losses, changed.losses, change)),)
