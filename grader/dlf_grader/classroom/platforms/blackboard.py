"""Blackboard Learn: `Week 1 MLP_amuster_attempt_2026-11-20-23-50-00_layers.py`, and a `.txt` for each attempt.

The note says whose it is ("Name: Anna Muster (amuster)"), in which time zone, and what the files were called.
"""

from __future__ import annotations

import re

from dlf_grader.classroom.archives import Entry
from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who, last, possible_ids
from dlf_grader.classroom.times import from_digits, zone_named

FILE = re.compile(
    r"(?P<begin>[^/]+?)_attempt_(?P<stamp>\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d)(?:_(?P<file>.+)|(?P<note>\.txt)|/(?P<inside>.*))"
)
NAME = re.compile(r"^\W*Name:\s*(?P<name>.+?)\s*\((?P<login>[^()]+)\)\s*$", re.MULTILINE)
ZONE = re.compile(
    r"^Date Submitted:.*\d(?::\d\d)+(?: [AP]M)?(?: o'clock)? (?P<zone>[A-Za-z/_]+|[+-]\d\d:?\d\d)\s*$", re.MULTILINE
)
ORIGINAL = re.compile(r"Original filename:\s*(?P<original>.+?)\s*\n\s*Filename:\s*(?P<name>.+?)\s*$", re.MULTILINE)


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every attempt."""
    matches = {entry.path: match for entry in download.entries if (match := FILE.fullmatch(entry.path))}
    notes = {entry.path: entry for entry in download.entries}
    logins = possible_ids(sorted({match["begin"] for match in matches.values()}), "_")
    attempts: dict[str, tuple[Attempt, dict[str, str]]] = {}
    found = {}
    for path, match in matches.items():
        source = f"{match['begin']}_attempt_{match['stamp']}"
        if source not in attempts:
            attempts[source] = _attempt(download, source, match, notes.get(f"{source}.txt"), logins)
        attempt, originals = attempts[source]
        name = originals.get(last(path)) or match["file"] or match["inside"] or ""
        found[path] = Claimed(attempt, "" if match["note"] else name)
    return found


def _attempt(
    download: Download,
    source: str,
    match: re.Match[str],
    note: Entry | None,
    logins: dict[str, tuple[str, ...]],
) -> tuple[Attempt, dict[str, str]]:
    text = download.text(note) if note else ""
    ends = logins[match["begin"]]
    said, zone, problem = NAME.search(text), download.zone, ""
    if stated := ZONE.search(text):
        understood = zone_named(stated["zone"])
        problem = "" if understood else f"the time zone {stated['zone']} is not understood: read as the default one"
        zone = understood or zone
    if said:
        who = Who(said["login"], ids=(said["login"],), names=(said["name"],))
    else:
        who = Who(ends[0] if ends else match["begin"], ids=ends, group=ends[0] if ends else "")
    attempt = Attempt(source, (who,), from_digits(match["stamp"], zone), note=problem)
    return attempt, {found["name"]: found["original"] for found in ORIGINAL.finditer(text)}


PLATFORM = Platform("Blackboard", claim)
