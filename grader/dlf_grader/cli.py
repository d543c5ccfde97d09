"""`dlf-grade`: read the command line, run, turn every outcome into an exit code.

0 all asked for passed · 1 work left · 2 wrong use · 3 our fault
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Callable, Sequence

import pluggy

from dlf_grader import __version__, config
from dlf_grader.failures import GraderFault, UsageError
from dlf_grader.isolation import RUNGS
from dlf_grader.model import Report, Status
from dlf_grader.plugins import load_plugins
from dlf_grader.sandbox import limits

OK, WORK_LEFT, WRONG_USE, OUR_FAULT = range(4)

USAGE = """\
dlf-grade m1 [m2 ...]   grade your exercises            dlf-grade m1 --help for the options
dlf-grade m1 --watch    the exercise you are at, graded whenever you save it
dlf-grade list [m1]     every check, and where you stand
dlf-grade next          the next thing to write, and where
dlf-grade hint ID       one hint more                   e.g. dlf-grade hint m1.conv.forward
dlf-grade solution ID   ours, once yours passes         e.g. dlf-grade solution m1.conv.forward
dlf-grade replay TOKEN  one failing case again, with its inputs
dlf-grade reset FILE    an exercise as it was handed out; yours is kept beside it
dlf-grade doctor        what this machine has and lacks
dlf-grade batch DIR     for instructors: grade a class  dlf-grade batch --help for the options
dlf-grade gradescope    the autograder's zip for it     e.g. dlf-grade gradescope build m1
dlf-grade nbgrader      a course folder for nbgrader    e.g. dlf-grade nbgrader init ~/course -m m1
dlf-grade dev sync      for authors: exercises/ from solutions/; dev lint checks the course itself
"""

WATCHING = """\
--watch shows one exercise, at first the first with work left, then whichever you save: what passes, and the first thing
to do. A save trains nothing, and takes the place of a run that is not over. Keys: h one hint more, n the next exercise
with work left, l the list, r all checks, t the exercise with its training, q or Ctrl-C the end (with 0). Where input or
output is no terminal there are no keys, and lines follow each other. Files are looked at once a second as well, for
folders that tell of no change; with WATCHFILES_FORCE_POLLING=1, seven times a second.
"""


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
        print("\nstopped; what was finished is kept", file=sys.stderr)
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
        return COMMANDS[words[0]](words[1:])
    return _grade(words)


def grade_parser() -> argparse.ArgumentParser:
    """The options of `dlf-grade MILESTONE`."""
    parser = config.Parser("dlf-grade", description="Grade a tree of exercises.", epilog=WATCHING, allow_abbrev=False)
    add = parser.add_argument
    add("milestones", nargs="*", metavar="MILESTONE", help="m0, m1, ...; none means all")
    add(
        "-k",
        dest="keyword",
        default="",
        metavar="EXPR",
        help='only checks with this in their id; several: a,b or "a or b"',
    )
    add("--tree", help="exercises (default), solutions, or a path")
    add("--train", action=argparse.BooleanOptionalAction, help="also the full training; or no training at all")
    add("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    add("--seed", type=int, help=f"of the random cases (default {config.DEFAULT_SEED})")
    add("--fresh", action="store_true", help="a new seed, and nothing remembered from earlier runs")
    add("--report", action="append", default=[], metavar="FORMAT=PATH", help="also write the report, e.g. json=r.json")
    add("--isolation", default="auto", choices=("auto", *RUNGS), help="how workers are isolated")
    add("--jobs", type=int, default=max(4, os.cpu_count() or 1), metavar="N", help="exercises graded side by side")
    add("--watch", action="store_true", help="grade the exercise you are at whenever you save it")
    add("-v", "--verbose", action="store_true", help="show every failure in full")
    return parser


def _grade(words: list[str]) -> int:
    beside = config.repository()
    plugins = load_plugins(beside)
    parser = grade_parser()
    plugins.hook.dlf_add_options(parser=parser)
    run_config = _config(parser, words)
    if run_config.options.watch:
        from dlf_grader.watch.command import watch

        return watch(run_config, plugins)
    return exit_code(grade(run_config, plugins))


def _config(parser: argparse.ArgumentParser, words: list[str]) -> config.Config:
    options = parser.parse_args(words)
    if options.seed is not None and not 0 <= options.seed < config.LARGEST_SEED:
        raise UsageError(f"--seed {options.seed}: expected a number from 0 to {config.LARGEST_SEED - 1}")
    if options.jobs < 1:
        raise UsageError(f"--jobs {options.jobs}: expected at least 1")
    return config.Config(
        tree=config.find_tree(options.tree),
        milestones=tuple(dict.fromkeys(options.milestones)),
        keyword=options.keyword,
        train=options.train,
        device=options.device,
        seed=_seed(options.seed, options.fresh),
        fresh=options.fresh,
        reports=config.parse_reports(options.report),
        isolation=options.isolation,
        jobs=options.jobs,
        verbose=options.verbose,
        options=options,
    )


def _seed(given: int | None, fresh: bool) -> int:
    if given is not None or not fresh:
        return config.DEFAULT_SEED if given is None else given
    return int.from_bytes(os.urandom(4), "big") % 1_000_000


def grade(run_config: config.Config, plugins: pluggy.PluginManager) -> Report:
    """Run, showing it on the terminal."""
    from dlf_grader.outputs.terminal import Terminal
    from dlf_grader.run.session import Session

    plugins.register(Terminal(sys.stdout, run_config), "terminal")
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from dlf_grader.outputs.github import Workflow

        plugins.register(Workflow(), "github")
    plugins.hook.dlf_configure(config=run_config)
    return Session(run_config, plugins).run()


def exit_code(report: Report) -> int:
    """What a report means to the shell; a check that was not run is not work left."""
    statuses = {result.status for result in report.results}
    if Status.ERROR in statuses:
        return OUR_FAULT
    return OK if statuses <= {Status.PASSED, Status.SKIPPED} else WORK_LEFT


def _late(module: str, name: str) -> Callable[[list[str]], int]:
    """A command in a module that is imported only if it is called."""

    def command(words: list[str]) -> int:
        import importlib

        result: int = getattr(importlib.import_module(f"dlf_grader.{module}"), name)(words)
        return result

    return command


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "list": _late("commands.standing", "list_checks"),
    "next": _late("commands.standing", "next_check"),
    "hint": _late("commands.help", "hint"),
    "solution": _late("commands.solution", "solution"),
    "replay": _late("commands.help", "replay"),
    "reset": _late("commands.help", "reset"),
    "doctor": _late("commands.doctor", "doctor"),
    "dev": _late("authoring.command", "dev"),
    "batch": _late("classroom.command", "batch"),
    "gradescope": _late("classroom.gradescope", "gradescope"),
    "nbgrader": _late("notebooks.command", "nbgrader"),
}


def console() -> None:
    """The installed command."""
    limits.shut_memory()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that lacks a sign gets a "?", not a traceback
    sys.exit(main())


if __name__ == "__main__":
    console()
