"""A derivative is derived: `backward` does not run `forward` again and again, nor at complex points."""

from __future__ import annotations

from typing import Any

from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Case
from dlf_grader.report import Counterexample, Diagnosis

WATCH = "dlf_grader.sandbox.watch"
MANY = 2000  # numbers of a case on which a measured derivative shows
OFTEN = 200  # times as much as forward: a loop over samples, steps or heads runs it again 64 or 100 times at most
SLOW = 50  # times forward's own seconds
NOT_DERIVED = Diagnosis(
    "not-derived",
    "Derive the gradient on paper, and compute it from the values that forward stored. Differences of forward are for "
    "checking.",
)


def is_watched(case: Case) -> bool:
    """Whether a case is large enough."""
    return case.numbers >= MANY


def check_derived(told: Any, case: Case) -> None:
    """Judge what `Watched.told` gave.

    Raises:
        CheckFailure: backward measures the gradient.
    """
    for name, ((calls, numbers, imaginary, _), (again, more, complex_again, seconds)) in told["functions"].items():
        if complex_again and not imaginary:
            text = f"backward calls {name} with complex numbers, which measures the gradient: derive it"
        elif again >= OFTEN * calls and (
            more >= OFTEN * numbers if numbers or more else seconds >= SLOW * told["seconds"]
        ):
            text = f"backward calls {name} {again} times, which measures the gradient: derive it"
        elif name == "forward" and more >= OFTEN * numbers > 0:  # all the points of a difference in one batch
            text = f"backward calls {name} on {more} numbers, which measures the gradient: derive it"
        else:
            continue
        raise CheckFailure(text, Counterexample(case.label, 0), (NOT_DERIVED,))
