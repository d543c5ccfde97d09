"""A notebook becomes exercise files as a kernel would have seen them; nothing of it is run."""

import json
from pathlib import Path

import pytest
from dlf_grader.notebooks.books import NoNotebook, files_of_notebook
from dlf_grader.notebooks.cells import Cell, files_of
from dlf_grader.notebooks.ipython import RawCell, python_of
from dlf_grader.notebooks.magic import _last_runs
from dlf_grader.notebooks.reading import BUILT_IN, _parsed, cells_of, names_in

ROOT = Path(__file__).parents[3]

A, B = "m0_mlp/layers.py", "m0_mlp/losses.py"
NAMES = {A: frozenset({"Linear", "ReLU"}), B: frozenset({"MSELoss"})}
LINEAR = f"# {A}: Linear\nimport numpy as np\n\nclass Linear:\n    w = np.zeros(1)"
RELU = f"# {A}: ReLU\nclass ReLU:\n    y = 2"
LOSS = f"# {B}: MSELoss\n#: from m0_mlp.layers import Linear\nclass MSELoss:\n    z = Linear"
LINEAR_ID, RELU_ID = "m0_mlp-layers--Linear", "m0_mlp-layers--ReLU"


def made(*cells):
    """What each file defines once it is run: only our own lines below are, in a namespace of their own."""
    raw = [cell if isinstance(cell, RawCell) else RawCell(cell) for cell in cells]
    return {path: text.decode() for path, text in files_of(cells_of(raw, NAMES)).items()}


def ran(text):
    space = {}
    exec(text.replace("from m0_mlp.layers import Linear", "Linear = object"), space)
    return space


def test_marked_cells_make_up_their_files_in_their_order():
    files = made(LINEAR, "print(3)", LOSS, RELU)
    assert set(files) == {A, B}
    assert files[A].index("class Linear") < files[A].index("class ReLU")
    assert ran(files[B])["MSELoss"]


@pytest.mark.parametrize(
    "halves",
    [
        (f"# {A}: Linear\nimport numpy as np", "class Linear:\n    w = np.zeros(1)"),
        (f"# {A}: Linear\nimport numpy as np\nclass Linear:\n    v = 1", "    w = np.zeros(1)"),
    ],
)
def test_halves_of_a_split_cell_are_joined(halves):
    files = made(*(RawCell(half, LINEAR_ID) for half in halves))
    assert ran(files[A])["Linear"].w.shape == (1,)


def test_of_a_cell_copied_with_its_name_the_later_one_counts_as_in_a_kernel():
    files = made(RawCell(RELU.replace("2", "1"), RELU_ID), RawCell(RELU, RELU_ID))
    assert ran(files[A])["ReLU"].y == 2


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("%%time\nx = 1", "\nx = 1"),
        ("%matplotlib inline\n!pip install x\nx = 1", "\n\nx = 1"),
        ("x = 1\n%timeit x", "x = 1\n"),
        ("out = !ls\nx = 1", "\nx = 1"),
        ("if x:\n    !ls\ny = 1", "if x:\n    pass\ny = 1"),
        ("!echo a \\\n  b\nx = 1", "\n\nx = 1"),
        ("x?\ny = 1", "\ny = 1"),
        ("%%bash\nls", ""),
        ("%%timeit\nx = 1", ""),
        ("x = 5 % 3", "x = 5 % 3"),
        ("s = '''\n%time\n!x'''", "s = '''\n%time\n!x'''"),
        ("!ls\ns = '''why?\n%time\n!x'''", "\ns = '''why?\n%time\n!x'''"),
        ("!ls '(\ny = (10\n     % 3)\nf = y  # why?", "\ny = (10\n     % 3)\nf = y  # why?"),
        ("%%time\n\n%%capture out\nx = 1", "\n\n\nx = 1"),
        ("%%time\n%%bash\nls", ""),
        (
            "def f():\n    %%time\n    x",
            "def f():\n    raise NameError('%%time stands only in the first line of a cell')\n    x",
        ),
    ],
)
def test_lines_of_ipython_are_left_out_and_the_others_keep_their_numbers(source, left):
    assert python_of(source) == left


def test_imports_and_helpers_of_unmarked_cells_are_taken_along_where_they_are_needed():
    loss = f"# {B}: MSELoss\nclass MSELoss:\n    z = helper(1)"
    files = made(
        "import numpy as np\nimport matplotlib.pyplot as plt",
        "SCALE = 3\ndef helper(x):\n    return np.ones(SCALE)",
        loss,
    )
    assert ran(files[B])["MSELoss"].z.shape == (3,)
    assert "matplotlib" not in files[B], "what a file does not need may be forbidden in it"


