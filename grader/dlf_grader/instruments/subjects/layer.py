"""A layer under test: a class with `forward` and `backward`, whose parameters are public attributes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import accumulate
from typing import Any

import numpy as np

from dlf_grader.failures import LearnerError
from dlf_grader.instruments.case import BY_HAND, Answer, Case, RngFor
from dlf_grader.instruments.compare import RTOL, close
from dlf_grader.instruments.mistakes.mistake import THEIRS, Ask, Mistake, mistake
from dlf_grader.instruments.mistakes.samples import one_sample_only
from dlf_grader.instruments.names import Names, flat, named, nested
from dlf_grader.instruments.subjects.derived import WATCH, check_derived, is_watched
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.instruments.written import listed, written
from dlf_grader.sandbox.protocol import Call, Get, Handle, Operation, Set
from dlf_grader.sandbox.proxy import Submission

TOGETHER = 1 << 18  # numbers of input in one message
Asked = tuple[list[list[Any]], LearnerError | None]
LOUD = 1000  # times the usual upstream gradient
ZERO_BIASES = "biases of zeros"
TOO_LOUD = "an upstream gradient in the thousands"


@dataclass(frozen=True, kw_only=True)
class Layer(Subject):
    """A class with `forward` and `backward`.

    Attributes:
        parameters: names P whose gradient `backward` leaves in `dL_dP`; "attention.W_q" for a part's.
        output: what `forward`'s result, or the first of several, is called: "y", or "loss".
        outputs: names of all that `forward` returns, nested as it returns them, where that is more than one thing.
        state: attributes that `forward` changes and that are compared too.
        gradients: names of what `backward` returns, nested as it returns them; empty if that is None.
        others: names of `forward`'s further inputs, which have no gradient.
        pairs: two mistakes at once, tried last.
        arguments: names of what `forward` takes, nested as it takes them, where `gradients` and `others` do not tell.
    """

    parameters: tuple[str, ...] = ()
    output: str = "y"
    state: tuple[str, ...] = ()
    gradients: tuple[Names, ...] = ("dL_dx",)
    others: tuple[str, ...] = ("targets",)
    outputs: tuple[Names, ...] = ()
    arguments: tuple[Names, ...] = ()
    pairs: tuple[Mistake, ...] = ()

    def all_cases(self, rng_for: RngFor) -> list[Case]:
        """The last but one has a large upstream gradient: a `backward` that clips is right on small ones.

        Before it comes one again with biases of zeros, as at the start: `b.any()` does not tell whether there is one.
        """
        found = list(self.cases(rng_for))
        return [*found[:-2], *as_at_first(found[-2:-1]), *map(loud, found[-2:-1]), *found[-1:]]

    def run(self, submission: Submission, case: Case, tensors: Sequence[str]) -> Iterator[Answer]:
        """Run the learner's layer on a case, in one message; `backward` too where a gradient is asked for."""
        yield run_case(submission, self, case, backward=asks_backward(tensors))

    def asks(self, tensors: Sequence[str]) -> object:
        return asks_backward(tensors) if type(self).run is Layer.run else super().asks(tensors)

    def runs(self, submission: Submission, cases: Sequence[Case], tensors: Sequence[str]) -> Iterable[Iterator[Answer]]:
        """The smallest case in a message of its own, the others in as few as their size allows: a message is dear."""
        if type(self).run is not Layer.run:
            return super().runs(submission, cases, tensors)
        return self._runs(submission, cases, backward=asks_backward(tensors))

    def _runs(self, submission: Submission, cases: Sequence[Case], *, backward: bool) -> Iterator[Iterator[Answer]]:
        for some in _together(cases):
            plans = [plan_case(submission, self, case, backward=backward) for case in some]
            asked = cache(partial(_ask, submission, plans))  # at the first answer that is looked at
            for at, plan in enumerate(plans):
                yield self._read(plan, at, asked)

    def _read(self, plan: Plan, at: int, asked: Callable[[], Asked]) -> Iterator[Answer]:
        values, stopped = asked()
        if stopped is not None and len(values[at]) < len(plan.operations):
            raise stopped
        yield plan.read(self, values[at])

    def in_turn(self, submission: Submission, cases: Sequence[Case]) -> list[Answer]:
        number = submission.reserve(self.name)
        operations: list[Operation] = [Call(0, self.name, [], cases[0].init, keep=number)]
        places: list[int] = []
        for case in cases:
            operations += [Set(number, name, value) for name, value in case.attributes.items()]
            places.append(len(operations))
            operations.append(Call(number, "forward", self.forward_takes(case.inputs)))
        values = submission.many(operations)
        return [named(self.returned, values[place], f"{self.name}.forward") for place in places]

    def known_mistakes(self) -> tuple[Mistake, ...]:
        stored = [*map(gradient_of, self.parameters)]
        ignored = (_ignored(self, name) for name in self.parameters)
        clipped = replace(CLIPPED, about=(*flat(self.gradients), *stored))
        return (*self.mistakes, *self.pairs, *ignored, *one_sample_only(stored), clipped)

    def code(self, module: str, case: Case, tensors: Sequence[str]) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in case.init.items())
        lines = ["import numpy as np", f"from {module} import {self.name}", "", f"layer = {self.name}({arguments})"]
        lines += [f"layer.{name} = {written(value)}" for name, value in case.attributes.items()]
        inputs = self.input_names[: len(case.inputs)]
        lines += [f"{name} = {written(x)}" for name, x in zip(inputs, case.inputs, strict=True)]
        lines.append(f"print(layer.forward({listed(self.forward_takes(inputs))}))")
        if asks_backward(tensors):
            upstreams = [written(array) for array in case.upstreams]
            lines.append(f"print(layer.backward({listed(self.backward_takes(upstreams))}))")
            read = [name for name in self.parameters if case.attributes.get(name, ...) is not None]
            lines += [f"print(layer.{gradient_of(name)})" for name in read]
        return "\n".join(lines)

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


