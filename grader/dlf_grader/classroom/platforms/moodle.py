"""Moodle: `First Last_1327627_assignsubmission_file/layers.py`, or the same with `_` in the place of the slash.

The number is a person's in this assignment, as in the offline worksheet (`Participant 1327627`); a group's folder names
the group, and the default group's has no number. Before 4.1 a folder ended in `_`, and each of a group had one of their
own, `Gruppe A-First Last_1327627_assignsubmission_file_`.
"""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who

NAME = re.compile(
    r"(?P<name>[^/]+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>file|onlinetext|[a-z]+)_?(?:/|_|(?<=_)|$)(?P<rest>.*)"
)
OF_A_GROUP = re.compile(
    r"(?P<group>(?:[^-]*\b(?:group|gruppe|team|groupe|grupo|gruppo|equipe|grp)\b[^-]*|[^-]*\d[^-]*))-(?P<member>.+)",
    re.IGNORECASE,
)


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every participant; what was typed into the form is no file."""
    found = {}
    for entry in download.entries:
        if match := NAME.fullmatch(entry.path):
            name, number = match["name"], match["number"] or ""
            label = f"{name}_{number}" if number else name
            key = f"{label}_assignsubmission_file"
            member = OF_A_GROUP.fullmatch(name)
            names = (name, member["member"]) if member else (name,)
            who = Who(key, participant=number, names=names, group=name)
            handed = match["plugin"] == "file"
            skip = "" if handed else "typed into Moodle's form, not handed in as a file"
            found[entry.path] = Claimed(Attempt(key, (who,)), match["rest"], skip=skip)
    return found


PLATFORM = Platform("Moodle", claim)
