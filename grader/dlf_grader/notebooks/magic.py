"""`%load_ext dlf_grader`, then `%dlf m1.conv`: a notebook's own cells, graded as their files would be."""

from __future__ import annotations

import atexit
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlf_grader.config import DEFAULT_SEED
from dlf_grader.failures import DlfError
from dlf_grader.notebooks import answers
from dlf_grader.notebooks.answers import Shown
from dlf_grader.notebooks.beside import in_folders, seen_from, with_runs
from dlf_grader.notebooks.cells import Cell, by_first_line, files_of, under
from dlf_grader.notebooks.grading import grade_cells, printed
from dlf_grader.notebooks.ipython import RawCell, python_of
from dlf_grader.notebooks.reading import cells_of, names_in, takes_away
from dlf_grader.notebooks.stored import NoNotebook, raw_cells
from dlf_grader.outputs.html import cell_output
from dlf_grader.places import courses, repository
from dlf_grader.run.submissions import Assignment, SubmissionGrader, exercise_files

if TYPE_CHECKING:
    from dlf_grader.model import Check
    from dlf_grader.report import Result

HERE = re.compile(r"dlf-grade (hint|replay)")  # about cells, where the command would look at files


class Points(float):
    """Points earned: a number for nbgrader, which reads it from the cell's output, and a sentence for people."""

    def __new__(cls, earned: float, most: float) -> Points:
        points = super().__new__(cls, earned)
        points.most = most
        return points

    most: float

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(float(self)), "text/html": f"<b>{self:g} of {self.most:g} points</b>"}


