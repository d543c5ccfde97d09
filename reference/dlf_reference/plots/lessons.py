"""The pictures of the lessons: `python -m dlf_reference.plots.lessons docs/assets` writes every one of them as SVG.

Each picture is a function that returns a figure; what it shows is computed, never drawn from memory.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from matplotlib.figure import Figure

from dlf_reference.plots import m0_figures, m1_figures, m2_figures, m3_figures, m4_figures, m5_figures
from dlf_reference.plots.canvas import course_style, save

PICTURES: Mapping[str, Callable[[], Figure]] = {
    "m0-initialisation": m0_figures.initialisation,
    "m0-activations": m0_figures.activations,
    "m0-cross-entropy": m0_figures.cross_entropy,
    "m0-gradient-check": m0_figures.gradient_check,
    "m1-conv-windows": m1_figures.conv_windows,
    "m1-im2col": m1_figures.im2col,
    "m1-conv-backward": m1_figures.conv_backward,
    "m1-max-pool": m1_figures.max_pool,
    "m1-batch-norm": m1_figures.batch_norm,
    "m1-residual-block": m1_figures.residual_block,
    "m2-unrolled": m2_figures.unrolled,
    "m2-gradient-norms": m2_figures.gradient_norms,
    "m3-attention": m3_figures.attention,
    "m3-positions": m3_figures.positions,
    "m4-ravine": m4_figures.ravine,
    "m4-schedules": m4_figures.schedules,
    "m4-weight-decay": m4_figures.weight_decay,
    "m5-graph": m5_figures.graph,
}


def draw(folder: Path, *, suffix: str = ".svg") -> list[Path]:
    """Write every picture into `folder` (made if missing) and return the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, picture in PICTURES.items():
        path = folder / f"{name}{suffix}"
        with course_style():
            save(picture(), path)
        written.append(path)
    return written


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line: one folder, and the format if it is not to be SVG."""
    parser = argparse.ArgumentParser(description="Draw the pictures of the lessons.")
    parser.add_argument("folder", type=Path, help="where the files go, for instance docs/assets")
    parser.add_argument(
        "--format", choices=("svg", "png"), default="svg", help="png is for looking at them (default: svg)"
    )
    options = parser.parse_args(arguments)
    for path in draw(options.folder, suffix=f".{options.format}"):
        print(f"{path}  {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main()
