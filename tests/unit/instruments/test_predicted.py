import numpy as np
import pytest
from dlf_grader.instruments.training.predicted import of_predictions

LABELS = np.arange(400) % 2
LENGTHS = np.where(np.arange(400) < 200, 5, 15)
TEXTS = (np.arange(20) < LENGTHS[:, None]).astype(np.int64)
NAMES = ("bad", "good")


def test_one_class_for_all_is_told_by_its_name():
    assert of_predictions(np.ones_like(LABELS), TEXTS, LABELS, NAMES) == "It predicts good for every test example."
    assert of_predictions(np.full_like(LABELS, 7), TEXTS, LABELS, NAMES) == "It predicts 7 for every test example."


def test_texts_whose_length_decides_are_told_by_length():
    predictions = np.where(LENGTHS == 5, LABELS, np.arange(400) // 2 % 2)
    assert of_predictions(predictions, TEXTS, LABELS, NAMES) == (
        "Of test texts of at most 10 tokens 100 % are predicted right, of longer ones 50 %."
    )


@pytest.mark.parametrize("examples", [TEXTS, np.zeros((400, 8, 8), np.uint8)], ids=["texts", "images"])
def test_errors_that_are_spread_evenly_say_nothing(examples):
    predictions = np.where(np.arange(400) % 3 == 0, 1 - LABELS, LABELS)
    assert of_predictions(predictions, examples, LABELS, NAMES) == ""


def test_texts_of_one_length_say_nothing():
    predictions = np.where(np.arange(400) < 200, LABELS, 1 - LABELS)
    assert of_predictions(predictions, np.ones((400, 8), np.int64), LABELS, NAMES) == ""


def test_a_data_set_of_one_class_says_nothing():
    assert of_predictions(np.zeros(400, np.int64), TEXTS, np.zeros(400, np.int64), NAMES) == ""
