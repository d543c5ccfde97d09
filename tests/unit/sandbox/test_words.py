from dlf_grader.sandbox.words import LONGEST_TEXT, one_line, plain
from hypothesis import given
from hypothesis import strategies as st


@given(st.text())
def test_no_text_can_move_a_cursor_or_colour_a_terminal(text):
    assert plain(text).isprintable()
    assert len(plain(text)) == len(text)


@given(st.text(max_size=50), st.integers(0, 60))
def test_one_line_is_one_line_of_bounded_length(text, limit):
    line = one_line(text, limit)
    assert len(line) <= limit
    assert line == " ".join(line.split())


def test_a_long_text_is_cut_and_a_short_one_stays():
    assert one_line("shapes (2, 3)\n\tand (3,)") == "shapes (2, 3) and (3,)"
    assert len(one_line("x" * 2 * LONGEST_TEXT)) == LONGEST_TEXT
