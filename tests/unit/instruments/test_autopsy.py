import ast
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from dlf_grader.failures import DlfError, WorkerCrashed, WorkerTimeout
from dlf_grader.instruments.autopsy import attention, functions
from dlf_grader.instruments.autopsy.cause import Finding
from dlf_grader.instruments.autopsy.causes import NOTES
from dlf_grader.instruments.autopsy.inquest import Inquest
from dlf_grader.instruments.autopsy.trials import WITH, Trials
from dlf_grader.instruments.autopsy.why import ENOUGH, MOST, Asked, some_of, why
from dlf_grader.report import Diagnosis
from dlf_reference.training.autopsy.measured import AS_IT_IS, Change, Handed, Step, Trial
from dlf_reference.training.autopsy.trials.changes import CHANGES

SOLUTIONS = Path(__file__).parents[3] / "solutions"


class Answers:
    """A submission that answers everything alike, or raises."""

    deadline = float("inf")
    root = SOLUTIONS
    clock = staticmethod(time.monotonic)

    def __init__(self, answer):
        self.answer = answer

    def put(self, value):
        return value

    def call(self, *args, **kwargs):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def asked(answer, ctx, seconds=60.0):
    submission = Answers(answer)
    submission.deadline = time.monotonic() + seconds
    training = Asked(lambda seed: None, "images:classifier", {"x_train": np.zeros(1)}, {}, in_numpy=False)
    return why(training, None, submission, ctx, 60.0), submission


@pytest.mark.parametrize("answer", [None, 3, {"first_loss": "all is well"}, {"steps": [{}]}])
def test_nothing_is_claimed_from_measurements_that_are_not_ours(answer, ctx):
    finding, _ = asked(answer, ctx)
    assert finding.cause is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (WorkerTimeout("slow"), "not enough time"),
        (WorkerCrashed("gone"), "was stopped"),
        (DlfError("odd"), "ended early: odd"),
    ],
)
def test_what_goes_wrong_in_an_autopsy_is_told_and_leaves_the_deadline(error, words, ctx):
    finding, submission = asked(error, ctx)
    assert finding.cause is None
    assert words in finding.measured[0]
    assert submission.deadline > time.monotonic() + 30


def test_a_check_without_time_is_not_looked_into(ctx):
    finding, _ = asked({}, ctx, seconds=2.0)
    assert "no time left" in finding.measured[0]


def test_a_finding_without_a_cause_says_what_was_not_tried():
    said = Finding(measured=("The loss stays.",), untried=("no dropout",)).said()
    assert said[0].id == "not-explained"
    assert said[0].text == "The loss stays. There was no time to try: no dropout."
    assert Finding().said() == ()


def test_a_search_that_was_short_of_time_names_the_command_that_takes_longer():
    longer = Finding(Diagnosis("rows-mix", "Rows mix."), untried=("a change of one line",)).said(
        "dlf-grade why m1.digits"
    )
    assert [each.text for each in longer] == ["Rows mix.", "dlf-grade why m1.digits takes longer, and tries more."]
    assert len(Finding(Diagnosis("rows-mix", "Rows mix.")).said("dlf-grade why m1.digits")) == 1


@pytest.mark.parametrize(
    ("plain", "changed", "repairs"),
    [
        ((2.3, 2.2, 2.3), (0.1, 0.2, 0.1), True),
        ((2.3, 2.2, 2.3), (0.1, 2.25, 0.1), False),  # one seed of three
        ((2.3, 2.2, 2.3), (2.0, 1.9, 2.0), False),  # hardly
        ((2.3, 1.0, 2.3), (0.1, 0.6, 0.1), False),  # the seeds differ by more than the gap
        ((float("inf"), 2.2, 2.3), (0.1, 0.2, 0.1), True),  # it diverges as it is
        ((2.3, 2.2, 2.3), (0.1, float("nan"), 0.1), False),
    ],
)
def test_a_change_repairs_learning_only_beyond_the_spread_of_three_seeds(plain, changed, repairs):
    trials = Trials(None, steps=20, chance=2.3, until=float("inf"))
    for seed, (a, b) in enumerate(zip(plain, changed, strict=True), start=1):
        trials.found[AS_IT_IS, seed] = Trial((2.3,), a)
        trials.found["float32", seed] = Trial((2.3,), b)
    assert trials.repairs("float32") is repairs


def test_of_a_large_data_set_some_texts_are_taken_whole():
    lengths = 1 + np.arange(ENOUGH + 5) % 3
    texts = np.repeat(np.arange(len(lengths)), lengths)
    data = {"x_train": texts, "lengths_train": lengths, "y_train": np.arange(len(lengths)), "x_test": np.zeros((9, 2))}
    found = some_of(data)
    assert len(found["y_train"]) == len(found["lengths_train"]) == MOST
    assert np.array_equal(np.repeat(found["y_train"], found["lengths_train"]), found["x_train"])
    assert found["x_test"] is data["x_test"]


def test_every_change_can_be_made_and_has_words():
    assert set(Change) == CHANGES.keys() == WITH.keys()


@pytest.mark.parametrize(("scores", "told"), [(0.02, True), (0.2, False), (float("nan"), False)])
def test_scores_that_make_every_weight_alike_are_noted_and_may_be_meant(scores, told):
    looks = SimpleNamespace(steps=(Step("softmax", "net.py:3", scores=scores),), largest=1.0)
    fact = "The scores of attention (net.py:3) have a standard deviation of 0.02: all weights are alike."
    assert attention.faint(looks).startswith(fact) is told
    assert attention.faint in NOTES


def test_an_order_that_is_drawn_in_training_is_noted_and_may_be_meant():
    looks = SimpleNamespace(handed=(Handed("shares", "net.py:2"), Handed("randperm", "net.py:3")))
    assert functions.places_drawn(looks).startswith(
        "In training mode forward draws an order or places: randperm (net.py:3)."
    )
    assert functions.places_drawn in NOTES


@pytest.mark.parametrize(("kind", "told"), [("Block", True), ("Head", False), ("Dropout", True)])
def test_a_heavy_dropout_makes_the_modes_differ_only_in_the_class_that_calls_it(kind, told):
    syntax = ast.parse(
        "class Block:\n    def forward(self, x):\n        return dropout(x)\n\n\nclass Head:\n    pass\n"
    )
    looks = SimpleNamespace(steps=(Step("dropout", "net.py:3", share=0.9),))
    ctx = SimpleNamespace(check=SimpleNamespace(exercise="m1_cnn/net.py"))
    found = Inquest(SimpleNamespace(syntax=syntax), ctx, 0.0)._dropped_in(kind, looks)
    assert ("drops 90 % of its input in training" in found) is told