def _together(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Cases that go in one message, in their order."""
    some: list[Case] = []
    size = TOGETHER  # so that the first is alone
    for case in cases:
        mine = case.numbers
        if some and size + mine > TOGETHER:
            yield some
            some, size = [], 0
        some.append(case)
        size += mine
    if some:
        yield some


def _ask(submission: Submission, plans: Sequence[Plan]) -> Asked:
    """Each plan's values, of one message; of the one at which the learner's code raised, and later ones, too few."""
    stopped: LearnerError | None = None
    try:
        values = submission.many([operation for plan in plans for operation in plan.operations])
    except LearnerError as error:
        values, stopped = error.values, error
    ends = list(accumulate(len(plan.operations) for plan in plans))
    return [values[end - len(plan.operations) : end] for plan, end in zip(plans, ends, strict=True)], stopped


def as_at_first(cases: Sequence[Case]) -> Iterator[Case]:
    """Those of the cases that have biases, with zeros for them."""
    for case in cases:
        biases = {name: np.zeros_like(value) for name, value in case.attributes.items() if _is_bias(name, value)}
        if biases:
            words = f"{case.label}, biases of zeros"
            yield replace(case, label=words, traits=case.traits | {ZERO_BIASES}, attributes=case.attributes | biases)


def _is_bias(name: str, value: Any) -> bool:
    last = name.rpartition(".")[2]
    return isinstance(value, np.ndarray) and (last == "beta" or last.startswith("b"))


def loud(case: Case) -> Case:
    """A case with an upstream gradient a thousand times as large; as it is where it is shown, or loud already."""
    if TOO_LOUD in case.traits or not any(array.size > BY_HAND for array in case.upstreams):
        return case
    upstream, *more = (LOUD * array for array in case.upstreams)
    words = f"{case.label}, upstream gradient times {LOUD}"
    return replace(case, label=words, traits=case.traits | {TOO_LOUD}, upstream=upstream, more=tuple(more))


def _right_while_small(ask: Ask, case: Case, tensor: str) -> Any:
    """The learner's own answer, if it is right for an upstream gradient of the usual size."""
    if TOO_LOUD not in case.traits:
        return None
    usual, *more = (array / LOUD for array in case.upstreams)
    quiet = replace(case, upstream=usual, more=tuple(more), traits=case.traits - {TOO_LOUD})
    if not close(ask.learner(quiet, (tensor,)).get(tensor), ask(quiet)[tensor], RTOL):
        raise ValueError("it is wrong for a small upstream gradient, too")
    return THEIRS


CLIPPED = mistake(
    "clipped",
    (),
    _right_while_small,
    "The gradient is right until the upstream gradient is in the thousands. backward is linear in it: clip nothing "
    "there.",
)


def asks_backward(tensors: Sequence[str]) -> bool:
    """Whether one of these tensors is a gradient, "dL_dx" or "norm1.dL_dgamma"."""
    return any("dL_d" in name for name in tensors)


def _ignored(layer: Layer, name: str) -> Mistake:
    """The mistake that `forward` does not read a parameter: the learner's own answer to another value is the same."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        value = case.attributes.get(name)
        if value is None:
            return None
        other = replace(case, attributes=case.attributes | {name: value * 2 + 1})
        if close(ask(other)[layer.output], ask(case)[layer.output]):
            return None  # as with the bias of an attention's keys, which no answer depends on
        before, after = ask.in_turn([case, other])
        if not close(before[layer.output], after[layer.output]) or not np.any(before[layer.output]):
            raise ValueError("it is read, or multiplied by 0 here")
        return THEIRS

    text = f"Assigning {name} changes nothing: read self.{name} inside forward, not a copy made earlier."
    return mistake(f"{name}-ignored", layer.output, answer, text)


@dataclass(frozen=True)
class Plan:
    """A case as operations for a worker: the object's handle, and which operation's value is which tensor."""

    case: Case
    handle: int
    operations: list[Operation]
    tensors: dict[int, Names]
    watched: int | None = None  # the operation that tells what backward ran, where that is asked

    def read(self, layer: Layer, values: list[Any]) -> Answer:
        """The tensors, out of the values of these operations (and perhaps more after them).

        Raises:
            CheckFailure: a tensor is missing, or backward measures the gradient.
        """
        if self.watched is not None:
            check_derived(values[self.watched], self.case)
        answer: Answer = {}
        for at, names in self.tensors.items():
            answer |= named(names, values[at], f"{layer.name}.{getattr(self.operations[at], 'name', '')}")
        return answer


def gradient_of(parameter: str) -> str:
    """The attribute that holds a parameter's gradient: "W" → "dL_dW", "norm1.gamma" → "norm1.dL_dgamma"."""
    owner, dot, name = parameter.rpartition(".")
    return f"{owner}{dot}dL_d{name}"


def plan_case(submission: Submission, layer: Layer, case: Case, *, backward: bool) -> Plan:
    """What to ask of a worker to run a learner's layer on one case; on a large one its backward is watched."""
    number, watched = submission.reserve(layer.name), backward and is_watched(case)
    operations: list[Operation] = [Call(0, layer.name, [], case.init, keep=number)]
    operations += [Set(number, name, value) for name, value in case.attributes.items()]
    called = submission.reserve(layer.name) if watched else number
    if watched:
        operations.append(Call(WATCH, "Watched", [Handle(number)], keep=called))
    tensors: dict[int, Names] = {len(operations): layer.returned}
    operations.append(Call(called, "forward", layer.forward_takes(case.inputs)))
    for name in layer.state:
        tensors[len(operations)] = name
        operations.append(Get(number, name))
    if backward:
        tensors[len(operations)] = layer.gradients[0] if len(layer.gradients) == 1 else layer.gradients
        operations.append(Call(called, "backward", layer.backward_takes(case.upstreams)))
        for name in layer.parameters:
            if case.attributes.get(name, ...) is not None:  # no gradient is asked of a bias that is None
                tensors[len(operations)] = gradient_of(name)
                operations.append(Get(number, gradient_of(name)))
    if not watched:
        return Plan(case, number, operations, tensors)
    return Plan(case, number, [*operations, Call(called, "told", [])], tensors, len(operations))


def run_case(submission: Submission, layer: Layer, case: Case, *, backward: bool) -> Answer:
    """Run a learner's layer on one case, in one message."""
    plan = plan_case(submission, layer, case, backward=backward)
    return plan.read(layer, submission.many(plan.operations))
