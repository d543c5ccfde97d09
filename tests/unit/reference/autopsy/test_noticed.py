"""What a forward's functions do to their numbers is noticed as they are called."""

import pytest
import torch
from dlf_reference.training.autopsy.forward.noticed import noticed

X = torch.arange(24.0).reshape(4, 6)


def steps(forward):
    return noticed(forward)[1]


@pytest.mark.parametrize(
    ("forward", "gates"),
    [
        (lambda: X * X.sigmoid(), True),
        (lambda: X[:, :3] * torch.cat([X, X]).sigmoid().chunk(2)[0][:, :3], True),
        (lambda: X.tanh() @ X.mT, False),
        (lambda: 1.7 * X.tanh(), False),
    ],
    ids=["gate", "part-of-a-gate", "layer", "scaled"],
)
def test_a_sigmoid_that_is_multiplied_with_numbers_is_a_gate(forward, gates):
    (step,) = (step for step in steps(forward) if step.function in ("sigmoid", "tanh"))
    assert step.gates == gates


@pytest.mark.parametrize(
    ("forward", "alone"),
    [
        (lambda: torch.nn.functional.group_norm(X, 6), True),
        (lambda: torch.nn.functional.group_norm(X, 3), False),
        (lambda: torch.nn.functional.layer_norm(X[:, :1], (1,)), True),
        (lambda: torch.nn.functional.layer_norm(X, (6,)), False),
    ],
    ids=["groups-of-one", "groups-of-two", "one-feature", "six-features"],
)
def test_a_norm_of_one_number_is_noticed(forward, alone):
    assert any(step.levels for step in steps(forward)) == alone


def test_a_text_of_one_hidden_key_after_another_has_no_spread_of_scores(recwarn):
    scores = torch.full((1, 1, 2, 2), -1e9)
    scores[..., 0, 0] = 1.0
    steps(lambda: scores.softmax(dim=-1))
    assert not recwarn
