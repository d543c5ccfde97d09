"""The engine: graphs of additions, so that nothing but `backward` itself can be wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dlf_grader.instruments_old.layer import Array, Ask, Case, Misconception, RngFor
from dlf_grader.milestones.m5.cases import PAIR, binary, of, whole
from dlf_grader.milestones.m5.programs import Step, matches, program, step
from dlf_grader.milestones.m5.slips import BROADCAST_MISTAKES, GRADIENTS, UPSTREAM_IGNORED
from dlf_grader.model import Diagnosis

Graph = Mapping[str, Sequence[str]]  # a result's name to those of its inputs


def sums(text: str) -> list[Step]:
    """The program "s = a + b; y = s + a" as steps."""
    lines = [line.split() for line in text.split("; ")]
    return [step("add", f"${a}", f"${b}", to=result) for result, _, a, _, b in lines]


def _graph(case: Case) -> tuple[Graph, str]:
    steps = case.init["steps"]
    named = {r: [a[1:] for a in arguments if isinstance(a, str)] for r, _, arguments, _ in steps}
    return named, steps[-1][0]


# -- mistaken engines, on additions ---------------------------------------------------------------


def _engine(id: str, uses: Callable[[Graph, str], Mapping[str, float]], text: str) -> Misconception:
    """A mistaken engine: uses(graph, root) tells by which factor each leaf gets the upstream gradient."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        leaf, g = tensor.removeprefix("dL_d"), np.ones(()) if case.upstream is None else case.upstream
        if any(value.shape != g.shape for value in case.attributes.values()):
            raise ValueError("broadcasting is another matter")
        return uses(*_graph(case)).get(leaf, 0.0) * g

    return Misconception(id, "It looks as if " + text, GRADIENTS, answer)


def _walked(graph: Graph, order: Sequence[str], root: str, *, closed: bool) -> dict[str, float]:
    """What arrives if Tensors pass on, in this order, what they have by then; if closed, leaves take no more."""
    got, at_turn = {root: 1.0}, dict[str, float]()
    for node in order:
        at_turn[node] = got.get(node, 0.0)
        for x in graph.get(node, ()):
            got[x] = got.get(x, 0.0) + got.get(node, 0.0)
    return at_turn if closed else got


def depth_first(graph: Graph, root: str, turn: int) -> list[str]:
    """Each Tensor passes on at its first visit, one branch after the other."""
    order: list[str] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node not in order:
            order.append(node)
            waiting += list(graph.get(node, ()))[::turn]
    return order


def breadth_first(graph: Graph, root: str, turn: int) -> list[str]:
    """Each Tensor passes on at its first visit, the nearest first."""
    order = [root]
    for node in order:
        order += [x for x in dict.fromkeys(list(graph.get(node, ()))[::turn]) if x not in order]
    return order


def again_and_again(graph: Graph, root: str) -> dict[str, float]:
    """At every visit a Tensor passes on all it has collected so far."""
    got, waiting, budget = {root: 1.0}, [(root, x) for x in reversed(graph[root])], 10_000
    while waiting:
        node, x = waiting.pop()
        budget -= 1
        if budget == 0:
            raise ValueError("too many paths")
        got[x] = got.get(x, 0.0) + got[node]
        waiting += [(x, inner) for inner in reversed(graph.get(x, ()))]
    return got


TOO_EARLY = (
    "a Tensor passed its gradient on before all of it had come: its turn is after everything that was made of it, "
    "so line the Tensors up first."
)


def _too_early(walk: Callable[[Graph, str, int], list[str]], turn: int, *, closed: bool) -> Misconception:
    def uses(graph: Graph, root: str) -> Mapping[str, float]:
        return _walked(graph, walk(graph, root, turn), root, closed=closed)

    return _engine("passed-on-too-early", uses, TOO_EARLY)


