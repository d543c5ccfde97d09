"""Autolab: `amuster@uni.example_3_layers.py`: e-mail, version, file."""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who

FILE = re.compile(r"(?P<email>[^/@]+@[^/_]+)_(?P<version>\d+)_(?P<file>[^/]+)")


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every version; the highest is the latest."""
    found = {}
    for entry in download.entries:
        if match := FILE.fullmatch(entry.path):
            email, version = match["email"], match["version"]
            who = Who(email, ids=(email,), emails=(email,), label=email)
            found[entry.path] = Claimed(Attempt(f"{email}_{version}", (who,), number=int(version)), match["file"])
    return found


PLATFORM = Platform("Autolab", claim)
