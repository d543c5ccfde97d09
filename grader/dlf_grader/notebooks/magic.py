"""`%load_ext dlf_grader`, then `%dlf m1.conv`: a notebook's own cells, graded as their files would be."""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dlf_grader.config import DEFAULT_SEED, repository
from dlf_grader.failures import DlfError
from dlf_grader.notebooks.cells import by_first_line, under
from dlf_grader.notebooks.grading import grade_cells, printed
from dlf_grader.notebooks.reading import RawCell, cells_of, names_in, python_of
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
        names = {path: names_in(data.decode(errors="replace")) for path, data in grader.assignment.base.items()}
        cells = cells_of(_last_runs(self._history()), names)
        there = {cell.path for cell in cells}
        missing = [path for path in dict.fromkeys(check.exercise for check in grader.checks) if path not in there]
        if missing and not grader.assignment.base:
            print(f"dlf: run the cell that starts with `# {missing[0]}` first")
            return None
        report = grade_cells(grader, cells)
        for path in missing:
            print(f"dlf: no cell of {path} was run in this kernel: the file exercises/{path} is graded instead")
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


def _last_runs(history: Sequence[str]) -> list[RawCell]:
    """What was run, in its order: of a marked cell that was run again the last run, where it was first."""
    runs: dict[str, RawCell] = {}
    for number, text in enumerate(history):
        marked = by_first_line(python_of(text))
        runs[marked.grade_id if marked else str(number)] = RawCell(text)
    return list(runs.values())


def load(shell: Any) -> None:
    """Add `%dlf` to an IPython shell."""
    shell.register_magic_function(Magic(shell).dlf, "line", "dlf")
