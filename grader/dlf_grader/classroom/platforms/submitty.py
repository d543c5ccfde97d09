"""Submitty: `amuster/2/layers.py`, a folder for each version; `user_assignment_settings.json` says which counts."""

from __future__ import annotations

import json
import re

from dlf_grader.classroom.archives import Entry
from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who
from dlf_grader.classroom.times import from_digits, zone_named

FILE = re.compile(r"(?P<user>[^/]+)/(?P<version>\d+)/(?P<file>.+)")
SETTINGS = "user_assignment_settings.json"
TIME = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ?(?P<zone>[+-]\d{4}|\S+)?")


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every version, where users have settings; the active version is taken for the latest."""
    settings = {
        entry.path.partition("/")[0]: _settings(download, entry)
        for entry in download.entries
        if re.fullmatch(rf"[^/]+/{re.escape(SETTINGS)}", entry.path)
    }
    found = {}
    for entry in download.entries:
        match = FILE.fullmatch(entry.path)
        user = entry.path.partition("/")[0]
        if user in settings and entry.path == f"{user}/{SETTINGS}":
            found[entry.path] = Claimed(Attempt(SETTINGS, ()), "")
        elif match and settings:
            version, (active, times) = int(match["version"]), settings.get(user, (-1, {}))
            stamp = TIME.match(times.get(version, ""))
            zone = zone_named((stamp and stamp["zone"]) or "") or download.zone
            who = Who(user, label=user, group=user)
            counts = 1_000_000 if version == active else version
            when = from_digits(stamp["time"], zone) if stamp and version == active else None
            found[entry.path] = Claimed(Attempt(f"{user}/{version}", (who,), when, number=counts), match["file"])
    return found


def _settings(download: Download, entry: Entry) -> tuple[int, dict[int, str]]:
    """The active version, and when each was handed in."""
    try:
        read = json.loads(download.text(entry))
        times = {int(it["version"]): str(it["time"]) for it in read.get("history", [])}
        return int(read["active_version"]), times
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return -1, {}


PLATFORM = Platform("Submitty", claim)
