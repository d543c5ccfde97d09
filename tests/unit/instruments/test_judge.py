"""The one loop: which failure comes first, what it holds, and when a mistake is named."""

import numpy as np
import pytest
from dlf_grader.failures import CheckFailure, NotWritten
from dlf_grader.instruments.case import Case
from dlf_grader.instruments.judge import judge
from dlf_grader.instruments.mistakes.mistake import mistake, of_inputs
from dlf_grader.instruments.subjects.function import Function

CASES = [
    Case("one number", (np.array([3.0]),)),
    Case("two numbers", (np.array([1.0, -2.0]),), traits=frozenset({"a negative number"})),
    Case("three numbers", (np.array([2.0, -1.0, 4.0]),)),
]
TRIPLED = mistake("tripled", "y", of_inputs(lambda x: 3 * x), "x is tripled: double it.")
DOUBLE = Function(
    name="double",
    oracle=lambda case: {"y": 2 * case.inputs[0]},
    cases=lambda rng_for: CASES,
    arguments=("x",),
    results=("y",),
    mistakes=(TRIPLED,),
)


def failure(learner, ctx, body):
    with pytest.raises(CheckFailure) as caught:
        judge(DOUBLE, learner(f"def double(x):\n    {body}\n"), ctx, ())
    return caught.value


def test_right_answers_are_counted(learner, ctx):
    assert judge(DOUBLE, learner("def double(x):\n    return 2 * x\n"), ctx, ("y",)) == {"cases": 3, "max rel err": 0}


def test_the_smallest_wrong_case_and_its_first_wrong_element_are_told(learner, ctx):
    found = failure(learner, ctx, "return 2 * np.abs(x)").counterexample
    assert (found.case, found.number, found.tensor, found.index) == ("two numbers", 2, "y", (1,))
    assert (found.yours, found.expected) == (4.0, -4.0)


def test_a_mistake_is_named_where_its_numbers_are_the_learners_on_every_case(learner, ctx):
    assert [d.id for d in failure(learner, ctx, "return 3 * x").diagnosis] == ["tripled"]


def test_a_mistake_that_one_case_contradicts_is_not_named(learner, ctx):
    body = "return 3 * x if len(x) < 3 else 3 * x + 1"
    assert "tripled" not in [d.id for d in failure(learner, ctx, body).diagnosis]


def test_cases_after_one_on_which_the_code_raises_contradict_a_mistake_too(learner, ctx):
    body = "if len(x) == 2: raise KeyError\n    return 3 * x if len(x) == 1 else x"
    assert "tripled" not in [d.id for d in failure(learner, ctx, body).diagnosis]
    body = "if len(x) == 2: raise KeyError\n    return 3 * x"
    assert [d.id for d in failure(learner, ctx, body).diagnosis] == ["tripled"]


def test_a_failure_knows_from_which_line_the_function_returned(learner, ctx):
    body = "if len(x) > 1:\n        return 2 * x\n    return 3 * x"
    assert failure(learner, ctx, body).ends == [("layer.py", 2, 5)]


def test_an_exception_is_told_with_its_case_and_what_is_new_in_it(learner, ctx):
    found = failure(learner, ctx, "return 2 * x if (x > 0).all() else x.missing")
    assert "AttributeError" in str(found)
    assert found.counterexample.case == "two numbers"
    assert "a negative number" in found.diagnosis[-1].text


def test_a_wrong_answer_before_an_exception_comes_first(learner, ctx):
    found = failure(learner, ctx, "return 3 * x if len(x) == 1 else x.missing")
    assert found.counterexample.case == "one number"


def test_what_is_not_written_is_no_failure(learner, ctx):
    with pytest.raises(NotWritten):
        judge(DOUBLE, learner('def double(x):\n    raise NotImplementedError("x1")\n'), ctx, ())


def test_a_failure_carries_python_that_repeats_its_case(learner, ctx):
    code = failure(learner, ctx, "return 3 * x").counterexample.code
    assert code.splitlines() == [
        "import numpy as np",
        "from x1.layer import double",
        "",
        "x = np.array([3.])",
        "print(double(x))",
    ]


COUNTING = """
calls = []
def double(x):
    calls.append(x)
    return 2 * x
def count():
    return len(calls)
"""


def test_checks_about_the_same_cases_run_them_once(learner, ctx):
    submission = learner(COUNTING)
    for _ in range(2):
        judge(DOUBLE, submission, ctx, ("y",))
    assert submission.call("count") == len(CASES)


def test_another_body_for_the_function_is_run_anew(learner, ctx):
    submission = learner(COUNTING)
    judge(DOUBLE, submission, ctx, ("y",))
    submission.redefine("double", "def double(x):\n    return 3 * x\n")
    with pytest.raises(CheckFailure):
        judge(DOUBLE, submission, ctx, ("y",))


def test_what_raised_is_run_again(learner, ctx):
    submission = learner(COUNTING.replace("    return 2", "    if len(calls) == 2: raise OSError\n    return 2"))
    with pytest.raises(CheckFailure):
        judge(DOUBLE, submission, ctx, ("y",))
    assert judge(DOUBLE, submission, ctx, ("y",))["cases"] == len(CASES)
