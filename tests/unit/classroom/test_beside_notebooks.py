"""What lies beside a notebook that was handed in comes along where its cells import it."""

import json
from datetime import UTC

import pytest
from dlf_grader.classroom.intake import PLATFORMS, read_download
from dlf_grader.classroom.layout import Layout

CONV = "m1_cnn/conv.py"
HERE = Layout(frozenset({"m0_mlp", "m1_cnn"}), {"conv.py": CONV})
USES = f"# {CONV}: Conv2d\nfrom my_helpers import he\nfrom utils.init import we\nclass Conv2d:\n    y = he, we"


def notebook(*sources):
    return json.dumps({"cells": [{"cell_type": "code", "metadata": {}, "source": text} for text in sources]})


def picked(folder, files):
    for name, text in files.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    found = read_download(folder / "in", HERE, UTC, PLATFORMS, lambda who: "ada" in who.label).submitted
    return next(it for it in found if "bob" not in it.source).read(HERE)


@pytest.mark.parametrize("place", ["ada/", "ada/homework/", "ada/homework/m1_cnn/"])
def test_modules_of_its_folder_stand_at_the_trees_root(tmp_path, place):
    beside = {
        "my_helpers.py": "he = 1",
        "utils/__init__.py": "",
        "utils/init.py": "we = 2",
        "unused.py": "",
        "a.py": "",
    }
    files = {"nb.ipynb": notebook(USES), **beside}
    found = picked(tmp_path, {f"{place}{name}": text for name, text in files.items()} | {"bob/conv.py": ""})
    assert {path: data for path, data in found.files.items() if not path.startswith("m1_cnn/")} == {
        "my_helpers.py": b"he = 1",
        "utils/__init__.py": b"",
        "utils/init.py": b"we = 2",
    }
    assert found.left_out == ()


def test_what_a_notebook_writes_and_imports_comes_along(tmp_path):
    writes = notebook("%%writefile my_helpers.py\nhe = 3\n", "%%writefile ../other.py\nx = 1\n", USES)
    assert set(picked(tmp_path, {"ada/nb.ipynb": writes}).files) == {CONV, "my_helpers.py"}


def test_files_whose_names_a_platform_lengthened_are_found_as_they_were_handed_in(tmp_path):
    files = {"musteranna_90210_1_nb.ipynb": notebook(USES), "musteranna_90210_2_my_helpers.py": "he = 1"}
    assert picked(tmp_path, files).files["my_helpers.py"] == b"he = 1"


def test_a_module_of_another_folder_is_none_of_its_own(tmp_path):
    found = picked(tmp_path, {"ada/nb.ipynb": notebook(USES), "ada/old/my_helpers.py": "he = 1"})
    assert set(found.files) == {CONV}


@pytest.mark.parametrize("top", ["%run src/mine.py", "import sys\nsys.path.append('src')\nfrom mine import he"])
def test_what_a_notebook_runs_or_finds_in_a_folder_of_its_path_comes_along(tmp_path, top):
    uses = f"# {CONV}: Conv2d\nclass Conv2d:\n    y = he"
    files = picked(tmp_path, {"ada/nb.ipynb": notebook(top, uses), "ada/src/mine.py": "he = 1\n"}).files
    assert b"he = 1" in b"".join(files.values())


@pytest.mark.parametrize("run", ["%run mine.ipynb", '%run "my code/mine.ipynb"'])
def test_a_notebook_that_a_notebook_runs_comes_along_and_is_not_left_out(tmp_path, run):
    uses, place = f"# {CONV}: Conv2d\nclass Conv2d:\n    y = he", "my code/" * ("my code" in run)
    found = picked(tmp_path, {"ada/nb.ipynb": notebook(run, uses), f"ada/{place}mine.ipynb": notebook("he = 1")})
    assert b"he = 1" in found.files[CONV]
    assert found.left_out == ()
