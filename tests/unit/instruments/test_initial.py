"""He-normal parameters: how they are drawn, and which wrong standard deviation has a name."""

import pytest
from dlf_grader.checks import Initial
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.initial import he_normal

ASKED = Initial({"in_features": 60, "out_features": 90}, (90, 60), fan_in=60)
LINEAR = """
class Linear:
    def __init__(self, in_features, out_features, bias=True, *, rng=None):
        self.W = rng.standard_normal((out_features, in_features)) * np.sqrt(2 / in_features)
        self.b = np.zeros(out_features) if bias else None
"""


def test_a_he_normal_layer_passes(learner, ctx):
    found = he_normal("Linear", ASKED, learner(LINEAR), ctx)
    assert found["std"] == pytest.approx(found["expected"], rel=0.05)


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ("* 2 / in_features", "variance-for-deviation"),
        ("* np.sqrt(1 / in_features)", "xavier"),
        ("* np.sqrt(2 / out_features)", "fan-out"),
        ("* 1", "unscaled"),
    ],
)
def test_a_wrong_standard_deviation_is_named(learner, ctx, wrong, name):
    with pytest.raises(CheckFailure, match="standard deviation") as caught:
        he_normal("Linear", ASKED, learner(LINEAR.replace("* np.sqrt(2 / in_features)", wrong)), ctx)
    assert [d.id for d in caught.value.diagnosis] == [name]


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        ("rng.standard_normal", "np.random.standard_normal", "draw W from rng"),
        ("(out_features, in_features)", "(in_features, out_features)", "expected an array of shape"),
        ("np.zeros(out_features)", "np.ones(out_features)", "b should start at zero"),
        ("np.zeros(out_features)", "np.zeros((1, out_features))", "b has the wrong shape"),
        ("* np.sqrt(2 / in_features)", "* (2 // in_features)", "W is all zeros"),
        (" if bias else None", "", "with bias=False"),
        (
            "self.b = np.zeros(out_features) if bias else None",
            "if bias: self.b = np.zeros(out_features)",
            "with bias=F",
        ),
    ],
)
def test_anything_else_is_told(learner, ctx, right, wrong, why):
    with pytest.raises(CheckFailure, match=why):
        he_normal("Linear", ASKED, learner(LINEAR.replace(right, wrong)), ctx)
