"""What an exception of the learner's code means: rules over its kind, its message, its line and the shapes there."""

from __future__ import annotations

from collections.abc import Mapping

from dlf_grader.failures import LearnerError
from dlf_grader.instruments.exceptions import arrays, calls, names, networks, shapes
from dlf_grader.instruments.exceptions.raised import read_raised
from dlf_grader.report import Diagnosis

RULES = (*arrays.RULES, *shapes.RULES, *names.RULES, *calls.RULES, *networks.RULES)


def advise(error: LearnerError, sources: Mapping[str, str], exercise: str) -> Diagnosis | None:
    """The first rule that fits, if one does.

    Args:
        sources: the texts of the tree's files, by path.
        exercise: the path of the one that is graded.
    """
    raised = read_raised(error, sources, exercise)
    for rule in RULES:
        if text := rule(raised):
            return Diagnosis(rule.__name__.replace("_", "-"), text)
    return None
