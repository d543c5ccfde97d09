"""The curve of a schedule: what mistaken ones would give, and what no curve may depend on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dlf_grader.instruments.case import Array, Case
from dlf_grader.instruments.mistakes.mistake import Mistaken, of_case
from dlf_grader.milestones.m4.trajectories import Options
from dlf_grader.report import Diagnosis

CURVE = "the schedule"


def rates(rate: Callable[[int, Options], float]) -> Mistaken:
    """The curve of another schedule, rate(step, options)."""

    def curve(case: Case) -> Array:
        return np.array([rate(step, case.init) for step in case.inputs[0].tolist()])

    return of_case(curve)


STATEFUL = Diagnosis(
    "earlier-calls",
    "The rate depends on earlier calls: compute it from step and the options alone, without global or stored numbers.",
)
