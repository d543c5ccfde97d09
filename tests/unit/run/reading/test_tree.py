from contextlib import closing

import pytest
from dlf_grader.run.reading.source import Source
from dlf_grader.run.reading.tree import Tree, read_source, snapshot
from dlf_grader.run.store import Store

CODE = '''"""Text."""
from m0_mlp.layers import Linear


class Conv2d:
    def __init__(self):
        pass

    def forward(self, x):
        return x
'''


@pytest.fixture
def tree(tmp_path):
    for path, text in {
        "m1_cnn/conv.py": CODE,
        "m0_mlp/layers.py": "import numpy\nfrom m0_mlp.helper import f\n",
    }.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    (tmp_path / "m0_mlp/helper.py").write_text("def f(): pass\n")
    return tmp_path


def test_a_function_is_found_by_line(tree):
    source = read_source(tree, "m1_cnn/conv.py")
    assert [source.line_of(t) for t in ("Conv2d.forward", "Conv2d", "Conv2d.backward", "nothing")] == [9, 5, 5, 1]


def test_what_a_file_imports_from_its_tree_is_found_through_helpers(tree):
    found = [source.path for source in Tree(tree).closure("m1_cnn/conv.py")]
    assert found == ["m0_mlp/helper.py", "m0_mlp/layers.py", "m1_cnn/conv.py"]


def test_a_function_is_found_in_a_file_that_the_exercise_imports(tree):
    (tree / "m0_mlp/helper.py").write_text("import math\n\n\ndef f(): pass\n")
    where = Tree(tree).where
    assert where("m1_cnn/conv.py", "Conv2d.forward") == ("m1_cnn/conv.py", 9)
    assert where("m1_cnn/conv.py", "f") == ("m0_mlp/helper.py", 4)
    assert where("m1_cnn/conv.py", "nothing") == ("m1_cnn/conv.py", 1)


def test_what_python_runs_of_the_packages_around_a_file_belongs_to_it(tree):
    (tree / "m1_cnn/__init__.py").write_text("raise SystemExit\n")
    (tree / "m0_mlp/__init__.py").write_text('"""Layers."""\n# mine\n')  # does nothing
    (tree / "m0_mlp/layers.py").write_text("import utils.init\n")
    (tree / "utils").mkdir()
    (tree / "utils/init.py").write_text("x = 1\n")
    (tree / "utils/__init__.py").write_text("from .more import y\n")
    (tree / "utils/more.py").write_text("y = 1\n")
    found = [source.path for source in Tree(tree).closure("m1_cnn/conv.py")]
    utils = ["utils/__init__.py", "utils/init.py", "utils/more.py"]
    assert found == ["m0_mlp/layers.py", "m1_cnn/__init__.py", "m1_cnn/conv.py", *utils]


def test_a_package_that_is_no_python_belongs_to_its_files(tree):
    (tree / "m1_cnn/__init__.py").write_text("import (\n")
    assert "m1_cnn/__init__.py" in [source.path for source in Tree(tree).closure("m1_cnn/conv.py")]


@pytest.mark.parametrize("line", ["from .helper import f", "from . import helper", "from ..m0_mlp import helper"])
def test_a_relative_import_is_followed(tree, line):
    (tree / "m0_mlp/layers.py").write_text(line + "\n")
    assert "m0_mlp/helper.py" in [source.path for source in Tree(tree).closure("m0_mlp/layers.py")]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-8-sig"])
def test_a_file_may_name_the_encoding_it_is_written_in(tree, encoding):
    name = encoding.removesuffix("-sig")
    (tree / "m1_cnn/conv.py").write_bytes(f"# -*- coding: {name} -*-\nname = 'Dürer'\n".encode(encoding))
    source = read_source(tree, "m1_cnn/conv.py")
    assert (source.problem, source.text_of(2)) == ("", "name = 'Dürer'")


def test_a_file_that_is_not_in_its_encoding_is_a_problem_on_its_line(tree):
    (tree / "m1_cnn/conv.py").write_bytes("first = 1\nname = 'Dürer'\n".encode("latin-1"))
    source = read_source(tree, "m1_cnn/conv.py")
    assert source.problem.startswith("m1_cnn/conv.py:2 is not UTF-8 text")


def test_what_a_text_imports_is_remembered_by_its_content(tree, tmp_path_factory):
    with closing(Store(tmp_path_factory.mktemp("cache"))) as store:
        for _ in range(2):
            found = [source.path for source in Tree(tree, store).closure("m1_cnn/conv.py")]
            assert found == ["m0_mlp/helper.py", "m0_mlp/layers.py", "m1_cnn/conv.py"]
        (tree / "m0_mlp/layers.py").write_text("import numpy\n")
        assert "m0_mlp/helper.py" not in [source.path for source in Tree(tree, store).closure("m1_cnn/conv.py")]
        (tree / "m0_mlp/layers.py").write_text("import (\n")
        assert all("not valid Python" in read_source(tree, "m0_mlp/layers.py", store).problem for _ in range(2))


