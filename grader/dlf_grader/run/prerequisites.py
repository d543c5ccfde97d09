"""What a failure may come from that its run did not look at: the checks that it builds on, which were left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from dlf_grader.model import Check, Status
from dlf_grader.report import Diagnosis, Result
from dlf_grader.run.checksums import CurrentFiles
from dlf_grader.run.results import Results
from dlf_grader.run.store import Store


def built_on(check: Check, result: Result, results: Results, store: Store | None, tree: Path) -> Result:
    """A failure with a sentence about what it builds on, where that is neither graded now nor known to pass."""
    left_out = [name for name in check.after if not results.is_about(name)]
    judged = result.status is Status.FAILED and result.counterexample  # no file that cannot be read, for one
    if not judged or store is None or not left_out:
        return result
    now, known = CurrentFiles(tree), store.statuses(str(tree))
    passed = {name for name, (status, files) in known.items() if status == Status.PASSED and now.is_as(files)}
    parts = dict.fromkeys(".".join(name.split(".")[:2]) for name in left_out if name not in passed)
    if not parts:
        return result
    text = f"It builds on {', '.join(parts)}, which this run did not grade. Grade it first: dlf-grade {' '.join(parts)}"
    return replace(result, diagnosis=(*result.diagnosis, Diagnosis("built-on", text)))
