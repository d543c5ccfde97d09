from dataclasses import replace

from dlf_grader.instruments.pictures import kept
from dlf_grader.model import Check, Status
from dlf_grader.outputs.sketch import sketches
from dlf_grader.run.results import result_of
from dlf_reference.training import drawings

RESULT = result_of(Check("m1.digits", "A claim", "m1/lenet.py", "training", 1, "LeNet"), Status.FAILED)


def test_gradients_are_bars_and_a_repair_is_two_curves():
    drawn = [
        drawings.by_layer({"conv.weight": 0.0, "fc.weight": 0.5}, "gradient"),
        drawings.repaired([2.0, 2.0, float("nan")], [2.0, 1.0, 0.01], "float32"),
    ]
    lines = sketches(replace(RESULT, pictures=tuple(map(kept, drawn))))
    assert lines == [
        "gradient norms, first to last:",
        "  conv.weight  · 0",
        "  fc.weight    ████████████████ 0.5",
        "loss as it is      ███  nan",
        "loss with float32  █▅▁  0.01",
    ]


def test_where_blocks_cannot_be_shown_there_are_numbers_only():
    drawn = [
        drawings.by_layer({"fc.weight": 0.5}, "gradient"),
        drawings.repaired([2.0, float("nan")], [2.0, 0.01], "float32"),
    ]
    assert sketches(replace(RESULT, pictures=tuple(map(kept, drawn))), blocks="") == [
        "gradient norms, first to last:",
        "  fc.weight  0.5",
        "loss as it is      2 to nan",
        "loss with float32  2 to 0.01",
    ]


def test_other_pictures_have_no_lines():
    assert sketches(replace(RESULT, pictures=(kept(drawings.curves([1.0], [0.5], 0.9, "test")),))) == []
