"""OLAT: `Muster_Anna_amuster/1_dropbox/layers.py`; its other folders are not the student's."""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who

FILE = re.compile(
    r"(?P<person>[^/]+)/(?P<box>\d+_(?:drop|return|solution|submission|revision|correction)[^/]*)/(?P<rest>.*)"
)
HANDED_IN = re.compile(r"(?P<number>\d+)_(?:dropbox|submissions?)")


def claim(download: Download) -> dict[str, Claimed]:
    """What lies in everybody's dropbox."""
    found = {}
    for entry in download.entries:
        if match := FILE.fullmatch(entry.path):
            person = match["person"]
            name, _, login = person.rpartition("_")
            names = (name.replace("_", " "),) if name else ()
            who = Who(person, ids=(login,) if name else (), names=names, label=person, group=person)
            handed = HANDED_IN.fullmatch(match["box"])
            found[entry.path] = Claimed(Attempt(person, (who,)), match["rest"] if handed else "")
    return found


PLATFORM = Platform("OLAT", claim)
