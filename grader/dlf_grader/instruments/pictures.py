"""Pictures of a training: how it went, what it predicts, and what is in the model that the worker holds.

A model is looked into where it is, by functions of ours beside the learner's code. So what comes back may be anything:
it is looked at before it is kept, and at worst the page has a line in place of a picture. No verdict depends on it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from dlf_reference.training import drawings
from dlf_reference.training.common import MOST_MAPS, as_taken, watched
from dlf_reference.training.drawings import Drawing

from dlf_grader.failures import DlfError
from dlf_grader.report import Numbers, Picture
from dlf_grader.sandbox.protocol import Get, Tensor
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value

Data = Mapping[str, np.ndarray]
INSIDE, INSIDE_TEXTS = "dlf_reference.training.inside", "dlf_reference.training.inside_texts"
FIRST_WEIGHTS = {"numpy_models:classifier": "fc1.W"}  # of models that are no PyTorch module, by recipe
SECONDS = 20.0  # that looking into a model may take
LARGEST = {1: 100_000, 2: 2_000_000, 3: 100_000, 4: 2_000_000}  # numbers of an array, by its axes
WIDEST = 64  # rows and columns of a kernel, a map, or a text's attention
BLOCKS = 24
MOST_ASKED = 2_000  # wrong images that a network is asked about again
EPOCHS = 1_000
LONGEST_NAME = 40


class NotToBeDrawnError(DlfError):
    """What came back is no picture."""


def of_training(
    submission: Submission,
    model: Remote,
    recipe: str,
    data: Data,
    course: Mapping[str, Any],
    classes: Sequence[str],
) -> list[Picture]:
    """Every picture that a finished training gets.

    Args:
        recipe: as in `Goal`; says what kind of model it is.
        data: as the training had it, with the test labels.
        course: "losses" and "accuracies" after each epoch, "target", and "test", the predictions.
        classes: their names.
    """
    labels, predictions = data["y_test"], course["test"].astype(np.int64)
    found = list(_kept(lambda: [_of_course(course, watched(data))]))
    if predictions.min() < 0 or predictions.max() >= len(classes):
        return [*found, _missing(f"predictions are not all between 0 and {len(classes) - 1}")]
    found += _kept(lambda: [drawings.confusion(labels, predictions, classes)])
    before, submission.deadline = submission.deadline, min(submission.deadline, time.monotonic() + SECONDS)
    try:
        if drawings.are_images(data["x_test"]):
            found += _kept(lambda: _of_mistaken(submission, model, recipe, data, predictions, classes))
        return [*found, *_of_model(submission, model, recipe, data, predictions == labels, classes)]
    finally:
        submission.deadline = before


def _of_course(course: Mapping[str, Any], watching: str) -> Drawing:
    losses, accuracies = course["losses"], course["accuracies"]
    if max(len(losses), len(accuracies)) > EPOCHS:
        raise NotToBeDrawnError(f"curves of more than {EPOCHS} epochs")
    return drawings.curves(losses, accuracies, course["target"], watching)


def of_optimisers(losses: Mapping[str, Mapping[str, Sequence[float]]], goals: Mapping[str, float]) -> Picture:
    """The curves of optimisers, by network, and what each network's was to reach."""
    return kept(drawings.optimisers(losses, goals))


def kept(drawing: Drawing) -> Picture:
    """A drawing as a result carries it."""
    arrays = {
        name: Numbers(a.dtype.str, a.shape, np.ascontiguousarray(a).tobytes()) for name, a in drawing.arrays.items()
    }
    return Picture(drawing.kind, arrays, dict(drawing.words))


def _kept(looking: Callable[[], Sequence[Drawing] | Iterator[Drawing]]) -> Iterator[Picture]:
    try:
        yield from [kept(drawing) for drawing in looking()]
    except DlfError as error:
        yield _missing(str(error))
    except Exception as error:  # noqa: BLE001 - no picture is worth a verdict
        yield _missing(f"{type(error).__name__}: {error}")


def _missing(why: str) -> Picture:
    return Picture("missing", words={"why": (why,)})


# -- what the worker is asked ---------------------------------------------------------------------


def _of_model(
    submission: Submission, model: Remote, recipe: str, data: Data, right: np.ndarray, classes: Sequence[str]
) -> Iterator[Picture]:
    kind = recipe.partition(":")[0]
    if recipe in FIRST_WEIGHTS:
        yield from _kept(lambda: _of_weights(submission, model, FIRST_WEIGHTS[recipe]))
    elif kind == "images":
        row = int(np.argmax(right))  # the first that is predicted right
        yield from _kept(lambda: _of_image(submission, model, data, row, classes[data["y_test"][row]]))
    elif kind in ("text", "sequences"):
        counts = data["lengths_test"] if "lengths_test" in data else (data["x_test"] != drawings.PADDING).sum(axis=1)
        texts = drawings.Texts(data["x_test"], counts)
        yield from _kept(lambda: [drawings.lengths(counts, ~right)])
        yield from _kept(lambda: _of_attention(submission, model, texts, right, data, classes))
        yield from _kept(lambda: _of_blocks(submission, model, texts))


