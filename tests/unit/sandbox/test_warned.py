import warnings

import numpy as np
import pytest
from dlf_grader.sandbox.warned import range_of, tell_numbers


@pytest.fixture
def _telling(monkeypatch):
    monkeypatch.setattr(warnings, "showwarning", lambda *about: None)
    warnings.simplefilter("always")  # pytest puts the filters back
    tell_numbers()


@pytest.mark.usefixtures("_telling")
def test_a_warning_of_numpy_tells_the_numbers_that_its_line_names(capsys):
    x, other = np.array([1000.0, -3.0]), np.ones(2)
    np.exp(x)
    assert other.size
    assert capsys.readouterr().err == "  with x from -3 to 1000\n"


@pytest.mark.usefixtures("_telling")
def test_other_warnings_are_as_they_were(capsys):
    warnings.warn("old", DeprecationWarning, stacklevel=1)
    assert capsys.readouterr().err == ""


def test_one_number_and_several_are_told():
    assert range_of(np.array([-1000.0, -1000.0])) == "= -1000"
    assert range_of(np.float32(0.5)) == "= 0.5"
