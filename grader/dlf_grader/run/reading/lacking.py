"""Where a function lacks something, read and not run: a `return`, what it returns, a dtype, the generator passed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from dlf_grader.run.reading.givers import Place, line_of, place_of, stored
from dlf_grader.run.reading.in_place import own_nodes
from dlf_grader.run.reading.reached import Known, return_reached
from dlf_grader.run.reading.returned import gives_back, returns_said
from dlf_grader.run.reading.source import Function, Source

_MAKING = ("default_rng", "Generator", "RandomState", "SeedSequence", "PCG64")  # of np.random; the others draw
_NO_DTYPE = {"zeros": 1, "ones": 1, "empty": 1, "full": 2, "eye": 1}  # arguments before the dtype


def lacks_return(source: Source, target: str, tensor: str) -> bool:
    """Whether a function that is annotated to return something has no `return` with a value, and stores no tensor."""
    owner, function = target.rpartition(".")[0], source.function(target)
    whole = source.definition(owner) if owner else None
    if function is None or (whole and stored(whole, tensor) and tensor not in returns_said(function)):
        return False
    if function.returns is None or ast.unparse(function.returns) == "None":  # it may be to store what is wrong
        return False
    return not gives_back(function)


def where_it_ends(source: Source, target: str) -> Place | None:
    """The line of a function's last statement, after which its `return` is missing."""
    function = source.function(target)
    return line_of(function.body[-1]) if function else None


def where_returned(source: Source, target: str, known: Known) -> Place | None:
    """The line of the `return` that a failing call comes to, where all that it returns is in question."""
    function = source.function(target)
    return line_of(return_reached(function, known)) if function else None


def where_float64_is_made(source: Source, target: str) -> Place | None:
    """The one statement of a function that makes an array without a dtype; None where there is none, or another."""
    function = source.function(target)
    made = [
        call
        for name, call in _calls_of_attributes(function)
        if len(call.args) <= _NO_DTYPE.get(name.attr, -1)
        and all(keyword.arg not in ("dtype", None) for keyword in call.keywords)
    ]
    return line_of(made[0]) if len(made) == 1 else None


def where_drawn_elsewhere(source: Source, target: str) -> Place | None:
    """The one expression of a function that draws from NumPy's global state, `np.random.choice(…)`, or from `random`.

    It is also where a generator that was passed as `rng` is replaced whatever it is; None where there is neither.
    """
    function = source.function(target)
    drawn = [
        call
        for name, call in _calls_of_attributes(function)
        if ast.unparse(name.value) in ("np.random", "numpy.random", "random") and name.attr not in _MAKING
    ]
    replaced = [
        each.value
        for each in (function.body if function else ())
        if isinstance(each, ast.Assign)
        and [ast.unparse(name) for name in each.targets] == ["rng"]
        and isinstance(each.value, ast.Call)
    ]
    found = drawn + replaced
    return place_of(found[0]) if len(found) == 1 else None


def _calls_of_attributes(function: Function | None) -> Iterator[tuple[ast.Attribute, ast.Call]]:
    """The calls of a function such as `np.zeros(3)`, each with what it calls."""
    for each in own_nodes(function) if function else ():
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
            yield each.func, each
