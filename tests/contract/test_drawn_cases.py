"""Nothing can be known by heart: a check that compares with right answers has cases that differ from seed to seed."""

from pathlib import Path

import numpy as np
import pytest
from dlf_grader import checks
from dlf_grader.config import Config
from dlf_grader.instruments.methods import subject_of
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import catalogue_of
from dlf_grader.sandbox.protocol import encode_message, pack_value

ROOT = Path(__file__).parents[2]
CHECKS = {
    check.id: check
    for _, found in catalogue_of(Config(tree=ROOT / "solutions"), load_plugins(None))
    for check in found
    if isinstance(check.method, checks.Parity | checks.Gradient) and isinstance(subject_of(check), Subject)
}
KNOWN = {"m0.mlp.num_parameters": "its sizes are the question, and every size has its own right answer"}


def drawn(subject, seed):
    """What each case asks, in bytes."""
    asked = subject.all_cases(lambda number: np.random.default_rng([seed, number]))
    return [encode_message(pack_value([list(case.inputs), case.init, case.attributes])) for case in asked]


@pytest.mark.parametrize("id", sorted(CHECKS.keys() - KNOWN.keys()))
def test_at_least_two_cases_of_a_check_are_drawn(id):
    first, second = drawn(subject_of(CHECKS[id]), 1), drawn(subject_of(CHECKS[id]), 2)
    assert sum(one not in second for one in first) >= 2


@pytest.mark.parametrize("id", sorted(id for id in CHECKS if id.startswith(("m0", "m1"))))
def test_a_seed_draws_the_same_cases_again(id):
    assert drawn(subject_of(CHECKS[id]), 7) == drawn(subject_of(CHECKS[id]), 7)
