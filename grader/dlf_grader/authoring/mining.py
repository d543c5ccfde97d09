"""Making a page of the dictionary: every edit of a solution, run on the probes in a worker, tensor by tensor."""

from __future__ import annotations

import ast
import hashlib
import math
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from dlf_grader import checks as methods
from dlf_grader.failures import LearnerError, WorkerLost
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.compare import as_array
from dlf_grader.instruments.dictionary import fingerprint
from dlf_grader.instruments.dictionary.fingerprint import (
    Answers,
    Print,
    Probe,
    answers_to,
    digest,
    probes_of,
    scales_of,
)
from dlf_grader.instruments.dictionary.lookup import Column, Entry, Mined, Page
from dlf_grader.instruments.edits import calls, change, one_step, operators, words
from dlf_grader.instruments.edits.one_step import Edit, edits_of, functions, source_of
from dlf_grader.instruments.methods import subject_of
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.model import Check
from dlf_grader.run.reading.stubs import BEGIN, END
from dlf_grader.run.reading.tree import Tree
from dlf_grader.sandbox.proxy import Submission

SECONDS = 4.0  # that one edit may take on all probes; a loop without an end takes longer
SMALLEST = 1e-7  # relative distance from what is right below which an edit is no mistake
MACHINERY = (calls, change, operators, one_step, fingerprint)
VERSION = 1  # of what is below, where it matters to the numbers
RARE = frozenset({"term"})  # kinds that few people make, and that would be a sixth of the work
ALIKE = 3  # edits of the same numbers that are kept


Tried = tuple[Edit, dict[tuple[str, str], Array]]  # an edit, with the fingerprints that it changes


@dataclass(frozen=True)
class Studied:
    """A subject while its page is made: its probes, and what our solution gives for them."""

    name: str
    subject: Subject
    asked: tuple[tuple[str, ...], ...]  # the tensors of each of its checks
    probes: list[Probe]
    right: dict[tuple[str, ...], Answers] = field(default_factory=dict)
    scales: dict[str, list[float]] = field(default_factory=dict)
    prints: dict[str, Print] = field(default_factory=dict)


def minable(checks: Sequence[Check]) -> dict[str, list[Check]]:
    """The checks whose numbers can be looked up, by exercise file."""
    found: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        if isinstance(check.method, methods.Parity) and isinstance(subject_of(check), Subject):
            found[check.exercise].append(check)
    return dict(found)


def made_from(exercise: str, checks: Sequence[Check], solutions: Path) -> str:
    """A hash of what a page's numbers depend on: the solution and what it imports, the probes, the edits."""
    found = hashlib.sha256(str(VERSION).encode())
    for source in Tree(solutions).closure(exercise):
        found.update(source.data)
    for name, group in subjects_of(checks).items():
        asked = [check.method.tensors for check in group if isinstance(check.method, methods.Parity)]
        found.update(f"{name} {asked} {digest(probes_of(subject_of(group[0])))}".encode())
    for module in MACHINERY:
        found.update(_without_imports(Path(module.__file__ or "").read_text("utf-8")).encode())
    return found.hexdigest()


@cache
def _without_imports(code: str) -> str:
    """A module's code but for its imports and empty lines: where a name is found changes no numbers."""
    lines = code.splitlines()
    for node in ast.parse(code).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            lines[node.lineno - 1 : node.end_lineno] = [""] * ((node.end_lineno or 0) - node.lineno + 1)
    return "\n".join(filter(str.strip, lines))


def said_with(known: frozenset[str], exercise: str, solutions: Path) -> str:
    """A hash of what its sentences depend on: the templates, and the names of the solution that learners have met."""
    met = " ".join(sorted(known & _spoken(solutions / exercise)))
    return hashlib.sha256(Path(words.__file__).read_bytes() + met.encode()).hexdigest()


