"""What a worker says of a trained model may be anything: it becomes a picture, or a line in its place."""

import numpy as np
import pytest
from dlf_grader.failures import WorkerTimeout
from dlf_grader.instruments.pictures import kept, of_optimisers, of_training
from dlf_grader.report import Picture
from dlf_grader.run.store import Store
from dlf_grader.sandbox.protocol import Handle, Tensor
from dlf_grader.sandbox.proxy import Remote
from dlf_reference.training import drawings

CLASSES = ("0", "1", "2")
KERNELS = np.ones((4, 1, 3, 3), np.float32)
MAPS = np.ones((4, 6, 6), np.float32)
RNG = np.random.default_rng(0)
LABELS = RNG.integers(0, 3, 30)
IMAGES = {"x_train": RNG.integers(0, 256, (30, 8, 8), np.uint8), "y_test": LABELS}
IMAGES["x_test"] = IMAGES["x_train"]
COUNTS = np.tile([1, 9, 12], 10)
TEXTS = {"x_test": np.where(np.arange(12) < COUNTS[:, None], RNG.integers(2, 9, (30, 12)), 0), "y_test": LABELS}


class Saying:
    """A worker that says what it is told to; the real one says such things when its code was replaced."""

    deadline = float("inf")

    def __init__(self, **answers):
        self.answers = answers

    def call(self, name, *_):
        answer = self.answers[name.partition(":")[2]]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def many(self, _):
        return [self.answers["weights"]]


def pictures(recipe, data, predictions=LABELS, losses=(2.0, 1.0), **answers):
    worker = Saying(**answers)
    course = {"losses": list(losses), "accuracies": [0.5, 0.9], "target": 0.9, "test": predictions}
    return of_training(worker, Remote(worker, Handle(1, "Model")), recipe, data, course, CLASSES)


def kinds(found):
    return [picture.kind for picture in found]


def why(found):
    return " ".join(picture.words["why"][0] for picture in found if picture.kind == "missing")


def test_a_network_of_images_gets_every_picture():
    found = {"kernels": Tensor(KERNELS), "layers": [("features.0", 4, MAPS)]}
    assert kinds(pictures("images:x", IMAGES, of_image=found)) == ["curves", "confusion", "filters", "activations"]


WRONG = np.where(np.arange(30) < 3, (LABELS + 1) % 3, LABELS)


def mistaken(recipe, **answers):
    (found,) = (each for each in pictures(recipe, IMAGES, WRONG, **answers) if each.kind == "mistaken")
    return {name: np.frombuffer(a.data, a.dtype).reshape(a.shape) for name, a in found.arrays.items()}


def test_the_worst_mistakes_are_those_that_a_network_is_surest_of():
    found = mistaken("images:x", of_image={"kernels": None, "layers": []}, sureness=np.array([0.5, 0.9, 0.7]))
    assert found["true"].tolist() == LABELS[[1, 2, 0]].tolist()
    assert found["guessed"].tolist() == WRONG[[1, 2, 0]].tolist()
    assert (found["images"] == IMAGES["x_test"][[1, 2, 0]]).all()
    assert (found["wrong"], found["all"]) == (3, 30)


def test_of_a_model_in_numpy_the_first_mistakes_are_shown():
    found = mistaken("numpy_models:classifier", weights=np.ones((5, 60)))
    assert found["true"].tolist() == LABELS[:3].tolist()
    assert "sureness" not in found


@pytest.mark.parametrize("said", [np.ones(2), np.full(3, np.nan), "sure", None])
def test_probabilities_that_are_none_cost_that_picture_alone(said):
    found = pictures("images:x", IMAGES, WRONG, of_image={"kernels": KERNELS, "layers": []}, sureness=said)
    assert kinds(found) == ["curves", "confusion", "missing", "filters"]


def test_a_network_of_texts_gets_every_picture():
    weights = np.full((2, 9, 9), 1 / 9, np.float32)
    found = pictures("text:x", TEXTS, of_text=[weights], of_texts=[("blocks.0", np.ones(50, np.float32))])
    assert kinds(found) == ["curves", "confusion", "lengths", "attention", "norms"]


