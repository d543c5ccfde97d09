"""The pictures of a finished training: which it gets follows from its data and from what is in its network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from dlf_reference.plots import gallery
from dlf_reference.plots.canvas import course_style, save
from dlf_reference.training import drawings, inside, inside_texts
from dlf_reference.training.common import as_taken
from dlf_reference.training.drawings import Drawing
from dlf_reference.training.trained import TrainedRun


def draw(run: TrainedRun, folder: Path) -> list[Path]:
    """Write the pictures of a run into `folder` (made if missing) and return the files written.

    Curves and confusion matrix are always there; images add filters and activation maps where the network is made
    of convolutions, texts the error by length, and attention and norms of blocks where there are any.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for drawing in seen(run):
        path = folder / f"{drawing.kind}.{'png' if drawing.kind in gallery.PIXELS else 'svg'}"
        with course_style():
            save(gallery.figure(drawing), path)
        written.append(path)
    return written


def seen(run: TrainedRun) -> Iterator[Drawing]:
    """What there is to see of this run."""
    yield drawings.curves(run.losses, run.accuracies, run.target, run.watched)
    yield drawings.confusion(run.labels, run.predictions, run.classes)
    if drawings.are_images(run.examples) and (mistaken := _mistaken(run)) is not None:
        yield mistaken
    if run.lengths is not None:
        yield drawings.lengths(run.lengths, run.predictions != run.labels)
    if isinstance(run.model, torch.nn.Module):
        yield from _of_images(run, run.model) if run.lengths is None else _of_texts(run, run.model, run.lengths)


def _mistaken(run: TrainedRun) -> Drawing | None:
    wrong, sureness = run.examples[run.labels != run.predictions], None
    if isinstance(run.model, torch.nn.Module) and len(wrong):
        sureness = inside.sureness(run.model, as_taken(wrong, run.examples))
    return drawings.mistaken(run.examples, run.labels, run.predictions, run.classes, sureness)


def _of_images(run: TrainedRun, model: torch.nn.Module) -> Iterator[Drawing]:
    row = int(np.argmax(run.predictions == run.labels))  # the first that is predicted right
    image = run.examples[row]
    found = inside.of_image(model, as_taken(image[None], run.examples))
    if found["kernels"] is not None and (filters := drawings.filters(found["kernels"])) is not None:
        yield filters
    if found["layers"]:
        yield drawings.activations(image, found["layers"], run.classes[int(run.labels[row])])


def _of_texts(run: TrainedRun, model: torch.nn.Module, lengths: np.ndarray) -> Iterator[Drawing]:
    texts = drawings.Texts(run.examples, lengths)
    row = drawings.chosen_text(texts, run.predictions == run.labels)
    one, _ = texts.rows(np.array([row]), drawings.MOST_WORDS)
    if weights := inside_texts.of_text(model, one):
        words = [run.vocabulary[number] for number in one[0].tolist()]
        yield drawings.attention(weights, words, run.classes[int(run.labels[row])])
    some = texts.rows(np.flatnonzero(lengths > 0)[: drawings.TEXTS], drawings.WORDS)
    if blocks := inside_texts.of_texts(model, *some):
        yield drawings.norms(blocks)
