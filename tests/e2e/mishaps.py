"""Notebooks of m0 as classes hand them in: everything solved, and one mishap each. All run from top to bottom."""

import copy
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from classroom import ROOT, answers_in, grade_id

LESSON = "00_mlp_from_scratch"
PLACE = Path("notebooks") / "m0_mlp" / f"{LESSON}.ipynb"
MARKS = re.compile(r"(?m)^[ \t]*### (?:BEGIN|END) SOLUTION.*\n?")
Book = dict
MISHAPS: dict[str, Callable[[Book], None]] = {}


def mishap(change):
    MISHAPS[change.__name__] = change
    return change


def solved():
    """The released notebook with the solutions in its cells."""
    released, source = (
        json.loads((ROOT / tree / PLACE).read_text(encoding="utf-8")) for tree in ("exercises", "solutions")
    )
    answers = answers_in(source)
    for cell in released["cells"]:
        name = grade_id(cell)
        cell["source"] = MARKS.sub("", answers[name]) if name in answers else "".join(cell["source"])
    return released


def notebooks():
    """Every notebook by the name of its mishap."""
    made = {}
    for name, change in MISHAPS.items():
        made[name] = solved()
        change(made[name])
    return made


def write(folder, name, book):
    """The files of one who handed it in."""
    folder.mkdir(parents=True)
    renamed = name == "renamed_copy"
    if renamed:
        shutil.copyfile(ROOT / "exercises" / PLACE, folder / f"{LESSON}.ipynb")
    for path, text in book["metadata"].get("beside", {}).items():
        (folder / path).write_text(text, encoding="utf-8")
    (folder / (f"{LESSON} (1).ipynb" if renamed else f"{LESSON}.ipynb")).write_text(json.dumps(book), encoding="utf-8")


def cell_at(book, name):
    return next(at for at, cell in enumerate(book["cells"]) if grade_id(cell) == f"m0_mlp-{name}")


def code(text):
    return {"cell_type": "code", "execution_count": None, "id": "new", "metadata": {}, "outputs": [], "source": text}


def halves(cell, line):
    above, below = cell["source"].split(line)
    return above.rstrip(), line + below


@mishap
def nothing(book):
    pass


@mishap
def a_mistake(book):
    cell = book["cells"][cell_at(book, "layers--Sigmoid")]
    assert "(1 - self.y)" in cell["source"]
    cell["source"] = cell["source"].replace("(1 - self.y)", "self.y")


@mishap
def split_cell(book):
    at = cell_at(book, "layers--Linear")
    second = copy.deepcopy(book["cells"][at]) | {"id": "half"}
    book["cells"][at]["source"], second["source"] = halves(second, "class Linear")
    book["cells"].insert(at + 1, second)


@mishap
def magics_in_solution(book):
    relu, linear, mse = (
        book["cells"][cell_at(book, it)] for it in ("layers--ReLU", "layers--Linear", "losses--MSELoss")
    )
    relu["source"] = f"%%time\n{relu['source']}"
    linear["source"] = f"%matplotlib inline\n!pip install numpy\n{linear['source']}"
    mse["source"] += "\n\nloss = MSELoss()\n%timeit loss.forward(np.ones((2, 3)), np.zeros((2, 3)))"


@mishap
def import_in_own_cell(book):
    for cell in book["cells"]:
        if "--" in grade_id(cell):
            cell["source"] = cell["source"].replace("import numpy as np\n", "")
    book["cells"].insert(1, code("import numpy as np"))


@mishap
def helper_above(book):
    at = cell_at(book, "losses--CrossEntropyLoss")
    above, below = halves(book["cells"][at], "class CrossEntropyLoss")
    mark, helper = above.split("\n", 1)
    book["cells"][at]["source"] = f"{mark}\n{below}"
    book["cells"].insert(at, code(f"# my helper\n{helper}"))


@mishap
def metadata_lost(book):
    for cell in book["cells"]:
        cell["metadata"] = {}


@mishap
def colab_widgets(book):
    book["nbformat_minor"] = 0
    book["metadata"]["widgets"] = {"application/vnd.jupyter.widget-state+json": {"abc": {"model_module": "base"}}}
    for cell in book["cells"]:
        del cell["id"]


@mishap
def renamed_copy(book):
    """It lies beside the original as it was handed out, under `LESSON (1).ipynb`; see `write`."""


@mishap
def reordered(book):
    one, other = cell_at(book, "layers--Linear"), cell_at(book, "layers--ReLU")
    book["cells"][one], book["cells"][other] = book["cells"][other], book["cells"][one]


@mishap
def two_copies(book):
    at = cell_at(book, "layers--Sigmoid")
    first = copy.deepcopy(book["cells"][at]) | {"id": "first"}
    first["source"] = "# m0_mlp/layers.py: Sigmoid\nclass Sigmoid:\n    def forward(self, x):\n        return x\n"
    book["cells"].insert(at, first)


