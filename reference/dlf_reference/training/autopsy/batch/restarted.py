"""What the logits react to where one module of a network starts as PyTorch's layers do."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import torch
from torch import nn

from dlf_reference.training.autopsy.batch.reacting import reactions
from dlf_reference.training.autopsy.course import course
from dlf_reference.training.autopsy.measured import Restart
from dlf_reference.training.autopsy.starts import size_of, standard_start
from dlf_reference.training.common import Data

USUAL = 2.0  # times larger or smaller than the standard start


def restarted(model: Any, recipe: str, data: Data, settings: dict[str, Any], seed: int) -> list[dict[str, Any]]:
    """The reactions of a new model, and those with one module's weights from the standard start, of each in turn.

    Returns:
        `Restart`s, as dictionaries: of the model as it is first, then of modules that start far from the standard.
    """
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    given = course(model, recipe, data, settings)
    found = [Restart("", 0.0, 0.0, tuple(reactions(given, seed)))]
    with suppress(RuntimeError, TypeError):  # it cannot be copied
        standard = copy.deepcopy(given.network)
        standard_start(standard)
        wanted = {name: p.detach() for name, p in standard.named_parameters()}
        for name, module in given.network.named_modules():
            own = {f"{name}.{each}" if name else each: p for each, p in module.named_parameters(recurse=False)}
            sizes = {each: (size_of(p), size_of(wanted[each])) for each, p in own.items() if each in wanted}
            unusual = [each for each, (size, new) in sizes.items() if size and not 1 / USUAL <= new / size <= USUAL]
            if unusual:
                kept = {each: p.detach().clone() for each, p in own.items()}
                _put(own, wanted)
                seen = tuple(reactions(given, seed))
                _put(own, kept)
                found.append(Restart(unusual[0] if len(own) == 1 else name, *sizes[unusual[0]], seen))
    return [asdict(each) for each in found]


def _put(own: Mapping[str, nn.Parameter], values: Mapping[str, torch.Tensor]) -> None:
    with torch.no_grad():
        for name, p in own.items():
            p.copy_(values[name])