def test_a_helper_from_the_marked_cell_of_another_file_is_taken_along():
    files = made(f"{RELU}\ndef helper(x):\n    return x", f"# {B}: MSELoss\nclass MSELoss:\n    z = helper(1)")
    assert ran(files[B])["MSELoss"].z == 1


def test_everything_in_one_new_cell_makes_every_file():
    moved = "# moved to the cell at the top"
    cells = [RawCell("\n\n".join((LINEAR, RELU, LOSS))), RawCell(moved, LINEAR_ID), RawCell(moved, RELU_ID)]
    files = made(*cells, RawCell(moved, "m0_mlp-losses--MSELoss"))
    assert {"Linear", "ReLU"} <= set(ran(files[A]))
    assert "MSELoss" in ran(files[B])


def test_the_last_definition_counts_wherever_it_stands():
    files = made(LINEAR, RELU, "class ReLU:\n    y = 3")
    assert ran(files[A])["ReLU"].y == 3
    files = made("class ReLU:\n    y = 3", LINEAR, RELU)
    assert ran(files[A])["ReLU"].y == 2


def test_a_method_that_is_put_into_a_class_below_it_counts():
    files = made(RELU, "def better(self):\n    return 4\nReLU.forward = better")
    assert ran(files[A])["ReLU"]().forward() == 4


def test_what_only_shows_something_is_left_out():
    files = made(f"{RELU}\nprint(ReLU.y)\ndisplay(ReLU)\nReLU().draw()")
    assert ran(files[A])["ReLU"].y == 2
    assert "display" not in files[A]


def test_imports_and_trials_that_no_definition_needs_are_left_out_of_a_marked_cell_too():
    trial = "fig = plt.figure()\nfor i in TABLE:\n    print(i)"
    cell = f"# {A}: ReLU\nimport matplotlib.pyplot as plt\nTABLE = [1]\nclass ReLU:\n    y = TABLE\n{trial}"
    text = made(cell)[A]
    assert ran(text)["ReLU"].y == [1]
    assert "plt" not in text
    assert "print" not in text


def test_a_future_import_of_any_cell_stands_at_the_top():
    text = made("x = 1\nfrom __future__ import annotations", f"{RELU}\n    def f(self, x: Nowhere): pass")[A]
    assert text.startswith("from __future__ import annotations\n")
    assert ran(text)["ReLU"]


def test_a_notebook_from_before_nbformat_4_is_read():
    book = {"worksheets": [{"cells": [{"cell_type": "code", "input": RELU, "metadata": {}}]}]}
    assert ran(dict(files_of_notebook("a.ipynb", json.dumps(book).encode(), {}))[A].decode())["ReLU"].y == 2


def test_a_marked_cell_that_is_no_python_costs_its_own_class_alone_which_says_so():
    found = ran(made(RELU, f"# {A}: Linear\nclass Linear(:\n")[A])
    assert found["ReLU"].y == 2
    with pytest.raises(SyntaxError, match="line 2 of the cell"):
        found["Linear"](3, 4)


def test_of_a_cell_that_is_no_python_the_class_of_an_earlier_one_stays_as_in_a_kernel():
    assert ran(made(LINEAR, f"# {A}: Linear\nclass Linear(:\n")[A])["Linear"].w == 0


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        (RawCell(RELU, kind="markdown"), "its cell is Markdown"),
        (RawCell(RELU, kind="raw"), "its cell is Raw"),
        (RawCell(f"%%timeit -n1\n{RELU}"), "its cell starts with %%timeit"),
        (RawCell(f"%%writefile relu.txt\n{RELU}"), "its cell starts with %%writefile"),
    ],
)
def test_a_marked_cell_that_no_kernel_runs_as_python_says_so_unless_another_defines_the_same(cell, reason):
    with pytest.raises(NameError, match=reason):
        ran(made(LINEAR, cell)[A])["ReLU"]()
    assert ran(made(RELU, cell)[A])["ReLU"].y == 2


def test_what_a_kernel_does_not_reach_counts_as_little_as_in_the_kernel_and_says_so():
    stops = f"{LINEAR}\n%%time\nclass Tanh:\n    y = 1\n{RELU}"
    text = made(stops)[A]
    assert ran(text)["Linear"].w == 0  # it was run before
    for name in ("Tanh", "ReLU"):
        with pytest.raises(NameError, match="its cell has %%time below its first line, and a kernel stops there"):
            ran(text)[name]()
    assert ran(made(stops, "class ReLU:\n    y = 3")[A])["ReLU"].y == 3
    assert ran(made("class ReLU:\n    y = 3", stops)[A])["ReLU"].y == 3, "the earlier one is still there"
    below = made(RawCell(f"# {A}: ReLU\n%%time\nclass ReLU:\n    y = 2", RELU_ID))[A]
    assert next(at for at, line in enumerate(below.splitlines()) if "def ReLU" in line) == 2 + 2  # after the part above
    assert made("%%time\n# plain\n%%capture\nX = 1", f"# {A}: ReLU\nclass ReLU:\n    y = X")[A].count("X = 1") == 0


