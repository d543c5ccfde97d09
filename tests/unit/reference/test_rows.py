"""Images as rows of pixels: moved in training where that is asked for, and never otherwise."""

import numpy as np
from dlf_reference.training.rows import Rows

COUNT, SIDE, AT = 200, 6, (2, 3)


def images():
    x = np.zeros((COUNT, SIDE, SIDE), np.uint8)
    x[:, AT[0], AT[1]] = 255
    return {"x_train": x, "y_train": np.arange(COUNT), "x_test": x[:3]}


def test_a_training_image_moves_in_both_directions_by_at_most_the_shift():
    ((rows, _),) = Rows(images(), shift=1).batches(COUNT, np.random.default_rng(0))
    places = rows.argmax(axis=1)
    moved = {(int(place) // SIDE - AT[0], int(place) % SIDE - AT[1]) for place in places}
    assert moved == {(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)}


def test_images_that_are_predicted_stay_where_they_are():
    rows = Rows(images(), shift=1)
    for name in ("train", "test"):
        assert (rows.all(name).argmax(axis=1) == AT[0] * SIDE + AT[1]).all()


def test_an_epoch_holds_every_image_once_with_its_class():
    data = images()
    data["x_train"][:, 0, 0] = data["y_train"]  # each image shows its class
    rows = Rows(data, np.float64)
    shown, classes = [], []
    for x, y in rows.batches(64, np.random.default_rng(0)):
        shown += [*np.rint(x[:, 0] * rows.deviation + rows.mean)]
        classes += [*y]
    assert shown == classes != sorted(classes)
    assert sorted(classes) == [*range(COUNT)]
