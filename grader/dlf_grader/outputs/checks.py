"""A result as a page shows it: every text ready to be put there, every picture drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dlf_grader.model import ADVICE, Status
from dlf_grader.outputs.figures import Figure, drawn
from dlf_grader.outputs.lesson import Lesson
from dlf_grader.outputs.tensors import Tensor, tensor
from dlf_grader.outputs.text import cut, printable
from dlf_grader.outputs.verdicts import BROKEN, SIGNS, VERDICTS, code_lines, with_enough_digits
from dlf_grader.report import Result

PAGE_SIGNS = SIGNS | {Status.BLOCKED: "…"}  # a sign that every font has
LEFT = BROKEN | {Status.TODO}  # what a learner is to look at
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
    trace: str
    code: str
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
    def folds(self) -> bool:
        """Whether its line need not be seen: it passed, and there is no picture of it."""
        return self.sign == PAGE_SIGNS[Status.PASSED] and not self.figures

    @property
    def opens(self) -> bool:
        """Whether there is more than its line."""
        return self.broken or bool(self.hints or self.figures or self.lesson)


def view(result: Result, lesson: Lesson | None) -> CheckView:
    """What a page shows of a result.

    Args:
        lesson: the section that the check names, shown where something is left to do.
    """
    broken, left = result.status in BROKEN, result.status in LEFT
    message = "" if result.message == VERDICTS[result.status] else cut(printable(result.message), LONGEST)
    case = result.counterexample
    other = "finite differences" if result.kind == "gradient" else "expected"
    return CheckView(
        id=result.id,
        sign=PAGE_SIGNS[result.status],
        verdict=VERDICTS[result.status],
        title=printable(result.title),
        points=f"{result.score:g} of {result.max_score:g} points" if result.max_score else "",
        broken=broken,
        location=printable(str(result.location)) if left and result.location else "",
        case=_case(result),
        message=message,
        trace=cut("\n".join(printable(str(line)) for line in result.trace), LONGEST),
        code=printable("\n".join(code_lines(result.excerpt, 100))) if result.excerpt else "",
        numbers=_numbers(result),
        tensor=None if case is None else tensor(case, other),
        diagnosis=tuple(cut(printable(each.text), LONGEST) for each in result.diagnosis),
        output=printable(result.output).strip() if broken else "",
        replay=result.replay,
        hints=result.hints if left else (),
        lesson=lesson if left else None,
        measured=tuple(_measured(result.measurements)),
        figures=tuple(drawn(result.pictures)),
    )


def _case(result: Result) -> str:
    case = result.counterexample
    if case is None or not case.case:
        return ""
    return f"{'Smallest case' if case.number else 'Case'}: {cut(printable(case.case), LONGEST)}"


def _numbers(result: Result) -> str:
    case = result.counterexample
    if case is None or case.yours is None:
        return ""
    where = f"[{', '.join(map(str, case.index))}]" if case.index else ""
    yours, expected = (cut(printable(each), 200) for each in with_enough_digits(case.yours, case.expected))
    return f"{printable(case.tensor)}{where}: yours {yours}, expected {expected}"


def _measured(measurements: Mapping[str, float | int | str]) -> list[str]:
    """Everything but curves, which are drawn."""
    shown = []
    for name, value in measurements.items():
        if isinstance(value, float):
            share = name.endswith("accuracy") or name == "target"
            shown.append(f"{name} {100 * value:.2f} %" if share else f"{name} {value:.3g}")
        elif not name.endswith("curve"):
            shown.append(str(value) if name == ADVICE else f"{name} {value}")
    return shown