def test_a_network_of_rows_shows_them_as_images_where_they_are_square():
    square, other = np.ones((5, 64)), np.ones((5, 60))
    assert kinds(pictures("numpy_models:classifier", IMAGES, weights=square)) == ["curves", "confusion", "filters"]
    assert kinds(pictures("numpy_models:classifier", IMAGES, weights=other)) == ["curves", "confusion"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "no maps"),
        ({"kernels": None, "layers": 5}, "no maps"),
        ({"kernels": "text", "layers": []}, "expected an array of floats with 4 axes, got 'text'"),
        ({"kernels": KERNELS[0], "layers": []}, "expected an array of floats with 4 axes"),
        ({"kernels": KERNELS * np.nan, "layers": []}, "not all numbers are finite"),
        ({"kernels": KERNELS.astype(float) * 1e300, "layers": []}, "not all numbers are finite"),
        ({"kernels": KERNELS.astype(np.int64), "layers": []}, "expected an array of floats"),
        ({"kernels": np.ones((1, 1, 1, 65)), "layers": []}, "too large to be drawn"),
        ({"kernels": np.ones((0, 1, 3, 3)), "layers": []}, "or empty"),
        ({"kernels": None, "layers": [("a", 10**9, MAPS)]}, "maps of a layer"),
        ({"kernels": None, "layers": [["a", 4]]}, "maps of a layer"),
        ({"kernels": None, "layers": [("a", 4, np.ones((2, 3)))]}, "expected an array of floats with 3 axes"),
        (WorkerTimeout("it did not answer"), "it did not answer"),
        (ZeroDivisionError("whatever"), "ZeroDivisionError: whatever"),
    ],
)
def test_what_is_no_picture_costs_its_picture_and_nothing_else(answer, words):
    found = pictures("images:x", IMAGES, of_image=answer)
    assert kinds(found) == ["curves", "confusion", "missing"]
    assert words in why(found)


@pytest.mark.parametrize(
    ("text", "texts", "words"),
    [
        ([np.ones((2, 5, 5))], [], "another size than the text's"),
        ([np.ones((2, 9))], [], "3 axes"),
        ({}, [], "expected a list"),
        ([], [np.ones(3)], "a block's name"),
        ([], [("a", np.ones((3, 3)))], "1 axes"),
        ([], [("a", np.ones(1))] * 100, "at most 24 arrays"),
    ],
)
def test_likewise_of_texts(text, texts, words):
    found = pictures("text:x", TEXTS, of_text=text, of_texts=texts)
    assert kinds(found) == ["curves", "confusion", "lengths", "missing"]
    assert words in why(found)


@pytest.mark.parametrize("predictions", [np.full(30, 3), np.full(30, -1), np.full(30, 2**63, np.uint64)])
def test_predictions_that_are_no_classes_have_no_confusion_matrix(predictions):
    found = pictures("images:x", IMAGES, predictions)
    assert kinds(found) == ["curves", "missing"]
    assert "between 0 and 2" in why(found)


def test_more_epochs_than_can_be_drawn_are_a_line():
    found = pictures("images:x", IMAGES, losses=[1.0] * 5_000, of_image={"kernels": None, "layers": []})
    assert kinds(found) == ["missing", "confusion"]


def test_a_name_is_cut_and_has_neither_control_characters_nor_formulas():
    found = {"kernels": None, "layers": [("\x1b[31m$x$" + "a" * 99, 4, MAPS)]}
    (picture,) = pictures("images:x", IMAGES, of_image=found)[2:]
    assert picture.words["layers"] == (("[31mx" + "a" * 99)[:40],)


def test_looking_leaves_the_deadline_as_it_was():
    worker = Saying(of_image={"kernels": None, "layers": []})
    worker.deadline = 12.5
    course = {"losses": [], "accuracies": [], "target": 0.9, "test": LABELS}
    of_training(worker, Remote(worker, Handle(1, "Model")), "images:x", IMAGES, course, CLASSES)
    assert worker.deadline == 12.5


def test_pictures_are_remembered_with_a_result(tmp_path):
    from dlf_grader.model import Status
    from dlf_grader.report import Result

    picture = of_optimisers({"cnn": {"SGD": [2.0, float("nan")]}}, {"cnn": 0.3})
    result = Result("m4.a", "m4", "m4/a.py", "training", "t", Status.PASSED, 1.0, 1.0, pictures=(picture,))
    store = Store(tmp_path)
    store.remember_result("k", result)
    assert store.result("k") == result
    store.close()


def test_a_look_keeps_its_numbers():
    picture = kept(drawings.confusion(np.array([0, 1]), np.array([0, 0]), ("a", "b")))
    assert isinstance(picture, Picture)
    numbers = picture.arrays["counts"]
    assert np.frombuffer(numbers.data, numbers.dtype).reshape(numbers.shape).tolist() == [[1, 0], [1, 0]]
