"""One page for a training: what it reached, its pictures, and the earlier runs of the same beside it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from dlf_reference.training.checkpoint import dotted

NAME = "index.html"
WIDTH, HEIGHT = 640, 200  # of the curves, in units of their own
DECIDED = ("settings", "arguments", "model", "seed", "device", "sha256")  # of a record: what a result follows from

TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; font: 16px/1.5 system-ui, sans-serif; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid #8888; vertical-align: top; }
img { max-width: 100%; max-height: 40rem; background: #fff; } svg { max-width: 100%; } .scroll { overflow-x: auto; }
polyline { fill: none; stroke: #8888; stroke-width: 2; } polyline.this { stroke: #2a6cc0; stroke-width: 3; }
</style>
</head>
<body>
<h1>{{ title }}</h1>
<p><b>{{ result(record) }}</b> {{ about }}, {{ "reached" if record.reached else "missed" }}.
Seed {{ record.seed }}, {{ record.hardware }}, {{ day }}.</p>
<p>To train it again: <code>{{ command }}</code></p>
{% if why %}<p><code>{{ why }}</code> looks for the cause.</p>
{% endif %}{% if earlier %}
<h2>Beside the earlier runs</h2>
<figure>
<svg viewBox="0 0 {{ width }} {{ height }}" width="{{ width }}" role="img"
 aria-label="{{ kind.words }} after each epoch">
{% for run in earlier %}<polyline points="{{ line(run.record) }}"/>
{% endfor %}<polyline class="this" points="{{ line(record) }}"/>
</svg>
<figcaption>{{ kind.words|capitalize }} after each epoch, from {{ kind.shown(low) }} to {{ kind.shown(high) }}:
this run blue, the earlier grey.</figcaption></figure>
<div class="scroll"><table>
<thead><tr><th>run</th><th>test: {{ kind.words }}</th><th>minutes</th><th>what was different then</th></tr></thead>
<tbody>
<tr><td><b>{{ name }}</b></td><td>{{ result(record) }}</td><td>{{ minutes(record) }}</td><td></td></tr>
{% for run in earlier %}
<tr><td><a href="{{ run.link }}">{{ run.name }}</a></td><td>{{ result(run.record) }}</td>
<td>{{ minutes(run.record) }}</td><td>{{ run.different|join("; ") or "nothing that is recorded" }}</td></tr>
{% endfor %}
</tbody></table></div>
{% endif %}
{% for picture in pictures %}
<figure><img src="{{ picture.name }}" alt="{{ picture.stem }}"></figure>
{% endfor %}
</body>
</html>
"""


@dataclass(frozen=True)
class Kind:
    """What a page tells of a training.

    Attributes:
        result, curve: names in a record: a number, and what it was after each epoch.
        words: what the number is.
        shown: the number, as people read it.
    """

    result: str
    curve: str
    words: str
    shown: Callable[[float], str]


ACCURACY = Kind("accuracy", "accuracies", "accuracy", lambda share: f"{100 * share:.2f} %")
BITS = Kind("bits_per_byte", "curve", "bits per byte", lambda bits: f"{bits:.3f}")


@dataclass(frozen=True)
class Earlier:
    """A run that was there before.

    Attributes:
        link: its page, or its record, from the page of this one.
        different: what its result followed from, where that is not as in this one.
    """

    name: str
    link: str
    record: dict[str, Any]
    different: tuple[str, ...]


def run_page(
    record: dict[str, Any], about: str, out: Path, command: str, pictures: Sequence[Path], kind: Kind = ACCURACY
) -> str:
    """The page of a finished training.

    Args:
        record: what is written to `record.json`.
        about: the words behind the result, up to the target.
        out: the folder of the run; earlier ones are found beside it.
        command: that trains it again.
        pictures: in the folder.
    """
    from jinja2 import Environment

    earlier = earlier_runs(record, out, kind)
    curves = [each[kind.curve] for each in (record, *(run.record for run in earlier))]
    values = [value for curve in curves for value in curve]
    low, high, longest = min(values, default=0.0), max(values, default=1.0), max(map(len, curves))

    def line(of: dict[str, Any]) -> str:
        across, up = (WIDTH - 8) / max(longest - 1, 1), (HEIGHT - 8) / max(high - low, 1e-9)
        places = ((4 + across * at, HEIGHT - 4 - up * (value - low)) for at, value in enumerate(of[kind.curve]))
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)

    return Environment(autoescape=True).from_string(TEMPLATE).render(
        title=f"{_first(out).name}, run {_number(out)}",
        name=f"run {_number(out)}",
        record=record,
        about=about,
        kind=kind,
        result=lambda of: kind.shown(of[kind.result]),
        command=command,
        why=looks_for_the_cause(record),
        pictures=pictures,
        earlier=earlier,
        day=date.today().isoformat(),
        low=low,
        high=high,
        line=line,
        width=WIDTH,
        height=HEIGHT,
        minutes=lambda of: f"{of['seconds'] / 60:.1f}",
    )  # fmt: skip


def looks_for_the_cause(record: dict[str, Any]) -> str:
    """The command that tells why a training missed its target; "" where it did not, or is no check's."""
    is_checked = record["id"].startswith("m") and ACCURACY.result in record
    return "" if record["reached"] or not is_checked else f"dlf-grade why {record['id']}"


def earlier_runs(record: dict[str, Any], out: Path, kind: Kind = ACCURACY) -> list[Earlier]:
    """The finished runs of the same before this one, the latest first; what cannot be read is left out."""
    first, found = _first(out), []
    for number in range(_number(out) - 1, 0, -1):
        folder = first if number == 1 else first / str(number)
        try:
            before = json.loads((folder / "record.json").read_text(encoding="utf-8"))
            shown = folder / (NAME if (folder / NAME).exists() else "record.json")
            different = tuple(_different(before, record))
            float(before[kind.result]), float(before["seconds"]), list(before[kind.curve])  # another kind has none
        except (OSError, ValueError, KeyError, TypeError):
            continue
        link = Path(os.path.relpath(shown, out)).as_posix()
        found.append(Earlier(f"run {number}", link, before, different))
    return found


def _different(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    was, given = (dotted({name: of[name] for name in DECIDED if name in of}) for of in (before, now))
    changed = [key for key in sorted({*was, *given}) if was.get(key) != given.get(key)]
    return [
        f"{key.removeprefix('sha256.')} was another" if key.startswith("sha256.") else f"{key} {was.get(key)}"
        for key in changed
    ]


def _number(out: Path) -> int:
    """Which run of the same a folder is of: runs/ID is the first, runs/ID/2 the second."""
    return int(out.name) if out.name.isdecimal() and (out.parent / "record.json").exists() else 1


def _first(out: Path) -> Path:
    return out.parent if _number(out) > 1 else out
