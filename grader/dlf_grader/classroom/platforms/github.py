"""GitHub Classroom: cloned repositories side by side, `m0-mlp-LOGIN/`, for a group `m0-mlp-TEAM/`.

Where the assignment's name ends and the login begins is what all folders share: of `m0-max` and `m0-anna` it is `m0-`.
"""

from __future__ import annotations

from dlf_grader.classroom.platforms import Attempt, Claimed, Download, Platform, Who, first

OF_A_REPOSITORY = (".git/", ".github/", ".gitignore")


def claim(download: Download) -> dict[str, Claimed]:
    """Files of every repository, where there are several."""
    folders = {first(entry.path)[0] for entry in download.entries if "/" in entry.path}
    clones = {first(entry.path)[0] for entry in download.entries if first(entry.path)[1].startswith(OF_A_REPOSITORY)}
    lowest, highest = min(clones, default=""), max(clones, default="")
    same = next((at for at, (a, b) in enumerate(zip(lowest, highest, strict=False)) if a != b), len(lowest))
    shared = lowest[: lowest[:same].rfind("-") + 1]
    if len(clones) < 2 or not shared or not clones.issuperset(name for name in folders if name.startswith(shared)):
        return {}
    found = {}
    for entry in download.entries:
        folder, rest = first(entry.path)
        if folder in clones:
            begin = shared.rstrip("-").split("-")
            login = folder.removeprefix(shared)
            ids = [login]
            for part in reversed(begin[1:]):  # all logins may begin alike: anna-a and anna-b
                ids.append(f"{part}-{ids[-1]}")
            found[entry.path] = Claimed(Attempt(folder, (Who(login, ids=tuple(ids), group=login),)), rest)
    return found


PLATFORM = Platform("GitHub Classroom", claim)
