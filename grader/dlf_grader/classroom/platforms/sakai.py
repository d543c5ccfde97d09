"""Sakai: `Muster, Anna(amuster)/Submission attachment(s)/layers.py` and `timestamp.txt`; or everything side by side.

Its times are GMT, "20261122114400200" or "2026-11-22T11:44:00.2Z". Side by side there is no `timestamp.txt`, but
`grades.csv` may have the column "Submission date".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who
from dlf_grader.classroom.times import from_digits, instant

FOLDER = re.compile(r"(?P<source>(?P<name>[^/]+?) ?\((?P<login>[^()/]+)\))(?:/|_)(?P<rest>.*)")
ATTACHMENT = re.compile(r"(?:Submission attachment\(s\)|Submission attachments?)(?:/|_)(?P<file>.*)")
OTHERS = re.compile(
    r"(?:.*_submissionText\.(?:html|txt)|submissionText.*|comments\.txt|timestamp\.txt"
    r"|Feedback [Aa]ttachment.*|feedbackText\..*)"
)


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every student."""
    matches = {entry.path: match for entry in download.entries if (match := FOLDER.fullmatch(entry.path))}
    sakai = any(ATTACHMENT.fullmatch(match["rest"]) or match["rest"] == "timestamp.txt" for match in matches.values())
    if not sakai:
        return {}
    gradebook = next((entry for entry in download.entries if entry.path == "grades.csv"), None)  # no student's own
    of_logins = dict(_times_in(download.text(gradebook))) if gradebook else {}
    times = {match["source"]: of_logins.get(match["login"]) for match in matches.values()}
    for entry in download.entries:
        match = matches.get(entry.path)
        if match and match["rest"] == "timestamp.txt":
            times[match["source"]] = from_digits(download.text(entry), UTC)
    found = {}
    for path, match in matches.items():
        source, name = match["source"], match["name"]
        who = Who(match["login"], ids=(match["login"],), names=(name,), group=name)
        attempt = Attempt(source, (who,), times.get(source))
        attached = ATTACHMENT.fullmatch(match["rest"])
        note = OTHERS.fullmatch(match["rest"]) is not None
        found[path] = Claimed(attempt, "" if note else attached["file"] if attached else match["rest"])
    return found


def _times_in(gradebook: str) -> Iterator[tuple[str, datetime]]:
    """Each login of the download's own gradebook with the time of handing in, if it names its zone."""
    try:
        rows = list(csv.reader(gradebook.splitlines()))
    except csv.Error:
        return
    header = next((row for row in rows if {"Display ID", "Submission date"} <= {*row}), [])
    for row in rows:
        cells = dict(zip(header, row, strict=False))
        if moment := instant(cells.get("Submission date", "")):
            yield from ((cells[name], moment) for name in ("ID", "Display ID") if cells.get(name))


PLATFORM = Platform("Sakai", claim)
