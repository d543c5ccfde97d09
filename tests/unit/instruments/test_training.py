import numpy as np
import pytest
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.training.models import accuracy, goal_of
from dlf_reference.training.config import load


def test_accuracy_is_the_share_of_right_predictions():
    assert accuracy(np.array([1, 2, 3, 3]), np.array([1, 2, 3, 4]), "test") == 0.75


@pytest.mark.parametrize("predictions", [None, [1, 2], np.array([1.0, 2.0]), np.array([1]), np.array([[1], [2]])])
def test_predictions_of_the_wrong_kind_are_refused(predictions):
    with pytest.raises(CheckFailure, match="expected 2 class numbers"):
        accuracy(predictions, np.array([1, 2]), "test")


@pytest.mark.parametrize("name", ["m0.mnist", "m1.mnist", "m1.cifar10", "m2.imdb", "m3.ag_news"])
def test_a_full_training_asks_for_what_its_config_says(name):
    config = load(name)
    goal = goal_of(config, {"vocabulary": ["a", "b"]})
    assert goal.settings == config.settings
    assert goal.arguments == config.arguments | {"vocab_size": 2}
    assert (goal.recipe, goal.test, goal.data_arguments) == (config.recipe, config.target, {})
    assert goal.model.isidentifier()
