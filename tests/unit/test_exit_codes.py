import pytest
from dlf_grader.exit_codes import OK, OUR_FAULT, WORK_LEFT, exit_code
from dlf_grader.model import Status
from dlf_grader.report import Report, Result


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        ([], OK),
        ([Status.PASSED, Status.SKIPPED], OK),
        ([Status.PASSED, Status.TODO], WORK_LEFT),
        ([Status.FAILED, Status.BLOCKED], WORK_LEFT),
        ([Status.FAILED, Status.ERROR, Status.PASSED], OUR_FAULT),
    ],
)
def test_a_run_passes_has_work_left_or_shows_a_fault_of_ours(statuses, code):
    results = tuple(Result("m1.a", "m1", "m1/a.py", "parity", "t", status, 0.0, 1.0) for status in statuses)
    assert exit_code(Report("exercises", 1, "", {}, {}, 0.0, 1.0, results)) == code