OVERWRITTEN = _engine(
    "overwritten",
    lambda graph, root: dict.fromkeys([*graph, *(x for inputs in graph.values() for x in inputs)], 1.0),
    "the gradient of a second use replaced that of the first: what is used twice collects from both, so add.",
)
ENGINE_MISTAKES = (
    OVERWRITTEN,
    *(
        _too_early(walk, turn, closed=closed)
        for walk in (depth_first, breadth_first)
        for turn in (1, -1)
        for closed in (False, True)
    ),
    _engine(
        "passed-on-again",
        again_and_again,
        "a Tensor with two uses passed on what it had at every visit, the first part twice: each Tensor has one turn.",
    ),
    UPSTREAM_IGNORED,
)


# -- the checks -----------------------------------------------------------------------------------


def _trees(rng_for: RngFor) -> list[Case]:
    def draw(number: int, shape: tuple[int, ...], names: str) -> dict[str, Array]:
        return {name: whole(rng_for(number), *shape) + at for at, name in enumerate(names)}

    def one(number: int, steps: list[Step], names: str, shape: tuple[int, ...], *traits: str, up: bool = True) -> Case:
        upstream = whole(rng_for(100 + number), *shape) if up else None
        return program(steps, draw(number, shape, names), upstream, *traits)

    return [
        one(1, sums("y = a + b"), "ab", (), "no upstream gradient", up=False),
        one(2, sums("y = a + b"), "ab", (), "an upstream gradient"),
        one(3, sums("y = a + b"), "ab", (2,)),
        one(4, [step("add", "$a", 3.0)], "a", (2,), "a number on the right"),
        one(5, [step("add", 2.0, "$a")], "a", (2,), "a number on the left"),
        one(6, [step("add", "$a", PAIR)], "a", (2,), "an array on the right"),
        one(7, [step("add", PAIR, "$a")], "a", (2,), "an array on the left"),
        one(8, sums("s = a + b; y = s + c"), "abc", (), "two operations"),
        one(9, sums("y = a + a"), "a", (2,), "a leaf that is used twice"),
        one(10, sums("s = a + a; y = s + b"), "ab", (2, 3), "a leaf that is used twice, two operations away"),
        one(11, sums("s = a + b; t = c + c; y = s + t"), "abc", (4, 1, 2), "two branches"),
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


def _diamonds(rng_for: RngFor) -> list[Case]:
    cases = []
    for number, text in enumerate(DIAMONDS, start=1):
        rng, shape = rng_for(number), () if number < 3 else (2,)
        steps = sums(text)
        names = sorted({a[1:] for _, _, arguments, _ in steps for a in arguments} & set("abc"))
        leaves = {name: whole(rng, *shape) for name in names}
        cases.append(program(steps, leaves, whole(rng, *shape), "a Tensor that is used in two places"))
    rng = rng_for(len(cases) + 1)
    made = ["a", "b", "c"]
    steps = []
    for at in range(14):
        left, right = rng.choice(made[-4:], 2)
        made.append(f"s{at}")
        steps.append(step("add", f"${left}", f"${right}", to=f"s{at}"))
    steps += [*sums("s = a + b; t = s + c"), step("add", "$t", f"${made[-1]}", to="y")]
    leaves = {name: rng.standard_normal((2, 3)) for name in "abc"}
    return [*cases, program(steps, leaves, rng.standard_normal((2, 3)), "many operations")]


backward = matches(_trees, *ENGINE_MISTAKES)
order = matches(_diamonds, *ENGINE_MISTAKES)
broadcast = matches(
    of(*(spec for spec in binary("add") if len(spec) > 3 or spec[1].keys() == {"a", "b"})),
    *BROADCAST_MISTAKES,
    UPSTREAM_IGNORED,
    misfit=Diagnosis(
        "broadcast-misfit",
        "It looks as if a gradient still had the shape that broadcasting made, or lost an axis: sum over the new axes "
        "in front and over the axes of size 1, then give it the input's shape.",
    ),
)
