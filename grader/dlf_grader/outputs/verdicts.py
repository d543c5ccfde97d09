"""The words and signs of a verdict: every output says the same about a result."""

from __future__ import annotations

from dlf_grader.claims import NOT_RUN, Status
from dlf_grader.outputs.printed import beginning, printed, warned
from dlf_grader.outputs.sketch import BLOCKS, sketches
from dlf_grader.outputs.text import cut, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dlf_grader.report import Counterexample, Excerpt, Report, Result

SIGNS = {
    Status.PASSED: "✓",
    Status.FAILED: "✗",
    Status.TODO: "·",
    Status.BLOCKED: "⧗",
    Status.SKIPPED: "–",
    Status.TIMEOUT: "✗",
    Status.CRASHED: "✗",
    Status.REFUSED: "✗",
    Status.ERROR: "!",
}
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
BROKEN = {Status.FAILED, Status.TIMEOUT, Status.CRASHED, Status.REFUSED, Status.ERROR}


def faults(report: Report) -> list[Result]:
    """What came of checks of ours that did not do their work."""
    return [result for result in report.results if result.status is Status.ERROR]


def has_fault(report: Report) -> bool:
    """Whether a check of ours did not do its work: then a report's points are nobody's marks."""
    return bool(faults(report))


def explain(result: Result) -> str:
    """Why a check ended as it did, and what to do: a failure in full, everything else in a line."""
    if result.status in BROKEN:
        place = [f"at {result.location}"] if result.location else []
        return printable("\n".join([*place, *details(result)]))
    if result.status is Status.BLOCKED:
        return printable(result.message)
    short = VERDICTS[result.status]
    return printable(short if result.message in ("", short) else f"{short}: {result.message}")


def headline(result: Result) -> str:
    """One line: the message, or the status where there is none."""
    return printable(" ".join(result.message.split())) or str(result.status)


def summary(report: Report) -> str:
    """Points, and what was not run with its reason."""
    points = points_in_words(report)
    if has_fault(report):
        points = "A fault of the grader, not of the submission: no marks. Grade it again."
    return printable("\n".join([points, *not_run(report)]))


def points_in_words(report: Report) -> str:
    """ "42 of 100 points"; where there are none to earn, how many checks passed."""
    if report.max_score:
        return f"{report.score:g} of {report.max_score:g} points"
    passed = sum(result.status is Status.PASSED for result in report.results)
    return f"{passed} of {len(report.results)} checks passed"


def not_run(report: Report) -> list[str]:
    """A line for each reason why checks were not run."""
    skipped = [result for result in report.results if result.status is Status.SKIPPED]
    return [
        printable(f"not run: {', '.join(r.id for r in skipped if r.message == reason)}: {reason}")
        for reason in dict.fromkeys(result.message for result in skipped)
    ]


def fraction(report: Report) -> float:
    """The score from 0 to 1; what is worth no points counts as whole when everything asked for passed."""
    if report.max_score:
        return min(1.0, max(0.0, report.score / report.max_score))
    return float(all(result.status is Status.PASSED for result in report.results))


def complete(report: Report) -> bool:
    """Whether every check has had its turn: a report exists from the first moment on."""
    return not any(result.status is Status.SKIPPED and result.message == NOT_RUN for result in report.results)


def seconds(report: Report) -> float:
    """Seconds spent in checks."""
    return round(sum(result.seconds for result in report.results), 3)


def details(result: Result, width: int = 100, *, whole: bool = False, blocks: str = BLOCKS) -> list[str]:
    """A failure in full: the smallest case, the numbers, the name of the mistake, what to do next.

    Args:
        width: characters after which a line of code is cut; other lines are as long as they are.
        whole: whether all that was printed is wanted, and not its first lines.
        blocks: to draw curves with; "" where the terminal lacks them.
    """
    lines = []
    case = result.counterexample
    if case is not None and case.case:
        lines.append(f"{'smallest case' if case.number else 'case'}: {case.case}")
    lines.append(result.message)
    lines += [f"  {line}" for line in _way_there(result)]
    shapes = case is not None and isinstance(case.yours, str) and not case.index and case.yours in result.message
    if case is not None and case.yours is not None and not shapes:  # the message has them already
        where = f"[{','.join(map(str, case.index))}]" if case.index else ""
        yours, expected = with_enough_digits(case.yours, case.expected)
        lines.append(f"{case.tensor}{where}   yours {yours}   expected {expected}")
        lines += _side_by_side(case, width)
    lines += code_lines(result.excerpt, width) if result.excerpt else []
    lines += [diagnosis.text for diagnosis in result.diagnosis]
    lines += sketches(result, blocks)
    for title, said in (("it printed:", printed(result)), ("Python warned:", warned(result))):
        lines += [title, *(f"  {line}" for line in beginning(said, result, whole=whole))] if said else []
    actions = [f"replay: dlf-grade replay {result.replay}"] if result.replay else []
    if result.status is not Status.ERROR:
        actions.append(f"hint: dlf-grade hint {result.id}")
    beside = "     ".join(actions)
    return [*lines, *([beside] if len(beside) <= width else actions)]


