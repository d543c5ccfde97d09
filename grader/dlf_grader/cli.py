"""`dlf-grade`: the first word chooses the command; every outcome becomes an exit code.

0 all asked for passed · 1 work left · 2 wrong use · 3 our fault
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence

from dlf_grader import __version__
from dlf_grader.exit_codes import OK, OUR_FAULT, WORK_LEFT, WRONG_USE
from dlf_grader.failures import GraderFault, UnknownName, UsageError

USAGE = """\
dlf-grade start         opens what to write next, and grades it whenever you save
dlf-grade m1 [m2 ...]   grade your exercises            dlf-grade m1 --help for the options
dlf-grade m1 --watch    the exercise you are at, graded whenever you save it
dlf-grade list [m1]     every check, and your progress
dlf-grade next          the next thing to write, and where
dlf-grade hint ID       one hint more                   e.g. dlf-grade hint m1.conv.forward
dlf-grade locate ID     the line where one change repairs it; ask again for more
dlf-grade solution ID   your code and ours, once yours passes
dlf-grade explain ID    why a check does not pass, in full; --json for a program
dlf-grade why ID        why a training does not learn   e.g. dlf-grade why m1.digits
dlf-grade replay TOKEN  one failing case again, with its inputs
dlf-grade debug ID      that case in Python's debugger, at the line where it goes wrong
dlf-grade reset WHAT    a file, a class or a function as it was handed out; yours is kept beside it
dlf-grade progress      export and import: your progress on another machine
dlf-grade doctor        what this machine has and lacks
dlf-grade batch DIR     for instructors: grade a class  dlf-grade batch --help for the options
dlf-grade gradescope    the autograder's zip for it     e.g. dlf-grade gradescope build m1
dlf-grade nbgrader      a course folder for nbgrader    e.g. dlf-grade nbgrader init ~/course -m m1
dlf-grade course new    a course of your own            e.g. dlf-grade course new ~/course
dlf-grade dev sync      for authors: exercises/ from solutions/; dev lint checks the course itself
"""
COMMANDS = {  # the function that is called with the words after the first; its module is imported only then
    "start": "watch.start:start",
    "list": "commands.list_checks:list_checks",
    "next": "commands.next_check:next_check",
    "hint": "commands.hint:hint",
    "locate": "commands.locate:locate",
    "solution": "commands.solution:solution",
    "explain": "commands.explain:explain_check",
    "why": "commands.why:why",
    "replay": "commands.replay:replay",
    "debug": "commands.debug:debug",
    "reset": "commands.reset:reset",
    "progress": "commands.progress:progress",
    "doctor": "commands.doctor:doctor",
    "course": "authoring.new_course:course",
    "dev": "authoring.command:dev",
    "batch": "classroom.command:batch",
    "gradescope": "classroom.gradescope:gradescope",
    "nbgrader": "notebooks.command:nbgrader",
}
READERS = ("list", "next", "hint")  # run no learner's code and form no verdict
GRADE, WATCH = "commands.grade:grade", "watch.command:watch"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `dlf-grade`; returns its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return _dispatch(words)
    except UsageError as error:
        print(f"dlf-grade: {error}", file=sys.stderr)
        return WRONG_USE
    except GraderFault as error:
        print(f"dlf-grade: our fault: {error}", file=sys.stderr)
        return OUR_FAULT
    except KeyboardInterrupt:
        print("\nstopped; finished results are kept", file=sys.stderr)
        return WORK_LEFT
    except BrokenPipeError:  # the reader of our output left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WORK_LEFT


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(USAGE, end="")
        return OK if words else WRONG_USE
    if words[0] == "--version":
        print(f"dlf-grade {__version__}")
        return OK
    if words[0] in COMMANDS:
        return _call(COMMANDS[words[0]], words[1:])
    try:
        return _call(WATCH if "--watch" in words else GRADE, words)
    except UnknownName as error:
        import shlex  # no other command waits for these imports
        from difflib import get_close_matches

        from dlf_grader.commands.grade import grade_parser, names_checks

        near = get_close_matches(words[0], COMMANDS, n=1, cutoff=0.8)
        lowered = words[0].lower()
        if not near and lowered != words[0] and names_checks([lowered]):  # dlf-grade M0 -k relu
            near = [shlex.join(["dlf-grade", lowered, *words[1:]])]
        if not near and words[1:] and not words[1].startswith("-") and names_checks(words[1:]):  # dlf-grade test m0
            near = [shlex.join(["dlf-grade", *words[1:]])]
        option = f"--{words[0]}"  # dlf-grade watch m0
        if option == "--version" or option in grade_parser().format_usage():
            near = [" ".join(["dlf-grade", *words[1:], option])]
        raise UsageError(f"no command {words[0]!r}; did you mean {near[0]}?" if near else str(error)) from error


def _call(command: str, words: list[str]) -> int:
    module, _, function = command.partition(":")
    code: int = getattr(importlib.import_module(f"dlf_grader.{module}"), function)(words)
    return code


def console() -> None:
    """The installed command."""
    if sys.argv[1:2] and sys.argv[1] not in READERS:
        from dlf_grader.sandbox import limits

        limits.shut_memory()
        limits.one_thread()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a sign gets a "?", not a traceback
    sys.exit(main())


if __name__ == "__main__":
    console()
