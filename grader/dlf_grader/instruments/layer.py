"""A layer under test: its cases, its oracle, the mistakes people make with it; and how one case is run.

Said once for each exercise; the parity, gradient and behaviour instruments make checks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from dlf_grader.context import Context
from dlf_grader.sandbox.protocol import Call, Get, Operation, Set
from dlf_grader.sandbox.proxy import Submission

Array = np.ndarray
Answer = dict[str, Any]  # tensors by name: "y", "dL_dx", "dL_dW", "running_mean"
RngFor = Callable[[int], np.random.Generator]


@dataclass(frozen=True)
class Case:
    """One set of inputs.

    Attributes:
        label: in words, "N=1 C=1 H=W=3, kernel 2, stride 2".
        traits: what is special about it, "stride above 1"; the first failing case names the new one.
        init: the constructor's arguments.
        attributes: parameters and state to assign before `forward`.
        inputs: arguments of `forward`, float64 unless they are class numbers.
        upstream: argument of `backward`; None for a loss, whose `backward` takes none.
    """

    label: str
    inputs: tuple[Array, ...]
    init: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    upstream: Array | None = None
    traits: frozenset[str] = frozenset()

    def question(self) -> dict[str, Any]:
        """The case as an oracle's arguments."""
        return {
            "init": self.init,
            "attributes": self.attributes,
            "inputs": list(self.inputs),
            "upstream": self.upstream,
        }


Ask = Callable[[Case], Answer]


@dataclass(frozen=True)
class Misconception:
    """A mistake with a name: what its maker would have computed, and what to tell them.

    Attributes:
        id: short, unique within the layer: "kernel-flipped".
        text: a teacher's sentence.
        about: the tensors it shows in.
        answer: (ask PyTorch, case, tensor) to that tensor's mistaken value; None where it does not apply.
    """

    id: str
    text: str
    about: tuple[str, ...]
    answer: Callable[[Ask, Case, str], Any]


@dataclass(frozen=True)
class Layer:
    """A class with `forward` and `backward`.

    Attributes:
        name: the class's name in the exercise.
        oracle: "module:function" in dlf_reference; called with a `Case.question`, returns an `Answer`.
        cases: enumerates cases, smallest first; called with a source of random numbers per case.
        parameters: names P whose gradient `backward` leaves in `dL_dP`; "attention.W_q" for a part's.
        output: what `forward`'s result is called: "y", or "loss".
        state: attributes that `forward` changes and that are compared too.
        gradients: names of what `backward` returns.
        others: names of `forward`'s further inputs, which have no gradient.
    """

    name: str
    oracle: str
    cases: Callable[[RngFor], Iterable[Case]]
    parameters: tuple[str, ...] = ()
    output: str = "y"
    state: tuple[str, ...] = ()
    gradients: tuple[str, ...] = ("dL_dx",)
    others: tuple[str, ...] = ("targets",)
    misconceptions: tuple[Misconception, ...] = ()

    def numbered_cases(self, ctx: Context) -> list[tuple[int, Case]]:
        """The cases to run, with their numbers: all, or the one that a learner replays."""
        numbered = list(enumerate(self.cases(ctx.rng), start=1))
        return [pair for pair in numbered if ctx.only_case in (None, pair[0])]


@dataclass(frozen=True)
class Plan:
    """A case as operations for a worker: the object's handle, and which operation's value is which tensor."""

    handle: int
    operations: list[Operation]
    tensors: dict[int, str]

    def read(self, layer: Layer, values: list[Any]) -> Answer:
        """The tensors, out of the values of these operations (and perhaps more after them)."""
        answer = {name: values[at] for at, name in self.tensors.items()}
        if "backward" in answer:
            returned = answer.pop("backward")
            answer |= {layer.gradients[0]: returned} if len(layer.gradients) == 1 else _named(layer, returned)
        return answer


def gradient_of(parameter: str) -> str:
    """The attribute that holds a parameter's gradient: "W" → "dL_dW", "norm1.gamma" → "norm1.dL_dgamma"."""
    owner, dot, name = parameter.rpartition(".")
    return f"{owner}{dot}dL_d{name}"


def plan_case(submission: Submission, layer: Layer, case: Case, *, backward: bool) -> Plan:
    """What to ask of a worker to run a learner's layer on one case."""
    number = submission.reserve(layer.name)
    operations: list[Operation] = [Call(0, layer.name, [], case.init, keep=number)]
    operations += [Set(number, name, value) for name, value in case.attributes.items()]
    tensors = {len(operations): layer.output}
    operations.append(Call(number, "forward", list(case.inputs)))
    for name in layer.state:
        tensors[len(operations)] = name
        operations.append(Get(number, name))
    if backward:
        tensors[len(operations)] = "backward"
        operations.append(Call(number, "backward", [] if case.upstream is None else [case.upstream]))
        for name in layer.parameters:
            if case.attributes.get(name, ...) is not None:  # no gradient is asked of a bias that is None
                tensors[len(operations)] = gradient_of(name)
                operations.append(Get(number, gradient_of(name)))
    return Plan(number, operations, tensors)


def run_case(submission: Submission, layer: Layer, case: Case, *, backward: bool) -> Answer:
    """Run a learner's layer on one case, in one message."""
    plan = plan_case(submission, layer, case, backward=backward)
    return plan.read(layer, submission.many(plan.operations))


def _named(layer: Layer, returned: Any) -> Answer:
    parts = returned if isinstance(returned, tuple) and len(returned) == len(layer.gradients) else ()
    return dict(zip(layer.gradients, parts, strict=True)) if parts else dict.fromkeys(layer.gradients, returned)