@mishap
def a_cell_that_is_no_python(book):
    """A kernel runs all the others."""
    cell = book["cells"][cell_at(book, "layers--Tanh")]
    cell["source"] = cell["source"].replace("def backward(", "def backward((", 1)


@mishap
def method_by_setattr(book):
    cell = book["cells"][cell_at(book, "layers--Tanh")]
    above, method = halves(cell, "    def backward")
    cell["source"] = above
    lines = "\n".join(line.removeprefix("    ") for line in method.splitlines())
    book["cells"].insert(cell_at(book, "layers--Tanh") + 1, code(f"{lines}\nsetattr(Tanh, 'backward', backward)"))


@mishap
def marks_and_metadata_lost(book):
    for cell in book["cells"]:
        if "--" in grade_id(cell):
            cell["source"] = cell["source"].partition("\n")[2]
        cell["metadata"] = {}


@mishap
def one_new_cell(book):
    mine = [cell for cell in book["cells"] if "--" in grade_id(cell)]
    together = "\n\n".join(cell["source"] for cell in mine)
    for cell in mine:
        cell["source"] = "# moved to the cell at the top"
    book["cells"].insert(2, code(together))


@mishap
def a_cell_made_markdown(book):
    """nbgrader would make it code again."""
    cell = book["cells"][cell_at(book, "layers--Tanh")]
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


@mishap
def a_cell_below_timeit(book):
    cell = book["cells"][cell_at(book, "layers--Tanh")]
    cell["source"] = f"%%timeit -n1 -r1\n{cell['source']}"


@mishap
def a_magic_below_the_first_line(book):
    cell = book["cells"][cell_at(book, "layers--Tanh")]
    assert cell["source"].startswith("# m0_mlp/layers.py: Tanh\n")
    cell["source"] = cell["source"].replace("\n", "\n%%time\n", 1)


@mishap
def a_table_filled_in_a_loop(book):
    loss = book["cells"][cell_at(book, "losses--MSELoss")]
    loss["source"] = loss["source"].replace("return 2 * self", "return TABLE[2] * self")
    book["cells"].insert(2, code("TABLE = {}\nfor k in range(3):\n    TABLE[k] = float(k)"))


@mishap
def method_by_decorator(book):
    cell = book["cells"][cell_at(book, "layers--Tanh")]
    cell["source"], method = halves(cell, "    def backward")
    lines = "\n".join(line.removeprefix("    ") for line in method.splitlines())
    book["cells"].insert(cell_at(book, "layers--Tanh") + 1, code(f"@add_to_class(Tanh)\n{lines}"))
    book["cells"].insert(2, code("def add_to_class(cls):\n    return lambda f: setattr(cls, f.__name__, f)"))


@mishap
def dropped_by_tools(book):
    """Outputs, metadata, a text; and half of a character."""
    for cell in book["cells"]:
        cell.pop("outputs", None)
        del cell["metadata"]
    book["cells"].insert(0, {"cell_type": "markdown", "source": "\ud83d"})
    del book["cells"][1]["source"]


@mishap
def cells_merged(book):
    """Of two files, as "Merge cells" leaves them."""
    loss = book["cells"].pop(cell_at(book, "losses--MSELoss"))
    book["cells"][cell_at(book, "layers--Tanh")]["source"] += f"\n\n{loss['source']}"


@mishap
def imports_in_one_try(book):
    for cell in book["cells"]:
        if "--" in grade_id(cell):
            cell["source"] = cell["source"].replace("import numpy as np\n", "")
    book["cells"].insert(
        1, code("try:\n    import torch, numpy as np\nexcept ImportError:\n    !pip install numpy torch")
    )


@mishap
def an_indented_cell(book):
    """A kernel takes the margin off."""
    cell = book["cells"][cell_at(book, "layers--Sigmoid")]
    cell["source"] = "".join(f"    {line}\n" if line else "\n" for line in cell["source"].splitlines())


@mishap
def a_class_not_there(book):
    """The others of its file are; what is built on it fails."""
    book["cells"][cell_at(book, "layers--ReLU")]["source"] = ""


@mishap
def another_notebook_run(book):
    """A class is in a notebook beside it, which a cell runs."""
    cell = book["cells"][cell_at(book, "layers--Linear")]
    book["metadata"]["beside"] = {"linear.ipynb": json.dumps(book | {"cells": [code(cell["source"])], "metadata": {}})}
    cell["source"] = "%run linear.ipynb"


@mishap
def a_file_not_there(book):
    """What imports it is graded beside the file as it was handed out."""
    book["cells"] = [cell for cell in book["cells"] if "losses--" not in grade_id(cell)]
