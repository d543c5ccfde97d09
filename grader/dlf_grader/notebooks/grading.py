"""Grading the cells of one notebook in isolated workers, and saying what came of it."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dlf_grader.config import Config
from dlf_grader.model import Check
from dlf_grader.notebooks.beside import Find, modules_beside
from dlf_grader.notebooks.cells import Cell, files_of, under, with_cell_locations
from dlf_grader.outputs.terminal import Terminal
from dlf_grader.outputs.text import printable
from dlf_grader.outputs.verdicts import seconds
from dlf_grader.report import Report
from dlf_grader.run.submissions import TREE, SubmissionGrader


def grade_cells(grader: SubmissionGrader, cells: Sequence[Cell], find: Find) -> Report:
    """The report on the exercise files that a learner's cells make up; its locations are cells and lines in them.

    Args:
        find: gives modules that lie beside the notebook.
    """
    files = files_of(cells)
    return with_cell_locations(grader.grade(modules_beside(files, find) | files), cells)


def part_of(report: Report, section: str) -> Report:
    """What a report says about the checks that share the beginning of an id."""
    results = tuple(result for result in report.results if under(result.id, section))
    score, most = sum(r.score for r in results), sum(r.max_score for r in results)
    return replace(report, results=results, score=round(score, 6), max_score=round(most, 6))


def printed(report: Report, checks: Sequence[Check]) -> str:
    """A report as the terminal would show it, without colour."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n", write_through=True)
    config = Config(tree=Path.cwd() / TREE, device="cpu", seed=report.seed)
    terminal = Terminal(stream, config, every_check=True, started=time.monotonic() - seconds(report))
    terminal.dlf_session_start(checks=list(checks), config=config)
    for result in report.results:
        terminal.dlf_check_finished(check=next(c for c in checks if c.id == result.id), result=result)
    terminal.dlf_session_finish(report=report, config=config)
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return printable(buffer.getvalue().decode())
