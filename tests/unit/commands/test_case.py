import numpy as np
import pytest
from dlf_grader.commands.case import program
from dlf_grader.instruments.written import SHOWN, written
from dlf_grader.model import Status
from dlf_grader.report import Counterexample, Result

CODE = """\
import numpy as np
from conv import Layer

layer = Layer()
x = np.array([1.0])
print(layer.forward(x))
print(layer.dL_dW)
print((1,
       2))"""


def failing(**more):
    case = Counterexample("N=1", 3, **({"tensor": "y", "yours": 2.0, "expected": 1.0, "code": CODE} | more))
    about = ("m0.a", "m0", "m0/a.py", "parity", "Layer.forward is right", Status.FAILED, 0.0, 1.0, "y is wrong")
    return Result(*about, counterexample=case)


def test_a_case_is_a_program_that_binds_yours_and_expected(tmp_path):
    text = program(failing(expected_array=[1.0]), tmp_path)
    assert f"sys.path.insert(0, {str(tmp_path)!r})" in text
    for line in ("y = layer.forward(x)", "dL_dW = layer.dL_dW", "yours = y", "expected = np.array([1.0])"):
        assert line in text.splitlines()
    assert "print((1,\n       2))" in text
    compile(text, "case.py", "exec")


def test_a_large_tensor_is_compared_by_its_first_wrong_number(tmp_path):
    text = program(failing(index=(0, 1)), tmp_path)
    assert "# y[0][1] should be 1" in text
    assert "expected =" not in text


DRAWN = CODE.replace("np.array([1.0])", written(np.zeros(SHOWN + 1)))


@pytest.mark.parametrize("more", [{"code": DRAWN}, {"yours": None}])
def test_numbers_that_are_not_the_cases_own_are_compared_with_nothing(tmp_path, more):
    text = program(failing(expected_array=[1.0], **more), tmp_path)
    assert "yours" not in text
    assert "expected =" not in text
