"""What is told of an unusual model that passes."""

import pytest
from dlf_grader.instruments.advice import New, advice


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
        (
            {"alike": ["lstm.weight_hh_l0"]},
            "lstm.weight_hh_l0 starts with equal rows: its units start alike, and learn the same",
        ),
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
        (
            {"late": ["fc.weight"]},
            "fc.weight is made in the first forward, too late for an optimiser: make it in __init__",
        ),
        ({"resting": ["norm"]}, "norm stays in evaluation mode after train(): let train() reach it"),
        (
            {"chained": [["a.0", "a.1"]]},
            "a.0 and a.1 have nothing between them: they amount to one linear layer, so put an activation there",
        ),
        (
            {"twins": [["a.weight", "b.weight"]]},
            "a.weight and b.weight are two parameters on one memory: assign the parameter, not its data",
        ),
        (
            {"unasked": {"model.py:37": 0.5}},
            "model.py:37 drops 50 % of its input, though dropout=0.0 is given: use it there",
        ),
        (
            {"unasked": {"model.py:37": 1.0}, "dropped": {"drop": 1.0}},
            "model.py:37 drops all of its input where dropout=0.0 is given: its p is the share that goes",
        ),
        (
            {"padded": {"table": 0}},
            "table has padding_idx=0, but token 0 counts: reading it trains nothing",
        ),
        ("no answer of ours", None),
    ],
)
def test_the_first_unusual_thing_is_one_sentence(found, said):
    assert advice(Answering(found), New(lambda: None, ())) == ({"advice": said} if said else {})


class Widths:
    """A submission whose model of usual widths has a narrow way where a small one has none."""

    def __init__(self, wide):
        self.wide = wide

    def call(self, name, model, *given):
        return {"chained": self.wide if model else [["a", "b"]]}


@pytest.mark.parametrize(("wide", "said"), [([], False), ([["a", "b"]], True)])
def test_linear_layers_are_one_in_a_model_of_usual_widths_too(wide, said):
    new = New(lambda **changed: changed.get("d_model", 0), (), usual={"d_model": 128})
    assert bool(advice(Widths(wide), new)) == said
