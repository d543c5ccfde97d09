from pathlib import Path

import pytest
from dlf_grader.commands.asked import exercise_path, find_check, find_checks
from dlf_grader.config import Config
from dlf_grader.failures import UsageError

CONFIG = Config(tree=Path(__file__).parents[3] / "exercises")


@pytest.mark.parametrize(
    "name", ["m1.conv", "m1_cnn/conv.py", "exercises/m1_cnn/conv.py", "./exercises/m1_cnn/conv.py"]
)
def test_checks_are_found_by_the_beginning_of_their_ids_and_by_their_file(name, plugins):
    checks, found = find_checks(name, CONFIG, plugins)
    assert {check.exercise for check in found} == {"m1_cnn/conv.py"}
    assert all(check in checks for check in found)


def test_a_check_is_found_by_its_whole_id(plugins):
    assert find_check("m1.conv.forward", CONFIG, plugins).id == "m1.conv.forward"


def test_of_several_checks_the_first_with_work_left_is_meant_and_named(capsys, plugins):
    assert find_check("m1.conv", CONFIG, plugins).id == "m1.conv.init"
    assert capsys.readouterr().err.startswith("m1.conv.init: ")


@pytest.mark.parametrize(
    ("name", "advice"),
    [("conv.forwad", r"did you mean .*\.forward"), ("m1.con", "did you mean m1.conv"), ("x", "x")],
)
def test_an_unknown_name_is_refused_with_what_is_near(name, advice, plugins):
    with pytest.raises(UsageError, match=advice):
        find_checks(name, CONFIG, plugins)


def test_a_path_is_taken_however_the_shell_completed_it():
    assert exercise_path("./exercises/m1_cnn/conv.py") == exercise_path("m1_cnn/conv.py") == "m1_cnn/conv.py"
