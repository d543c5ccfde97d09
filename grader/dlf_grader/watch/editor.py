"""Opening an exercise and its lesson in the learner's editor, where that has a window of its own."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

CODE = ("code", "code-insiders", "codium", "cursor", "windsurf")
WINDOWS: Mapping[str, Callable[[Path, int, Path], list[str]]] = {  # what follows the editor's name
    **dict.fromkeys(CODE, lambda file, line, lesson: [str(lesson), "--goto", f"{file}:{line}"]),
    **dict.fromkeys(("subl", "zed"), lambda file, line, lesson: [str(lesson), f"{file}:{line}"]),
    **dict.fromkeys(("pycharm", "charm", "idea"), lambda file, line, lesson: ["--line", str(line), str(file)]),
    **dict.fromkeys(("gedit", "gvim"), lambda file, line, lesson: [f"+{line}", str(file)]),
}
ANSWERS_WITHIN = 5.0  # seconds


def editor(environment: Mapping[str, str], found: Callable[[str], str | None] = shutil.which) -> list[str]:
    """The learner's editor as a command; [] where there is none that is known.

    Args:
        found: the full path of a program that is installed.
    """
    own = environment.get("VISUAL") or environment.get("EDITOR") or ""
    wanted = [["code"]] if environment.get("TERM_PROGRAM") == "vscode" else []
    wanted += [shlex.split(own)] if own else [[name] for name in CODE]
    return next((command for command in wanted if command and found(command[0])), [])


def open_in_editor(file: Path, line: int, lesson: Path, shown: str) -> list[str]:
    """Open a file at a line, and its lesson; returns what to tell the learner.

    Args:
        shown: the file and its lesson as the learner would write them.
    """
    command = editor(os.environ)
    name = Path(command[0]).stem if command else ""
    if name not in WINDOWS:  # one that runs in this terminal, which the watch needs
        return [f"open {shown}" + (f" · in another terminal: {name}" if name else "")]
    try:
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(
            [*command, *WINDOWS[name](file, line, lesson)],
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            start_new_session=True,  # Ctrl-C ends the watch only
        )
        failed = process.wait(ANSWERS_WITHIN) != 0
    except subprocess.TimeoutExpired:
        failed = False  # it waits until its window is closed
    except OSError:
        failed = True
    return [f"{name} does not open; open {shown}" if failed else f"opened in {name}: {shown}"]
