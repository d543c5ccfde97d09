"""Module: which Tensors it finds, and forgets the gradients of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.compare import compare
from dlf_grader.model import Counterexample, Diagnosis, Measurements
from dlf_grader.sandbox.protocol import Get
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

PROPS = "dlf_grader.sandbox.fixtures"


def tensor(submission: Submission, value: Any) -> Remote:
    """A learner's Tensor that requires a gradient."""
    return submission.new("Tensor", value, requires_grad=True)


def _module(submission: Submission, **attributes: Any) -> Remote:
    base = submission.many([Get(0, "Module")])[0]
    made: Remote = submission.call(f"{PROPS}:module_of", base, **attributes)
    return made


def found_in(module: Remote, case: str) -> list[Remote]:
    """What `parameters` returns: a list of Tensors."""
    found = module.parameters()
    if not isinstance(found, list) or not all(isinstance(one, Remote) for one in found):
        got = describe_value(found) if not isinstance(found, Remote) else f"an object of type {found.type_name}"
        text = f"parameters() should return a list of Tensors, got {got}"
        raise CheckFailure(text, Counterexample(case, 0, "parameters()"))
    return found


def _listed(module: Remote, expected: Sequence[float], case: str, **known: tuple[Sequence[float], str]) -> None:
    """Fail unless the parameters hold these numbers, one each, in this order."""
    values = [float(np.asarray(one.data)) for one in found_in(module, case)]
    if values == list(expected):
        return
    told = [Diagnosis(id, f"It looks as if {text}") for id, (wrong, text) in known.items() if values == list(wrong)]
    text = f"parameters() found {_numbered(values)}, expected {_numbered(expected)}"
    raise CheckFailure(text, Counterexample(case, 0, "parameters()"), tuple(told[:1]))


def _numbered(values: Sequence[float]) -> str:
    return "[" + ", ".join(f"{value:g}" for value in values) + "]"


def parameters(submission: Submission, ctx: Context) -> Measurements:
    """Every Tensor among the attributes, in lists and in modules, in order and once."""
    one, two, three, four = (tensor(submission, value) for value in (1.0, 2.0, 3.0, 4.0))
    _listed(_module(submission), [], "a module without attributes")
    words = "self.a = Tensor(2), self.b = Tensor(1)"
    by_value = ([1.0, 2.0], "they were sorted: the order is the one in which they were assigned.")
    _listed(_module(submission, a=two, b=one), [2, 1], words, sorted=by_value)
    mixed = _module(submission, a=one, size=3, title="mine", nothing=None, array=np.ones(2), b=two)
    _listed(mixed, [1, 2], "two Tensors among other attributes")
    lists = _module(submission, a=one, rest=[two, three])
    _listed(
        lists,
        [1, 2, 3],
        "self.a = Tensor(1), self.rest = [Tensor(2), Tensor(3)]",
        **{"lists-skipped": ([1.0], "lists were passed over: look at what is in them.")},
    )
    inner = _module(submission, b=two, c=three)
    skipped = ([1.0, 4.0], "modules were passed over: ask them for their own attributes.")
    last = ([1.0, 4.0, 2.0, 3.0], "modules came last: go into each where it stands.")
    nested = _module(submission, a=one, inner=inner, d=four)
    words = "self.a = Tensor(1), self.inner = a module with Tensor(2) and Tensor(3), self.d = Tensor(4)"
    _listed(nested, [1, 2, 3, 4], words, **{"modules-skipped": skipped, "modules-last": last})
    deep = _module(submission, parts=[_module(submission, a=one), _module(submission, parts=[inner])])
    skipped = ([], "modules in lists were passed over: what is in a list may be a module too.")
    _listed(
        deep, [1, 2, 3], "a list of modules, with a list of modules in one", **{"lists-of-modules-skipped": skipped}
    )
    words = "self.a = Tensor(1), self.b = the same Tensor, self.inner = [a module with it]"
    tied = _module(submission, a=one, b=one, inner=[_module(submission, c=one), two])
    twice = ([1.0, 1.0, 1.0, 2.0], "a Tensor were listed for every name it has: an optimiser would step twice.")
    _listed(tied, [1, 2], words, **{"listed-twice": twice})
    equal = _module(submission, a=one, b=tensor(submission, 1.0))
    merged = ([1.0], "two Tensors of the same numbers were taken for one: ask whether they are the same object.")
    _listed(equal, [1, 1], "two different Tensors, both 1", **{"equal-merged": merged})
    return {"modules": 8}


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
            told = Diagnosis("gradient-kept", "Let parameters() find the Tensors, and let each forget its gradient.")
            raise CheckFailure(f"after zero_grad() {name} still has a gradient", Counterexample(name, 0), (told,))
    return {"parameters": 2}
