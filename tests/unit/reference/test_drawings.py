import numpy as np
from dlf_reference.training import drawings


def test_texts_are_cut_out_of_rows_and_of_one_long_line_alike():
    counts = np.array([2, 4, 1])
    rows = np.array([[5, 6, 0, 0], [7, 8, 9, 3], [4, 0, 0, 0]])
    line = np.array([5, 6, 7, 8, 9, 3, 4])
    for tokens in (rows, line):
        found, lengths = drawings.Texts(tokens, counts).rows(np.array([2, 1]), 3)
        assert found.tolist() == [[4, 0, 0], [7, 8, 9]]
        assert lengths.tolist() == [1, 3]


def test_a_text_with_known_words_is_chosen_among_those_that_fit():
    counts = np.array([9, 9, 25, 3])
    tokens = np.where(np.arange(25) < counts[:, None], 2, 0)
    tokens[0, 4] = drawings.UNKNOWN
    texts = drawings.Texts(tokens, counts)
    assert drawings.chosen_text(texts, np.ones(4, bool)) == 1
    assert drawings.chosen_text(texts, np.array([True, False, True, True])) == 0
    assert drawings.chosen_text(texts, np.array([False, False, True, False])) == 3  # the shortest, though it is wrong
    assert drawings.chosen_text(texts, np.array([False, False, True, True])) == 3


def test_maps_are_grey_from_their_lowest_value_to_their_highest():
    maps = drawings.as_grey(np.array([[[-1.0, 0.0], [1.0, 1.0]], [[5.0, 5.0], [5.0, 5.0]]]))
    assert maps.tolist() == [[[0, 127], [255, 255]], [[0, 0], [0, 0]]]
    assert maps.dtype == np.uint8
