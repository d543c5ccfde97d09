"""How a learner's code got to an exception, as lines to read: where, the source line, and what it had at hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from dlf_grader.frames import Frame
from dlf_grader.report import Location, TraceLine
from dlf_grader.run.reading.source import Source

FRAMES_SHOWN = 4  # the innermost
VALUES_SHOWN = 6  # at most; those that the line does not name fill up to
OTHERS_UP_TO = 4


def trace_lines(frames: Sequence[Frame], sources: Sequence[Source], tree: str) -> tuple[TraceLine, ...]:
    """The innermost frames, the last one with its variables.

    Args:
        frames: as a worker sent them, innermost last.
        sources: files whose lines may be shown.
        tree: its name, which goes before the files'.
    """
    if not frames:
        return ()
    known = {source.path: source for source in sources}
    runs = [(at, len(list(same))) for at, same in groupby((f.file, f.line, f.function) for f in frames)]
    lines = []
    for (file, line, function), times in runs[-FRAMES_SHOWN:]:
        source = known[file].text_of(line) if file in known else ""
        again = " (repeated)" if times > 1 else ""
        text = f" in {function}{again}" + (f": {source}" if source else "")
        lines.append(TraceLine(text, Location(f"{tree}/{file}", line)))
    values = _values_shown(frames[-1], source)
    return (*lines, TraceLine(f"  with {values}")) if values else tuple(lines)


def _values_shown(frame: Frame, source: str) -> str:
    """The variables that the line names, then others while there is room; an import has none to tell of."""
    if source.startswith(("import ", "from ")):
        return ""
    named = [name for name in frame.values if re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", source)]
    others = [name for name in frame.values if name not in named]
    shown = [*named[:VALUES_SHOWN], *others[: max(0, OTHERS_UP_TO - len(named))]]
    return ", ".join(f"{name} {frame.values[name]}" for name in shown)
