"""The parts of a run, `Linear` or `gradcheck`: the checks that a learner thinks of as one exercise, as one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dlf_grader.model import Check, Status
from dlf_grader.outputs.notes import accuracies
from dlf_grader.outputs.sketch import BLOCKS, curve
from dlf_grader.outputs.verdicts import BROKEN, VERDICTS
from dlf_grader.report import Report, Result

WHOLE = 100  # points of a milestone


@dataclass
class Part:
    """Some checks of one name.

    Attributes:
        name: "Linear".
        checks: how many there are.
        results: those that are known by now.
    """

    name: str
    checks: int = 0
    results: list[Result] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return len(self.results) >= self.checks


def parts_of(checks: Sequence[Check]) -> dict[str, Part]:
    """The part of each check, by the check's id: those whose ids begin alike, "m0.linear", under their class's name."""
    of: dict[str, list[Check]] = {}
    for check in checks:
        of.setdefault(".".join(check.id.split(".")[:2]), []).append(check)
    found: dict[str, Part] = {}
    for beginning, together in of.items():
        classes = {check.target.partition(".")[0] for check in together}
        alone = len(together) == 1 and together[0].id == beginning  # a training: "m0.digits"
        name = beginning.rpartition(".")[2] if alone or len(classes) > 1 else classes.pop()
        part = Part(name, len(together))
        found |= {check.id: part for check in together}
    return found


def endings(
    report: Report, parts: Mapping[str, Part], following: Mapping[str, str], blocks: str = BLOCKS
) -> Iterator[str]:
    """For each milestone of which every point is earned, what was written, what it reached, and how to go on.

    Args:
        following: what comes after a milestone, by its id; "" after the last.
        blocks: to draw a curve with; "" where the terminal lacks them.
    """
    by_milestone: dict[str, list[Result]] = {}
    for result in report.results:
        by_milestone.setdefault(result.milestone, []).append(result)
    for milestone, results in by_milestone.items():
        score, most = sum(result.score for result in results), sum(result.max_score for result in results)
        if round(most) != WHOLE or round(score, 6) != round(most, 6):
            continue
        written = dict.fromkeys(parts[r.id].name for r in results if r.kind != "training" and r.id in parts)
        yield f"{milestone} is done. You wrote {', '.join(written)}."
        for result in results:
            if told := accuracies(result):
                yield f"  {result.id}: {' · '.join([*told, *filter(None, [_course(result, blocks)])])}"
        more = [r.id for r in results if r.kind == "training" and r.status is Status.SKIPPED]
        if more:
            yield f"  On more data, for no points: dlf-grade {' '.join(more)} --train"
        if then := following.get(milestone, ""):
            yield f"  Next is {then}. Start it: dlf-grade start"


def _course(result: Result, blocks: str) -> str:
    """The accuracies after each epoch, as a small drawing between the first and the last."""
    try:
        values = [float(word) for word in str(result.measurements.get("curve", "")).split()]
    except ValueError:
        return ""
    low, high = min(values, default=0.0), max(values, default=0.0)
    if low == high:
        return ""
    return f"epoch by epoch {values[0]:g} {curve(values, low, high, blocks) or 'to'} {values[-1]:g} %"


def sign_of(results: Iterable[Result]) -> Status:
    """The status whose sign stands before a part."""
    there = {result.status for result in results}
    order = (Status.ERROR, *sorted(BROKEN), Status.TODO, Status.BLOCKED, Status.PASSED)
    return next((status for status in order if status in there), Status.SKIPPED)


def points_of(results: Sequence[Result]) -> str:
    """ "9 of 22"; nothing of a training that earns none."""
    most = sum(result.max_score for result in results)
    return f"{sum(result.score for result in results):g} of {most:g}" if most else ""


def note_of(results: Sequence[Result], signs: Mapping[Status, str], told: Sequence[str]) -> str:
    """What is left to do, "✗ backward, parameters"; of what has passed, what is worth telling.

    Args:
        told: what was measured, and warned of.
    """
    by_status: dict[Status, list[str]] = {}
    for result in results:
        by_status.setdefault(result.status, []).append(result.id.rpartition(".")[2])
    if len(results) == 1 and results[0].status in BROKEN:
        return VERDICTS[results[0].status]
    broken = [
        f"{signs[status]} {'' if status is Status.FAILED else f'{VERDICTS[status]}: '}{', '.join(names)}"
        for status, names in by_status.items()
        if status in BROKEN
    ]
    left, waiting = by_status.get(Status.TODO, []), by_status.get(Status.BLOCKED, [])
    if not broken and by_status.keys() <= {Status.TODO, Status.BLOCKED, Status.SKIPPED} and left:
        return next(result.message for result in results if result.status is Status.TODO) or VERDICTS[Status.TODO]
    if left:
        broken.append(f"{VERDICTS[Status.TODO]}: {', '.join(left)}")
    if waiting and not broken:
        broken.append(next(result.message for result in results if result.status is Status.BLOCKED))
    if by_status.keys() == {Status.SKIPPED}:
        return "not run"
    cached = ["cached"] if not broken and all(result.cached for result in results) else []
    return " · ".join([*broken, *told, *cached])