BODY = "class A:\n    def f(self):\n        return 1\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("```python\nx = 1\n", "a.py:1 is the mark of a code block in Markdown"),
        ("x = 1\n%matplotlib inline\n", "a.py:2 is a notebook's command, not Python: delete it"),
        ("x = 1\n!pip install torch\n", "a.py:2 is a notebook's command, not Python: delete it"),
        (">>> x = 1\n", "a.py:1 begins with Python's prompt"),
        ("x = (2\n% 3 4)\n", "is not valid Python: invalid syntax"),
        (f"{BODY}<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> main\n", "a.py:4 is where git could not choose"),
        (f"{BODY}\0\0", "a.py:4 holds null bytes"),
        (f"{BODY}x = 1\n    def g(self): pass\n", "line 4, at the left margin, ends the block above it"),
        (f"{BODY}x = 1\nreturn x\n    def g(self): pass\n", "line 4, at the left margin, ends the block above it"),
        (f"{BODY}\n        x = 2\n            y = 3\n", "a.py:6 is not valid Python: unexpected indent"),
        ('"""\nText\n"""\n    x = 1\n', "a.py:4 is not valid Python: unexpected indent"),
        ("if x:\n    y\nelse if z:\n    y\n", "a.py:3 is not valid Python: expected ':'; else if is elif in Python"),
    ],
)
def test_a_file_that_python_cannot_read_says_where_and_why(tree, text, problem):
    (tree / "a.py").write_text(text)
    told = read_source(tree, "a.py").problem
    assert problem in told
    assert ("margin" in told) == ("margin" in problem)


def test_a_snapshot_holds_python_files_and_nothing_linked(tree, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "secret.py"
    outside.write_text("x = 1\n")
    (tree / "linked.py").symlink_to(outside)
    (tree / "notes.txt").write_text("no")
    copy = tmp_path_factory.mktemp("copy")
    snapshot(Tree(tree), [], copy)
    copied = sorted(file.relative_to(copy).as_posix() for file in copy.rglob("*") if file.is_file())
    assert copied == ["m0_mlp/helper.py", "m0_mlp/layers.py", "m1_cnn/conv.py"]


def test_a_snapshot_holds_what_was_read_also_where_it_was_saved_since(tree, tmp_path_factory):
    reading, copy = Tree(tree), tmp_path_factory.mktemp("copy")
    before = reading.source("m1_cnn/conv.py").data
    (tree / "m1_cnn/conv.py").write_text("changed = True\n")
    snapshot(reading, ["m1_cnn/conv.py"], copy)
    assert (copy / "m1_cnn/conv.py").read_bytes() == before


def test_a_stub_is_known_without_being_run(tree):
    stub = "class A:\n    def __init__(self):\n        super().__init__()\n        raise NotImplementedError('a')\n"
    (tree / "m1_cnn/conv.py").write_text(stub)
    assert read_source(tree, "m1_cnn/conv.py").still_a_stub() == 4
    assert read_source(tree, "m0_mlp/layers.py").still_a_stub() == 0


def test_a_deeply_nested_file_is_a_problem_not_a_crash(tree):
    (tree / "m1_cnn/conv.py").write_text("(" * 5000)
    assert read_source(tree, "m1_cnn/conv.py").problem


@pytest.mark.parametrize(
    ("there", "said"),
    [
        ("m1/conv (1).py", "Is it m1/conv (1).py? Move it to m1/conv.py"),
        ("m1/Conv.py", "Is it m1/Conv.py?"),
        ("m1/conv.py.txt", "Is it m1/conv.py.txt?"),
        ("m1/conv - copy.py", "Is it m1/conv - copy.py?"),
        ("conv.py", "Is it conv.py?"),
        ("../m1/conv.py", "Is it ../m1/conv.py?"),
        ("m1/convs.py", "Is it m1/convs.py? Rename it to conv.py"),
        ("m1/lconv.py", "Is it m1/lconv.py? Rename it to conv.py"),
        ("m1/pool.py", "Restore it with: dlf-grade reset m1/conv.py"),
        ("m1/convolution.py", "Restore it with: dlf-grade reset m1/conv.py"),
    ],
)
def test_a_missing_file_is_looked_for_before_restoring_it_is_advised(there, said, tmp_path):
    tree = tmp_path / "exercises"
    (tree / "m1").mkdir(parents=True)
    (tree / there).parent.mkdir(exist_ok=True)
    (tree / there).write_text("x = 1\n")
    assert said in read_source(tree, "m1/conv.py").problem


def test_a_tree_that_is_one_milestone_s_folder_is_told_to_be_that(tmp_path):
    (tmp_path / "m1").mkdir()
    (tmp_path / "m1/conv.py").write_text("x = 1\n")
    assert "The tree is the folder above m1: give --tree " in read_source(tmp_path / "m1", "m1/conv.py").problem


def test_of_a_class_defined_twice_the_last_counts_and_both_are_said():
    source = Source("a.py", b"class A:\n    pass\n\n\nclass A:\n    def f(self):\n        pass\n")
    assert source.line_of("A.f") == 6
    assert source.defined_twice("A.f") == "A is defined on lines 1 and 5. Python uses the last."
    assert Source("a.py", b"class A:\n    pass\n").defined_twice("A") == ""
