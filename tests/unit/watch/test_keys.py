import io

import pytest
from dlf_grader.watch.keys import pressed, usable


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        (b"h", ["h"]),
        (b"Q", ["q"]),
        (b"x/ ", ["x", "/", " "]),
        (b"\x1b[Ah", ["up", "h"]),
        (b"\x1bOB", ["down"]),
        (b"\x1b[1;5B\x1b[5~\x1b[6~\x1b[H", ["down", "page up", "page down", "home"]),
        (b"\x1b[15~\x1b[I", []),
        (b"\x1b", ["escape"]),
        (b"\r\n\x7f", ["enter", "enter", "backspace"]),
        (b"\xffn\x01", ["n"]),
    ],
)
def test_letters_are_keys_and_so_is_what_has_a_name(data, keys):
    assert pressed(data) == keys


def test_no_keys_are_taken_where_input_or_output_is_piped():
    assert not usable(io.StringIO(), io.StringIO())
