"""What is handed in to nbgrader: notebooks are read as they are, and anything else has one reason."""

import io
import json

import pytest

nbformat = pytest.importorskip("nbformat", reason="needs the extra: pip install 'dl-foundations[nbgrader]'")
submitted = pytest.importorskip("dlf_grader.notebooks.submitted")

CELL = {"cell_type": "code", "metadata": {}, "source": ["x = 1\n", "y = 2"], "outputs": [], "execution_count": None}


def book(**parts):
    return json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [CELL]} | parts)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_notebook_is_read_with_its_lines_joined_whether_windows_marked_it_or_not(mark):
    assert submitted.notebook_of(io.StringIO(mark + book())).cells[0].source == "x = 1\ny = 2"


def test_cells_with_strange_outputs_are_still_cells():
    read = submitted.notebook_of(io.StringIO(book(cells=[CELL | {"outputs": [{"output_type": "odd"}]}])))
    assert read.cells[0].source.startswith("x = 1")


@pytest.mark.parametrize("gone", ["outputs", "execution_count", "metadata", "source"])
def test_what_a_tool_drops_of_a_cell_is_put_in_again(gone):
    for cell in ({key: value for key, value in CELL.items() if key != gone}, CELL | {gone: None}):
        read = submitted.notebook_of(io.StringIO(book(cells=[cell, CELL])))
        nbformat.validate(read)
        assert read.cells[1].source == "x = 1\ny = 2"


def test_half_of_a_pair_of_surrogates_can_be_written_to_a_file():
    read = submitted.notebook_of(io.StringIO(book(cells=[CELL | {"source": "x = '\ud83d \U0001f600'"}])))
    assert read.cells[0].source.encode().decode() == "x = '? \U0001f600'"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the file is empty"),
        ("  \n", "the file is empty"),
        ("Dear teacher", "expected JSON"),
        ("[" * 100_000, "list of cells"),
        ("null", "list of cells"),
        ("[1, 2]", "list of cells"),
        ("{}", "list of cells"),
        (book(nbformat=99), "list of cells"),
        (book(cells=3), "list of cells"),
        (book(cells=[3]), "list of cells"),
        (book(metadata=None), "list of cells"),
        (book(cells=[CELL | {"source": 5}]), "list of cells"),
        (book(cells=[CELL | {"metadata": []}]), "list of cells"),
        (book(cells=[CELL | {"cell_type": "poem"}]), "list of cells"),
    ],
)
def test_what_is_no_notebook_has_one_reason_on_one_line(text, reason):
    with pytest.raises(ValueError, match=reason) as raised:
        submitted.notebook_of(io.StringIO(text))
    assert "\n" not in str(raised.value)


def test_a_file_that_is_not_utf_8_has_a_reason_too(tmp_path):
    (tmp_path / "a.ipynb").write_bytes(b"\xff\xfe{}")
    with (tmp_path / "a.ipynb").open(encoding="utf-8") as file, pytest.raises(ValueError, match="UTF-8"):
        submitted.notebook_of(file)


def test_a_copy_in_which_somebody_worked_counts_beside_an_untouched_original(tmp_path):
    marks = {"nbgrader": {"grade_id": "a", "solution": True, "locked": False, "grade": False, "schema_version": 3}}
    stub = book(cells=[CELL | {"metadata": marks, "source": "def f():\n    raise NotImplementedError()"}])
    done = book(cells=[CELL | {"metadata": marks, "source": "def f():\n    return 1"}])
    (tmp_path / "a.ipynb").write_text(stub)
    assert submitted.worked_on_beside(tmp_path / "a.ipynb") is None
    (tmp_path / "a (1).ipynb").write_text(done)
    made, _ = submitted.AnyNotebook().from_filename(str(tmp_path / "a.ipynb"))
    assert "return 1" in made
    (tmp_path / "a.ipynb").write_text(done.replace("return 1", "return 2"))
    made, _ = submitted.AnyNotebook().from_filename(str(tmp_path / "a.ipynb"))
    assert "return 2" in made, "what was worked in is what was asked for"
    (tmp_path / "a.ipynb").write_text(stub)
    (tmp_path / "a (2).ipynb").write_text(done)
    assert submitted.worked_on_beside(tmp_path / "a.ipynb") is None, "of two copies it is not certain which"
    (tmp_path / "a (1).ipynb").unlink()
    (tmp_path / "a (2).ipynb").rename(tmp_path / "Copy of a.ipynb")
    made, _ = submitted.AnyNotebook().from_filename(str(tmp_path / "a.ipynb"))
    assert "return 1" in made
