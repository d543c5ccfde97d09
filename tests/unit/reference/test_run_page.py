import json
from pathlib import Path

import pytest
from dlf_reference.training.run_page import BITS, earlier_runs, run_page

RECORD = {
    "id": "m1.digits",
    "accuracy": 0.96,
    "interval": (0.94, 0.98),
    "target": 0.95,
    "reached": True,
    "seed": 1,
    "hardware": "a machine",
    "seconds": 90.0,
    "accuracies": [0.9, 0.96],
    "settings": {"lr": 0.1, "epochs": 2},
    "sha256": {"m1_cnn/lenet.py": "a"},
}


@pytest.fixture
def runs(tmp_path):
    """A function: keeps a record as the next run of the same, and returns its folder."""
    made = []

    def keep(**changed):
        folder = tmp_path / "m1.digits" / (str(len(made) + 1) if made else "")
        folder.mkdir(parents=True)
        (folder / "record.json").write_text(json.dumps(RECORD | changed))
        made.append(folder)
        return folder

    return keep


def test_the_first_run_has_nothing_beside_it(runs):
    page = run_page(RECORD, "of the test examples", runs(), "dlf-train m1.digits", [Path("curves.svg")])
    assert "m1.digits, run 1" in page
    assert "96.00 %" in page
    assert '<img src="curves.svg"' in page
    assert "earlier" not in page


def test_earlier_runs_are_told_with_what_was_different_and_linked(runs):
    runs(settings={"lr": 0.2, "epochs": 2})
    (runs(sha256={"m1_cnn/lenet.py": "b"}) / "index.html").write_text("")
    last = runs()
    assert [(run.name, run.link, run.different) for run in earlier_runs(RECORD, last)] == [
        ("run 2", "../2/index.html", ("m1_cnn/lenet.py was another",)),
        ("run 1", "../record.json", ("settings.lr 0.2",)),
    ]
    assert run_page(RECORD, "", last, "", []).count("<polyline") == 3


def test_what_cannot_be_read_is_left_out(runs):
    (runs() / "record.json").write_text("{")
    runs(accuracies=None)
    (runs() / "record.json").write_text('{"bits_per_byte": 1}')
    assert earlier_runs(RECORD, runs()) == []


def test_what_a_person_typed_is_text(runs):
    assert "&lt;b&gt;" in run_page(RECORD, "of the test examples", runs(), "dlf-train <b>", [])


def test_a_language_model_is_told_by_bits_per_byte_beside_earlier_ones_of_its_kind(runs):
    runs()  # told by accuracy: another kind
    bits = {"bits_per_byte": 1.9, "curve": [2.5, 2.0]}
    runs(**bits | {"bits_per_byte": 2.0})
    page = run_page(RECORD | bits, "bits per byte of the test texts", runs(), "dlf-train m6.ag_news", [], BITS)
    assert "<b>1.900</b> bits per byte of the test texts, reached." in page
    assert "Bits per byte after each epoch, from 2.000 to 2.500" in page
    assert ">2.000</td>" in page
    assert page.count("<polyline") == 2
    assert "%" not in page.partition("<body>")[2]


def test_a_run_that_missed_its_target_says_which_command_looks_for_the_cause(runs):
    missed = RECORD | {"reached": False}
    assert "<code>dlf-grade why m1.digits</code>" in run_page(missed, "", runs(), "", [])
    assert "dlf-grade why" not in run_page(RECORD, "", runs(), "", [])
    assert "dlf-grade why" not in run_page(missed | {"id": "own.digits"}, "", runs(), "", [])
