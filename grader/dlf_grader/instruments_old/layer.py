"""A layer under test: its cases, its oracle, the mistakes people make with it; and how one case is run.

Said once for each exercise; the parity, gradient and behaviour instruments make checks of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.sandbox.protocol import Call, Get, Operation, Set
from dlf_grader.sandbox.proxy import Submission, describe_value

Array = np.ndarray
Answer = dict[str, Any]  # tensors by name: "y", "dL_dx", "dL_dW", "running_mean"
RngFor = Callable[[int], np.random.Generator]
Names = str | tuple[Any, ...]  # of one tensor, or of several nested as they are passed: ("outputs", ("h_T", "c_T"))


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
        more: gradients of what else `forward` returns, which `backward` takes after `upstream`.
    """

    label: str
    inputs: tuple[Array, ...]
    init: dict[str, Any] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)
    upstream: Array | None = None
    traits: frozenset[str] = frozenset()
    more: tuple[Array, ...] = ()

    def question(self) -> dict[str, Any]:
        """The case as an oracle's arguments."""
        asked = {
            "init": self.init,
            "attributes": self.attributes,
            "inputs": list(self.inputs),
            "upstream": self.upstream,
        }
        return asked | ({"more": list(self.more)} if self.more else {})

    @property
    def upstreams(self) -> tuple[Array, ...]:
        """Every array that `backward` takes."""
        return () if self.upstream is None else (self.upstream, *self.more)


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
        output: what `forward`'s result, or the first of several, is called: "y", or "loss".
        outputs: names of all that `forward` returns, nested as it returns them, where that is more than one thing.
        state: attributes that `forward` changes and that are compared too.
        gradients: names of what `backward` returns, nested as it returns them; empty if that is None.
        others: names of `forward`'s further inputs, which have no gradient.
        arguments: names of what `forward` takes, nested as it takes them, where `gradients` and `others` do not tell.
    """

    name: str
    oracle: str
    cases: Callable[[RngFor], Iterable[Case]]
    parameters: tuple[str, ...] = ()
    output: str = "y"
    state: tuple[str, ...] = ()
    gradients: tuple[Names, ...] = ("dL_dx",)
    others: tuple[str, ...] = ("targets",)
    outputs: tuple[Names, ...] = ()
    arguments: tuple[Names, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()

    @property
    def returned(self) -> Names:
        """Names of what `forward` returns."""
        return self.outputs or self.output

    @property
    def input_names(self) -> list[str]:
        """Names of `forward`'s arguments, each array by itself."""
        return flat(self.arguments) or [*(name.removeprefix("dL_d") for name in flat(self.gradients)), *self.others]

    def forward_takes(self, inputs: Sequence[Any]) -> list[Any]:
        """`forward`'s arguments, of one thing for each of a case's inputs."""
        return nested(self.arguments, inputs) if self.arguments else list(inputs)

    def backward_takes(self, upstreams: Sequence[Any]) -> list[Any]:
        """`backward`'s arguments, of one thing for each of a case's upstream gradients."""
        return nested(self.outputs, upstreams) if self.outputs else list(upstreams)

    def numbered_cases(self, ctx: Context) -> list[tuple[int, Case]]:
        """The cases to run, with their numbers: all, or the one that a learner replays."""
        numbered = list(enumerate(self.cases(ctx.rng), start=1))
        return [pair for pair in numbered if ctx.only_case in (None, pair[0])]


@dataclass(frozen=True)
class Plan:
    """A case as operations for a worker: the object's handle, and which operation's value is which tensor."""

    handle: int
    operations: list[Operation]
    tensors: dict[int, Names]

    def read(self, layer: Layer, values: list[Any]) -> Answer:
        """The tensors, out of the values of these operations (and perhaps more after them)."""
        answer: Answer = {}
        for at, names in self.tensors.items():
            answer |= named(names, values[at], f"{layer.name}.{getattr(self.operations[at], 'name', '')}")
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
    tensors: dict[int, Names] = {len(operations): layer.returned}
    operations.append(Call(number, "forward", layer.forward_takes(case.inputs)))
    for name in layer.state:
        tensors[len(operations)] = name
        operations.append(Get(number, name))
    if backward:
        tensors[len(operations)] = layer.gradients[0] if len(layer.gradients) == 1 else layer.gradients
        operations.append(Call(number, "backward", layer.backward_takes(case.upstreams)))
        for name in layer.parameters:
            if case.attributes.get(name, ...) is not None:  # no gradient is asked of a bias that is None
                tensors[len(operations)] = gradient_of(name)
                operations.append(Get(number, gradient_of(name)))
    return Plan(number, operations, tensors)


def run_case(submission: Submission, layer: Layer, case: Case, *, backward: bool) -> Answer:
    """Run a learner's layer on one case, in one message."""
    plan = plan_case(submission, layer, case, backward=backward)
    return plan.read(layer, submission.many(plan.operations))


def named(names: Names, value: Any, who: str) -> Answer:
    """What a function returned, by name.

    Args:
        names: nested as the function returns its results.
        who: the function, for the message.

    Raises:
        CheckFailure: it returned fewer things than it should, or more, or nested otherwise.
    """
    if isinstance(names, str):
        return {names: value}
    if not names:
        return {}
    if not _fits(names, value):
        few = "" if isinstance(value, tuple | list) else "one thing only, "
        raise CheckFailure(f"{who} should return {_in_words(names)}, got {few}{_described(value)}")
    found: Answer = {}
    for inner, part in zip(names, value, strict=True):
        found |= named(inner, part, who)
    return found


def _fits(names: Names, value: Any) -> bool:
    """Whether a value is nested as the names are."""
    if isinstance(names, str):
        return True
    several = isinstance(value, tuple | list) and len(value) == len(names)
    return not names or (several and all(map(_fits, names, value)))


def _in_words(names: Names) -> str:
    return names if isinstance(names, str) else f"({', '.join(map(_in_words, names))})"


def _described(value: Any) -> str:
    if isinstance(value, tuple | list):
        return f"({', '.join(map(_described, value))})"
    return describe_value(value)


def flat(names: Names) -> list[str]:
    """Nested names, in order."""
    return [names] if isinstance(names, str) else [leaf for inner in names for leaf in flat(inner)]


def nested(names: Sequence[Names], leaves: Sequence[Any]) -> list[Any]:
    """One thing for each name, nested as the names are; the last names may be left out."""
    left = list(leaves)

    def take(name: Names) -> Any:
        return left.pop(0) if isinstance(name, str) else tuple(take(inner) for inner in name)

    return [take(name) for name in names if left]
