"""Why the backward of a recipe's step raises."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import torch

from dlf_reference.training.autopsy.course import course
from dlf_reference.training.autopsy.forward.kept import graph_kept, written_over
from dlf_reference.training.common import Data


def kept(model: Any, recipe: str, data: Data, settings: dict[str, Any], seed: int) -> dict[str, str]:
    """What a forward of the recipe's first batch keeps, and its backward or the next one's cannot use.

    Returns:
        a `Kept`, as a dictionary.
    """
    torch.manual_seed(seed)
    given = course(model, recipe, data, settings)
    ((inputs, _),) = given.draw(seed, 1)
    found = written_over(given.network.train(), inputs)
    return asdict(found if found.line else graph_kept(given.network, inputs))
