"""The data of m2's quick training check: made by the rule it states, and by its seed alone."""

import numpy as np
from dlf_reference.data.quick import FIRST_EVENT, NOISE, PADDING, SECOND_EVENT, order_of_events


def places(tokens, event):
    rows, columns = np.nonzero(tokens == event)
    assert np.array_equal(rows, np.arange(len(tokens)))  # once in every row
    return columns


def test_the_label_says_which_event_came_first():
    data = order_of_events(3, train=50, test=40, noise=7)
    for part in ("train", "test"):
        first, second = (places(data[f"x_{part}"], event) for event in (FIRST_EVENT, SECOND_EVENT))
        assert np.array_equal(data[f"y_{part}"], (second < first).astype(int))


def test_gap_and_end_are_of_full_length_in_the_test_and_of_any_in_training():
    data = order_of_events(3, train=400, test=40, noise=7)
    found = {}
    for part in ("train", "test"):
        tokens = data[f"x_{part}"]
        ends = np.sort([places(tokens, FIRST_EVENT), places(tokens, SECOND_EVENT)], axis=0)
        lengths = (tokens != PADDING).sum(axis=1)
        found[part] = ends[1] - ends[0] - 1, lengths - ends[1] - 1
    assert all((part == 7).all() for part in found["test"])
    assert all(set(part) == set(range(8)) for part in found["train"])


def test_padding_stands_at_the_end_only_and_all_else_is_noise():
    tokens = order_of_events(0, train=30, test=5)["x_train"]
    there = tokens != PADDING
    assert (there[:, :-1] >= there[:, 1:]).all()
    others = tokens[there & (tokens != FIRST_EVENT) & (tokens != SECOND_EVENT)]
    assert set(others) == set(NOISE)


def test_the_seed_decides():
    one, again, other = (order_of_events(seed, train=20, test=5) for seed in (1, 1, 2))
    assert all(np.array_equal(one[name], again[name]) for name in one)
    assert not np.array_equal(one["y_train"], other["y_train"])
