"""`dlf-grade start`: from a fresh clone to the first exercise with work left, open in the editor and watched."""

from __future__ import annotations

from pathlib import Path

from dlf_grader.commands.doctor import BROKEN, packages
from dlf_grader.commands.grade import read_command_line
from dlf_grader.commands.lay_out import is_folder, lay_out
from dlf_grader.commands.next_check import place_to_write
from dlf_grader.config import Config
from dlf_grader.exit_codes import OK, WORK_LEFT
from dlf_grader.model import Check
from dlf_grader.parser import Parser
from dlf_grader.watch.command import watch_run
from dlf_grader.watch.editor import open_in_editor


def start(words: list[str]) -> int:
    """Look whether grading can work here, open what is to be written next, and grade it whenever it is saved."""
    parser = Parser("dlf-grade start", description="Open what is to be written next, and grade it on every save.")
    parser.add_argument(
        "milestones",
        nargs="*",
        metavar="MILESTONE",
        help="from which to choose; all if none is named. A folder, ~/course: lay the course out there, and no more",
    )
    parser.add_argument("--tree", help="exercises (default), or a path")
    options = parser.parse_args(words)
    if options.milestones and is_folder(options.milestones[0]):
        print("\n".join(lay_out(Path(options.milestones[0]))))
        return OK
    missing = [text for mark, text in packages() if mark == BROKEN]
    if missing:
        print("\n".join(missing))
        return WORK_LEFT
    run_config, plugins = read_command_line([*options.milestones, *(["--tree", options.tree] if options.tree else [])])
    return watch_run(run_config, plugins, open_check=lambda check: opened(check, run_config))


def opened(check: Check, run_config: Config) -> list[str]:
    """Open the place where a check's answer belongs, and the lesson; returns what to tell the learner."""
    path, line = place_to_write(run_config.tree, check)
    lesson = f"{path.partition('/')[0]}/README.md"
    shown = f"{run_config.tree_name}/{path}:{line} · lesson: {run_config.tree_name}/{lesson}#{check.lesson}"
    return open_in_editor(run_config.tree / path, line, run_config.tree / lesson, shown)
