import pytest
from dlf_grader.model import Check
from dlf_grader.watch.menu import FOOTER, TYPING, Menu

CHECKS = [
    Check(f"m1.{part}.{of}", f"{part} is right", "m1/a.py", "parity", 2.0, f"{part.title()}.{of}")
    for part in ("conv", "pool")
    for of in ("forward", "backward")
]
MENU = Menu(CHECKS, {"m1.conv.forward": "passed"})


def after(*keys):
    menu = MENU
    for key in keys:
        menu = menu.pressed(key)
    return menu


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        ((), "m1.conv.forward"),
        (("down",), "m1.conv.backward"),
        (("up",), "m1.conv.forward"),
        (("end",), "m1.pool.backward"),
        (("page down", "down", "up"), "m1.pool.forward"),
        (("end", "/", "b", "a", "c"), "m1.conv.backward"),
        (("/", "b", "a", "c", "down"), "m1.pool.backward"),
        (("/", *"pool back"), "m1.pool.backward"),
        (("/", *"poolx", "backspace", "enter", "down"), "m1.pool.backward"),
        (("/", *"pool", "escape"), "m1.conv.forward"),
    ],
)
def test_arrows_move_and_words_narrow(keys, chosen):
    assert after(*keys).chosen.id == chosen


def test_nothing_is_chosen_where_no_check_fits():
    menu = after("/", "q")
    assert menu.chosen is None
    assert "no check fits" in menu.lines(80, 24)
    assert not after("/", "q", "enter", "x").asked


def test_a_reset_has_to_be_asked_for_twice_in_a_row():
    assert after("x").asked
    assert "x again: Conv.forward" in after("x").lines(80, 24)[-1]
    assert not after("x", "down").asked
    assert not after("x", "z").asked
    assert not after("/", "x").asked


def test_as_many_lines_are_shown_as_fit_around_the_chosen_one():
    lines = after("end").lines(60, 6)
    assert lines[1].startswith("> ")
    assert all(len(line) <= 60 for line in lines)
    assert " ".join(lines[2:]) == FOOTER
    assert after("/").lines(80, 24)[-1] == TYPING
    assert MENU.lines(80, 24)[0].startswith("> ✓ m1.conv.forward")
