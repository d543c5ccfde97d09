"""PrairieLearn: `amuster@uni.example_1_QUESTION_1_2_layers.py`: user, instance, question, variant, submission, file."""

from __future__ import annotations

import re

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who

FILE = re.compile(r"(?P<user>[^/_@]+(?:_[^/_@]+)*@[^/_]+)_(?:[^/]*_)?(?P<variant>\d+)_(?P<number>\d+)[_/](?P<file>.+)")


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every submission; the highest number is the latest."""
    found = {}
    for entry in download.entries:
        if match := FILE.fullmatch(entry.path):
            user = match["user"]
            who = Who(user, ids=(user,), emails=(user,), label=user)
            source = entry.path.removesuffix(match["file"]).rstrip("_/")
            attempt = Attempt(source, (who,), number=int(match["variant"]) * 1_000_000 + int(match["number"]))
            found[entry.path] = Claimed(attempt, match["file"])
    return found


PLATFORM = Platform("PrairieLearn", claim)
