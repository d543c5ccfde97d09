"""What a trained model shows in training mode and in evaluation mode, as data; see `measured`."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Modes:
    """A trained model on training examples, in both modes.

    Attributes:
        training, evaluation: share of them that is predicted right.
        shared: batch norms that a forward uses more than once.
        differing: classes of modules that, alone in training mode, make it as right as all of them do.
        variances: running variances of the learner's own layers that are far off, in multiples of the right one.
        means: running means of them that are far off, in standard deviations from the right one.
        momenta: of its batch norms of PyTorch, by name.
        renewed: share that is predicted right in evaluation mode once these hold the mean of a few batches; nan where
            there are none.
    """

    training: float
    evaluation: float
    shared: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    variances: dict[str, float] = field(default_factory=dict)
    means: dict[str, float] = field(default_factory=dict)
    momenta: dict[str, float] = field(default_factory=dict)
    renewed: float = float("nan")
