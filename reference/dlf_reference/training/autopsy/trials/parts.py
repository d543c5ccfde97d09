"""The parts of a learner's network, and ours in place of one of them."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from dlf_reference.training.autopsy.course import Course, course
from dlf_reference.training.autopsy.trials.ours import ours_for, words_for
from dlf_reference.training.common import Data
from dlf_reference.training.continued import Continued
from dlf_reference.training.watching import removed_after


def listed(model: Any, recipe: str, data: Data, settings: dict[str, Any], seed: int) -> dict[str, list[str]]:
    """What we have of a network's parts, the outer before the inner ones.

    Returns:
        What ours is called, and theirs's class, by the part's name. Blocks of one kind are one part, "blocks.*".
    """
    given = course(model, recipe, data, settings)
    network = given.network
    return {
        _of_its_kind(network, name): [words_for(ours), type(network.get_submodule(name)).__name__]
        for name, ours in _ours(given, seed).items()
    }


def exchange(given: Course, part: str, seed: int) -> None:
    """Put ours in place of a part, wherever it is in a network.

    Args:
        part: a name of `listed`.
    """
    torch.manual_seed(seed)
    found = [(name, ours) for name, ours in _ours(given, seed).items() if _of_its_kind(given.network, name) == part]
    for name, ours in found:
        owner, _, last = name.rpartition(".")
        setattr(given.network.get_submodule(owner), last, ours)


def _ours(given: Course, seed: int) -> dict[str, nn.Module]:
    """One of ours for each module that is called once in a forward, where we have one."""
    calls: dict[nn.Module, list[tuple[tuple[Any, ...], Any]]] = {}

    def noticing(module: nn.Module, inputs: tuple[Any, ...], output: Any) -> None:
        calls.setdefault(module, []).append((inputs, output))

    modules = {name: module for name, module in given.network.named_modules() if name not in ("", "model")}
    with removed_after(m.register_forward_hook(noticing) for m in modules.values()), torch.no_grad():
        given.network.train()(*given.draw(seed, 1)[0][0])
    causal, found = isinstance(given.network, Continued), dict[str, nn.Module]()
    for name, module in modules.items():
        if len(calls.get(module, ())) == 1:
            ours = ours_for(module, *calls[module][0], causal=causal)
            if ours is not None:
                found[name] = ours
    return found


def _of_its_kind(network: nn.Module, name: str) -> str:
    """blocks.1.norm → blocks.*.norm where all blocks are of one class of the learner's."""
    owner, words = network, list[str]()
    for word in name.split("."):
        kinds = {type(part) for part in owner.children()}
        alike = len(kinds) == 1 and not next(iter(kinds)).__module__.startswith("torch.nn")
        words.append("*" if word.isdigit() and alike else word)
        owner = owner.get_submodule(word)
    return ".".join(words)
