"""Metrics, against scikit-learn's."""

import numpy as np
import pytest
from dlf_reference import metrics
from scipy.stats import binomtest
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss

RNG = np.random.default_rng(0)
LABELS, PREDICTIONS = RNG.integers(0, 5, 200), RNG.integers(0, 5, 200)
NEVER = np.array([0, 0, 1, 3]), np.array([0, 1, 1, 1])  # 2 neither occurs nor is predicted


@pytest.mark.parametrize(("labels", "predictions"), [(LABELS, PREDICTIONS), (LABELS, LABELS), NEVER])
def test_accuracy_f1_and_confusion_are_those_of_scikit_learn(labels, predictions):
    every = np.arange(5)
    assert metrics.accuracy(labels, predictions) == accuracy_score(labels, predictions)
    expected = f1_score(labels, predictions, labels=every, average="macro", zero_division=0.0)
    assert metrics.macro_f1(labels, predictions, 5) == pytest.approx(expected, abs=1e-15)
    assert (
        metrics.confusion_matrix(labels, predictions, 5) == confusion_matrix(labels, predictions, labels=every)
    ).all()


def test_perplexity_is_the_exponential_of_the_cross_entropy():
    probabilities = RNG.dirichlet(np.ones(5), 200)
    given = np.log(probabilities[np.arange(200), LABELS])
    assert metrics.perplexity(given) == pytest.approx(np.exp(log_loss(LABELS, probabilities)), rel=1e-12)
    assert metrics.perplexity(np.log(np.full(7, 1 / 4))) == pytest.approx(4)


@pytest.mark.parametrize(("right", "count"), [(0, 10), (9, 10), (10, 10), (9941, 10_000)])
def test_the_interval_is_the_exact_binomial_one(right, count):
    expected = binomtest(right, count).proportion_ci(0.95, method="exact")
    assert metrics.binomial_interval(right / count, count) == pytest.approx((expected.low, expected.high), abs=1e-9)
