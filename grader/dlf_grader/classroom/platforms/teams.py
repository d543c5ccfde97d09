"""Microsoft Teams: `Submitted files/Anna Muster/ASSIGNMENT/Version 2/layers.py`, as SharePoint keeps and zips it."""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who

FILE = re.compile(
    r"(?:.*/)?(?P<name>[^/]+)/(?P<assignment>[^/]+)/Vers(?:ion|ión|ione|ie|ão) (?P<number>\d+)/(?P<file>.+)",
    re.IGNORECASE,
)


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every version; the highest is the latest."""
    found = {}
    for entry in download.entries:
        if match := FILE.fullmatch(entry.path):
            who = Who(match["name"], names=(match["name"],), group=match["name"])
            source = f"{match['name']}, version {match['number']}"
            found[entry.path] = Claimed(Attempt(source, (who,), number=int(match["number"])), match["file"])
    return found


PLATFORM = Platform("Microsoft Teams", claim)
