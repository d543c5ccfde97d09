"""What people get wrong in the backward pass: each mistake walks the graph of additions as its maker's code would."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from dlf_grader.instruments.case import Case
from dlf_grader.instruments.mistakes.mistake import Ask, Mistaken, mistake
from dlf_grader.milestones.m5.local_rules import GRADIENTS, UPSTREAM_IGNORED, upstream

Graph = Mapping[str, Sequence[str]]  # a result's name to those of its inputs


def _of_uses(uses: Callable[[Graph, str], Mapping[str, float]]) -> Mistaken:
    """A mistaken pass: uses(graph, root) tells how many times each leaf gets the upstream gradient."""

    def answer(ask: Ask, case: Case, tensor: str) -> Any:
        g = upstream(case)
        if any(value.shape != g.shape for value in case.attributes.values()):
            raise ValueError("broadcasting is another matter")
        steps = case.init["steps"]
        graph = {result: [a[1:] for a in arguments if isinstance(a, str)] for result, _, arguments, _ in steps}
        return uses(graph, steps[-1][0]).get(tensor.removeprefix("dL_d"), 0.0) * g

    return answer


def _once(graph: Graph, root: str) -> Mapping[str, float]:
    """Every input's gradient replaces what it has collected."""
    return dict.fromkeys([*graph, *(x for inputs in graph.values() for x in inputs)], 1.0)


def _depth_first(graph: Graph, root: str, direction: int) -> list[str]:
    """Tensors in the order of their first visit, one branch after the other."""
    order: list[str] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node not in order:
            order.append(node)
            waiting += list(graph.get(node, ()))[::direction]
    return order


def _breadth_first(graph: Graph, root: str, direction: int) -> list[str]:
    """Tensors in the order of their first visit, the nearest first."""
    order = [root]
    for node in order:
        order += [x for x in dict.fromkeys(list(graph.get(node, ()))[::direction]) if x not in order]
    return order


def _too_early(walk: Callable[[Graph, str, int], list[str]], direction: int, *, at_visit: bool) -> Mistaken:
    """Tensors pass on, in the order of a walk, what they have collected by then.

    Args:
        at_visit: whether a leaf takes only what it has when it is visited; else all that arrives.
    """

    def uses(graph: Graph, root: str) -> Mapping[str, float]:
        collected, visited = {root: 1.0}, dict[str, float]()
        for node in walk(graph, root, direction):
            visited[node] = collected.get(node, 0.0)
            for x in graph.get(node, ()):
                collected[x] = collected.get(x, 0.0) + visited[node]
        return visited if at_visit else collected

    return _of_uses(uses)


def _again_and_again(graph: Graph, root: str) -> Mapping[str, float]:
    """At every visit a Tensor passes on all it has collected so far."""
    collected, waiting, budget = {root: 1.0}, [(root, x) for x in reversed(graph[root])], 10_000
    while waiting:
        node, x = waiting.pop()
        budget -= 1
        if budget == 0:
            raise ValueError("too many paths")
        collected[x] = collected.get(x, 0.0) + collected[node]
        waiting += [(x, inner) for inner in reversed(graph.get(x, ()))]
    return collected


def _order(graph: Graph, root: str, direction: int) -> list[str]:
    """Tensors in topological order, inputs before results."""
    order: list[str] = []
    waiting = [(root, False)]
    seen = set()
    while waiting:
        node, ready = waiting.pop()
        if ready:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting += [(node, True), *((x, False) for x in list(graph.get(node, ()))[::direction])]
    return order


def _aliased(direction: int, *, at_visit: bool) -> Mistaken:
    """Every Tensor takes the first gradient that comes as its own array, and += adds the next ones in it.

    Args:
        at_visit: whether a leaf's gradient is what it has when it is visited; else what becomes of it.
    """

    def uses(graph: Graph, root: str) -> Mapping[str, float]:
        held, visited = {root: np.ones(())}, dict[str, float]()
        for node in reversed(_order(graph, root, direction)):
            visited[node] = float(held[node])
            for x in graph.get(node, ()):
                if x in held:
                    held[x] += held[node]
                else:
                    held[x] = held[node]
        return visited if at_visit else {name: float(count) for name, count in held.items()}

    return _of_uses(uses)


MISTAKES = (
    mistake(
        "overwritten",
        GRADIENTS,
        _of_uses(_once),
        "A second gradient replaces the first: a Tensor that is used twice adds up the gradients of both uses.",
    ),
    mistake(
        "passed-on-too-early",
        GRADIENTS,
        tuple(
            _too_early(walk, direction, at_visit=at_visit)
            for walk in (_depth_first, _breadth_first)
            for direction in (1, -1)
            for at_visit in (False, True)
        ),
        "A Tensor passes its gradient on before all of it has arrived: go through the Tensors in reverse topological "
        "order, each after everything that was computed from it.",
    ),
    mistake(
        "passed-on-again",
        GRADIENTS,
        _of_uses(_again_and_again),
        "A Tensor with two uses passes on its collected gradient at every visit: pass it on once, when it is complete.",
    ),
    mistake(
        "aliased",
        GRADIENTS,
        tuple(_aliased(way, at_visit=at_visit) for way in (1, -1) for at_visit in (False, True)),
        "Two Tensors hold one array as their gradient, and += changes it for both: add with total = total + new.",
    ),
    UPSTREAM_IGNORED,
)
