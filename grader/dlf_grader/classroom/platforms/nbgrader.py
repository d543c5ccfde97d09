"""nbgrader's exchange: `amuster+m0_mlp+2026-11-20 23:50:00.123456 UTC+RANDOM/`, and a `timestamp.txt` in it."""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who
from dlf_grader.classroom.times import from_digits, zone_named

FILE = re.compile(
    r"(?P<source>(?P<student>[^/+]+)\+(?P<assignment>[^/+]+)"
    r"\+(?P<time>\d{4}-\d\d-\d\d[ _]\d\d[:_-]?\d\d[:_-]?\d\d)(?:\.\d+)?"
    r" ?(?P<zone>[A-Za-z/]+|[+-]\d\d:?\d\d)?(?:\+[^/]*)?)/(?P<file>.*)"
)


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every time that somebody handed in."""
    found = {}
    for entry in download.entries:
        if match := FILE.fullmatch(entry.path):
            student, zone = match["student"], zone_named(match["zone"] or "")
            note = f"the time zone {match['zone']} is not understood" if match["zone"] and not zone else ""
            when = from_digits(match["time"], zone or download.zone)
            attempt = Attempt(match["source"], (Who(student, label=student),), when, note=note)
            found[entry.path] = Claimed(attempt, "" if match["file"] == "timestamp.txt" else match["file"])
    return found


PLATFORM = Platform("nbgrader's exchange", claim)