def _way_there(result: Result) -> Iterator[str]:
    """The lines that led to an exception, without the code that the excerpt shows."""
    for line in result.trace:
        shown = result.excerpt is not None and line.location == result.excerpt.location
        yield str(line).partition(": ")[0] if shown else str(line)


def code_lines(excerpt: Excerpt, width: int) -> list[str]:
    """Lines of the learner's code with their numbers, and a caret under the expression in question."""
    first = excerpt.location.line - excerpt.at
    gutter = len(str(first + len(excerpt.lines) - 1))
    room = width - gutter - len("> | ")
    shown = []
    for at, line in enumerate(excerpt.lines):
        sign = ">" if at == excerpt.at else " "
        shown.append(f"{sign}{first + at:>{gutter}} | {cut(line, room)}")
        if at == excerpt.at and excerpt.columns and excerpt.columns[0] < room:
            start, end = excerpt.columns[0], min(excerpt.columns[1], room)
            shown.append(f"{'':>{gutter + 1}} | {' ' * start}{'^' * (end - start)}")
    return shown


def with_enough_digits(yours: float | str, expected: float | str | None) -> tuple[str, str]:
    """Two numbers as text: six digits each, all digits if six hide the difference."""
    short = short_number(yours), short_number(expected)
    return short if short[0] != short[1] else (repr(yours), repr(expected))


def short_number(value: float | int | str | None) -> str:
    """A number with six digits."""
    if isinstance(value, float):
        return f"{value:.0e}" if 0 < abs(value) < 1e-6 else f"{value:.6g}"
    return str(value)


def _side_by_side(case: Counterexample, room: int) -> list[str]:
    """Two small matrices beside each other, wrong cells marked; nothing for what is not at most 6 × 6, or is wider."""
    left, right = _matrix(case.yours_array), _matrix(case.expected_array)
    if left is None or right is None or len(left) != len(right) or len(left[0]) != len(right[0]):
        return []
    wrong: Sequence[Sequence[bool]] = [
        [a != b for a, b in zip(*rows, strict=True)] for rows in zip(left, right, strict=True)
    ]
    if case.nearby is not None and [len(row) for row in case.nearby.wrong] == [len(row) for row in left]:
        wrong = case.nearby.wrong  # as the comparison found them: what rounding changes is right
    width = max(len(_cell(value)) for rows in (left, right) for row in rows for value in row) + 1
    lines = []
    for yours, expected, marks in zip(left, right, wrong, strict=True):
        marked = "".join(f"{_cell(a):>{width}}{'*' if mark else ' '}" for a, mark in zip(yours, marks, strict=True))
        lines.append(f"{marked}   {''.join(f'{_cell(b):>{width}} ' for b in expected)}".rstrip())
    across = (width + 1) * len(left[0])
    if max(map(len, lines)) > room:
        return []
    return [f"{' yours (* differs)':<{across}}    expected", *lines]


def _matrix(values: object) -> list[list[object]] | None:
    """Nested lists as rows, with leading axes of size 1 dropped."""
    while isinstance(values, list) and len(values) == 1 and isinstance(values[0], list):
        values = values[0]
    if not isinstance(values, list) or not values:
        return None
    rows = values if isinstance(values[0], list) else [values]
    flat = all(isinstance(row, list) and row and not isinstance(row[0], list) for row in rows)
    return rows if flat and len(rows) <= 6 and len(rows[0]) <= 6 and (len(rows) > 1 or len(rows[0]) > 1) else None


def _cell(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
