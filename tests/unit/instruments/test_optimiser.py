"""Optimisers as subjects: what a trajectory holds, where gradients come from, and the code of a replay."""

import numpy as np
from dlf_grader.instruments.case import Case
from dlf_grader.instruments.mistakes.mistake import Ask
from dlf_grader.instruments.subjects.optimiser import NOT_IN_PLACE, UPDATES, Optimiser, trajectory


def halving(case):
    """An oracle of our own: gradient descent down w² / 2 with lr = 1/2."""
    (w,) = case.inputs
    grads = [w / 2**step for step in range(len(case.attributes["lrs"]))]
    return {"grads": [[g] for g in grads], "steps": [[g / 2] for g in grads]}


SGD = Optimiser(name="SGD", oracle=halving, cases=lambda rng_for: ())
DOWN_A_BOWL = Case("", (np.array([8.0]),), {"lr": 0.5}, {"optimiser": "SGD", "loss": "bowl", "lrs": [0.5, 0.5]})
GIVEN = Case("", (np.array([8.0]),), {"lr": 0.5}, {"optimiser": "SGD", "grads": [[np.array([2.0])]], "lrs": [0.5]})


def test_a_trajectory_names_each_parameter_after_each_step():
    one, two = np.array([1.0]), np.array([2.0])
    assert list(trajectory((one,), [[two], [one]])) == ["w after step 1", "w after step 2", UPDATES]
    assert list(trajectory((one, two), [[two, one]]))[:2] == ["params[0] after step 1", "params[1] after step 1"]


def test_updates_are_the_moves_of_all_numbers_step_by_step():
    steps = [[np.array([3.0, 1.0]), np.array([[5.0]])], [np.array([3.0, 0.0]), np.array([[7.0]])]]
    found = trajectory((np.array([1.0, 1.0]), np.array([[4.0]])), steps)
    np.testing.assert_array_equal(found[UPDATES], [[2, 0, 1], [0, -1, 2]])


def test_a_resized_array_leaves_no_updates_to_explain():
    assert UPDATES not in trajectory((np.zeros(2),), [[np.zeros(3)]])


def test_gradients_of_a_loss_are_those_that_the_oracle_used():
    down, given = SGD.complete(None, [DOWN_A_BOWL, GIVEN])
    assert [float(g[0]) for (g,) in down.attributes["grads"]] == [8.0, 4.0]
    assert given is GIVEN


def test_the_right_answer_is_the_oracles_trajectory():
    (found,) = SGD.expected(None, [DOWN_A_BOWL])
    assert {name: found[name].tolist() for name in found} == {
        "w after step 1": [4.0],
        "w after step 2": [2.0],
        UPDATES: [[-4.0], [-2.0]],
    }


def test_steps_are_not_compared_as_a_whole_but_explained_by_it():
    assert SGD.compared((), {"w after step 1": 0, UPDATES: 0}) == ["w after step 1"]
    assert SGD.explained_by("w after step 1") == UPDATES


def test_arrays_that_stay_have_no_update_at_any_step():
    (answer,) = NOT_IN_PLACE.answers
    np.testing.assert_array_equal(answer(Ask, DOWN_A_BOWL, UPDATES), [[0.0], [0.0]])


def test_a_replay_steps_with_the_rates_of_the_case():
    changing = Case("", GIVEN.inputs, GIVEN.init, {"grads": GIVEN.attributes["grads"] * 2, "lrs": [0.5, 0.25]})
    assert SGD.code("m4_optimisers.sgd", changing, ()).splitlines()[3:] == [
        "params = [np.array([8.])]",
        "optimiser = SGD(params, lr=0.5)",
        "optimiser.step([np.array([2.])])",
        "print(params)",
        "optimiser.lr = 0.25",
        "optimiser.step([np.array([2.])])",
        "print(params)",
    ]


def test_a_replay_writes_out_neither_many_steps_nor_gradients_it_does_not_know():
    many = Case("", GIVEN.inputs, {}, {"grads": GIVEN.attributes["grads"] * 9, "lrs": [0.5] * 9})
    assert SGD.code("m4_optimisers.sgd", many, ()) == SGD.code("m4_optimisers.sgd", DOWN_A_BOWL, ()) == ""
