"""Modules beside a notebook come along where its cells import them, and what these import."""

import pytest
from dlf_grader.notebooks.beside import in_folder, modules_beside

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
    find = in_folder(tmp_path, {"helpers.py": b"he = 2"})
    assert [find("helpers.py"), find("more.py"), find("none.py"), find("x\0.py")] == [b"he = 2", b"x = 1", None, None]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret.py").write_bytes(b"s = 1")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "helpers.py").symlink_to(tmp_path / "secret.py")
    assert in_folder(tmp_path / "in", {})("helpers.py") is None
