"""`--report junit=PATH`: JUnit XML (xunit2), which CI systems show.

It knows no points, so they stand in each test's output; some readers show a test's text only, so reasons are repeated.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from dlf_grader.hookspecs import Writer
from dlf_grader.model import Status
from dlf_grader.outputs.text import printable
from dlf_grader.outputs.verdicts import explain, headline
from dlf_grader.report import Report, Result

LEFT = (Status.TODO, Status.BLOCKED, Status.SKIPPED)  # nothing is wrong yet


def to_junit(report: Report) -> str:
    """A suite for each exercise, a case for each check."""
    root = Element("testsuites", name="dlf-grade")
    for path in dict.fromkeys(result.exercise for result in report.results):
        _suite(root, report, path, [result for result in report.results if result.exercise == path])
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode") + "\n"


WRITER = Writer("junit", "xml", to_junit)


def _suite(root: Element, report: Report, path: str, results: list[Result]) -> None:
    errors = sum(result.status is Status.ERROR for result in results)
    left = sum(result.status in LEFT for result in results)
    passed = sum(result.status is Status.PASSED for result in results)
    counts = {"tests": len(results), "failures": len(results) - errors - left - passed, "errors": errors}
    time = sum(result.seconds for result in results)
    about = {"name": printable(path), **counts, "skipped": left, "time": f"{time:.3f}"}
    suite = SubElement(root, "testsuite", {key: str(value) for key, value in about.items()})
    properties = SubElement(suite, "properties")
    score, of = sum(result.score for result in results), sum(result.max_score for result in results)
    for name, value in {"points": f"{score:g}/{of:g}", "seed": report.seed, "isolation": report.isolation}.items():
        SubElement(properties, "property", name=name, value=printable(str(value)))
    for result in results:
        _case(suite, result)


def _case(suite: Element, result: Result) -> None:
    module = result.exercise.removesuffix(".py").replace("/", ".")
    case = SubElement(suite, "testcase", name=result.id, classname=module, time=f"{result.seconds:.3f}")
    if result.status in LEFT:
        SubElement(case, "skipped", message=headline(result)).text = explain(result)
    elif result.status is not Status.PASSED:
        kind = "error" if result.status is Status.ERROR else "failure"
        SubElement(case, kind, message=headline(result), type=str(result.status)).text = explain(result)
    printed = f"\n{printable(result.output)}" if result.output.strip() else ""
    SubElement(case, "system-out").text = f"{result.title}\npoints={result.score:g}/{result.max_score:g}{printed}"
