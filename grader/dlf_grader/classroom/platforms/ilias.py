"""ILIAS: `Muster_Anna_amuster_12040/layers.py`, a team's below `Team 20/`; a file may start with its time."""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who
from dlf_grader.classroom.times import from_digits

PERSON = r"(?P<person>[^/_]+(?:_[^/_]+)*_(?P<login>[^/_]+)_(?P<number>\d+))"
FILE = re.compile(
    rf"(?:(?P<team>(?:[Tt]eam|Gruppe|[Gg]roup)[ _]\w+)/)?{PERSON}/(?:(?P<stamp>20\d{{12}})_)?(?P<rest>.*)"
)
TOP = re.compile(r"status\.(?:xlsx|csv|xml)|[^/]*\.(?:xlsx|pdf)")


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every student; of a team's, everybody whose folder lies in it."""
    matches = {entry.path: match for entry in download.entries if (match := FILE.fullmatch(entry.path))}
    members: dict[str, dict[str, Who]] = {}
    times: dict[str, list[str]] = {}
    for match in matches.values():
        source = match["team"] or match["person"]
        name = match["person"].removesuffix(f"_{match['login']}_{match['number']}").replace("_", " ")
        members.setdefault(source, {})[match["person"]] = Who(
            match["person"], ids=(match["login"],), weak_ids=(match["number"],), names=(name,), label=match["person"]
        )
        times.setdefault(source, []).extend([match["stamp"]] if match["stamp"] else [])
    attempts = {
        source: Attempt(source, tuple(who.values()), from_digits(max(times[source], default=""), download.zone))
        for source, who in members.items()
    }
    found = {
        path: Claimed(attempts[match["team"] or match["person"]], match["rest"], int(match["stamp"] or 0))
        for path, match in matches.items()
    }
    if found:
        notes = Attempt("status", ())
        found |= {entry.path: Claimed(notes, "") for entry in download.entries if TOP.fullmatch(entry.path)}
    return found


PLATFORM = Platform("ILIAS", claim)
