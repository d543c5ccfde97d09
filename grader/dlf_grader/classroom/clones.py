"""Submissions from git: a file with a line `STUDENT URL` for each; cloned beside the store, nothing of it is run."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from dlf_grader.classroom.intake import Submitted, of_repository
from dlf_grader.failures import UsageError

SECONDS, AT_ONCE = 120, 8
SAFE = (  # a repository may choose none of these
    *("-c", "core.hooksPath=/dev/null", "-c", "core.symlinks=false", "-c", "core.fsmonitor=false"),
    *("-c", "filter.lfs.smudge=", "-c", "filter.lfs.required=false"),
)


def clone_all(listing: Path, folder: Path, show: Callable[[str], None]) -> list[Submitted]:
    """Clone, or bring up to date, every repository of a list.

    Args:
        folder: where the clones live.

    Raises:
        UsageError: the list cannot be read, or a line of it is wrong.
    """
    wanted = _read(listing)
    folder.mkdir(parents=True, exist_ok=True)
    show(f"cloning {len(wanted)} repositories into {folder}")
    with ThreadPoolExecutor(AT_ONCE) as pool:  # by number: students' names are no names of folders
        return list(pool.map(lambda at: _clone(*wanted[at], folder / str(at + 1)), range(len(wanted))))


def _read(listing: Path) -> list[tuple[str, str]]:
    try:
        lines = listing.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{listing}: the list of repositories cannot be read: {error}") from None
    wanted = []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        words = [word.strip() for word in (line.rsplit(",", 1) if "," in line else line.split())]
        if len(words) != 2 or not all(words) or words[1].startswith("-"):
            wish = "STUDENT URL, or STUDENT,URL where a name holds spaces"
            raise UsageError(f"{listing}:{number}: expected {wish}; got {line.strip()!r}")
        wanted.append((words[0], words[1]))
    return wanted


def _clone(student: str, url: str, folder: Path) -> Submitted:
    problem = ""
    if (folder / ".git").is_dir():
        problem = _git("-C", str(folder), "fetch", "--quiet", "--depth=1", url, "HEAD") or _git(
            "-C", str(folder), "reset", "--quiet", "--hard", "FETCH_HEAD"
        )
    else:
        problem = _git("clone", "--quiet", "--depth=1", "--no-recurse-submodules", "--", url, str(folder))
    when = None
    if not problem:
        asked = ["git", "-C", str(folder), "log", "-1", "--format=%cI"]
        made = subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()
        with contextlib.suppress(ValueError):  # an empty repository
            when = datetime.fromisoformat(made)  # what git says; its author could say anything
    return of_repository(student, folder, problem and f"{url} cannot be cloned: {problem}", when)


def _git(*words: str) -> str:
    """Run git; returns what went wrong, in a line."""
    environment = os.environ | {
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "https:ssh:file",
        "GIT_LFS_SKIP_SMUDGE": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
    }
    try:
        done = subprocess.run(
            ["git", *SAFE, *words], capture_output=True, text=True, check=False, timeout=SECONDS, env=environment,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except FileNotFoundError:
        return "git is not installed"
    except subprocess.TimeoutExpired:
        return f"it took more than {SECONDS} s"
    if not done.returncode:
        return ""
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    fatal = (line.removeprefix("fatal: ") for line in lines if line.startswith("fatal: "))
    return next(fatal, lines[-1] if lines else f"git ended with {done.returncode}")
