from pathlib import Path

import pytest
from course_of_two import Course, check
from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.hookspecs import hookimpl
from dlf_grader.run.collect import all_milestones, collect


def ids(plugins, **asked):
    return [found.id for found in collect(Config(tree=Path(), **asked), plugins)]


@pytest.fixture
def course(plugins):
    plugins.register(Course(check("one"), check("two"), check("three")))
    return plugins


def test_milestones_are_in_order_and_a_run_is_about_those_it_names(course):
    names = [milestone.id for milestone in all_milestones(course)]
    assert names == sorted(names)
    assert ids(course, milestones=("x0",)) == ["x0.one", "x0.two", "x0.three"]
    assert {name.partition(".")[0] for name in ids(course, milestones=("x0", "m0"))} == {"x0", "m0"}


@pytest.mark.parametrize("keyword", ["one,three", "one or three", " one , three", "not two", "x0 and (one or THREE)"])
def test_a_keyword_keeps_the_checks_that_fit_it(course, keyword):
    assert ids(course, milestones=("x0",), keyword=keyword) == ["x0.one", "x0.three"]


def test_what_names_nothing_is_wrong_use_and_says_what_there_is(course):
    with pytest.raises(UsageError, match=r"no milestone, check, file or class 'x0.tow'; did you mean .*x0\.two"):
        ids(course, milestones=("x0.tow",))
    with pytest.raises(UsageError, match=r"no check of x0 fits that\. See: dlf-grade list x0"):
        ids(course, milestones=("x0",), keyword="four")


@pytest.mark.parametrize(
    ("name", "found"),
    [("x0.two", ["x0.two"]), ("m1.conv", ["m1.conv.init"]), ("conv.py", ["m1.conv.init"]), ("m1_cnn/conv.py", None)],
)
def test_a_check_the_beginning_of_several_or_a_file_may_be_asked_for(course, name, found):
    got = ids(course, milestones=(name,))
    assert got == found if name.startswith("x0") else {each.rpartition(".")[0] for each in got} == {"m1.conv"}


def test_checks_come_in_the_order_a_learner_meets_them_in_whatever_order_they_are_asked_for(course):
    assert ids(course, milestones=("x0.three", "x0.one")) == ["x0.one", "x0.three"]
    asked = ids(course, milestones=("m1.resnet", "m1.basic_block"))
    assert asked == ids(course, milestones=("m1.basic_block", "m1.resnet"))
    assert asked[0].startswith("m1.basic_block")  # on which m1.resnet waits


@pytest.mark.parametrize("name", ["conv", "Conv2d", "m1_cnn/conv.py"])
def test_a_class_or_an_id_without_its_milestone_may_be_asked_for(course, name):
    assert {each.rpartition(".")[0] for each in ids(course, milestones=(name,))} == {"m1.conv"}


@pytest.mark.parametrize("name", ["m1.pool", "m1_cnn.pool", "pool"])
def test_a_file_may_be_asked_for_by_its_module(course, name):
    asked = {each.rpartition(".")[0] for each in ids(course, milestones=(name,))}
    assert asked == {"m1.max_pool", "m1.avg_pool", "m1.flatten"}


def test_an_id_comes_before_a_module_of_the_same_name(course):
    asked = ids(course, milestones=("adam",))
    assert {each.rpartition(".")[0] for each in asked} == {"m4.adam"}  # adam.py has AdamW too


@pytest.mark.parametrize("name", ["../m1_cnn/conv.py", "exercises/m1_cnn/conv.py:57", "./solutions/m1_cnn/conv.py"])
def test_a_path_as_a_shell_or_a_message_has_it_may_be_asked_for(course, name):
    assert {each.rpartition(".")[0] for each in ids(course, milestones=(name,))} == {"m1.conv"}


def test_a_file_that_an_exercise_imports_means_what_is_written_in_it_or_all_that_builds_on_it(course, tmp_path):
    folder = tmp_path / "m5_autograd"
    folder.mkdir()
    (folder / "arithmetic.py").write_text("from m5_autograd.own import one\n\ndef multiply(a, b): ...\n")
    (folder / "tensor.py").write_text("from m5_autograd.arithmetic import multiply\n\nclass Tensor: ...\n")
    (folder / "own.py").write_text("one = 1\n")

    def asked(name):
        return [found.id for found in collect(Config(tree=tmp_path, milestones=(name,)), course)]

    assert asked("arithmetic.py") == asked("exercises/m5_autograd/arithmetic.py:3") == ["m5.tensor.mul"]
    assert {"m5.engine.backward", "m5.tensor.mul"} <= set(asked("own.py"))
    with pytest.raises(UsageError, match=r"no milestone, check, file or class 'other\.py'"):
        asked("other.py")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Linear", "Linear is in more than one milestone; did you mean m0.linear, m5.linear?"),
        ("exercises/notebooks/m1_cnn/01_convolution.ipynb", "a notebook is graded inside it, with %dlf m1"),
    ],
)
def test_what_is_there_is_not_called_unknown(course, name, words):
    with pytest.raises(UsageError) as error:
        ids(course, milestones=(name,))
    assert str(error.value).startswith(words)


def test_a_folder_means_its_milestone(course):
    assert ids(course, milestones=("exercises/m1_cnn/",)) == ids(course, milestones=("m1",))


@pytest.mark.parametrize(
    ("name", "meant"),
    [("M0", "m0?"), ("m0.lin", "m0.linear?"), ("digits", "m0.digits, m1.digits, m5.digits?"), ("Con2d", "Conv2d")],
)
def test_what_was_probably_meant_is_named_as_briefly_as_it_can_be(course, name, meant):
    with pytest.raises(UsageError) as error:
        ids(course, milestones=(name,))
    assert f"did you mean {meant}" in str(error.value)


@pytest.mark.parametrize("keyword", ["one two", "one and", "not", "(one", "one)", "and one", "one or or two"])
def test_a_keyword_that_cannot_be_read_is_refused(course, keyword):
    with pytest.raises(UsageError, match="-k "):
        ids(course, milestones=("x0",), keyword=keyword)


def test_a_plugin_may_change_the_checks_and_one_registered_later_adds_its_own_last(course):
    class Change:
        @hookimpl
        def dlf_modify_checks(self, checks):
            del checks[0]

    course.register(Change())
    course.register(Course(check("four")))
    assert ids(course, milestones=("x0",)) == ["x0.two", "x0.three", "x0.four"]