def said_anew(page: Page, known: frozenset[str], exercise: str, solutions: Path) -> Page:
    """A page with the sentences of today, and the lines on which its edits stand."""
    module = ast.parse((solutions / exercise).read_text("utf-8"))
    functions_met = dict.fromkeys(edit.function for edit in page.edits)
    places = {_key(edit): edit.line for name in functions_met for edit in edits_of(module, name)}
    told = [words.sentence(edit.function, edit.kind, edit.before, edit.after, known) for edit in page.edits]
    edits_ = [
        msgspec.structs.replace(edit, said=said, line=places.get(_key(edit), 0))
        for edit, said in zip(page.edits, told, strict=True)
    ]
    return msgspec.structs.replace(page, edits=edits_, said_with=said_with(known, exercise, solutions))


def _key(edit: Edit | Mined) -> tuple[str, ...]:
    return edit.function, edit.kind, edit.before, edit.after


def _spoken(solution: Path) -> set[str]:
    """The names in a solution: of a lesson, only these matter."""
    return set(words.NAME.findall(solution.read_text("utf-8")))


def subjects_of(checks: Sequence[Check]) -> dict[str, list[Check]]:
    """The checks of each subject, by its name."""
    found: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        found[check.subject].append(check)
    return dict(found)


def mine(
    exercise: str,
    checks: Sequence[Check],
    solutions: Path,
    known: frozenset[str],
    submission: Submission,
    *,
    wanted: Callable[[int], bool] = lambda at: True,
    show: Callable[[int], None] = lambda at: None,
) -> Page:
    """The page of one exercise file.

    Args:
        checks: those of the file that can be looked up.
        known: the names that a learner has met.
        submission: the solution, in a worker.
        wanted: which edits to try, by number; a test tries a sample.
        show: called with the number of each.
    """
    text = (solutions / exercise).read_text("utf-8")
    module = ast.parse(text)
    studied = [_studied(name, group, submission) for name, group in subjects_of(checks).items()]
    found: list[Tried] = []
    number = 0
    for function, lines in _regions(text, module):
        touched = _touched(studied, submission, module, function)
        for edit in edits_of(module, function, lines):
            number += 1
            if not touched or edit.kind in RARE or not wanted(number):
                continue
            show(number)
            if totals := _tried(edit, touched, submission, module):
                found.append((edit, totals))
        submission.deadline = time.monotonic() + SECONDS
        submission.redefine(function, source_of(module, function))
    submission.deadline = math.inf  # what follows is ours
    page = _page(made_from(exercise, checks, solutions), studied, found)
    return said_anew(page, known, exercise, solutions)


def _studied(name: str, checks: Sequence[Check], submission: Submission) -> Studied:
    subject: Subject = subject_of(checks[0])
    asked = tuple(dict.fromkeys(check.method.tensors for check in checks if isinstance(check.method, methods.Parity)))
    found = Studied(name, subject, asked, probes_of(subject))
    submission.deadline = time.monotonic() + 60
    for tensors in asked:
        found.right[tensors] = answers = answers_to(subject, submission, found.probes, tensors)
        for tensor in {tensor for answer in answers if answer for tensor in answer}:
            if subject.whole and tensor != subject.whole:
                continue
            found.scales[tensor] = scales = scales_of(answers, tensor)
            shown = fingerprint.fingerprint(answers, tensor, scales)
            if shown is not None:
                found.prints[tensor] = shown
    return found


def _regions(text: str, module: ast.Module) -> Iterator[tuple[str, range]]:
    """The functions that hold a region of the solution, with its lines."""
    begin = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if BEGIN.match(line):
            begin = number
        elif END.match(line):
            for name, function in functions(module).items():
                if function.lineno < begin and (function.end_lineno or 0) >= number - 1:
                    yield name, range(begin, number)


def _touched(
    studied: Sequence[Studied], submission: Submission, module: ast.Module, function: str
) -> list[tuple[Studied, list[tuple[str, ...]]]]:
    """The subjects in whose answers a function has a part, with what their checks ask of it."""
    found = []
    submission.deadline = time.monotonic() + 60
    submission.redefine(function, one_step.broken(module, function))
    for one in studied:
        groups = [
            tensors
            for tensors in _widest_first(one.asked)
            if None in answers_to(one.subject, submission, one.probes[:4], tensors)
        ]
        if groups:
            found.append((one, groups))
    submission.redefine(function, source_of(module, function))
    return found


