"""Behaviour: what a layer, a function or an optimiser does besides computing the right numbers, claim by claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.case import Case
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis

Claim = Callable[[], None]  # raises a CheckFailure where it does not hold


def check_claims(claims: Sequence[Claim]) -> Measurements:
    """Check one claim after the other; what the learner's code raises is a failure."""
    for claim in claims:
        try:
            claim()
        except NotWritten:
            raise
        except LearnerError as error:
            raise CheckFailure(str(error)) from error
    return {"claims": len(claims)}


ADVICE = {
    "dtype-lost": "Cast to the input's dtype: an array made without a dtype is float64, and so is a parameter.",
    "wrong-in-float32": "Look for something that fits float64 alone: steps of 8 bytes (x.strides has the right ones), "
    "or an exp that overflows above 88.",
    "input-modified": "Work on a copy: an in-place operation (x[…] = …, +=, out=) reached the caller's array.",
    "not-contiguous": "Do not assume how an array lies in memory: reshape instead of setting shape, no raw buffers.",
    "carried-over": "Something that an earlier call left on self changes this one: compute it again in every forward.",
    "stale": "backward uses what an earlier call left on self: store again, in every forward, what it needs.",
    "spoilt": "backward changes what forward stored for it: work on a copy. An array's view shares its memory.",
    "accumulated": "Overwrite the gradients in every backward: do not add to those of the call before.",
    "shared-buffer": "Return a new array from every call: a later call must not write into one that was returned.",
    "objects-share": "Store everything on self: attributes of the class and names of the module belong to all objects.",
    "memory-shared": "Give every parameter an array of its own: writing into one must not change another.",
    "read-only": "An optimiser updates parameters in place: make them with np.zeros, np.ones or rng.",
    "parameter-modified": "forward and backward only read the parameters: an in-place operation changed one.",
    "parameters-copied": "Read the parameter's attribute inside forward: a copy misses what is assigned later.",
}


def fails(name: str, text: str, case: Case, tensor: str = "") -> CheckFailure:
    """A claim that does not hold: what is wrong, and the advice of that name."""
    return CheckFailure(text, Counterexample(case.label, 0, tensor), (Diagnosis(name, ADVICE[name]),))
