import pytest
from dlf_grader.failures import UsageError
from dlf_grader.run.reading.stubs import solution_ids, solution_lines, stub_of

SOLUTION = '''def forward(self, x):
    """Doubles."""
    # Twice is enough.
    ### BEGIN SOLUTION m0.double.forward
    y = x + x  # the answer
    # a comment does not count

    return y
    ### END SOLUTION


def given():
    return 1
'''

STUB = '''def forward(self, x):
    """Doubles."""
    # Twice is enough.
    # TODO(m0.double.forward): about 2 lines.
    raise NotImplementedError("m0.double.forward")


def given():
    return 1
'''


def test_a_region_becomes_its_todo_and_the_rest_stays():
    assert stub_of(SOLUTION, "f.py") == STUB


def test_a_file_without_regions_stays_as_it_is():
    assert stub_of(STUB, "f.py") == STUB
    assert stub_of("", "f.py") == ""


def test_ids_and_lines_of_the_answer_are_found():
    assert solution_ids(SOLUTION) == ["m0.double.forward"]
    assert solution_lines(SOLUTION) == {"y = x + x  # the answer"}


@pytest.mark.parametrize(
    "text",
    ["### BEGIN SOLUTION a\n", "### END SOLUTION\n", "### BEGIN SOLUTION a\n### BEGIN SOLUTION b\n### END SOLUTION\n"],
)
def test_a_mark_without_its_partner_is_said(text):
    with pytest.raises(UsageError, match=r"f\.py"):
        stub_of(text, "f.py")
