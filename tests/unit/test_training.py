import numpy as np
import pytest
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.training import accuracy, interval


def test_accuracy_is_the_share_of_right_predictions():
    assert accuracy(np.array([1, 2, 3, 3]), np.array([1, 2, 3, 4]), "test") == 0.75


@pytest.mark.parametrize("predictions", [None, [1, 2], np.array([1.0, 2.0]), np.array([1]), np.array([[1], [2]])])
def test_predictions_of_the_wrong_kind_are_refused(predictions):
    with pytest.raises(CheckFailure, match="expected 2 class numbers"):
        accuracy(predictions, np.array([1, 2]), "test")


def test_the_interval_is_the_exact_binomial_one():
    low, high = interval(0.9, 10)
    assert (round(low, 4), round(high, 4)) == (0.5550, 0.9975)  # scipy.stats.binomtest(9, 10).proportion_ci()
    assert interval(0.0, 10)[0] == 0.0
    assert interval(1.0, 10)[1] == 1.0
