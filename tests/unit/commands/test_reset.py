import pytest
from dlf_grader.commands.reset import reset, with_parts_of
from dlf_grader.failures import UsageError
from dlf_grader.run.reading.source import Source
from dlf_grader.run.reading.tree import read_source

STUB = """import numpy as np


class ReLU:
    def forward(self, x):
        raise NotImplementedError("m0.relu.forward")

    def backward(self, g):
        raise NotImplementedError("m0.relu.backward")


def softmax(x):
    raise NotImplementedError("m0.softmax")
"""
MINE = """import numpy as np

EPS = 1e-8


def softmax(x):
    return np.exp(x)


class ReLU:
    def forward(self, x):
        return np.maximum(x, 0)

    @staticmethod
    def backward(g):
        return g


def helper(x):
    return x
"""


def put_back(targets, text=MINE, stub=STUB):
    return with_parts_of(stub, Source("m0/layers.py", text.encode()), targets).decode()


def test_a_function_is_put_back_and_everything_else_stays():
    found = put_back({"ReLU.backward"})
    assert found == MINE.replace(
        "    @staticmethod\n    def backward(g):\n        return g\n",
        '    def backward(self, g):\n        raise NotImplementedError("m0.relu.backward")\n',
    )


def test_classes_and_functions_are_put_back_wherever_they_are():
    found = put_back({"ReLU", "softmax"})
    assert found.count("NotImplementedError") == 3
    assert "EPS = 1e-8" in found
    assert "def helper(x):\n    return x" in found
    assert "np.maximum" not in found


@pytest.mark.parametrize(("text", "target"), [("x = 1\n", "ReLU"), ("class ReLU:\n    pass\n", "ReLU.forward")])
def test_a_part_that_cannot_be_found_is_not_put_back(text, target):
    with pytest.raises(UsageError, match=f"no {target} that can be found; all of it: dlf-grade reset m0/layers.py"):
        put_back({target}, text)


def test_a_file_that_cannot_be_read_is_not_changed_in_part(tmp_path):
    for data in (b"class ReLU(:\n", b"author = 'D\xfcrer'\n"):
        (tmp_path / "layers.py").write_bytes(data)
        with pytest.raises(
            UsageError, match=r"layers.py:1 .*; all of it as it was handed out: dlf-grade reset layers.py"
        ):
            with_parts_of(STUB, read_source(tmp_path, "layers.py"), {"ReLU"})


def test_a_file_keeps_its_own_encoding_and_its_odd_characters():
    text = f"# -*- coding: latin-1 -*-\n# Dürer\n\x0c\n{MINE}"
    found = with_parts_of(STUB, Source("m0/layers.py", text.encode("latin-1")), {"softmax"}).decode("latin-1")
    assert found == text.replace("    return np.exp(x)\n", '    raise NotImplementedError("m0.softmax")\n')


def test_what_an_encoding_cannot_hold_is_said():
    text = f"# -*- coding: latin-1 -*-\n{MINE}"
    with pytest.raises(UsageError, match="is iso-8859-1 text, which has no '√'; save it as UTF-8"):
        put_back({"softmax"}, text, STUB.replace("(x):\n    raise", "(x):\n    # √x\n    raise"))


def test_a_plugin_beside_the_exercises_is_imported_once(tmp_path, monkeypatch, capsys):
    for tree, text in (("exercises", MINE), ("solutions", STUB)):
        (tmp_path / tree / "m0_mlp").mkdir(parents=True)
        (tmp_path / tree / "m0_mlp" / "layers.py").write_text(text)
    (tmp_path / "dlfplugin.py").write_text("print('imported')\n")
    monkeypatch.chdir(tmp_path)
    assert reset(["m0.relu.forward"]) == 0
    assert capsys.readouterr().out.count("imported") == 1
