import io

import pytest
from dlf_grader.watch.keys import pressed, usable


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"h", ["h"]),
        (b"Q", ["q"]),
        (b"xyz", []),
        (b"\x1b[Ah", ["h"]),
        (b"\x1bOA", []),
        (b"\x1b", []),
        (b"\xffn", ["n"]),
    ],
)
def test_only_our_letters_are_keys(data, keys):
    assert pressed(data) == keys


def test_no_keys_are_taken_where_input_or_output_is_piped():
    assert not usable(io.StringIO(), io.StringIO())
