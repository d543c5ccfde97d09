import numpy as np
import pytest
from dlf_grader.instruments.compare import close, compare, relative_error, small_list
from hypothesis import given
from hypothesis import strategies as st


def test_equal_arrays_do_not_mismatch():
    assert compare("y", np.ones((2, 3)), np.ones((2, 3))) is None


def test_the_first_wrong_element_is_named():
    yours = np.zeros((2, 3))
    yours[1, 0] = 7.0
    mismatch = compare("y", yours, np.zeros((2, 3)))
    assert (mismatch.index, mismatch.yours, mismatch.expected) == ((1, 0), 7.0, 0.0)
    assert "1 of 6 elements differ" in mismatch.text


@pytest.mark.parametrize(
    ("yours", "words"),
    [
        (None, "expected an array of shape (2,), got None"),
        ([1.0, 2.0], "got a list of 2"),
        ("text", "got a text"),
        (np.zeros(3), "wrong shape: expected (2,), got (3,)"),
        (np.zeros((2, 1)), "wrong shape"),
        (np.array([np.nan, 0.0]), "is wrong"),
    ],
)
def test_what_is_not_the_right_kind_is_said(yours, words):
    assert words in compare("y", yours, np.zeros(2)).text


def test_nan_never_equals_anything():
    assert compare("y", np.array([np.nan]), np.array([np.nan])) is not None


def test_a_float32_round_trip_does_not_pass():
    exact = np.random.default_rng(0).standard_normal(100)
    assert compare("y", exact.astype(np.float32).astype(float), exact) is not None


@given(st.floats(-1e300, 1e300).filter(lambda v: abs(v) > 1e-3))
def test_rounding_passes_and_a_millionth_does_not(value):
    right = np.array([value])
    assert compare("y", right * (1 + 1e-12), right) is None
    assert compare("y", right * (1 + 1e-6), right) is not None


def test_a_tiny_element_beside_a_large_one_is_held_to_the_large_ones_precision():
    assert compare("y", np.array([1.0, 1e-12]), np.array([1.0, 0.0])) is None


def test_shapes_never_broadcast():
    assert not close(np.zeros((3, 1)), np.zeros((1, 3)))


def test_relative_error_of_zeros_is_zero():
    assert relative_error(np.zeros(3), np.zeros(3)) == 0.0


def test_small_arrays_are_shown_with_words_for_what_json_lacks():
    assert small_list(np.array([[1.0, np.inf]])) == [[1.0, "inf"]]
    assert small_list(np.zeros(65)) is None