def _widest_first(asked: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return sorted(asked, key=lambda tensors: not any("dL_d" in tensor for tensor in tensors))


def _tried(
    edit: Edit, touched: Sequence[tuple[Studied, list[tuple[str, ...]]]], submission: Submission, module: ast.Module
) -> dict[tuple[str, str], Array]:
    """The fingerprints that an edit changes, by subject and tensor."""
    totals: dict[tuple[str, str], Array] = {}
    submission.deadline = time.monotonic() + SECONDS
    try:
        submission.redefine(edit.function, edit.source)
        for one, groups in touched:
            totals |= _changed(one, groups, submission)
    except LearnerError:
        return {}
    except WorkerLost:  # a loop without an end, or all of the memory; the next worker has the right code again
        submission.close()
        return {}
    return totals


def _changed(one: Studied, groups: Sequence[tuple[str, ...]], submission: Submission) -> dict[tuple[str, str], Array]:
    """The fingerprints that the code in the worker changes; each as the check that compares the tensor runs it."""
    answers = _unless_all_raise(one, groups[0], submission)
    if answers is not None and None not in answers:
        return _differing(one, answers, tuple(one.prints))
    found = {} if answers is None else _differing(one, answers, groups[0])
    for tensors in groups[1:]:
        if (answers := _unless_all_raise(one, tensors, submission)) is not None:
            found |= _differing(one, answers, tensors)
    return found


def _unless_all_raise(one: Studied, tensors: tuple[str, ...], submission: Submission) -> Answers | None:
    """The answers to the probes; None where the first ones raise: who does that sees an exception, not numbers."""
    first = answers_to(one.subject, submission, one.probes[:2], tensors)
    if all(answer is None for answer in first):
        return None
    return [*first, *answers_to(one.subject, submission, one.probes[2:], tensors)]


def _differing(one: Studied, answers: Answers, tensors: tuple[str, ...]) -> dict[tuple[str, str], Array]:
    found = {}
    for tensor, right in one.prints.items():
        if (tensors and tensor not in (*tensors, one.subject.whole)) or _says_nothing(answers, tensor):
            continue
        shown = fingerprint.fingerprint(answers, tensor, one.scales[tensor])
        if shown is not None and np.abs(shown.shares - right.shares).max() > SMALLEST:
            found[one.name, tensor] = shown.total
    return found


def _says_nothing(answers: Answers, tensor: str) -> bool:
    """Whether a tensor is zero or not a number on every probe, as many mistakes leave it."""
    found = [as_array(answer[tensor]) for answer in answers if answer is not None and tensor in answer]
    arrays = [array for array in found if array is not None and array.dtype.kind in "biuf"]
    return not any(array.any() and np.isfinite(array).any() for array in arrays)


def _page(made: str, studied: Sequence[Studied], found: Sequence[Tried]) -> Page:
    """A page with at most a few edits of the same numbers, the likeliest first."""
    kept: list[Tried] = []
    seen: Counter[tuple[object, ...]] = Counter()
    for edit, totals in sorted(found, key=lambda one: words.rank(one[0].kind, one[0].before, one[0].after)):
        key = tuple((name, *np.round(total, 7)) for name, total in sorted(totals.items()))
        seen[key] += 1
        if seen[key] <= ALIKE:
            kept.append((edit, totals))
    subjects = {}
    for one in studied:
        columns = {}
        for tensor, right in sorted(one.prints.items()):
            rows = [
                (at, totals[one.name, tensor]) for at, (_, totals) in enumerate(kept) if (one.name, tensor) in totals
            ]
            ids = np.array([at for at, _ in rows], np.uint16).tobytes()
            numbers = np.array([total for _, total in rows], float).tobytes()
            columns[tensor] = Column(one.scales[tensor], right.shares.tobytes(), ids, numbers)
        subjects[one.name] = Entry(digest(one.probes), columns)
    mined = [Mined(edit.function, edit.kind, edit.before, edit.after, "") for edit, _ in kept]
    return Page(made, "", mined, subjects)


def packed(page: Page) -> bytes:
    """A page as its file holds it."""
    return zlib.compress(msgspec.msgpack.encode(page), 9)
