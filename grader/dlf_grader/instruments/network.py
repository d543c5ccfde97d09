"""A PyTorch model under test: all its parameters learn, its logits are what logits should be, its rows do not mix."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.compare import close
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Tensor
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

PROBES = "dlf_reference.training.probes"
HIDDEN = Diagnosis(
    "not-registered",
    "parameters() does not look into lists and dicts: use nn.ModuleList there, and nn.Parameter for a tensor.",
)
SOFTMAX = Diagnosis(
    "softmax-at-the-end",
    "Return what the last nn.Linear gives. The cross-entropy of the recipe applies the softmax; a second one flattens "
    "its gradients.",
)
ROWS_MIX = Diagnosis(
    "rows-mix",
    "Compute each row by itself: leave axis 0 as it is in every reshape, mean and softmax, and let normalisation use "
    "its running statistics.",
)


@dataclass(frozen=True)
class Network:
    """A model that classifies.

    Attributes:
        name: the class.
        inputs: what `forward` takes, for so many rows; called with random numbers and the number of rows.
        arguments: the constructor's, for a model that is quick to ask.
        classes: numbers of classes to try; the first is the usual one.
        most_parameters: how many numbers its parameters may hold; 0 for any.
        deeper: the constructor's arguments for a model that must have more parameters.
        ordered: what to say if a row's first input read backwards gets the same logits; None where order may not count.
    """

    name: str
    inputs: Callable[[np.random.Generator, int], tuple[Array, ...]]
    arguments: dict[str, Any] = field(default_factory=dict)
    classes: tuple[int, ...] = (10, 7)
    most_parameters: int = 0
    deeper: dict[str, Any] = field(default_factory=dict)
    ordered: Diagnosis | None = None

    def new(self, submission: Submission, ctx: Context, **changed: Any) -> Remote:
        """A model whose random start follows from the run's seed."""
        submission.call("torch:manual_seed", ctx.seed)
        return submission.new(self.name, **(self.arguments | changed))

    def rows(self, ctx: Context, count: int) -> tuple[Array, ...]:
        """So many rows of input."""
        return self.inputs(ctx.rng(count), count)


def check_learns(network: Network, submission: Submission, ctx: Context) -> Measurements:
    """Check that a model has parameters, not too many or few of them, and that a gradient reaches every one."""
    model = network.new(submission, ctx)
    total = sum(parameter_sizes(submission, model).values())
    if network.most_parameters and total > network.most_parameters:
        text = f"{network.name} has {total:,} parameters, expected at most {network.most_parameters:,}"
        raise CheckFailure(text)
    count = 4
    targets = np.arange(count) % network.classes[0]
    all_learn(submission, model, total, targets, *network.rows(ctx, count))
    if network.deeper:
        deeper = parameter_sizes(submission, network.new(submission, ctx, **network.deeper))
        if sum(deeper.values()) <= total:
            words = ", ".join(f"{name}={value}" for name, value in network.deeper.items())
            raise CheckFailure(f"{network.name} has no more parameters with {words}: each layer needs its own")
    return {"parameters": total}


def check_logits(network: Network, submission: Submission, ctx: Context) -> Measurements:
    """Check that a model gives a row of logits for each row of its input, whatever the other rows hold."""
    count = 3
    inputs = network.rows(ctx, count)
    for classes in network.classes:
        model = network.new(submission, ctx, num_classes=classes)
        label = f"inputs {inputs[0].shape}, num_classes={classes}"
        together = logits(submission, model, (count, classes), label, *inputs)
        for row in range(count):
            one = tuple(x[row : row + 1] for x in inputs)
            alone = logits(submission, model, (1, classes), f"{label}, row {row} alone", *one)
            if not close(alone, together[row : row + 1], 1e-4):
                text = "a row's logits change with the other rows of the batch, in evaluation mode"
                raise CheckFailure(text, Counterexample(label, 0, "logits"), (ROWS_MIX,))
            if network.ordered is None:
                continue
            backwards = (one[0][:, ::-1].copy(), *one[1:])
            if close(logits(submission, model, (1, classes), label, *backwards), alone, 1e-5):
                text = "a row and the same row read backwards get the same logits"
                raise CheckFailure(text, Counterexample(label, 0, "logits"), (network.ordered,))
    return {"rows": count}


def parameter_sizes(submission: Submission, model: Remote) -> dict[str, int]:
    """How many numbers each parameter of a model holds, by name.

    Raises:
        CheckFailure: what came back is not of our probe.
    """
    sizes: dict[str, int] = _probed(submission, "size", dict, model)
    return sizes


def all_learn(submission: Submission, model: Remote, total: int, targets: Array, *inputs: Array) -> None:
    """Check that every parameter of a model takes part in its answer.

    Args:
        total: how many numbers the parameters hold.
        targets: class numbers, one for each row of the inputs.
        inputs: what `forward` takes.

    Raises:
        CheckFailure: there are none, or hidden ones, or some without a gradient.
    """
    if hidden := _probed(submission, "unregistered", list, model):
        named = [f"self.{name}" for name in hidden]
        raise CheckFailure(f"in {_some(named)} there are weights that nothing would train", None, (HIDDEN,))
    if not total:
        raise CheckFailure("the model has no parameters: expected its layers as attributes, or in an nn.ModuleList")
    reached = _probed(submission, "gradient_sizes", dict, model, targets, *inputs)
    if lost := [name for name, largest in reached.items() if math.isnan(largest)]:
        raise CheckFailure(f"the gradient of {_some(lost)} is nan: something overflows, or divides by zero")
    if idle := [name for name, largest in reached.items() if not largest > 0]:
        raise CheckFailure(f"no gradient reaches {_some(idle)}: expected every parameter to take part in forward")


def logits(
    submission: Submission, model: Remote, wanted: tuple[int, int], label: str, *inputs: np.ndarray
) -> np.ndarray:
    """A model's logits in evaluation mode.

    Args:
        wanted: their shape.
        label: the case in words.

    Raises:
        CheckFailure: they have another type, shape or dtype, are not finite, or are probabilities.
    """
    y = submission.call(f"{PROBES}:logits", model, *inputs)
    at = Counterexample(label, 0, "logits")
    if not isinstance(y, Tensor) or y.array.shape != wanted:
        raise CheckFailure(f"forward: expected logits, a tensor of shape {wanted}, got {describe_value(y)}", at)
    if y.array.dtype != np.float32:
        raise CheckFailure(f"forward: expected float32 logits, got {y.array.dtype}", at)
    if not np.isfinite(y.array).all():
        raise CheckFailure(
            "forward: expected finite logits, got nan or inf: something overflows, or divides by zero", at
        )
    if (y.array >= 0).all() and np.allclose(y.array.sum(axis=1, dtype=float), 1, atol=1e-5):
        raise CheckFailure("forward: expected logits, got probabilities: each row adds up to one", at, (SOFTMAX,))
    return y.array


def _probed(submission: Submission, probe: str, kind: type, model: Remote, *more: np.ndarray) -> Any:
    """What a probe of ours found, if it has the form that ours gives it: the code beside it may have replaced it."""
    found = submission.call(f"{PROBES}:{probe}", model, *more)
    numbers = found.values() if isinstance(found, dict) else ()
    if not isinstance(found, kind) or not all(isinstance(number, int | float) for number in numbers):
        raise CheckFailure(f"looking into the model gave back no {probe} of ours")
    return found


def _some(names: Sequence[str]) -> str:
    return ", ".join(one_line(str(name), LONGEST_NAME) for name in names[:3])
