import numpy as np
import pytest
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.training import accuracy


def test_accuracy_is_the_share_of_right_predictions():
    assert accuracy(np.array([1, 2, 3, 3]), np.array([1, 2, 3, 4]), "test") == 0.75


@pytest.mark.parametrize("predictions", [None, [1, 2], np.array([1.0, 2.0]), np.array([1]), np.array([[1], [2]])])
def test_predictions_of_the_wrong_kind_are_refused(predictions):
    with pytest.raises(CheckFailure, match="expected 2 class numbers"):
        accuracy(predictions, np.array([1, 2]), "test")
