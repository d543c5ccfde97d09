"""The networks that optimisers train, and the losses that they must reach."""

from __future__ import annotations

from dlf_grader.instruments.training.optimisers import Descent, Descents
from dlf_grader.milestones.m4.trajectories import Options


def small(optimiser: str, *, cnn: Options, lstm: Options) -> Descents:
    """A small CNN and a small LSTM, each with options of its own."""
    return Descents(lambda: (Descent("cnn", optimiser, cnn, 150, 0.30), Descent("lstm", optimiser, lstm, 400, 0.30)))


def compared(*optimisers: str) -> Descents:
    """Optimisers on real data, beside each other: what `configs/m4.compare.yaml` lists of them."""

    def listed() -> list[Descent]:
        from dlf_reference.training.comparison import load

        comparison = load()
        return [
            Descent(
                network=run.network,
                optimiser=run.optimiser,
                options=run.options,
                steps=comparison.steps,
                goal=comparison.goals[run.network],
                label=run.name,
                must=run.below,
            )
            for run in comparison.runs
            if run.optimiser in optimisers
        ]

    return Descents(listed)
