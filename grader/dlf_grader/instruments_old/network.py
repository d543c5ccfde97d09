"""A PyTorch model under test: all its parameters learn, and its logits are what logits should be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from dlf_grader.failures import CheckFailure
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
    "Return what the last nn.Linear gives: the cross-entropy of the recipe takes the softmax itself, and a second one "
    "flattens its gradients.",
)


def all_learn(submission: Submission, model: Remote, targets: np.ndarray, *inputs: np.ndarray) -> int:
    """Check that every parameter of a model takes part in its answer; returns how many numbers they hold.

    Args:
        targets: class numbers, one for each row of the inputs.
        inputs: what `forward` takes.

    Raises:
        CheckFailure: there are none, or hidden ones, or some without a gradient.
    """
    sizes = _probed(submission, "size", dict, model)
    if hidden := _probed(submission, "unregistered", list, model):
        named = [f"self.{name}" for name in hidden]
        raise CheckFailure(f"in {_some(named)} there are weights that nothing would train", None, (HIDDEN,))
    if not sizes:
        raise CheckFailure("the model has no parameters: expected its layers as attributes, or in an nn.ModuleList")
    reached = _probed(submission, "gradient_sizes", dict, model, targets, *inputs)
    if lost := [name for name, largest in reached.items() if math.isnan(largest)]:
        raise CheckFailure(f"the gradient of {_some(lost)} is nan: something overflows, or divides by zero")
    if idle := [name for name, largest in reached.items() if not largest > 0]:
        raise CheckFailure(f"no gradient reaches {_some(idle)}: expected every parameter to take part in forward")
    return int(sum(sizes.values()))


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
