"""`%dlf` grades the last run of every cell, and says so where the notebook has gone on since."""

import json
import os
from types import SimpleNamespace

import pytest
from dlf_grader.notebooks.magic import Magic, _last_runs, _marked

RELU = "# m0_mlp/layers.py: ReLU\nclass ReLU:\n    y = 1"
EDITED = RELU.replace("1", "2")


@pytest.fixture
def kernel(tmp_path, monkeypatch):
    """A function: runs a cell, saves the notebook before or after, and returns the cells that changed since."""
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    file = tmp_path / "a.ipynb"

    def changed_since(*saved, seconds):
        shell = SimpleNamespace(history_manager=SimpleNamespace(input_hist_raw=[""]), user_ns={})
        shell.user_ns["__vsc_ipynb_file__"] = str(file)
        magic = Magic(shell)
        magic.note_run()
        shell.history_manager.input_hist_raw.append(RELU)
        cells = [{"cell_type": "code", "metadata": {}, "source": text} for text in saved]
        file.write_text(json.dumps({"cells": cells, "nbformat": 4}))
        os.utime(file, (magic.ran[1] + seconds,) * 2)
        return [cell.name for cell in magic._changed_since([_marked(RELU)])]

    return changed_since


def test_a_cell_that_was_edited_and_saved_after_its_run_is_named(kernel):
    assert kernel(EDITED, seconds=1) == ["ReLU"]


@pytest.mark.parametrize(
    ("saved", "seconds"),
    [([EDITED], -1), ([RELU], 1), ([EDITED, RELU], 1), (["x = 1"], 1)],
    ids=["saved before the run", "as it was run", "two copies", "no marked cell"],
)
def test_a_notebook_that_does_not_prove_a_later_edit_says_nothing(kernel, saved, seconds):
    assert kernel(*saved, seconds=seconds) == []


def test_a_cell_that_was_run_again_counts_before_one_that_defined_the_same_meanwhile():
    runs = _last_runs([RELU, "class ReLU:\n    y = 0", EDITED])
    assert runs[-1].source == EDITED
    assert len(runs) == 2


def test_a_cell_that_was_run_again_counts_below_one_that_deleted_its_class():
    assert _last_runs([RELU, "del ReLU", EDITED])[-1].source == EDITED
