"""Initialisation: how a layer's parameters are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.compare import compare
from dlf_grader.instruments_old.layer import Array, Case
from dlf_grader.model import Measurements, RunCheck
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission, describe_value

TRANSPOSED = Diagnosis("transposed", "As in PyTorch, W's first axis counts outputs and its second inputs.")


def he_normal(
    name: str,
    init: dict[str, Any],
    shape: tuple[int, ...],
    fan_in: int,
    bias: str = "b",
    *,
    read: Callable[[Any], Any] = lambda value: value,
    optional_bias: bool = True,
) -> RunCheck:
    """A check that `W` is He-normal and drawn from `rng` alone, and that the bias starts at zero.

    Args:
        name: the class; init: its arguments, for a layer large enough to measure.
        shape: of `W`; fan_in: how many inputs feed one output.
        read: turns an attribute into its array, where it is none itself.
        optional_bias: whether the class takes `bias=False`.
    """

    def run(submission: Submission, ctx: Context) -> Measurements:
        def draw(seed: int, **more: Any) -> tuple[Any, Any]:
            rng = submission.new("numpy.random:default_rng", seed)
            made = submission.new(name, **init, **more, rng=rng)
            return read(made.W), read(getattr(made, bias))

        (w, b), (again, _), (other, _) = draw(ctx.seed), draw(ctx.seed), draw(ctx.seed + 1)
        case = Case(", ".join(f"{key}={value}" for key, value in init.items()), ())
        if getattr(w, "shape", None) != shape:
            raise CheckFailure(
                f"W: expected an array of shape {shape}, got {describe_value(w)}",
                Counterexample(case.label, 0, "W"),
                (TRANSPOSED,) if getattr(w, "shape", ())[:2] == shape[1::-1] else (),
            )
        if not np.array_equal(w, again):
            raise CheckFailure("two layers made with generators of the same seed differ: draw W from rng")
        if np.array_equal(w, other):
            raise CheckFailure("generators of different seeds give the same W: draw W from rng")
        std, wanted = float(np.std(w)), float(np.sqrt(2.0 / fan_in))
        if not abs(std / wanted - 1) < 5 / np.sqrt(2 * w.size):  # five standard errors of a sample's deviation
            raise CheckFailure(
                f"the standard deviation of W is {std:.4f}, expected {wanted:.4f} for a fan-in of {fan_in}",
                Counterexample(case.label, 0, "W", (), std, wanted),
                _init_diagnosis(w, std, wanted, shape),
            )
        if abs(float(np.mean(w))) > 5 * wanted / np.sqrt(w.size):
            raise CheckFailure(f"the mean of W is {float(np.mean(w)):.4f}, expected 0")
        kurtosis = float(np.mean((w / std) ** 4))
        if kurtosis < 2.5:  # a normal's is 3, a uniform's 1.8
            raise CheckFailure("W is not normally distributed, its values look uniform: draw them with rng.normal")
        if (mismatch := compare(bias, b, np.zeros(shape[0]))) is not None:
            raise CheckFailure(f"{bias} should start at zero: {mismatch.text}")
        if optional_bias and draw(ctx.seed, bias=False)[1] is not None:
            got = describe_value(draw(ctx.seed, bias=False)[1])
            raise CheckFailure(f"with bias=False the attribute {bias} should be None, got {got}")
        return {"std": std, "expected": wanted}

    return run


def _init_diagnosis(w: Array, std: float, wanted: float, shape: tuple[int, ...]) -> tuple[Diagnosis, ...]:
    fan_out = w.size // shape[1]
    candidates = {
        "variance-for-deviation": (wanted**2, "2 / fan-in is the variance; the deviation is its square root."),
        "xavier": (wanted / np.sqrt(2), "This is 1 / fan-in; ReLU halves the variance, so He's is 2 / fan-in."),
        "fan-out": (np.sqrt(2 / fan_out), "This divides by the number of outputs; He's fan-in counts the inputs."),
        "unscaled": (1.0, "W is drawn with deviation 1 and never scaled."),
    }
    if len(shape) > 2:  # a convolution's kernel has a height and a width
        forgotten = "One output adds up in_channels · kernel_size² numbers; this counts "
        candidates["kernel-forgotten"] = (np.sqrt(2 / shape[1]), forgotten + "the input channels only.")
        candidates["kernel-not-squared"] = (np.sqrt(2 / (shape[1] * shape[2])), forgotten + "kernel_size only once.")
    for key, (value, text) in candidates.items():
        if abs(std / value - 1) < 5 / np.sqrt(2 * w.size):
            return (Diagnosis(key, text),)
    return ()
