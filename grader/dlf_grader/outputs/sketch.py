"""Curves as lines of text, and the pictures of an autopsy: bars by layer, and a curve beside the repaired one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlf_grader.report import Picture, Result

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH, MOST, POINTS = 16, 12, 24


def curve(values: Sequence[float], low: float, high: float, blocks: str = BLOCKS) -> str:
    """At most `POINTS` of the values, each a block as high as it is between two others; what is not finite is highest.

    Args:
        blocks: from low to high; "" where they cannot be shown, which draws nothing.
    """
    if not blocks:
        return ""
    step = max(1, math.ceil(len(values) / POINTS))
    shares = [(value - low) / ((high - low) or 1.0) if math.isfinite(value) else 1.0 for value in values[::step]]
    return "".join(blocks[round(min(1.0, max(0.0, share)) * (len(blocks) - 1))] for share in shares)


def sketches(result: Result, blocks: str = BLOCKS) -> list[str]:
    """Lines that draw what proves a cause; none where nothing is known to draw.

    Args:
        blocks: as of a curve; without them there are numbers only.
    """
    return [line for picture in result.pictures for line in _lines(picture, blocks)]


def _lines(picture: Picture, blocks: str) -> Iterator[str]:
    if picture.kind == "layers":
        values, names = _numbers(picture, "values"), picture.words["names"]
        most = max(values, default=0.0)
        wide = max((len(name) for name in names[:MOST]), default=0)
        share = picture.words["what"][0] == "dead"
        yield "units that are 0 for every example:" if share else "gradient norms, first to last:"
        for name, value in list(zip(names, values, strict=True))[:MOST]:
            bar = blocks[-1:] * round(WIDTH * value / most) if most else ""
            drawn = f"{bar or '·'} " if blocks else ""
            yield f"  {name:<{wide}}  {drawn}{f'{100 * value:.0f} %' if share else f'{value:.2g}'}"
        if len(values) > MOST:
            yield f"  … and {len(values) - MOST} more"
    elif picture.kind == "repaired":
        runs = [_numbers(picture, name) for name in ("losses", "better")]
        most = max((value for run in runs for value in run if math.isfinite(value)), default=1.0)
        labels = ("as it is", f"with {picture.words['change'][0]}")
        for label, run in zip(labels, runs, strict=True):
            if run:
                drawn = f"{curve(run, 0.0, most, blocks)} " if blocks else f"{run[0]:.2g} to"
                yield f"loss {label:<{max(map(len, labels))}}  {drawn} {run[-1]:.2g}"


def _numbers(picture: Picture, name: str) -> list[float]:
    found = picture.arrays[name]
    return list(memoryview(found.data).cast("d")) if found.dtype == "<f8" else []
