"""The pictures of an autopsy as lines of text: bars by layer, and a curve beside the repaired one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlf_grader.report import Picture, Result

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH, MOST, POINTS = 16, 12, 24


def sketches(result: Result) -> list[str]:
    """Lines that draw what proves a cause; none where nothing is known to draw."""
    return [line for picture in result.pictures for line in _lines(picture)]


def _lines(picture: Picture) -> Iterator[str]:
    if picture.kind == "layers":
        values, names = _numbers(picture, "values"), picture.words["names"]
        most = max(values, default=0.0)
        wide = max((len(name) for name in names[:MOST]), default=0)
        share = picture.words["what"][0] == "dead"
        yield "units that are 0 for every example:" if share else "gradient norms, first to last:"
        for name, value in list(zip(names, values, strict=True))[:MOST]:
            bar = "█" * round(WIDTH * value / most) if most else ""
            yield f"  {name:<{wide}}  {bar or '·'} {f'{100 * value:.0f} %' if share else f'{value:.2g}'}"
        if len(values) > MOST:
            yield f"  … and {len(values) - MOST} more"
    elif picture.kind == "repaired":
        runs = [_numbers(picture, name) for name in ("losses", "better")]
        finite = [value for run in runs for value in run if math.isfinite(value)]
        labels = ("as it is", f"with {picture.words['change'][0]}")
        for label, run in zip(labels, runs, strict=True):
            if run:
                yield f"loss {label:<{max(map(len, labels))}}  {_curve(run, max(finite, default=1.0))}  {run[-1]:.2g}"


def _curve(values: Sequence[float], most: float) -> str:
    """At most `POINTS` of the values, each a block as high as it is."""
    step = max(1, math.ceil(len(values) / POINTS))
    shown = [value if math.isfinite(value) else most for value in values[::step]]
    return "".join(BLOCKS[min(len(BLOCKS) - 1, int(len(BLOCKS) * max(0.0, value) / (most or 1.0)))] for value in shown)


def _numbers(picture: Picture, name: str) -> list[float]:
    found = picture.arrays[name]
    return list(memoryview(found.data).cast("d")) if found.dtype == "<f8" else []
