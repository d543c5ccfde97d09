"""`--report gradescope=PATH`: the results.json of a Gradescope autograder."""

from __future__ import annotations

from collections.abc import Sequence

from dlf_grader.hookspecs import Writer
from dlf_grader.model import Status
from dlf_grader.outputs.json import as_json
from dlf_grader.outputs.verdicts import complete, explain, has_fault, seconds, summary
from dlf_grader.report import Report

UNFINISHED = "The grading did not finish. Submit again, or tell your instructor."


def to_gradescope(report: Report, said: Sequence[str] = ()) -> str:
    """Every check as a test, numbered file.check; the tests' scores add up to the score.

    Before everything was checked, or where a check of ours did not do its work, there is no score: Gradescope then says
    that the autograder failed, and the instructor can run it again.

    Args:
        said: lines about the files handed in.
    """
    fault = has_fault(report) or not complete(report)
    files = list(dict.fromkeys(result.exercise for result in report.results))
    within: dict[str, int] = {}
    tests = []
    for result in report.results:
        within[result.exercise] = number = within.get(result.exercise, 0) + 1
        tests.append(
            {
                "name": result.title,
                "number": f"{files.index(result.exercise) + 1}.{number}",
                **({} if fault else {"score": result.score, "max_score": result.max_score}),
                "status": "passed" if result.status is Status.PASSED else "failed",
                "output": explain(result),
                "tags": [result.id, result.kind, str(result.status)],
                "visibility": "visible",
            }
        )
    return as_json(
        {
            **({} if fault else {"score": report.score}),
            "execution_time": seconds(report),
            "output": "\n".join([*([] if complete(report) else [UNFINISHED]), summary(report), *said]),
            "output_format": "text",
            "test_output_format": "text",
            "test_name_format": "text",
            "visibility": "visible",
            "stdout_visibility": "hidden",
            "tests": tests,
            "extra_data": {"seed": report.seed, "isolation": report.isolation, "files": report.files},
        }
    )


WRITER = Writer("gradescope", "json", to_gradescope)