class Magic:
    """The command of one kernel; workers of the milestone asked for last stay warm.

    Args:
        shell: IPython's, for what was run in it.
    """

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.grader: SubmissionGrader | None = None
        self.checks: list[Check] = []
        self.results: dict[str, Result] = {}  # the latest of each check that was graded
        self.files: dict[str, bytes] = {}  # what was graded last
        self.loaded = datetime.now(UTC).timestamp()
        self.ran: dict[int, float] = {}  # when each entry of the history was run
        atexit.register(self.close)

    def dlf(self, line: str) -> Points | None:
        """Grade a milestone or some of its checks: `%dlf m1`, `%dlf m1.conv`, `%dlf m1.conv.forward`.

        `%dlf next` names the first that fails, `%dlf hint ID` gives one hint more, `%dlf replay ID` puts the
        failing case into the next cell, and `%dlf solution ID` shows ours beside yours once that passes.

        Returns:
            the points earned; None in a terminal, which would print the number, and where nothing could be graded,
                and the reason is printed.
        """
        try:
            word, *rest = line.split() or [""]
            if word in answers.WORDS:
                self._help(word, rest)
                return None
            return self._grade(line.strip())
        except DlfError as error:
            print(f"dlf: {error}")
            return None

    def _help(self, word: str, rest: Sequence[str]) -> None:
        if word == "next":
            print(answers.next_one(self.results))
            return
        if len(rest) != 1:
            print(f"dlf: expected a check, for example: %dlf {word} m1.conv.forward")
        elif word == "replay":
            self.shell.set_next_input(answers.case_of(rest[0], self.results))
            print("the failing case is in the next cell")
        else:
            self._grader(rest[0].partition(".")[0])
            check = answers.named(rest[0], self.checks)
            about = (check, self.checks, self.results, self.files)
            self._show(answers.hint(check) if word == "hint" else answers.solution(*about))

    def _grade(self, wanted: str) -> Points | None:
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
        raw = _last_runs(self._history())
        seen = seen_from(raw, in_folders(Path.cwd()))
        cells = cells_of(with_runs(raw, seen), names)
        there = {cell.path for cell in cells}
        missing = [path for path in dict.fromkeys(check.exercise for check in grader.checks) if path not in there]
        if missing and not grader.assignment.base:
            print(f"dlf: run the cell that starts with `# {missing[0]}` first")
            return None
        report = grade_cells(grader, cells, seen)
        self.results |= {result.id: result for result in report.results}
        for path in missing:
            print(f"dlf: no cell of {path} was run in this kernel: the file exercises/{path} is graded instead")
        asked = {check.exercise for check in grader.checks}
        for cell in self._changed_since([cell for cell in cells if cell.path in asked]):
            print(f"dlf: the cell `# {cell.path}: {cell.name}` was edited after it was run: the older one is graded")
        self.files = {**grader.assignment.base, **files_of(cells)}
        page = cell_output(report, {check.id: check.hints for check in grader.checks})
        self._show(Shown(*(HERE.sub(r"%dlf \1", text) for text in (printed(report, grader.checks), page))))
        return Points(report.score, report.max_score) if hasattr(self.shell, "kernel") else None

    def _show(self, shown: Shown) -> None:
        self.shell.display_pub.publish({"text/plain": shown.text.rstrip("\n"), "text/html": shown.html})

    def _history(self) -> list[str]:
        return [str(text) for text in self.shell.history_manager.input_hist_raw]

    def note_run(self, _about: object = None) -> None:
        """Remember when a cell is run: IPython calls this before, and then adds the cell to its history."""
        self.ran[len(self._history())] = datetime.now(UTC).timestamp()

    def _changed_since(self, graded: Sequence[Cell]) -> list[Cell]:
        """The cells that stand otherwise in the notebook, which was saved after they were run."""
        file = _notebook(self.shell)
        try:
            saved, cells = file.stat().st_mtime, raw_cells(file.name, file.read_bytes())
        except (OSError, NoNotebook):
            return []
        there = [cell for cell in (_marked(raw.source) for raw in cells if raw.kind == "code") if cell]
        names = [cell.grade_id for cell in there]
        runs = {
            cell.grade_id: (at, cell.source.strip())
            for at, text in enumerate(self._history())
            if (cell := _marked(text))
        }
        wanted = {cell.grade_id for cell in graded} & {name for name in runs if names.count(name) == 1}
        changed = [cell for cell in there if cell.grade_id in wanted and runs[cell.grade_id][1] != cell.source.strip()]
        return [cell for cell in changed if self.ran.get(runs[cell.grade_id][0], self.loaded) < saved]

    def _grader(self, milestone: str) -> SubmissionGrader:
        if self.grader is None or self.grader.assignment.milestones != (milestone,):
            self.close()
            base, beside = exercise_files(*courses()), str(repository() or "")
            grader = SubmissionGrader(Assignment((milestone,), DEFAULT_SEED, base=base, beside=beside))
            self.checks, self.grader = list(grader.checks), grader.__enter__()
        return self.grader

    def close(self) -> None:
        """End the workers."""
        if self.grader is not None:
            self.grader.__exit__(None, None, None)
            self.grader = None


def _last_runs(history: Sequence[str]) -> list[RawCell]:
    """What was run, in its order: of a marked cell that was run again the last run.

    It stands where it was first, as what is built on it does not move; but below another cell that defined the same,
    or took it away.
    """
    runs: dict[str, RawCell] = {}
    for number, text in enumerate(history):
        if marked := _marked(text):
            below = list(runs)[list(runs).index(marked.grade_id) + 1 :] if marked.grade_id in runs else []
            after = [python_of(runs[name].source) for name in below]
            if any((names_in(text) | takes_away(text)) & names_in(marked.source) for text in after):
                del runs[marked.grade_id]
        runs[marked.grade_id if marked else str(number)] = RawCell(text)
    return list(runs.values())


def _marked(text: str) -> Cell | None:
    return by_first_line(python_of(text))


def _notebook(shell: Any) -> Path:
    """The notebook's file, as Jupyter and Visual Studio Code tell their kernels; an empty one if they do not."""
    return Path(shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or os.devnull)


def load(shell: Any) -> None:
    """Add `%dlf` to an IPython shell."""
    magic = Magic(shell)
    shell.events.register("pre_run_cell", magic.note_run)
    shell.register_magic_function(magic.dlf, "line", "dlf")
