"""`dlf-train m4.compare`: a tree's optimisers on the same two networks, as curves and one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np

from dlf_reference.training import small
from dlf_reference.training.comparison import FILES, Comparison, Run

Curves = dict[str, dict[str, list[float]]]


def curves(comparison: Comparison, folder: str, seed: int, show: Callable[[float, str], None]) -> Curves:
    """The loss of each step, and last that of all examples, by network and optimiser.

    Args:
        folder: of the data sets.
        show: called with (share done, words).
    """
    found: Curves = {network: {} for network in comparison.goals}
    starts = {network: small.start(network, seed, folder) for network in comparison.goals}
    for at, run in enumerate(comparison.runs):
        losses = list[float]()
        for loss in _losses(run, comparison, starts[run.network], seed):
            losses.append(loss)
            done = (at + len(losses) / (comparison.steps + 1)) / len(comparison.runs)
            show(done, f"{run.name} on {run.network} · loss {loss:.3f}")
        found[run.network][run.name] = losses
    return found


def _losses(run: Run, comparison: Comparison, start: dict[str, Any], seed: int) -> Iterator[float]:
    x, y, params = start["x"], start["y"], [w.copy() for w in start["params"]]
    module = import_module(f"m4_optimisers.{FILES[run.optimiser]}")
    optimiser = getattr(module, run.optimiser)(params, **run.options)
    rng = np.random.default_rng(seed)
    for _ in range(comparison.steps):
        rows = rng.integers(0, len(x), comparison.batch_size)
        found = small.slopes(run.network, params, x[rows], y[rows])
        yield found["loss"]
        optimiser.step(found["grads"])
    yield small.slopes(run.network, params, x, y)["loss"]


def table(found: Curves, goals: dict[str, float]) -> str:
    """The final losses, a line for each optimiser; what lies above its goal is marked."""
    names = list(dict.fromkeys(name for runs in found.values() for name in runs))
    lines = ["".join(f"{head:>22}" for head in ("loss after training", *found))]
    for name in names:
        losses = [(runs[name][-1], goals[network]) for network, runs in found.items()]
        cells = [f"{loss:.3f}" + (" (above)" if not loss < goal else "") for loss, goal in losses]
        lines.append("".join(f"{cell:>22}" for cell in (name, *cells)))
    lines.append("".join(f"{cell:>22}" for cell in ("goal: below", *(f"{goal:.2f}" for goal in goals.values()))))
    return "\n".join(lines)