def _of_weights(submission: Submission, model: Remote, name: str) -> Iterator[Drawing]:
    """The weights of a first layer that reads grey, square images as rows, one picture for each unit."""
    weights = _numbers(submission.many([Get(model.handle.number, name)])[0], name, axes=2)
    side = round(weights.shape[1] ** 0.5)
    if side**2 == weights.shape[1] and side <= WIDEST:
        yield from _there(drawings.filters(weights.reshape(-1, 1, side, side), ("linear layer", "units")))


def _of_mistaken(
    submission: Submission, model: Remote, recipe: str, data: Data, predictions: np.ndarray, classes: Sequence[str]
) -> Iterator[Drawing]:
    """The images that are predicted wrong; how sure a network of PyTorch was of each, it is asked."""
    images, labels, sureness = data["x_test"], data["y_test"], None
    wrong = images[labels != predictions]
    if recipe.startswith("images") and 0 < len(wrong) <= MOST_ASKED:
        found = submission.call(f"{INSIDE}:sureness", model, as_taken(wrong, data["x_train"]))
        sureness = _numbers(found, "probabilities", axes=1).clip(0, 1)
        if len(sureness) != len(wrong):
            raise NotToBeDrawnError(f"probabilities: expected {len(wrong)}, got {len(sureness)}")
    if (drawing := drawings.mistaken(images, labels, predictions, classes, sureness)) is not None:
        yield drawing


def _of_image(submission: Submission, model: Remote, data: Data, row: int, label: str) -> Iterator[Drawing]:
    image = data["x_test"][row]
    found = submission.call(f"{INSIDE}:of_image", model, as_taken(image[None], data["x_train"]))
    if not isinstance(found, dict) or not isinstance(found.get("layers"), list):
        raise NotToBeDrawnError("looking into the model gave no maps")
    if found.get("kernels") is not None:
        yield from _there(drawings.filters(_numbers(found["kernels"], "kernels", axes=4)))
    layers = [_layer(each) for each in found["layers"][:2]]
    if layers:
        yield drawings.activations(image, layers, label)


def _layer(found: Any) -> tuple[str, int, np.ndarray]:
    match found:
        case (str(name), int(total), maps) if 0 < total < 10**6:
            return _name(name), total, _numbers(maps, "maps", axes=3)[:MOST_MAPS]
    raise NotToBeDrawnError(
        f"maps of a layer: expected its name, their number and an array, got {describe_value(found)}"
    )


def _of_attention(
    submission: Submission, model: Remote, texts: drawings.Texts, right: np.ndarray, data: Data, classes: Sequence[str]
) -> Iterator[Drawing]:
    row = drawings.chosen_text(texts, right)
    tokens, _ = texts.rows(np.array([row]), drawings.MOST_WORDS)
    found = submission.call(f"{INSIDE_TEXTS}:of_text", model, tokens)
    weights = [_numbers(each, "attention", axes=3) for each in _list(found)]
    if any(each.shape[1:] != (tokens.shape[1],) * 2 for each in weights):
        raise NotToBeDrawnError("attention of another size than the text's")
    vocabulary = data.get("vocabulary")
    words = [str(number) if vocabulary is None else _name(str(vocabulary[number])) for number in tokens[0]]
    if weights:
        yield drawings.attention(weights, words, classes[int(data["y_test"][row])])


def _of_blocks(submission: Submission, model: Remote, texts: drawings.Texts) -> Iterator[Drawing]:
    some = texts.rows(np.flatnonzero(texts.lengths > 0)[: drawings.TEXTS], drawings.WORDS)
    blocks = []
    for found in _list(submission.call(f"{INSIDE_TEXTS}:of_texts", model, *some)):
        match found:
            case (str(name), norms):
                blocks.append((_name(name), _numbers(norms, "norms", axes=1)))
            case _:
                raise NotToBeDrawnError(f"norms: expected a block's name and an array, got {describe_value(found)}")
    if blocks:
        yield drawings.norms(blocks)


def _there(drawing: Drawing | None) -> list[Drawing]:
    return [] if drawing is None else [drawing]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) > BLOCKS:
        raise NotToBeDrawnError(f"expected a list of at most {BLOCKS} arrays, got {describe_value(value)}")
    return value


def _name(text: str) -> str:
    """A name as it can be drawn: no control characters, not long; `$` would begin a formula."""
    plain = "".join(c for c in text if c.isprintable() and c != "$")
    return plain[:LONGEST_NAME] or "?"


def _numbers(value: Any, what: str, axes: int) -> np.ndarray:
    """An array that can be drawn, float32: finite, not large, of so many axes."""
    array = value.array if isinstance(value, Tensor) else value
    if not isinstance(array, np.ndarray) or array.ndim != axes or array.dtype.kind != "f":
        raise NotToBeDrawnError(f"{what}: expected an array of floats with {axes} axes, got {describe_value(value)}")
    small = 0 < array.size <= LARGEST[axes] and (axes < 3 or max(array.shape[-2:]) <= WIDEST)
    if not small:
        raise NotToBeDrawnError(f"{what}: too large to be drawn, or empty: {array.shape}")
    if not (np.abs(array) < 1e30).all():  # nan is not
        raise NotToBeDrawnError(f"{what}: not all numbers are finite")
    return array.astype(np.float32)
