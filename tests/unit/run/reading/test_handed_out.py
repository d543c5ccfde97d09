"""What the learner wrote elsewhere: behind a line that was handed out, and in another method."""

import pytest
from dlf_grader.run.reading.assigned import where_assigned
from dlf_grader.run.reading.handed_out import behind
from dlf_grader.run.reading.source import Source

TEXT = """\
def attend(x):
    return given(score(x), 2)


def both(x):
    return score(x) + score_too(x)


def given(x, times):
    return x * times


def score(x):
    y = x + 1
    return y


def score_too(x):
    return x


class Heads:
    def split(self, x):
        return x.T

    def forward(self, x):
        if x:
            return self.split(x)
"""
OWN = (14, 15, 19, 24)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (2, 14),  # what score returns got its value there
        (6, None),  # two functions of the learner's
        (10, None),  # no function is called
        (28, 24),
        (27, None),
    ],
)
def test_a_line_that_was_handed_out_leads_to_the_one_function_that_was_written(line, found):
    place = behind(Source("a.py", TEXT.encode()), line, OWN)
    assert (place and place[0]) == found


ATTENTION = Source(
    "a.py",
    b"""\
class Attention:
    def split(self, x):
        return x * 2

    def forward(self, x):
        self.weights = x.mean()
        return x
""",
)


def test_what_another_method_stores_is_looked_for_there():
    assert where_assigned(ATTENTION, "Attention.split", "weights")[0] == 6
    assert where_assigned(ATTENTION, "Attention.forward", "weights")[0] == 6
