"""Initialisation: how a layer's parameters are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlf_grader.checks import Initial
from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.compare import compare
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Call, Get, Handle, Operation
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

TEXTS = {
    "variance-for-deviation": "2 / fan-in is the variance; the standard deviation is its square root.",
    "root-of-two": "Only the 2 is under the root here: the standard deviation is √(2 / fan-in).",
    "xavier": "The variance is 1 / fan-in here. ReLU halves it, so He's variance is 2 / fan-in.",
    "glorot": "The variance is 2 / (inputs + outputs), Glorot's: He's is 2 / fan-in.",
    "uniform": "W is drawn uniformly between ±√(2 / fan-in): draw it with rng.normal(0, √(2 / fan-in)).",
    "pytorch-default": "W is drawn as PyTorch's layers do, between ±1 / √fan-in: here the standard deviation is "
    "√(2 / fan-in).",
    "constant": "The standard deviation is 0.01, whatever the size: make it √(2 / fan-in).",
    "fan-out": "The variance is divided by the number of outputs here: He's fan-in counts the inputs.",
    "all-positive": "No number of W is negative: draw from a normal distribution around 0, with rng.normal.",
    "unscaled": "W is drawn with standard deviation 1 and never scaled: multiply it by √(2 / fan-in).",
    "kernel-forgotten": "The fan-in is in_channels · kernel_size²; only the input channels are counted here.",
    "kernel-not-squared": "The fan-in is in_channels · kernel_size²; kernel_size is counted only once here.",
}
TRANSPOSED = Diagnosis("transposed", "As in PyTorch, W's first axis counts outputs and its second inputs.")


def he_normal(name: str, asked: Initial, submission: Submission, ctx: Context) -> Measurements:
    """Check that a class's `W` is He-normal and drawn from `rng` alone, and that its bias starts at zero."""

    def drawn(*seeds: int, **more: Any) -> list[tuple[Any, Any]]:
        """W and b of a layer for each seed, all asked in one message."""
        operations: list[Operation] = []
        for seed in seeds:
            rng, made = submission.reserve("rng"), submission.reserve(name)
            operations.append(Call("numpy.random", "default_rng", [seed], keep=rng))
            operations.append(Call(0, name, [], {**asked.arguments, **more, "rng": Handle(rng)}, keep=made))
            operations += [Get(made, "W"), Get(made, "b")]
        values = submission.many(operations)
        return [(_array(w), _array(b)) for w, b in zip(values[2::4], values[3::4], strict=True)]

    (w, b), (again, _), (other, _) = drawn(ctx.seed, ctx.seed, ctx.seed + 1)
    label = ", ".join(f"{key}={value}" for key, value in asked.arguments.items())
    if getattr(w, "shape", None) != asked.shape:
        raise CheckFailure(
            f"W: expected an array of shape {asked.shape}, got {describe_value(w)}",
            Counterexample(label, 0, "W"),
            (TRANSPOSED,) if getattr(w, "shape", ())[:2] == asked.shape[1::-1] else (),
        )
    if not np.array_equal(w, again):
        text = "two layers made with generators of the same seed differ: draw W from rng"
        raise CheckFailure(text, Counterexample(label, 0, "W"))
    if np.array_equal(w, other):
        text = "W is all zeros" if not np.any(w) else "generators of different seeds give the same W: draw W from rng"
        raise CheckFailure(text, Counterexample(label, 0, "W"))
    std, wanted = float(np.std(w)), float(np.sqrt(2.0 / asked.fan_in))
    if not abs(std / wanted - 1) < 5 / np.sqrt(2 * w.size):  # five standard errors of a sample's deviation
        raise CheckFailure(
            f"the standard deviation of W is {std:.4f}, expected {wanted:.4f} for a fan-in of {asked.fan_in}",
            Counterexample(label, 0, "W", (), std, wanted),
            _init_diagnosis(w, std, wanted, asked.shape),
        )
    if abs(float(np.mean(w))) > 5 * wanted / np.sqrt(w.size):
        raise CheckFailure(f"the mean of W is {float(np.mean(w)):.4f}, expected 0", Counterexample(label, 0, "W"))
    kurtosis = float(np.mean((w / std) ** 4))
    if kurtosis < 2.5:  # a normal's is 3, a uniform's 1.8
        text = "W is not normally distributed, its values look uniform: draw them with rng.normal"
        raise CheckFailure(text, Counterexample(label, 0, "W"))
    if (mismatch := compare("b", b, np.zeros(asked.shape[0]))) is not None:
        same_shape = np.shape(b) == asked.shape[:1]
        text = "b should start at zero" if same_shape else mismatch.text
        raise CheckFailure(text, Counterexample(label, 0, "b"))
    if asked.optional_bias:
        try:
            kept = drawn(ctx.seed, bias=False)[0][1]
        except LearnerError as error:
            text = f"with bias=False {error}"
            raise CheckFailure(text, Counterexample(f"{label}, bias=False", 0)) from error
        if kept is not None:
            text = f"with bias=False the attribute b should be None, got {describe_value(kept)}"
            raise CheckFailure(text, Counterexample(label, 0, "b"))
    return {"std": std, "expected": wanted}


def _array(value: Any) -> Any:
    """A parameter's numbers, also where it is a Tensor of the learner's own."""
    return value.data if isinstance(value, Remote) else value


def _init_diagnosis(w: Array, std: float, wanted: float, shape: tuple[int, ...]) -> tuple[Diagnosis, ...]:
    if w.min() >= 0:
        return (Diagnosis("all-positive", TEXTS["all-positive"]),)
    candidates = {
        "variance-for-deviation": wanted**2,
        "root-of-two": wanted**2 / np.sqrt(2),
        "xavier": wanted / np.sqrt(2),
        "glorot": np.sqrt(2 / (2 / wanted**2 + w.size // shape[1])),
        "uniform": wanted / np.sqrt(3),
        "pytorch-default": wanted / np.sqrt(6),
        "constant": 0.01,
        "fan-out": np.sqrt(2 / (w.size // shape[1])),
        "unscaled": 1.0,
    }
    if len(shape) > 2:  # a convolution's kernel has a height and a width
        candidates["kernel-forgotten"] = np.sqrt(2 / shape[1])
        candidates["kernel-not-squared"] = np.sqrt(2 / (shape[1] * shape[2]))
    near = [id for id, value in candidates.items() if abs(std / value - 1) < 5 / np.sqrt(2 * w.size)]
    return tuple(Diagnosis(id, TEXTS[id]) for id in near) if len(near) == 1 else ()
