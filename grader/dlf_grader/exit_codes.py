"""What `dlf-grade` tells the shell."""

from __future__ import annotations

from dlf_grader.claims import Status

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dlf_grader.report import Report

OK, WORK_LEFT, WRONG_USE, OUR_FAULT = range(4)


def exit_code(report: Report) -> int:
    """The exit code of a run; a check that was not run does not count as work left."""
    statuses = {result.status for result in report.results}
    if Status.ERROR in statuses:
        return OUR_FAULT
    return OK if statuses <= {Status.PASSED, Status.SKIPPED} else WORK_LEFT
