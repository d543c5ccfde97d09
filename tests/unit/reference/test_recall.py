"""Associative recall: the answer is the value of the key that is asked for, and no test text is trained on."""

import numpy as np
from dlf_reference.data import quick


def test_every_answer_is_the_value_after_its_key():
    data = quick.associative_recall(3)
    for texts, answers in ((data["x_train"], data["y_train"]), (data["x_test"], data["y_test"])):
        for text, answer in zip(texts[:200].tolist(), answers[:200].tolist(), strict=True):
            *pairs, asked = [token for token in text if token]
            values = dict(zip(pairs[::2], pairs[1::2], strict=True))
            assert values[asked] == 1 + quick.RECALL_KEYS + answer


def test_no_test_text_is_trained_on_and_a_seed_repeats_itself():
    data, again = quick.associative_recall(3), quick.associative_recall(3)
    seen = {tuple(text) for text in data["x_train"].tolist()}
    assert not any(tuple(text) in seen for text in data["x_test"].tolist())
    assert data["x_train"].shape == (12_800, 5)
    assert data["x_test"].shape == (600, 5)
    assert all(np.array_equal(data[name], again[name]) for name in data)
