"""The pictures of a finished training: which it gets follows from its data and from what is in its network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from matplotlib.figure import Figure

from dlf_reference.plots import attention, convolutions, inside, norms
from dlf_reference.plots.canvas import course_style, save
from dlf_reference.plots.confusion import confusion
from dlf_reference.plots.curves import curves
from dlf_reference.plots.lengths import error_by_length
from dlf_reference.training.trained import TrainedRun

TEXTS, WORDS = 64, 256  # at most, that the norms of blocks are measured on
Picture = tuple[str, Callable[[], Figure | None]]


def draw(run: TrainedRun, folder: Path) -> list[Path]:
    """Write the pictures of a run into `folder` (made if missing) and return the files written.

    Curves and confusion matrix are always there; images add filters and activation maps where the network is made
    of convolutions, texts the error by length, and attention and norms of blocks where there are any.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, picture in pictures(run):
        with course_style():
            figure = picture()
            if figure is not None:
                save(figure, folder / name)
                written.append(folder / name)
    return written


def pictures(run: TrainedRun) -> Iterator[Picture]:
    """The file of each picture that this run may get, and what draws it; None where there is nothing to show."""
    yield "curves.svg", lambda: curves(run.losses, run.accuracies, run.target)
    yield "confusion.svg", lambda: confusion(run.labels, run.predictions, run.classes)
    lengths = run.lengths
    if lengths is not None:
        yield "lengths.svg", lambda: error_by_length(lengths, run.predictions != run.labels)
    if isinstance(run.model, torch.nn.Module):
        yield from _of_texts(run) if lengths is not None else _of_images(run)


def _of_images(run: TrainedRun) -> Iterator[Picture]:
    row = int(np.argmax(run.predictions == run.labels))  # the first that is predicted right
    ran = convolutions.ran_convolutions(run.model, inside.image_inputs(run, np.array([row])))
    kernels = convolutions.first_kernels(run.model, ran)
    if kernels is not None:
        yield "filters.png", lambda: convolutions.filters(kernels)
    if ran:
        label = run.classes[int(run.labels[row])]
        maps = convolutions.shown_maps(ran)
        yield "activations.png", lambda: convolutions.activations(run.examples[row], maps, label)


def _of_texts(run: TrainedRun) -> Iterator[Picture]:
    yield "attention.png", lambda: _attention(run)
    yield "norms.svg", lambda: _norms(run)


def _attention(run: TrainedRun) -> Figure | None:
    row = attention.chosen_text(run)
    inputs = inside.text_inputs(run, np.array([row]), attention.MOST_WORDS)
    weights = attention.caught_weights(run.model, inputs)
    if not weights:
        return None
    words = [run.vocabulary[number] for number in inputs[0][0].tolist()]
    title = f"Attention of the last of {len(weights)} layers, for a test text of class “{run.classes[run.labels[row]]}”"
    return attention.attention(weights[-1], words, title)


def _norms(run: TrainedRun) -> Figure | None:
    assert run.lengths is not None
    rows = np.flatnonzero(run.lengths > 0)[:TEXTS]
    blocks = norms.block_norms(run.model, inside.text_inputs(run, rows, WORDS))
    return norms.layer_norms(blocks) if blocks else None
