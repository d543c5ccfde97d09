"""One exercise on the screen: what passes in a line, the first thing to do in full, never a wall of red."""

from __future__ import annotations

from dataclasses import dataclass, field

from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Check, Status
from dlf_grader.outputs.terminal import DIM, INDENT, Terminal
from dlf_grader.outputs.verdicts import BROKEN
from dlf_grader.report import Report, Result

CLEAR = "\033[H\033[2J"


@dataclass
class OneExercise(Terminal):
    """Prints a run of one exercise as it happens."""

    counts: dict[Status, int] = field(default_factory=dict)  # of what has not been shown
    left: int = 0  # checks that have no result yet
    shown: bool = False
    printed: list[str] = field(default_factory=list)  # by the first check that passed and printed something
    every_check: bool = True
    keys: bool = False  # whether h may be pressed for a hint

    @hookimpl
    def dlf_check_finished(self, check: Check, result: Result) -> None:
        self.left -= 1
        if self.shown or result.status in (Status.PASSED, Status.SKIPPED):
            self.counts[result.status] = self.counts.get(result.status, 0) + 1
            self.printed = self.printed or self._printed([result])
        else:
            self.shown = True
            lines = [*self._passed(), *(self.printed if result.status not in BROKEN else []), *self._line(result)]
            if result.status in BROKEN:
                lines += self._in_full(result)
            self.say(lines)
        if not self.left:  # the run has still to tidy up; the learner need not wait for that
            self.say(self._rest() if self.shown else [*self._passed(), *self.printed])

    @hookimpl
    def dlf_session_start(self, checks: list[Check], config: object) -> None:
        self.checks, self.left = {check.id: check for check in checks}, len(checks)
        self.say([self._heading(checks[0].exercise)])

    @hookimpl
    def dlf_session_finish(self, report: Report, config: object) -> None:
        self.say(self._summary(report))

    def _way_on(self, result: Result) -> list[str]:
        way_on = super()._way_on(result)
        return [*way_on[:-1], "stuck: h"] if self.keys else way_on

    def _passed(self) -> list[str]:
        passed = self.counts.pop(Status.PASSED, 0)
        checks = "1 check passes" if passed == 1 else f"{passed} checks pass"
        sign = self.signs[Status.PASSED]
        return [f"{INDENT}{self._paint(sign, '32')} {checks}"] if passed else []

    def _rest(self) -> list[str]:
        """How many come after the one that is shown."""
        rest = sum(self.counts.values())
        passed = self.counts.get(Status.PASSED, 0)
        text = f"{rest} more after it" + (f", {passed} of them pass" if passed else "")
        return [f"{INDENT}  {self._paint(text, DIM)}"] if rest else []
