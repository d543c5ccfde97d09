"""`dlf-train m4.compare`: a tree's optimisers on the same two networks, as curves and one table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from dlf_reference.training import small
from dlf_reference.training.checkpoint import write
from dlf_reference.training.common import DivergedError, TrainingError, check_loss
from dlf_reference.training.comparison import FILES, Comparison, Run
from dlf_reference.training.display import progress
from dlf_reference.training.record import versions

IN_PLACE = "whoever holds the old ones would never see them change; write params[i] -= … or params[i][...] = …"

Curves = dict[str, dict[str, list[float]]]


def compare(comparison: Comparison, data_folder: str, folder: Path, seed: int) -> int:
    """Run every optimiser of a tree on the same networks; print the table, draw the curves.

    Returns:
        0 if each reaches its goal, 1 if not.
    """
    from dlf_reference.plots import optimisers

    with progress() as show:
        found = curves(comparison, data_folder, seed, show)
    print(table(found, comparison.goals))
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"seed": seed, "losses": found, "versions": versions()})
    write(folder / "record.json", f"{text}\n".encode())
    pictures = optimisers.compare(found, comparison.goals, folder)
    print(f"in {folder}: record.json, {', '.join(file.name for file in pictures)}")
    goals = comparison.goals
    missed = (run.below and not found[run.network][run.name][-1] < goals[run.network] for run in comparison.runs)
    return 1 if any(missed) else 0


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
    for step in range(1, comparison.steps + 1):
        rows = rng.integers(0, len(x), comparison.batch_size)
        found = small.slopes(run.network, params, x[rows], y[rows])
        try:
            check_loss(found["loss"], step, optimiser.lr, found["grads"])
        except DivergedError as error:
            raise DivergedError(f"{run.name} on {run.network}: {error}") from None
        yield found["loss"]
        optimiser.step(found["grads"])
        if any(mine is not theirs for mine, theirs in zip(params, optimiser.params, strict=True)):
            raise TrainingError(f"{run.optimiser}.step put new arrays into params: {IN_PLACE}")
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
