"""Sakai: `Muster, Anna(amuster)/Submission attachment(s)/layers.py` and `timestamp.txt`; or everything side by side."""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who
from dlf_grader.classroom.times import from_digits

FOLDER = re.compile(r"(?P<source>(?P<name>[^/]+?) ?\((?P<login>[^()/]+)\))(?:/|_)(?P<rest>.*)")
ATTACHMENT = re.compile(r"(?:Submission attachment\(s\)|Submission attachments?)(?:/|_)(?P<file>.*)")
OTHERS = re.compile(
    r"(?:.*_submissionText\.(?:html|txt)|submissionText.*|comments\.txt|timestamp\.txt"
    r"|Feedback [Aa]ttachment.*|feedbackText\..*)"
)


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every student."""
    times = {}
    matches = {entry.path: match for entry in download.entries if (match := FOLDER.fullmatch(entry.path))}
    sakai = any(ATTACHMENT.fullmatch(match["rest"]) or match["rest"] == "timestamp.txt" for match in matches.values())
    if not sakai:
        return {}
    for entry in download.entries:
        match = matches.get(entry.path)
        if match and match["rest"] == "timestamp.txt":
            times[match["source"]] = from_digits(download.text(entry), download.zone)
    found = {}
    for path, match in matches.items():
        source, name = match["source"], match["name"]
        who = Who(match["login"], ids=(match["login"],), names=(name,), group=name)
        attempt = Attempt(source, (who,), times.get(source))
        attached = ATTACHMENT.fullmatch(match["rest"])
        note = OTHERS.fullmatch(match["rest"]) is not None
        found[path] = Claimed(attempt, "" if note else attached["file"] if attached else match["rest"])
    return found


PLATFORM = Platform("Sakai", claim)
