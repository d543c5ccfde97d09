"""A result as a page shows it: every text ready to be put there, every picture drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlf_grader.model import Result, Status
from dlf_grader.outputs.figures import Figure, drawn
from dlf_grader.outputs.lesson import Lesson
from dlf_grader.outputs.tensors import Tensor, tensor
from dlf_grader.outputs.terminal import BROKEN, MARKS
from dlf_grader.outputs.words import cut, printable

VERDICTS = {
    Status.PASSED: "passed",
    Status.FAILED: "wrong",
    Status.TODO: "not written yet",
    Status.BLOCKED: "waits",
    Status.SKIPPED: "not run",
    Status.TIMEOUT: "out of time",
    Status.CRASHED: "crashed",
    Status.REFUSED: "refused",
    Status.ERROR: "the grader's own fault",
}
SIGNS = MARKS | {Status.BLOCKED: "…"}  # a sign that every font has
LONGEST = 4000  # characters of a message


@dataclass(frozen=True)
class CheckView:
    """One check on a page.

    Attributes:
        broken: whether it is shown in full.
        numbers: the wrong number beside the right one, in words.
        measured: what was measured, "test accuracy 98.33 %".
    """

    id: str
    sign: str
    verdict: str
    title: str
    points: str
    broken: bool
    location: str
    case: str
    message: str
    numbers: str
    tensor: Tensor | None
    diagnosis: tuple[str, ...]
    output: str
    replay: str
    hints: tuple[str, ...]
    lesson: Lesson | None
    measured: tuple[str, ...]
    figures: tuple[Figure, ...]

    @property
    def opens(self) -> bool:
        """Whether there is more than its line."""
        return self.broken or bool(self.hints or self.figures or self.lesson)


def view(result: Result, lesson: Lesson | None) -> CheckView:
    """What a page shows of a result.

    Args:
        lesson: the section that the check names, where it is shown.
    """
    broken, left = result.status in BROKEN, result.status in BROKEN or result.status is Status.TODO
    message = "" if result.message == VERDICTS[result.status] else cut(printable(result.message), LONGEST)
    case = result.counterexample
    other = "slope of your forward" if result.kind == "gradient" else "expected"
    return CheckView(
        id=result.id,
        sign=SIGNS[result.status],
        verdict=VERDICTS[result.status],
        title=printable(result.title),
        points=f"{result.score:g} of {result.max_score:g}",
        broken=broken,
        location=printable(result.location) if left else "",
        case="" if case is None else cut(printable(case.case), LONGEST),
        message=message,
        numbers=_numbers(result),
        tensor=None if case is None else tensor(case, other),
        diagnosis=tuple(cut(printable(each.text), LONGEST) for each in result.diagnosis),
        output=printable(result.output).strip() if broken else "",
        replay=result.replay,
        hints=result.hints if left else (),
        lesson=lesson,
        measured=tuple(_measured(result.measurements)),
        figures=tuple(drawn(result.pictures)),
    )


def _numbers(result: Result) -> str:
    case = result.counterexample
    if case is None or case.yours is None:
        return ""
    where = f"[{', '.join(map(str, case.index))}]" if case.index else ""
    yours, expected = (
        printable(each if isinstance(each, str) else f"{each!r}") for each in (case.yours, case.expected)
    )
    if len(yours) + len(expected) > 30 and isinstance(case.yours, float) and isinstance(case.expected, float):
        short = f"{case.yours:.6g}", f"{case.expected:.6g}"
        yours, expected = short if short[0] != short[1] else (yours, expected)
    return f"{printable(case.tensor)}{where}: yours {cut(yours, 200)}, expected {cut(expected, 200)}"


def _measured(measurements: Mapping[str, float | int | str]) -> list[str]:
    """Everything but curves, which are drawn."""
    shown = []
    for name, value in measurements.items():
        if isinstance(value, float):
            share = name.endswith("accuracy") or name == "target"
            shown.append(f"{name} {100 * value:.2f} %" if share else f"{name} {value:.3g}")
        elif not name.endswith("curve"):
            shown.append(f"{name} {value}")
    return shown
