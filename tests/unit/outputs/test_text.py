import pytest
from dlf_grader.outputs.text import wrapped


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("self.W float64 (2, 3) and more", ["self.W float64", "  (2, 3) and more"]),
        ("replay: dlf-grade replay m0.a@1", ["replay:", "  dlf-grade replay m0.a@1"]),
        ("dlf-grade list shows all of it", ["dlf-grade list shows", "  all of it"]),
    ],
)
def test_a_line_is_broken_neither_in_a_shape_nor_in_a_command(text, lines):
    assert wrapped(text, 20, "  ") == lines