def test_changes_of_a_constant_come_along_but_no_loop_that_needs_more():
    table = "SCALES = {}\nfor k in range(3):\n    SCALES[k] = 2 * k\nSCALES.update(last=1)"
    loop = "from m0_mlp.other import Net\nfor _ in range(3):\n    SCALES[0] = Net().train()"
    relu = f"# {A}: ReLU\nclass ReLU:\n    y = property(lambda self: SCALES)"
    file = made(table, relu, loop)[A]
    assert ran(file)["ReLU"]().y == {0: 0, 1: 2, 2: 4, "last": 1}
    assert "train" not in file


@pytest.mark.parametrize(
    "put",
    [
        "def add_to(cls):\n    return lambda f: setattr(cls, f.__name__, f)\n@add_to(ReLU)\ndef z(self): return 3",
        "def z(self): return 3\nfor f in (z,):\n    setattr(ReLU, f.__name__, f)",
    ],
)
def test_a_method_put_in_by_a_decorator_or_a_loop_is_kept(put):
    assert ran(made(RELU, put)[A])["ReLU"]().z() == 3


def test_cells_merged_into_one_are_still_of_their_files():
    files = made(f"{LINEAR}\n{LOSS}\n\n{RELU}")
    assert ran(files[A])["ReLU"].y == 2
    assert "MSELoss" not in ran(files[A])
    assert set(ran(files[B])) & {"Linear", "MSELoss", "ReLU"} == {"Linear", "MSELoss"}
    broken = made(f"{LINEAR}\n{LOSS}(")  # a kernel runs nothing of it
    for path, name in ((A, "Linear"), (B, "MSELoss")):
        with pytest.raises(SyntaxError):
            ran(broken[path])[name]()


@pytest.mark.parametrize(
    "imports",
    [
        "import torch, numpy as np",
        "import numpy as np; import torch",
        "try:\n    import numpy as np\n    import torch\nexcept ImportError:\n    !pip install numpy torch",
        "try:\n    import torch\n    DEVICE = 'cuda'\nexcept ImportError:\n    DEVICE = 'cpu'\nimport numpy as np",
        "from torch import (  # all of them\n    nn,\n    optim,\n)\nimport numpy as np",
    ],
)
def test_of_imports_that_stand_together_those_that_are_used_come_along(imports):
    linear = LINEAR.replace("import numpy as np\n", "")
    file = made(imports, linear)[A]
    assert ran(file)["Linear"].w == 0
    assert "torch" not in file
    assert file.index("class Linear") > 0


def test_a_helper_whose_name_two_files_have_is_taken_from_the_cell_of_its_own_file():
    names = {A: frozenset({"Linear", "_check"}), B: frozenset({"MSELoss", "_check"})}
    layers = "def _check():\n    return 'layers'\nclass Linear:\n    y = property(lambda self: _check())"
    losses = "def _check():\n    return 'losses'\nclass MSELoss:\n    y = property(lambda self: _check())"
    files = {path: data.decode() for path, data in files_of(cells_of([*map(RawCell, (layers, losses))], names)).items()}
    assert ran(files[A])["Linear"]().y == "layers"
    assert ran(files[B])["MSELoss"]().y == "losses"


def test_a_class_whose_name_a_file_of_another_notebook_has_too_stays_where_it_is_needed():
    names = NAMES | {"m5_autograd/nn.py": frozenset({"Linear", "Module"})}
    cells = map(RawCell, ("class Linear:\n    pass", RELU))
    assert "class Linear" in files_of(cells_of([*cells], names))[A].decode()


def test_what_a_star_gives_comes_along():
    text = made("from math import *", f"# {A}: ReLU\nclass ReLU:\n    y = floor(2.5)")[A]
    assert ran(text)["ReLU"].y == 2


def test_a_method_set_by_setattr_is_kept():
    text = made(RELU, "def forward(self):\n    return 7\nsetattr(ReLU, 'forward', forward)")[A]
    assert ran(text)["ReLU"]().forward() == 7


@pytest.mark.parametrize("begin", ["# In[3]:\n\n\n", "# %%\n", ""])
def test_a_notebook_saved_as_a_program_is_read_like_the_notebook(begin):
    cells = [f"{begin}{LINEAR}\n\nget_ipython().run_line_magic('dlf', 'm0')", f"{begin}{LOSS}", f"{begin}{RELU}"]
    files = dict(files_of_notebook("mlp.py", "\n\n".join(["# coding: utf-8", *cells]).encode(), {}))
    assert ran(files[A].decode())["ReLU"].y == 2
    assert "run_line_magic" not in files[A].decode()
    assert set(files) == {A, B}


