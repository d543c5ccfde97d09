import pytest
from dlf_reference.data.tokeniser import PADDING, UNKNOWN, Tokeniser, words
from dlf_reference.training import text as recipe

TEXTS = ["the cat sat.", "The cat ran", "a dog sat"]


def test_words_are_lower_case_with_punctuation_apart_and_markup_dropped():
    assert words("It isn't bad,<br />is it?") == ["it", "isn't", "bad", ",", "is", "it", "?"]


def test_numbers_follow_frequency_then_the_alphabet():
    assert Tokeniser.from_texts(TEXTS, 100, least=1).vocabulary[2:] == ("cat", "sat", "the", ".", "a", "dog", "ran")


def test_the_vocabulary_does_not_depend_on_the_order_of_the_texts():
    assert Tokeniser.from_texts(TEXTS, 6) == Tokeniser.from_texts(TEXTS[::-1], 6)


def test_size_counts_padding_and_unknown_and_rare_words_are_left_out():
    assert Tokeniser.from_texts(TEXTS, 4, least=1).vocabulary == ("<padding>", "<unknown>", "cat", "sat")
    assert len(Tokeniser.from_texts(TEXTS, 100, least=2)) == 5


def test_a_word_outside_the_vocabulary_becomes_unknown():
    tokeniser = Tokeniser.from_texts(TEXTS, 100)
    assert tokeniser.decode(tokeniser.encode("the bird sat")) == ["the", "<unknown>", "sat"]


def test_a_saved_vocabulary_gives_the_same_numbers(tmp_path):
    tokeniser = Tokeniser.from_texts(TEXTS, 100)
    tokeniser.save(tmp_path / "vocabulary.txt")
    assert Tokeniser.load(tmp_path / "vocabulary.txt") == tokeniser


def test_another_file_is_refused_as_a_vocabulary(tmp_path):
    (tmp_path / "words.txt").write_text("a\nb\n")
    with pytest.raises(ValueError, match="expected a vocabulary that begins with <padding>, <unknown>"):
        Tokeniser.load(tmp_path / "words.txt")


def test_the_recipe_numbers_padding_and_unknown_as_the_tokeniser_does():
    assert (recipe.PADDING, recipe.UNKNOWN) == (PADDING, UNKNOWN)
