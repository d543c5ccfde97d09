import pytest
from dlf_grader.commands.reset import reset, with_parts_of
from dlf_grader.failures import UsageError

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


def test_a_function_is_put_back_and_everything_else_stays():
    found = with_parts_of(STUB, MINE, {"ReLU.backward"}, "m0/layers.py")
    assert found == MINE.replace(
        "    @staticmethod\n    def backward(g):\n        return g\n",
        '    def backward(self, g):\n        raise NotImplementedError("m0.relu.backward")\n',
    )


def test_classes_and_functions_are_put_back_wherever_they_are():
    found = with_parts_of(STUB, MINE, {"ReLU", "softmax"}, "m0/layers.py")
    assert found.count("NotImplementedError") == 3
    assert "EPS = 1e-8" in found
    assert "def helper(x):\n    return x" in found
    assert "np.maximum" not in found


@pytest.mark.parametrize(
    ("text", "target"), [("class ReLU(:", "ReLU"), ("x = 1\n", "ReLU"), ("class ReLU:\n    pass\n", "ReLU.forward")]
)
def test_a_part_that_cannot_be_found_is_not_put_back(text, target):
    with pytest.raises(UsageError, match=f"no {target} that can be found; all of it: dlf-grade reset m0/layers.py"):
        with_parts_of(STUB, text, {target}, "m0/layers.py")


def test_a_plugin_beside_the_exercises_is_imported_once(tmp_path, monkeypatch, capsys):
    for tree, text in (("exercises", MINE), ("solutions", STUB)):
        (tmp_path / tree / "m0_mlp").mkdir(parents=True)
        (tmp_path / tree / "m0_mlp" / "layers.py").write_text(text)
    (tmp_path / "dlfplugin.py").write_text("print('imported')\n")
    monkeypatch.chdir(tmp_path)
    assert reset(["m0.relu.forward"]) == 0
    assert capsys.readouterr().out.count("imported") == 1
