"""The backward pass on graphs of additions, so that nothing but the pass itself can be wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, whole
from dlf_grader.instruments.subjects.program import Program, Step, program, step
from dlf_grader.milestones.m5.local_rules import BROADCASTING, UPSTREAM_IGNORED
from dlf_grader.milestones.m5.operations import PAIR, binary, one_operation
from dlf_grader.milestones.m5.tensor.graph_mistakes import MISTAKES
from dlf_grader.report import Diagnosis


def additions(text: str) -> list[Step]:
    """The program "s = a + b; y = s + a" as steps."""
    lines = [line.split() for line in text.split("; ")]
    return [step("add", f"${a}", f"${b}", to=result) for result, _, a, _, b in lines]


def _trees(rng_for: RngFor) -> Sequence[Case]:
    def one(number: int, steps: list[Step], names: str, shape: tuple[int, ...], *traits: str, up: bool = True) -> Case:
        leaves = {name: whole(rng_for(number), *shape) + at for at, name in enumerate(names)}
        upstream = whole(rng_for(100 + number), *shape) if up else None
        return program(steps, leaves, upstream, *traits)

    return [
        one(1, additions("y = a + b"), "ab", (), "no upstream gradient", up=False),
        one(2, additions("y = a + b"), "ab", (), "an upstream gradient"),
        one(3, additions("y = a + b"), "ab", (2,)),
        one(4, [step("add", "$a", 3.0)], "a", (2,), "a number on the right"),
        one(5, [step("add", 2.0, "$a")], "a", (2,), "a number on the left"),
        one(6, [step("add", "$a", PAIR)], "a", (2,), "an array on the right"),
        one(7, [step("add", PAIR, "$a")], "a", (2,), "an array on the left"),
        one(8, additions("s = a + b; y = s + c"), "abc", (), "two operations"),
        one(9, additions("y = a + a"), "a", (2,), "a leaf that is used twice"),
        one(10, additions("s = a + a; y = s + b"), "ab", (2, 3), "a leaf that is used twice, two operations away"),
        one(11, additions("s = a + b; t = c + c; y = s + t"), "abc", (4, 1, 2), "two branches"),
    ]


DIAMONDS = (
    "s = a + b; t = c + s; y = t + a",
    "s = a + b; t = c + a; y = s + t",
    "s = a + a; t = a + s; y = a + t",
    "s = a + b; y = s + s",
    "s = a + b; t = s + c; y = t + s",
    "s = a + b; t = s + c; y = s + t",
    "s = a + a; t = s + s; y = t + t",
    "s = a + b; t = s + s; u = t + s; y = u + t",
    "s = a + b; t = b + s; u = s + t; v = u + s; y = t + v",
    "s = a + b; t = s + c; u = s + a; v = t + u; w = s + v; y = w + u",
)


def _diamonds(rng_for: RngFor) -> Sequence[Case]:
    """Graphs in which a Tensor is used in two places, and a large one at random."""
    cases = []
    for number, text in enumerate(DIAMONDS, start=1):
        rng, shape = rng_for(number), () if number < 3 else (2,)
        names = sorted(set(text) & set("abc"))
        leaves = {name: whole(rng, *shape) for name in names}
        cases.append(program(additions(text), leaves, whole(rng, *shape), "a Tensor that is used in two places"))
    return [*cases, _many_operations(rng_for(len(cases) + 1))]


def _many_operations(rng: np.random.Generator) -> Case:
    names, steps = ["a", "b", "c"], []
    for at in range(14):
        left, right = rng.choice(names[-4:], 2)
        names.append(f"s{at}")
        steps.append(step("add", f"${left}", f"${right}", to=f"s{at}"))
    steps += [*additions("s = a + b; t = s + c"), step("add", "$t", f"${names[-1]}", to="y")]
    leaves: dict[str, Array] = {name: rng.standard_normal((2, 3)) for name in "abc"}
    return program(steps, leaves, rng.standard_normal((2, 3)), "many operations")


BACKWARD = Program(cases=_trees, mistakes=MISTAKES)
ORDER = Program(cases=_diamonds, mistakes=MISTAKES)
BROADCAST = Program(
    cases=one_operation(*binary("add")),
    mistakes=(*BROADCASTING, UPSTREAM_IGNORED),
    errors_know=(
        Diagnosis(
            "broadcast-misfit",
            "The gradient does not get the input's shape back: sum over the new axes in front and over the axes of "
            "size 1, then reshape to the input's shape.",
        ),
    ),
)
