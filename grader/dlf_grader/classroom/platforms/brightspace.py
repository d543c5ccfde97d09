"""Brightspace: `397063-2557369 - Anna Muster - Nov 20, 2026 920 PM/layers.py`, or ` - layers.py` beside each other.

The first number is the person's; who handed in twice has two folders.
"""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who
from dlf_grader.classroom.times import in_words

FILE = re.compile(
    r"(?P<source>(?P<number>\d+)-\d+ ?- ?(?P<name>[^/]+?) ?- ?(?P<when>[^/-]*\b20\d\d\b[^/-]*?))(?:/| - )(?P<rest>.*)"
)


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every folder."""
    found = {}
    for entry in download.entries:
        if match := FILE.fullmatch(entry.path):
            when = in_words(match["when"], download.zone)
            name = match["name"]
            who = Who(f"{match['number']} - {name}", weak_ids=(match["number"],), names=(name,), group=name)
            note = "" if when else f"the time {match['when']!r} is not understood"
            found[entry.path] = Claimed(Attempt(match["source"], (who,), when, note=note), match["rest"])
    return found


PLATFORM = Platform("Brightspace", claim)
