"""What is told of an unusual model that passes."""

import pytest
from dlf_grader.instruments.advice import advice


class Answering:
    """A submission whose worker gives one answer."""

    def __init__(self, answer):
        self.answer = answer

    def call(self, name, *given):
        return self.answer


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({}, None),
        ({"frozen": ["table.weight"]}, "table.weight has requires_grad=False: token vectors stay as they start"),
        ({"narrow": ["head.weight"]}, "head.weight has 16 bits: small steps are lost in rounding"),
        ({"alike": ["lstm.weight_hh_l0"]}, "lstm.weight_hh_l0 starts with equal rows: its units start as one"),
        ({"dropped": {"drop": 0.9}}, "drop drops 90 % of its input: its p is the share that goes"),
        (
            {"slow": {"norm": 0.001}},
            "norm moves its running statistics by 0.1 % a batch: evaluation lags behind, and 10 % is usual",
        ),
        ({"narrow": ["a"], "dropped": {"drop": 0.8}}, "drop drops 80 % of its input: its p is the share that goes"),
        (
            {"still": ["norm.running_mean"]},
            "norm.running_mean stays as it is in training mode: assign to it, or change it in place",
        ),
        ("no answer of ours", None),
    ],
)
def test_the_first_unusual_thing_is_one_sentence(found, said):
    assert advice(Answering(found), None, 0) == ({"advice": said} if said else {})
