"""Reports that hold everything awkward, and words for the schemas of what is made from them."""

from dataclasses import replace

from dlf_grader.claims import NOT_RUN, Status
from dlf_grader.report import Counterexample, Diagnosis, Location, Report, Result

HOSTILE = "::error::x ``` </details> \x1b[31m <script>|  ]]> =1+1 \x00 100%, naïve 学"


def result(name, status, points=10.0, **more):
    about = (f"m1.{name}", "m1", "m1_cnn/conv.py" if name < "p" else "m1_cnn/pool.py", "parity", f"{name} works, 100%")
    return Result(*about, status, points if status is Status.PASSED else 0.0, points, **more)


WRONG = result(
    "conv", Status.FAILED, 12.5, message="y is wrong", output=HOSTILE,
    location=Location("exercises/m1_cnn/conv.py", 47),
    diagnosis=(Diagnosis("kernel-flipped", "It looks as if the kernel were flipped."),), seconds=0.25,
    counterexample=Counterexample("N=1", 3, "y", (0, 1), 1.0, 2.0, [[1.0, 2.0]], [[1.0, 3.0]], "conv = Conv2d(1)"),
)  # fmt: skip
RESULTS = (
    result("a", Status.PASSED, 2.5, seconds=0.5),
    WRONG,
    result("d", Status.BLOCKED, message="waits for m1.conv"),
    result("pool", Status.TODO, message="not written yet", location=Location("exercises/m1_cnn/pool.py", 9)),
    result("q", Status.TIMEOUT, message="MaxPool2d.forward did not end in time"),
    result("r", Status.SKIPPED, 0.0, message="mnist is not here"),
)


def report_of(*results):
    score, most = sum(r.score for r in results), sum(r.max_score for r in results)
    return Report("exercises", 7, "locked", {"python": "3"}, {"m1_cnn/conv.py": "ab"}, score, most, results)


REPORT = report_of(*RESULTS)
BEFORE = report_of(*(replace(r, status=Status.SKIPPED, message=NOT_RUN, score=0.0) for r in RESULTS))
PERFECT = report_of(result("a", Status.PASSED), result("b", Status.PASSED))
FAULT = report_of(result("a", Status.PASSED), result("b", Status.ERROR, message="ours"))
EMPTY = report_of()

NUMBER, TEXT, BOOL = {"type": "number"}, {"type": "string"}, {"type": "boolean"}
VISIBLE = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
SHOWN = {"enum": ["text", "html", "simple_format", "md", "ansi"]}


def thing(required="", **properties):
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def several(what):
    return {"type": "array", "items": what}
