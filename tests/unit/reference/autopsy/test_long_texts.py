"""Tokens of a long text that no gradient reaches: what is told of them, and of no right model."""

import numpy as np
import pytest
import torch
from dlf_reference.training.autopsy.forward.long_texts import long_text
from torch import nn

LENGTH = 40
RNG = np.random.default_rng(0)
TEXTS = [1 + RNG.permutation(LENGTH)[None] for _ in range(3)]
NOTHING = {"without_gradient": -1, "cut": {"function": "", "line": "", "off": False}, "first": -1, "last": -1}


class Reader(nn.Module):
    """An LSTM over token vectors, and a head."""

    def __init__(self, states, both=False):
        super().__init__()
        torch.manual_seed(0)
        self.table, self.states = nn.Embedding(LENGTH + 1, 6), states
        self.lstm = nn.LSTM(6, 16, batch_first=True, bidirectional=both)
        self.head = nn.Linear(32 if both else 16, 2)

    def forward(self, tokens, lengths):
        return self.head(self.states(self.lstm, self.table(tokens)))


def last(lstm, x):
    return lstm(x)[0][:, -1]


def first_of_backwards(lstm, x):
    return lstm(x.flip(1))[0][:, -1]


def largest(lstm, x):
    return lstm(x)[0].amax(dim=1)


def largest_of_backwards(lstm, x):
    return lstm(x.flip(1))[0].amax(dim=1)


def in_parts(lstm, x):
    state = lstm(x[:, :20])[1]
    return lstm(x[:, 20:], tuple(part.detach() for part in state))[0][:, -1]


def step_by_step(lstm, x):
    best, state = x.new_full((len(x), 16), -1.0), None
    for t in range(x.shape[1]):
        y, state = lstm(x[:, t : t + 1], state)
        best = torch.maximum(best, y[:, 0])
        state = tuple(part.detach() for part in state)
    return best


def of_the_beginning(lstm, x):
    return last(lstm, x[:, :20])


def of_the_end(lstm, x):
    return last(lstm, x[:, -20:])


@pytest.mark.parametrize("states", [last, first_of_backwards, largest, largest_of_backwards])
@pytest.mark.parametrize("both", [False, True])
def test_nothing_is_told_of_a_model_that_reads_all(states, both):
    assert long_text(Reader(states, both), 1, np.array([LENGTH]), *TEXTS) == NOTHING


@pytest.mark.parametrize("states", [in_parts, step_by_step])
def test_a_state_that_is_detached_is_told_with_its_line(states):
    found = long_text(Reader(states), 1, np.array([LENGTH]), *TEXTS)
    assert found["without_gradient"] >= 0
    assert found["cut"]["function"] == "detach"
    assert found["cut"]["line"].startswith("test_long_texts.py:")


@pytest.mark.parametrize(("states", "ends"), [(of_the_beginning, (0, 19)), (of_the_end, (20, 39))])
def test_a_part_that_no_logit_depends_on_is_told(states, ends):
    found = long_text(Reader(states), 1, np.array([LENGTH]), *TEXTS)
    assert (found["without_gradient"], found["first"], found["last"]) == (-1, *ends)


def test_a_model_that_cannot_be_asked_is_left_alone():
    assert long_text(nn.Linear(2, 2), 1, np.array([LENGTH]), *TEXTS) == NOTHING
