"""Module: which Tensors it finds, and resets the gradients of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.compare import compare
from dlf_grader.milestones.m5.nn.tensor_module import found_in, tensor
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.protocol import Get
from dlf_grader.sandbox.proxy import Remote, Submission

FIXTURES = "dlf_grader.sandbox.fixtures"

LISTS_SKIPPED = Diagnosis("lists-skipped", "Lists are skipped: search the parts of every list.")
MODULES_SKIPPED = Diagnosis("modules-skipped", "Modules are skipped: search the attributes of every module.")
LISTS_OF_MODULES_SKIPPED = Diagnosis(
    "lists-of-modules-skipped", "Modules in lists are skipped: a part of a list may be a module too."
)
LISTED_TWICE = Diagnosis(
    "listed-twice",
    "A Tensor is listed once for each of its names, so an optimiser would update it twice: list it once.",
)
EQUAL_MERGED = Diagnosis(
    "equal-merged", "Two Tensors with the same numbers are taken for one: compare id(value), not the numbers."
)
CONSTANTS_TOO = Diagnosis(
    "constants-listed", "A Tensor that requires no gradient is listed: list only those with requires_grad."
)
PARAMETERS = (*(LISTS_SKIPPED, MODULES_SKIPPED, LISTS_OF_MODULES_SKIPPED, LISTED_TWICE, EQUAL_MERGED, CONSTANTS_TOO),)
ZERO_GRAD = (Diagnosis("gradient-kept", "Find the Tensors with parameters(), and call zero_grad of each."),)


def _module(submission: Submission, **attributes: Any) -> Remote:
    base = submission.many([Get(0, "Module")])[0]
    module: Remote = submission.call(f"{FIXTURES}:module_of", base, **attributes)
    return module


def _listed(
    module: Remote,
    expected: Sequence[float],
    case: str,
    known: Mapping[Diagnosis, Sequence[float]] | None = None,
) -> None:
    """Fail unless the parameters hold these numbers, one each; `known` maps mistakes to theirs."""
    values = sorted(float(np.asarray(one.data).sum()) for one in found_in(module, case))
    if values == sorted(expected):
        return
    named = [diagnosis for diagnosis, wrong in (known or {}).items() if values == sorted(wrong)]
    text = f"parameters() found {_numbered(values)}, expected {_numbered(expected)}"
    raise CheckFailure(text, Counterexample(case, 0, "parameters()"), tuple(named[:1]))


def _numbered(values: Sequence[float]) -> str:
    return "[" + ", ".join(f"{value:g}" for value in values) + "]"


def parameters(submission: Submission, ctx: Context) -> Measurements:
    """Every Tensor among the attributes, in lists and in modules, once."""
    one, two, three, four = (tensor(submission, value) for value in (1.0, 2.0, 3.0, 4.0))
    _listed(_module(submission), [], "a module without attributes")
    _listed(_module(submission, a=two, b=one), [1, 2], "self.a = Tensor(2), self.b = Tensor(1)")
    mixed = _module(submission, a=one, size=3, title="mine", nothing=None, array=np.ones(2), b=two)
    _listed(mixed, [1, 2], "two Tensors among other attributes")
    words = "self.a = Tensor(1), self.rest = [Tensor(2), Tensor(3)]"
    _listed(_module(submission, a=one, rest=[two, three]), [1, 2, 3], words, {LISTS_SKIPPED: [1]})
    inner = _module(submission, b=two, c=three)
    nested = _module(submission, a=one, inner=inner, d=four)
    words = "self.a = Tensor(1), self.inner = a module with Tensor(2) and Tensor(3), self.d = Tensor(4)"
    _listed(nested, [1, 2, 3, 4], words, {MODULES_SKIPPED: [1, 4]})
    deep = _module(submission, parts=[_module(submission, a=one), _module(submission, parts=[inner])])
    words = "a list of modules, with a list of modules in one"
    _listed(deep, [1, 2, 3], words, {LISTS_OF_MODULES_SKIPPED: []})
    words = "self.a = Tensor(1), self.b = the same Tensor, self.inner = [a module with it]"
    tied = _module(submission, a=one, b=one, inner=[_module(submission, c=one), two])
    _listed(tied, [1, 2], words, {LISTED_TWICE: [1, 1, 1, 2]})
    equal = _module(submission, a=one, b=tensor(submission, 1.0))
    _listed(equal, [1, 1], "two different Tensors, both 1", {EQUAL_MERGED: [1]})
    constant = submission.new("Tensor", 5.0)
    words = "self.a = Tensor(1), self.k = Tensor(5) without requires_grad"
    _listed(_module(submission, a=one, k=constant), [1], words, {CONSTANTS_TOO: [1, 5]})
    return {"modules": 9}


def zero_grad(submission: Submission, ctx: Context) -> Measurements:
    """No parameter keeps a gradient, however deep."""
    one, two = tensor(submission, 1.0), tensor(submission, 2.0)
    module = _module(submission, a=one, inner=[_module(submission, b=two)])
    one.backward()
    two.backward()
    module.zero_grad()
    for name, held in (("a", one), ("b, in a module in a list", two)):
        grad = held.grad
        if grad is not None and compare("grad", grad, 0.0) is not None:
            raise CheckFailure(f"after zero_grad() {name} still has a gradient", Counterexample(name, 0), ZERO_GRAD)
    return {"parameters": 2}
