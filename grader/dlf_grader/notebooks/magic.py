"""`%load_ext dlf_grader`, then `%dlf m1.conv`: a notebook's own cells, graded as their files would be."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING, Any

from dlf_grader.config import DEFAULT_SEED, repository
from dlf_grader.failures import DlfError
from dlf_grader.notebooks.cells import by_first_line, latest, under
from dlf_grader.notebooks.grading import grade_cells, printed
from dlf_grader.run.submissions import Assignment, SubmissionGrader, exercise_files

if TYPE_CHECKING:
    from dlf_grader.model import Check


class Magic:
    """The command of one kernel; workers of the milestone asked for last stay warm.

    Args:
        shell: IPython's, for what was run in it.
    """

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.grader: SubmissionGrader | None = None
        self.checks: list[Check] = []
        atexit.register(self.close)

    def dlf(self, line: str) -> float | None:
        """Grade a milestone or some of its checks: `%dlf m1`, `%dlf m1.conv`, `%dlf m1.conv.forward`.

        Returns:
            the points earned; None where nothing could be graded, and the reason is printed.
        """
        try:
            return self._grade(line.strip())
        except DlfError as error:
            print(f"dlf: {error}")
            return None

    def _grade(self, wanted: str) -> float | None:
        milestone = wanted.partition(".")[0]
        if not milestone:
            print("dlf: what shall be graded? For example: %dlf m1.conv")
            return None
        grader = self._grader(milestone)
        grader.checks = [check for check in self.checks if under(check.id, wanted)]
        if not grader.checks:
            print(f"dlf: no check is called {wanted}; `dlf-grade list {milestone}` shows them")
            return None
        cells = latest(cell for text in self._history() if (cell := by_first_line(text)) is not None)
        missing = dict.fromkeys(check.exercise for check in grader.checks)
        missing = {path: None for path in missing if path not in {cell.path for cell in cells}}
        if missing and not grader.assignment.base:
            print(f"dlf: run the cell that starts with `# {next(iter(missing))}` first")
            return None
        report = grade_cells(grader, cells)
        print(printed(report, grader.checks), end="")
        return float(report.score)

    def _history(self) -> list[str]:
        return [str(text) for text in self.shell.history_manager.input_hist_raw]

    def _grader(self, milestone: str) -> SubmissionGrader:
        if self.grader is None or self.grader.assignment.milestones != (milestone,):
            self.close()
            root = repository()
            base = exercise_files(root) if root else {}
            grader = SubmissionGrader(Assignment((milestone,), DEFAULT_SEED, base=base, beside=str(root or "")))
            self.checks, self.grader = list(grader.checks), grader.__enter__()
        return self.grader

    def close(self) -> None:
        """End the workers."""
        if self.grader is not None:
            self.grader.__exit__(None, None, None)
            self.grader = None


def load(shell: Any) -> None:
    """Add `%dlf` to an IPython shell."""
    shell.register_magic_function(Magic(shell).dlf, "line", "dlf")
