"""GitHub Classroom: cloned repositories side by side, `m0-mlp-LOGIN/`, for a group `m0-mlp-TEAM/`.

Where the assignment's name ends and the login begins is what all folders share: of `m0-max` and `m0-anna` it is `m0-`.
"""

from __future__ import annotations

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who, first, possible_ids

OF_A_REPOSITORY = (".git/", ".github/", ".gitignore")


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every repository, where there are several."""
    clones = {first(entry.path)[0] for entry in download.entries if first(entry.path)[1].startswith(OF_A_REPOSITORY)}
    possible = possible_ids(sorted(clones), "-")
    if len(clones) < 2 or not all(possible.values()) or not all(ids[0] != name for name, ids in possible.items()):
        return {}
    found = {}
    for entry in download.entries:
        folder, rest = first(entry.path)
        if folder in clones:
            ids = possible[folder]
            found[entry.path] = Claimed(Attempt(folder, (Who(ids[0], ids=ids, group=ids[0]),)), rest)
    return found


PLATFORM = Platform("GitHub Classroom", claim)
