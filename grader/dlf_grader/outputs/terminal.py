"""What a learner sees: a line an exercise, the first failure in full, where they stand and what is next."""

from __future__ import annotations

import os
import re
import shutil
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TextIO

from dlf_grader.config import Config, has_gpu
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Check, Status
from dlf_grader.outputs.notes import SEPARATOR, note, worth_telling
from dlf_grader.outputs.parts import Part, endings, note_of, parts_of, points_of, sign_of
from dlf_grader.outputs.printed import beginning, printed
from dlf_grader.outputs.sketch import BLOCKS
from dlf_grader.outputs.text import cut, wrapped
from dlf_grader.outputs.verdicts import BROKEN, SIGNS, details, not_run, points_in_words
from dlf_grader.places import from_here
from dlf_grader.report import Report, Result

ASCII_SIGNS = dict(zip(SIGNS, "+x.:-xxx!", strict=True))
COLOURS = {"✓": "32", "+": "32", "✗": "31", "x": "31", "!": "35"}
DIM, BOLD = "2", "1"
INDENT = "      "


@dataclass
class Terminal:
    """Prints one run as it happens.

    Attributes:
        stream: where to; colour and the moving line appear only on a terminal.
        every_check: whether each check has a line, and not each exercise.
        following: what comes after each milestone, by its id.
    """

    stream: TextIO
    config: Config
    checks: dict[str, Check] = field(default_factory=dict)
    parts: dict[str, Part] = field(default_factory=dict)  # by the check's id
    every_check: bool = False
    following: Mapping[str, str] = field(default_factory=dict)
    milestone: str = ""
    expanded: bool = False
    started: float = field(default_factory=time.monotonic)
    status_line: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.every_check |= self.config.verbose
        self.moving = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        self.colour = self.moving and not os.environ.get("NO_COLOR")
        encoding = (self.stream.encoding or "ascii").lower().replace("-", "")
        self.signs, self.blocks = (SIGNS, BLOCKS) if encoding.startswith("utf") else (ASCII_SIGNS, "")
        self.width = min(shutil.get_terminal_size((100, 24)).columns, 120)

    # -- hooks ------------------------------------------------------------------------------------

    @hookimpl
    def dlf_session_start(self, checks: list[Check], config: Config) -> None:
        self.checks = {check.id: check for check in checks}
        self.parts = parts_of(checks)

    @hookimpl
    def dlf_check_started(self, check: Check) -> None:
        self._show_status(f"  … {check.title}")

    @hookimpl
    def dlf_check_progress(self, check: Check, fraction: float, words: str) -> None:
        self._show_status(f"  {bar(fraction)} {check.id} {words}")

    @hookimpl
    def dlf_check_finished(self, check: Check, result: Result) -> None:
        lines = [] if result.milestone == self.milestone else [self._milestone_heading(result)]
        self.milestone = result.milestone
        if self.every_check:
            lines += self._line(result)
            lines += self._printed([result]) if self.config.verbose else []
            if result.status in BROKEN and (not self.expanded or self.config.verbose):
                self.expanded = True
                lines += self._in_full(result)
                lines += _replayed(result, self.config) if self.config.only_case is not None else []
        else:
            part = self.parts.setdefault(result.id, Part(result.id, 1))
            part.results.append(result)
            lines += self._part(part) if part.complete else []
        self.say(lines)

    @hookimpl
    def dlf_session_finish(self, report: Report, config: Config) -> None:
        self.say(self._summary(report))

    # -- lines ------------------------------------------------------------------------------------

    def _milestone_heading(self, result: Result) -> str:
        return self._heading(f"{result.milestone} {result.exercise.partition('/')[0].partition('_')[2]}")

    def _heading(self, title: str) -> str:
        best = "gpu" if has_gpu(self.config) else "cpu"
        device = best if self.config.device == "auto" else self.config.device
        about = f"{self.config.tree_name}/ · {device} · seed {self.config.seed}"
        return f"{self._paint(title, BOLD)}  {about:>{max(1, self.width - len(title) - 2)}}"

    def _part(self, part: Part) -> list[str]:
        """An exercise in a line, and the first failure of all in full."""
        names = max(len(each.name) for each in self.parts.values())
        told = [words for result in part.results if result.status is Status.PASSED for words in worth_telling(result)]
        left = note_of(part.results, self.signs, told)
        status = sign_of(part.results)
        title = f"{part.name:<{names}}  {points_of(part.results):>8}"
        lines = self._beside("  ", self.signs[status], f"{title}  {left}", "", dim=False)
        broken = next((result for result in part.results if result.status in BROKEN), None)
        if broken is not None and not self.expanded:
            self.expanded = True
            lines += [*self._line(broken), *self._in_full(broken)]
        return lines if broken else [*lines, *self._printed(part.results)]

    def _line(self, result: Result) -> list[str]:
        """A check in a line."""
        return self._beside(
            INDENT, self.signs[result.status], result.title, note(result), dim=result.status not in BROKEN
        )

    def _beside(self, indent: str, sign: str, title: str, note: str, *, dim: bool) -> list[str]:
        """A title after its sign, and a note at the right; below it where both do not fit, words left whole."""
        room = max(self.width - len(indent) - 2, 30)
        mark = f"{indent}{self._paint(sign, COLOURS.get(sign, DIM))} "
        style = DIM if dim else ""
        if len(title) + 1 + len(note) <= room:
            return [f"{mark}{title:<{room - len(note)}}{self._paint(note, style)}"]
        first, *rest = (f"{indent}  {line}" for line in wrapped(title, room, "    "))
        below = [f"{line:>{room}}" for line in wrapped(note, room, "")] if note else []
        if rest and len(below) == 1 and len(rest[-1]) + 1 + len(note) <= self.width:
            below, rest[-1] = [], f"{rest[-1]:<{len(indent) + 2 + room - len(note)}}{self._paint(note, style)}"
        return [mark + first[len(indent) + 2 :], *rest, *(f"{indent}  {self._paint(line, style)}" for line in below)]

    def _in_full(self, result: Result) -> list[str]:
        """A failure, on a terminal with its lines broken between words."""
        room = max(40, self.width - len(INDENT) - 4)
        lines = details(result, room, whole=self.config.verbose, blocks=self.blocks)
        return [f"{INDENT}    {part}" for line in lines for part in self._broken(line, room)]

    def _printed(self, results: Iterable[Result]) -> list[str]:
        """What the first check that passed and printed something printed: a learner may be looking for it."""
        for result in results:
            if result.status is Status.PASSED and (lines := printed(result)):
                shown = beginning(lines, result, whole=self.config.verbose)
                indent = INDENT + ("    " if self.every_check else "")
                head = f"{indent}{result.id.rpartition('.')[2]} printed:"
                return [head, *(f"{indent}  {cut(line, self.width - len(indent) - 2)}" for line in shown)]
        return []

    def _broken(self, line: str, room: int) -> list[str]:
        return wrapped(line, room, "    ") if self.moving else [line]

    def _summary(self, report: Report) -> list[str]:
        room = max(40, self.width - 2)
        lines = [f"  {part}" for reason in not_run(report) for part in self._broken(reason, room)]
        alone = self.config.only_case is not None  # one case earns nothing, and nor does a full training
        parts = [self._paint(points_in_words(report), BOLD)] if report.max_score and not alone else []
        left = next((r for r in report.results if r.status not in (Status.PASSED, Status.SKIPPED)), None)
        if left is not None and left.location:
            parts.append(f"next: {left.location}")
        elif left is None and not lines:
            parts.append("this case passes" if alone else "all passed")
        more = sum(result.status in BROKEN for result in report.results) - 1
        if more > 0 and not self.every_check:
            parts.append(f"{more} more failure{'s' if more > 1 else ''}: -v")
        parts.append(f"{time.monotonic() - self.started:.1f} s")
        lines += self._joined(parts)
        if left is not None and left.status is Status.TODO:
            lines += self._joined(self._way_on(left))
        if self.config.tree.name != "solutions" and (self.config.verbose or not self.every_check):
            lines += self._endings(report)
        return [*lines, *(f"written: {path}" for _, path in self.config.reports)]

    def _endings(self, report: Report) -> list[str]:
        told = endings(report, self.parts, self.following, self.blocks)
        return [part for ending in told for part in self._broken(ending, self.width)]

    def _way_on(self, result: Result) -> list[str]:
        """What to do about something that is not written yet."""
        check = self.checks[result.id]
        if result.message.startswith("still"):
            first = f"take that line out once {check.target} is written"
        else:  # perhaps a function that this check builds on
            other = result.message.removesuffix(" is not written yet")
            name = check.target if other == result.message else other
            check = next((each for each in self.checks.values() if each.target == name), check)
            first = f"write {name} there"
        return [first, f"lesson: {from_here(check.section)}", f"stuck: dlf-grade hint {check.id}"]

    def _joined(self, parts: list[str]) -> list[str]:
        """Parts in a line, on a terminal in as many as they need."""
        lines = parts[:1]
        for part in parts[1:]:
            fits = not self.moving or len(re.sub("\033.*?m", "", lines[-1])) + len(SEPARATOR + part) <= self.width
            lines[-1:] = [lines[-1] + SEPARATOR + part] if fits else [lines[-1], part]
        return lines

    # -- the stream -------------------------------------------------------------------------------

    def _paint(self, text: str, code: str) -> str:
        return f"\033[{code}m{text}\033[0m" if self.colour and code else text

    def say(self, lines: Iterable[str]) -> None:
        """Print lines, above the one that moves."""
        with self.lock:
            self._clear()
            for line in lines:
                self.stream.write(line.rstrip() + "\n")
            self.stream.flush()

    def _show_status(self, text: str) -> None:
        """One line that moves, on a terminal only."""
        if not self.moving:
            return
        with self.lock:
            self._clear()
            self.status_line = text[: self.width - 1]
            self.stream.write(self._paint(self.status_line, DIM))
            self.stream.flush()

    def _clear(self) -> None:
        if self.status_line:
            self.stream.write("\r\033[K")
            self.status_line = ""


def bar(fraction: float, width: int = 24) -> str:
    """How much is done."""
    filled = round(width * fraction)
    return "━" * filled + "╌" * (width - filled)


def _replayed(result: Result, config: Config) -> list[str]:
    """The case as code to paste, when a learner replays it."""
    if result.counterexample is None or not result.counterexample.code:
        return []
    return ["", f"the case, to run in {config.tree_name}/:", "", *result.counterexample.code.splitlines(), ""]
