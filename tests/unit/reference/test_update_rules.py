"""The rules of m4 in parts give what PyTorch gives; two slips in them are told together."""

import numpy as np
import pytest
from dlf_grader.instruments.case import Case
from dlf_grader.instruments.subjects.optimiser import UPDATES, trajectory
from dlf_grader.milestones.m4.adam.mistakes import ADAMW_SLIPS
from dlf_grader.milestones.m4.adam.rules import RULES as ADAM
from dlf_grader.milestones.m4.formula import pairs, updates_by
from dlf_grader.milestones.m4.rmsprop.mistakes import RULES as RMSPROP
from dlf_grader.milestones.m4.sgd.mistakes import RULES as SGD
from dlf_grader.milestones.m4.trajectories import drawn_options, ladder, with_defaults
from dlf_reference.oracles import m4

RULES = SGD | RMSPROP | ADAM
OPTIONS = {
    "SGD": {"lr": 0.5, "momentum": 0.5, "nesterov": True, "weight_decay": 0.5},
    "RMSProp": {"lr": 0.5, "alpha": 0.75, "eps": 1.0, "momentum": 0.5, "weight_decay": 0.5},
    "Adam": {"lr": 0.5, "betas": (0.5, 0.75), "eps": 1.0, "weight_decay": 0.5},
    "AdamW": {"lr": 0.5, "betas": (0.5, 0.75), "eps": 1.0, "weight_decay": 0.5},
}


def rng_for(number):
    return np.random.default_rng(number)


def right(case):
    return trajectory(case.inputs, m4.trajectory(case.init, case.attributes, case.inputs, None)["steps"])[UPDATES]


@pytest.mark.parametrize("name", OPTIONS)
def test_a_rule_in_parts_gives_pytorchs_updates(name):
    for case in [*ladder(name, rng_for, OPTIONS[name]), with_defaults(name, rng_for(20))]:
        np.testing.assert_allclose(updates_by(RULES, case, {}), right(case), rtol=1e-9, atol=1e-12)


def test_drawn_options_differ_between_cases_and_keep_their_names():
    one, two = (drawn_options(rng_for(seed), OPTIONS["AdamW"]) for seed in (1, 2))
    assert one.keys() == two.keys() == OPTIONS["AdamW"].keys()
    assert all(one[option] != two[option] for option in one)


def test_the_last_case_of_a_ladder_is_as_large_as_a_layer():
    assert sum(w.size for w in list(ladder("SGD", rng_for, {"lr": 0.5}))[-1].inputs) > 100


def test_two_slips_at_once_are_told_together():
    known = {mistake.id: mistake for mistake in pairs(ADAMW_SLIPS)}
    both = known["decay-sign and no-root"]
    assert both.text.startswith("Two things are wrong. The decay pushes weights away from zero")
    case = next(iter(ladder("AdamW", rng_for, OPTIONS["AdamW"])))
    w, g, lr, decay = case.inputs[0], case.attributes["grads"][0][0], 0.5, 0.5
    expected = w * lr * decay - lr * g / (g * g + 1.0)
    np.testing.assert_allclose(both.answers[0](None, case, UPDATES), [expected])


def test_slips_in_the_same_part_are_no_pair():
    assert "decay-sign and decay-ignored" not in {mistake.id for mistake in pairs(ADAMW_SLIPS)}


def test_parts_that_ask_each_other_are_no_rule():
    case = Case("", (np.ones(1),), OPTIONS["Adam"], {"optimiser": "Adam", "grads": [[np.ones(1)]], "lrs": [0.5]})
    circle = {"used": lambda s: s["numerator"], "numerator": lambda s: s["used"]}
    with pytest.raises(ValueError, match="ask each other"):
        updates_by(ADAM, case, circle)
