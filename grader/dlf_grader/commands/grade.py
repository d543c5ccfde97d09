"""`dlf-grade MILESTONE`: read the options, grade, show the run on the terminal."""

from __future__ import annotations

import argparse
import os
import sys
from itertools import pairwise
from typing import TYPE_CHECKING

from dlf_grader import config, places
from dlf_grader.exit_codes import exit_code
from dlf_grader.failures import UsageError
from dlf_grader.parser import Parser
from dlf_grader.places import from_here
from dlf_grader.plugins import load_plugins
from dlf_grader.report import Report
from dlf_grader.run.collect import all_milestones, collect
from dlf_grader.run.machine import usable_processors

if TYPE_CHECKING:
    import pluggy

WATCHING = """\
--watch shows one exercise: first the one with work left, then the file that you saved last. It prints what passes and
the first failure. A save starts a run without training, and stops a run that is still going. Keys: h one hint more,
n the next exercise with work left, l the list of checks, r run all checks, t this exercise with its training, q or
Ctrl-C quit (exit code 0). In the list: arrows move, / filters, Enter grades a check, x twice resets its function, Esc
goes back. Without a terminal there are no keys, and lines follow each other. Files are checked once a
second as well, because some folders report no changes; WATCHFILES_FORCE_POLLING=1 checks them seven times a second.
"""


def grade(words: list[str]) -> int:
    """Grade what the command line asks for; returns the exit code."""
    return exit_code(run_on_terminal(*read_command_line(words)))


def run_on_terminal(run_config: config.Config, plugins: pluggy.PluginManager) -> Report:
    """Run, showing it on the terminal."""
    from dlf_grader.outputs.terminal import Terminal
    from dlf_grader.run.session import Session

    plugins.register(Terminal(sys.stdout, run_config, following=_following(plugins)), "terminal")
    if os.environ.get("GITHUB_ACTIONS") == "true":
        from dlf_grader.outputs.github import Workflow

        plugins.register(Workflow(), "github")
    plugins.hook.dlf_configure(config=run_config)
    return Session(run_config, plugins).run()


def _following(plugins: pluggy.PluginManager) -> dict[str, str]:
    """What comes after each milestone, and where to read about it."""
    all_of_them = all_milestones(plugins)
    return {
        before.id: f"{after.id} {after.name}, {from_here(f'exercises/{after.folder}/README.md')}"
        for before, after in pairwise(all_of_them)
    }


def read_command_line(words: list[str]) -> tuple[config.Config, pluggy.PluginManager]:
    """The run that is asked for, and the plugins that take part in it."""
    plugins = load_plugins(places.repository())
    parser = grade_parser()
    plugins.hook.dlf_add_options(parser=parser)
    return config_of(parser.parse_args(words)), plugins


def names_checks(words: list[str]) -> bool:
    """Whether words that may be anything name at least one check."""
    try:
        return bool(words and collect(*read_command_line(words)))
    except UsageError:
        return False


def grade_parser() -> argparse.ArgumentParser:
    """The options of `dlf-grade MILESTONE`."""
    parser = Parser("dlf-grade", description="Grade a tree of exercises.", epilog=WATCHING, allow_abbrev=False)
    add = parser.add_argument
    add(
        "milestones",
        nargs="*",
        metavar="WHAT",
        help="a milestone, m1; checks, m1.conv; a file, conv.py; none means all",
    )
    add(
        "-k",
        dest="keyword",
        default="",
        metavar="EXPR",
        help="only checks that hold these words: -k 'conv and not gradient'",
    )
    add("--tree", help="exercises (default), solutions, or a path")
    add("--train", action=argparse.BooleanOptionalAction, help="also the full training; or no training at all")
    add("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    add("--seed", type=int, help=f"of the random cases (default {config.DEFAULT_SEED})")
    add("--fresh", action="store_true", help="a new seed, and nothing remembered from earlier runs")
    add("--report", action="append", default=[], metavar="FORMAT=PATH", help="also write the report, e.g. json=r.json")
    add("--isolation", default="auto", choices=config.ISOLATIONS, help="how workers are isolated")
    add("--jobs", type=int, default=max(4, usable_processors()), metavar="N", help="exercises graded side by side")
    add("--watch", action="store_true", help="grade the exercise you are at whenever you save it")
    add("-v", "--verbose", action="store_true", help="every check, and every failure in full")
    return parser


def config_of(options: argparse.Namespace) -> config.Config:
    """A run, from the options on the command line.

    Raises:
        UsageError: one of them makes no sense.
    """
    config.refuse_wrong_seed(options.seed)
    if options.jobs < 1:
        raise UsageError(f"--jobs {options.jobs}: expected at least 1")
    return config.Config(
        tree=places.find_tree(options.tree),
        milestones=tuple(dict.fromkeys(options.milestones)),
        keyword=options.keyword,
        train=options.train,
        device=options.device,
        seed=_seed(options.seed, options.fresh),
        fresh=options.fresh,
        reports=config.formats_and_paths("--report", options.report, "json=report.json"),
        isolation=options.isolation,
        jobs=options.jobs,
        verbose=options.verbose,
        options=options,
    )


def _seed(given: int | None, fresh: bool) -> int:
    if given is not None or not fresh:
        return config.DEFAULT_SEED if given is None else given
    return config.new_seed()
