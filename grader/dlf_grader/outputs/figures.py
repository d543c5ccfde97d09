"""The pictures of a result, drawn: images inside the page, each with a sentence that says what it shows."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from dlf_grader.outputs.text import printable
from dlf_grader.report import Picture

if TYPE_CHECKING:
    from dlf_reference.training.drawings import Drawing

TITLES = {
    "curves": "Training curves",
    "optimisers": "The loss at each step",
    "confusion": "Confusion matrix",
    "mistaken": "Images that are predicted wrong",
    "lengths": "Errors by length of text",
    "filters": "Filters of the first layer",
    "activations": "Activations of the convolutions",
    "attention": "Attention weights",
    "norms": "Norms of the vectors",
    "layers": "Layer by layer",
    "repaired": "With one change",
}
DPI = 130


@dataclass(frozen=True)
class Figure:
    """A drawn picture.

    Attributes:
        source: the image as a `data:` address; "" where there is none.
        words: what it shows, or why it is not there.
    """

    title: str
    source: str
    words: str


def drawn(pictures: Sequence[Picture]) -> list[Figure]:
    """Every picture as an image, in order; matplotlib is imported for it."""
    return [_drawn(picture) for picture in pictures]


def _drawn(picture: Picture) -> Figure:
    title = TITLES.get(picture.kind, "A missing picture")
    if picture.kind == "missing":
        return Figure(title, "", printable(picture.words["why"][0]))
    try:
        drawing = _drawing(picture)
        from dlf_reference.plots import gallery

        return Figure(title, _image(drawing), printable(gallery.sentence(drawing)))
    except Exception as error:  # noqa: BLE001 - a report is worth more than a picture
        return Figure(title, "", printable(f"It could not be drawn: {type(error).__name__}: {error}"))


def _drawing(picture: Picture) -> Drawing:
    import numpy as np
    from dlf_reference.training.drawings import Drawing

    arrays = {name: np.frombuffer(a.data, a.dtype).reshape(a.shape) for name, a in picture.arrays.items()}
    return Drawing(picture.kind, arrays, picture.words)


def _image(drawing: Drawing) -> str:
    from dlf_reference.plots import gallery
    from dlf_reference.plots.canvas import course_style

    as_png, file = drawing.kind in gallery.PIXELS, io.BytesIO()
    with course_style():
        figure = gallery.figure(drawing)
        if as_png:
            figure.savefig(file, format="png", dpi=DPI)
            return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None})
    svg = file.getvalue().decode()
    return "data:image/svg+xml," + quote(svg[svg.index("<svg") :], safe=" !$()*+,-./:;=?@_~")
