"""Modules beside a notebook come along where its cells import them, and what these import."""

import json

import pytest
from dlf_grader.notebooks.beside import in_folders, modules_beside, seen_from, with_runs
from dlf_grader.notebooks.ipython import RawCell

PATH = "m0_mlp/layers.py"
FOLDER = {
    "helpers.py": b"import more\n",
    "more.py": b"from m0_mlp.losses import MSELoss\n",
    "utils/__init__.py": b"from .init import he\n",
    "utils/init.py": b"he = 2\n",
    "numpy.py": b"",
    "random.py": b"",
    "unused.py": b"",
    "m0_mlp/losses.py": b"",
}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (b"from helpers import he", {"helpers.py", "more.py"}),
        (b"import helpers as h", {"helpers.py", "more.py"}),
        (b"from utils import he", {"utils/__init__.py", "utils/init.py"}),
        (b"import utils.init", {"utils/__init__.py", "utils/init.py"}),
        (b"import numpy as np, random", set()),
        (b"from m0_mlp.losses import MSELoss", set()),
        (b"import nothing_there", set()),
        (b"not Python at all", set()),
    ],
)
def test_what_is_imported_of_a_folder_comes_along_with_what_it_imports(source, found):
    assert set(modules_beside({PATH: source}, FOLDER.get)) == found


def test_what_a_notebook_writes_is_found_before_the_file_of_that_name(tmp_path):
    (tmp_path / "helpers.py").write_bytes(b"he = 1")
    (tmp_path / "more.py").write_bytes(b"x = 1")
    find = seen_from([RawCell("%%writefile helpers.py\nhe = 2")], in_folders(tmp_path))
    assert [find("helpers.py"), find("more.py"), find("none.py"), find("x\0.py")] == [b"he = 2", b"x = 1", None, None]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret.py").write_bytes(b"s = 1")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "helpers.py").symlink_to(tmp_path / "secret.py")
    assert in_folders(tmp_path / "in")("helpers.py") is None


@pytest.mark.parametrize("added", ["sys.path.append('src')", "sys.path.insert(0, './src/')"])
def test_a_folder_added_to_the_path_is_looked_into(added):
    find = seen_from([RawCell(f"import sys\n%time\n{added}")], {"src/he.py": b"x", "helpers.py": b"y"}.get)
    assert [find("he.py"), find("helpers.py"), find("none.py")] == [b"x", b"y", None]


@pytest.mark.parametrize(
    "added", ["sys.path.append('..')", "sys.path.append(folder)", "x.append('src')", "(", "sys.path"]
)
def test_no_other_folder_is(added):
    assert seen_from([RawCell(added)], {"src/he.py": b"x", "../he.py": b"x"}.get)("he.py") is None


@pytest.mark.parametrize(
    "line",
    [
        "%run helpers.py",
        "%run -i ./helpers.py",
        "  %run helpers",
        "%run 'helpers.py'",
        "x = 1\n%run helpers.py\ny = 2",
        "exec(open('helpers.py').read())",
        "!ls\nexec(compile(open('./helpers.py', encoding='utf-8').read(), 'helpers.py', 'exec'))",
        "with open('helpers.py') as file:\n    exec(file.read())",
        "from pathlib import Path\nexec(Path('helpers.py').read_text())",
    ],
)
def test_a_file_that_a_cell_runs_stands_before_it(line):
    cell = RawCell(line)
    assert with_runs([cell], FOLDER.get) == [RawCell(FOLDER["helpers.py"].decode()), cell]


@pytest.mark.parametrize(
    "cell", [RawCell("%run none.py"), RawCell("%run other.ipynb"), RawCell("%run more.py", kind="raw")]
)
def test_where_there_is_none_or_no_kernel_runs_it_nothing_does(cell):
    assert with_runs([cell], FOLDER.get) == [cell]


def test_a_notebook_that_a_cell_runs_gives_its_cells_and_those_of_what_it_runs_once():
    cells = [{"cell_type": kind, "source": text} for kind, text in (("code", "%run helpers.py"), ("markdown", "# x"))]
    folder = {
        **FOLDER,
        "mine.ipynb": json.dumps({"cells": [*cells, {"cell_type": "code", "source": "%run mine.ipynb"}]}).encode(),
    }
    kinds = [cell.kind for cell in with_runs([RawCell("%run mine.ipynb")], folder.get)]
    assert kinds == ["code", "code", "markdown", "code", "code"]
    assert with_runs([RawCell("%run mine.ipynb")], folder.get)[0].source == FOLDER["helpers.py"].decode()
