"""Operations on objects of a learner's layer, collected into one message; what they return is read by a key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dlf_grader.instruments.case import Answer, Case
from dlf_grader.instruments.names import Names, named
from dlf_grader.instruments.subjects.layer import Layer, gradient_of
from dlf_grader.sandbox.protocol import Call, Get, Operation, Set
from dlf_grader.sandbox.proxy import Submission


@dataclass
class Script:
    """A few calls, in order.

    Where a method takes a key, `run` gives what came back under it; without one nothing of it is read. With `keep`
    the result stays in the worker under that number.
    """

    submission: Submission
    layer: Layer
    operations: list[Operation] = field(default_factory=list)
    asked: dict[str, dict[int, tuple[Names, str]]] = field(default_factory=dict)

    def new(self, case: Case) -> int:
        """An object, and its number."""
        number = self.submission.reserve(self.layer.name)
        self.operations.append(Call(0, self.layer.name, [], case.init, keep=number))
        return number

    def forward(
        self, number: int, case: Case, key: str = "", *, keep: int | None = None, inputs: Sequence[Any] | None = None
    ) -> None:
        """Assign a case's attributes, and call `forward` on its inputs, or on what stands for them in the worker."""
        self.operations += [Set(number, name, value) for name, value in case.attributes.items()]
        self._ask(key, self.layer.returned, "forward")
        given = self.layer.forward_takes(case.inputs if inputs is None else inputs)
        self.operations.append(Call(number, "forward", given, keep=keep))
        for name in self.layer.state if key else ():
            self.read(key, number, name)

    def backward(
        self, number: int, case: Case, key: str = "", *, keep: int | None = None, upstreams: Sequence[Any] | None = None
    ) -> None:
        """Call `backward`, and read the parameters' gradients."""
        self._ask(key, self.gradients, "backward")
        given = self.layer.backward_takes(case.upstreams if upstreams is None else upstreams)
        self.operations.append(Call(number, "backward", given, keep=keep))
        if key:
            self.stored(key, number, case)

    def stored(self, key: str, number: int, case: Case) -> None:
        """Read the parameters' gradients."""
        for name in self.layer.parameters:
            if case.attributes.get(name) is not None:
                self.read(key, number, gradient_of(name))

    def returned(self, key: str, number: int, names: Names) -> None:
        """Read what is by now in something that was kept."""
        self._ask(key, names, "")
        self.operations.append(Get(number, ""))

    def read(self, key: str, number: int, name: str) -> None:
        """Read an attribute."""
        self._ask(key, name, name)
        self.operations.append(Get(number, name))

    @property
    def gradients(self) -> Names:
        """Names of what `backward` returns."""
        found = self.layer.gradients
        return found[0] if len(found) == 1 else found

    def _ask(self, key: str, names: Names, method: str) -> None:
        if key:
            self.asked.setdefault(key, {})[len(self.operations)] = (names, f"{self.layer.name}.{method}")

    def run(self) -> dict[str, Answer]:
        """Carry everything out; the answers by key."""
        values = self.submission.many(self.operations)
        answers: dict[str, Answer] = {}
        for key, places in self.asked.items():
            answers[key] = {}
            for at, (names, called) in places.items():
                answers[key] |= named(names, values[at], called)
        return answers
