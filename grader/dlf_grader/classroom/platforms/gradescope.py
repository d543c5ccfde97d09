"""Gradescope: `submission_338100/layers.py`, and `submission_metadata.yml` with everybody of each submission."""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from dlf_grader.classroom.archives import Entry
from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who, first, last
from dlf_grader.classroom.times import from_digits, zone_named

FOLDER = re.compile(r"(?:.*/)?(?P<folder>submission_\d+)/(?P<rest>.*)")
METADATA = "submission_metadata.yml"


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every submission that the metadata know."""
    about = next((entry for entry in download.entries if last(entry.path) == METADATA), None)
    known = _read(download, about) if about else {}
    if about is None or not known:
        return {}
    begin = about.path.removesuffix(METADATA)
    attempts = {name: _attempt(name, entry) for name, entry in known.items()}
    found = {about.path: Claimed(Attempt(METADATA, ()), "")}
    for entry in download.entries:
        name, rest = first(entry.path.removeprefix(begin))
        if entry.path.startswith(begin) and name in attempts and rest:
            found[entry.path] = Claimed(attempts[name], rest)
    for name, attempt in attempts.items():
        if not any(claimed.attempt is attempt for claimed in found.values()):
            found[f"{begin}{name}/"] = Claimed(attempt, "")
    return found


def _read(download: Download, about: Entry) -> dict[str, dict[str, Any]]:
    import yaml

    try:
        read = yaml.load(download.text(about), Loader=yaml.BaseLoader)  # strings only: nothing is made of what it says
    except (yaml.YAMLError, RecursionError):
        return {}
    return {str(key): value for key, value in read.items() if isinstance(value, dict)} if isinstance(read, dict) else {}


def _attempt(name: str, about: dict[str, Any]) -> Attempt:
    people = about.get(":submitters") or about.get(":submitters:") or []
    when, note = None, ""
    if stamp := str(about.get(":created_at", about.get(":created_at:", ""))):
        found = re.match(r"(?P<time>\d{4}-\d\d-\d\d[ T][\d:]+)(?:\.\d+)?\s*(?P<zone>\S*)", stamp)
        zone = zone_named(found["zone"]) if found and found["zone"] else UTC
        when = from_digits(found["time"], zone) if found and zone else None
        note = "" if when else f"the time {stamp!r} is not understood"
    return Attempt(name, tuple(_who(name, person) for person in people if isinstance(person, dict)), when, note=note)


def _who(source: str, person: dict[str, Any]) -> Who:
    said = {str(key).strip(":"): str(value) for key, value in person.items() if value not in ("", "null", "~")}
    name, number, email = (said.get(key, "") for key in ("name", "sid", "email"))
    return Who(
        number or email or name or source,
        ids=(number,) if number else (),
        emails=(email,) if email else (),
        names=(name,) if name else (),
    )


PLATFORM = Platform("Gradescope", claim)