def test_a_cell_that_nbconvert_put_into_a_call_of_its_magic_is_read_like_the_cell():
    below_time = f"get_ipython().run_cell_magic('time', '', {RELU!r})"
    files = dict(files_of_notebook("mlp.py", f"# In[1]:\n\n{LINEAR}\n\n# In[2]:\n\n{below_time}\n".encode(), {}))
    assert ran(files[A].decode())["ReLU"].y == 2
    below_timeit = below_time.replace("'time'", "'timeit'")
    with pytest.raises(NameError, match="its cell starts with %%timeit"):
        ran(dict(files_of_notebook("mlp.py", below_timeit.encode(), {}))[A].decode())["ReLU"]()


def test_a_class_that_another_file_imports_says_why_no_kernel_defines_it():
    linear = RawCell(f"%%bash\n{LINEAR}", LINEAR_ID)
    with pytest.raises(NameError, match="%%bash, which keeps no definition"):
        ran(made(linear, LOSS)[A])["Linear"]()


def test_a_cells_lines_keep_their_numbers_and_its_name():
    cells = cells_of([RawCell(f"{RELU}\nprint(1)\nx = 1")], NAMES)
    assert [(cell.name, cell.source.splitlines()) for cell in cells] == [
        ("ReLU", [f"# {A}: ReLU", "class ReLU:", "    y = 2", ""])
    ]


def test_a_notebooks_file_is_read_with_and_without_metadata_and_what_it_writes():
    book = {
        "cells": [
            {"cell_type": "code", "source": LINEAR.splitlines(keepends=True), "metadata": {}},
            {"cell_type": "code", "source": "class ReLU:\n    y = 2", "metadata": {"nbgrader": {"grade_id": RELU_ID}}},
            {"cell_type": "code", "source": f"%%writefile {B}\nclass MSELoss:\n    z = 1\n"},
            {"cell_type": "code", "source": f"%%writefile -a {B}\nx = 1\n"},
            {"cell_type": "markdown", "source": "hello"},
            {"cell_type": "markdown", "metadata": {}},
        ]
    }
    files = dict(files_of_notebook("a.ipynb", json.dumps(book).encode(), {A: "class Linear: pass"}))
    assert {"Linear", "ReLU"} <= set(ran(files[A].decode()))
    assert files[B] == b"class MSELoss:\n    z = 1\nx = 1\n"


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"cells": 3}', b'{"cells": [{"source": ""}]}', b"\xff"])
def test_what_is_no_notebook_is_said_in_a_line(data):
    with pytest.raises(NoNotebook, match=r"^a\.ipynb is not a notebook: [^\n]+$"):
        files_of_notebook("a.ipynb", data, {})


def test_of_a_cell_that_was_run_twice_the_later_run_counts_in_the_earlier_place():
    runs = _last_runs([LINEAR, "print(3)", RELU, LINEAR.replace("zeros", "ones")])
    assert [run.source.split()[1:3] for run in runs] == [[f"{A}:", "Linear"], [], [f"{A}:", "ReLU"]]
    assert "ones" in runs[0].source


def test_a_margin_of_a_whole_cell_is_taken_off_as_a_kernel_does():
    files = made(LINEAR, "\n".join(f"    {line}" for line in RELU.splitlines()))
    assert ran(files[A])["ReLU"].y == 2


def test_what_was_pasted_from_pythons_prompt_is_read_as_a_kernel_does():
    mark, *body = RELU.splitlines()
    pasted = "\n".join([f">>> {mark}", f">>> {body[0]}", *(f"... {line}" for line in body[1:])])
    assert ran(made(LINEAR, pasted)[A])["ReLU"].y == 2


def test_of_a_class_that_no_cell_defines_the_others_of_its_file_stay():
    files = made(LINEAR, LOSS.replace("import Linear", "import Linear, ReLU"))
    assert ran(files[A])["Linear"]
    assert "import Linear, ReLU" not in files[A]


@pytest.mark.parametrize(
    "notebook", sorted((ROOT / "solutions" / "notebooks").glob("*/*.ipynb")), ids=lambda it: it.stem
)
def test_every_notebook_of_the_course_makes_files_that_define_all_and_use_nothing_undefined(notebook):
    folder = notebook.parent.name
    given = {f"{folder}/{path.name}": path.read_text() for path in (ROOT / "exercises" / folder).glob("*.py")}
    for path, data in files_of_notebook(notebook.name, notebook.read_bytes(), given):
        pieces = _parsed([(Cell(path, "x", data.decode()), path)]).pieces
        bound = frozenset().union(*(piece.binds for piece in pieces))
        assert not frozenset().union(*(piece.needs for piece in pieces)) - bound - BUILT_IN, path
        assert names_in((ROOT / "solutions" / path).read_text()) <= bound, path
