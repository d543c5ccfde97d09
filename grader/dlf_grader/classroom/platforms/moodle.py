"""Moodle: `First Last_1327627_assignsubmission_file/layers.py`, or the same with `_` in the place of the slash.

The number is a person's in this assignment, as in the offline worksheet (`Participant 1327627`); a group's folder names
the group, and the default group's has no number. Before 4.1 a folder ended in `_`.
"""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who

NAME = re.compile(
    r"(?P<name>[^/]+?)(?:_(?P<number>\d+))?_assignsubmission_(?P<plugin>file|onlinetext|[a-z]+)_?(?:/|_|(?<=_)|$)(?P<rest>.*)"
)


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every participant; what was typed into the form is no file."""
    found = {}
    for entry in download.entries:
        if match := NAME.fullmatch(entry.path):
            name, number = match["name"], match["number"] or ""
            label = f"{name}_{number}" if number else name
            key = f"{label}_assignsubmission_file"
            who = Who(key, participant=number, names=(name,), group=name)
            handed = match["plugin"] == "file"
            skip = "" if handed else "typed into Moodle's form, not handed in as a file"
            found[entry.path] = Claimed(Attempt(key, (who,)), match["rest"], skip=skip)
    return found


PLATFORM = Platform("Moodle", claim)
