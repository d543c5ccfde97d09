"""An optimiser's case as Python that a learner can paste, which a replay shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments_old.code import written
from dlf_grader.instruments_old.layer import Case

LONGEST = 8  # steps that are written out


@contextmanager
def telling_how(ctx: Context, numbered: Sequence[tuple[int, Case]]) -> Iterator[None]:
    """Add to a failure inside the Python that repeats its case."""
    try:
        yield
    except CheckFailure as failure:
        found, cases = failure.counterexample, dict(numbered)
        if found is not None and found.number in cases:
            module = ctx.check.exercise.removesuffix(".py").replace("/", ".")
            failure.counterexample = replace(found, code=as_code(module, cases[found.number]))
        raise


def as_code(module: str, case: Case) -> str:
    """Python that repeats a case on the learner's own file, to be run in the tree's folder; "" for long ones."""
    grads, lrs, name = case.attributes.get("grads"), case.attributes["lrs"], case.attributes["optimiser"]
    if grads is None or len(grads) > LONGEST:
        return ""
    options = "".join(f", {option}={value!r}" for option, value in case.init.items())
    lines = ["import numpy as np", f"from {module} import {name}", ""]
    lines += [f"params = [{', '.join(written(w) for w in case.inputs)}]", f"optimiser = {name}(params{options})"]
    rate = lrs[0]
    for slopes, lr in zip(grads, lrs, strict=True):
        lines += [f"optimiser.lr = {lr!r}"] if lr != rate else []
        lines += [f"optimiser.step([{', '.join(written(g) for g in slopes)}])", "print(params)"]
        rate = lr
    return "\n".join(lines)
