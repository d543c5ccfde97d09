"""The page of all commands: what each prints for --help, so that a page and a program never disagree."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence

from dlf_grader import cli
from dlf_grader.failures import GraderFault

Main = Callable[[Sequence[str]], int]

HEADER = """\
# Commands

What every command prints for `--help`; written by `dlf-grade dev docs`. `dlf-grade` ends with 0 if all that was
asked for passed, 1 if work is left, 2 on wrong use, 3 if the fault is ours.
"""
SURROUNDINGS = {"COLUMNS": "100", "DLF_DATA": "/data"}  # what a help text depends on
SAME_WORDS = sys.version_info < (3, 13)  # later versions of argparse set the same options differently


def page() -> str:
    """The page in Markdown."""
    from dlf_reference.data.cli import main as data
    from dlf_reference.training.cli import main as train

    sections: list[tuple[list[str], Main]] = [(["dlf-grade"], cli.main), (["dlf-grade", "m1"], cli.main)]
    sections += [(["dlf-grade", command], cli.main) for command in cli.COMMANDS]
    sections += [(["dlf-data"], data), (["dlf-train"], train)]
    return "\n".join([HEADER, *(text for words, main in sections for text in _section(words, main, "##"))])


def _section(words: list[str], main: Main, level: str) -> Iterator[str]:
    """A command, and then its own subcommands."""
    text = help_of(words[1:], main)
    yield f"{level} {' '.join(words)}\n\n```text\n{text.rstrip()}\n```\n"
    if found := re.search(r"^  \{([\w,-]+)\}", text, re.MULTILINE):
        for name in found[1].split(","):
            if help_of([*words[1:], name], main).startswith(f"usage: {' '.join(words)} {name} "):
                yield from _section([*words, name], main, level + "#")


def help_of(words: Sequence[str], main: Main) -> str:
    """What a command prints for --help.

    Raises:
        GraderFault: it prints nothing.
    """
    printed, before = io.StringIO(), dict(os.environ)
    os.environ |= SURROUNDINGS
    try:
        with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
            main([*words, "--help"])
    finally:
        os.environ.clear()
        os.environ |= before
    if not printed.getvalue():
        raise GraderFault(f"{' '.join(words)} --help prints nothing")
    return printed.getvalue()
