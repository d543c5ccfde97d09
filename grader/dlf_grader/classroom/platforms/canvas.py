"""Canvas: `musteranna_90210_555000_layers.py`, late `musteranna_LATE_90210_555000_layers.py`; files side by side.

The name is family and first name in lower case with everything else taken out, the first number the user's, the second
the attachment's. Handed in again, a file has `-1` before its suffix. Anonymous: `anon_aB3xQ_555000_layers.py`.
"""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who

LETTERS = r"(?:\w|[^\x00-\x7f])+?"  # also vowel signs, and accents that a Mac splits off
ANONYMOUS = re.compile(r"(?P<name>anon)_(?P<late>LATE_)?(?P<user>\w+?)_(?P<number>\d+)_(?P<file>[^/]+)")
FILE = re.compile(rf"(?P<name>{LETTERS})_(?P<late>LATE_)?(?P<user>\d+)_(?P<number>\d+)_(?P<file>[^/]+)")
TEXT = re.compile(rf"(?P<name>{LETTERS})_(?P<late>LATE_)?(?P<user>\d+|(?<=anon_)\w+?)_(?P<file>(?:text|link)\.html)")
AGAIN = re.compile(r"(?P<stem>.+?)-(?P<again>\d{1,2})(?P<suffix>(?:\.[A-Za-z0-9]+)+)")


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every user."""
    found = {}
    for entry in download.entries:
        text = TEXT.fullmatch(entry.path)
        match = text or ANONYMOUS.fullmatch(entry.path) or FILE.fullmatch(entry.path)
        if match is None:
            continue
        label = f"{match['name']}_{match['user']}"
        anonymous = match["name"] == "anon"
        who = Who(
            label,
            weak_ids=() if anonymous else (match["user"],),
            run_together="" if anonymous else match["name"],
            group="" if anonymous else match["name"],
        )
        attempt = Attempt(label, (who,), late=bool(match["late"]), number=bool(match["late"]))  # after the due time
        again = AGAIN.fullmatch(match["file"])
        if text:
            found[entry.path] = Claimed(attempt, match["file"], skip="typed into Canvas, not handed in as a file")
        elif again and (again["stem"] in download.stems or again["suffix"] != ".py"):
            found[entry.path] = Claimed(attempt, again["stem"] + again["suffix"], int(again["again"]))
        else:
            found[entry.path] = Claimed(attempt, match["file"])
    return found


PLATFORM = Platform("Canvas", claim)
