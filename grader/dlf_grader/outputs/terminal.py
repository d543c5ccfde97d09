"""What a learner sees: a line a check, the first failure in full, where they stand and what is next."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TextIO

from dlf_grader.config import Config, has_gpu
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Check, Status
from dlf_grader.outputs.verdicts import BROKEN, SIGNS, details, not_run, short_number
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
    """

    stream: TextIO
    config: Config
    checks: dict[str, Check] = field(default_factory=dict)
    milestone: str = ""
    expanded: bool = False
    started: float = field(default_factory=time.monotonic)
    status_line: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.moving = self.stream.isatty() and os.environ.get("TERM") != "dumb"
        self.colour = self.moving and not os.environ.get("NO_COLOR")
        encoding = (self.stream.encoding or "ascii").lower().replace("-", "")
        self.signs = SIGNS if encoding.startswith("utf") else ASCII_SIGNS
        self.width = min(shutil.get_terminal_size((100, 24)).columns, 120)

    # -- hooks ------------------------------------------------------------------------------------

    @hookimpl
    def dlf_session_start(self, checks: list[Check], config: Config) -> None:
        self.checks = {check.id: check for check in checks}

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
        lines.append(self._line(result))
        if result.status in BROKEN and (not self.expanded or self.config.verbose):
            self.expanded = True
            lines += self._in_full(result)
            if self.config.only_case is not None:
                lines += _replayed(result, self.config)
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
        return f"{self._paint(title, BOLD)}{about:>{max(1, self.width - len(title))}}"

    def _line(self, result: Result) -> str:
        sign = self.signs[result.status]
        note = _note(result)
        room = max(self.width - len(INDENT) - 3 - len(note), 40)
        title = result.title if len(result.title) <= room else result.title[: room - 1] + "…"
        line = f"{INDENT}{self._paint(sign, COLOURS.get(sign, DIM))} {title:<{room}} "
        return line + self._paint(note, "" if result.status in BROKEN else DIM)

    def _in_full(self, result: Result) -> list[str]:
        """A failure, on a terminal with its lines broken between words."""
        room = max(40, self.width - len(INDENT) - 4)
        lines = details(result, room)
        if not self.moving:
            return [f"{INDENT}    {line}" for line in lines]
        wrapper = textwrap.TextWrapper(
            room,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [f"{INDENT}    {part}" for line in lines for part in wrapper.wrap(line)]

    def _summary(self, report: Report) -> list[str]:
        lines = [f"{INDENT}{reason}" for reason in not_run(report)]
        points = f"{report.score:g} of {report.max_score:g} points"
        parts = [self._paint(points, BOLD)] if report.max_score else []  # a full training earns none
        left = next((r for r in report.results if r.status not in (Status.PASSED, Status.SKIPPED)), None)
        if left is not None and left.location:
            parts.append(f"next: {left.location}")
        elif left is None and not lines:
            parts.append("all passed")
        parts.append(f"{time.monotonic() - self.started:.1f} s")
        lines.append(" · ".join(parts))
        if left is not None and left.status is Status.TODO:
            lines.append(self._way_on(left))
        return lines

    def _way_on(self, result: Result) -> str:
        """What to do about something that is not written yet."""
        check = self.checks[result.id]
        lesson = f"exercises/{check.exercise.partition('/')[0]}/README.md#{check.lesson}"
        return f"write {check.target} there · lesson: {lesson} · stuck: dlf-grade hint {check.id}"

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


def _note(result: Result) -> str:
    """The right-hand end of a check's line."""
    cached = "cached" if result.cached else ""
    if result.status is Status.PASSED:
        measured = [_measured(name, value) for name, value in result.measurements.items() if _telling(name)]
        told = [*measured[:2], *filter(None, (_warning(result.output), cached))]
        return " · ".join(told)
    if result.status is Status.TODO:
        return "not written yet"
    if result.status is Status.BLOCKED:
        return result.message
    if result.status is Status.SKIPPED:
        return "not run"
    words = "" if result.status is Status.FAILED else f"{result.status} "
    return words + str(result.location or "")


def _warning(output: str) -> str:
    """What the code of a passed check was warned of: its numbers are right, and it is told all the same."""
    found = re.search(r"(\w+\.py:\d+): RuntimeWarning: ([a-z ]{1,40})", output)
    if not found:
        return ""
    numbers = re.match(r".*\n(?:  .*\n)?  with (.{1,80})", output[found.end() :])  # after the line of code
    text = f"it warned: {found[2].strip().replace(' encountered', '')} at {found[1]}"
    return f"{text}, {numbers[1]}" if numbers else text


def _measured(name: str, value: float | int | str) -> str:
    if name.endswith("accuracy") and isinstance(value, float):
        return f"{name.removesuffix(' accuracy')} {100 * value:.2f} %"
    return f"{value} {name}" if isinstance(value, int) else f"{name} {short_number(value)}"


def _telling(name: str) -> bool:
    return name in ("max rel err", "accuracy", "test accuracy", "train accuracy", "cases")
