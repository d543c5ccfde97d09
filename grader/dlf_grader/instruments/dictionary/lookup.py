"""The dictionary of mistakes: what every one-step edit of our solutions computes, looked up by a learner's numbers.

`dlf-grade dev mine` writes a page for each exercise file, in `mined/`. A look-up runs the learner's code on the probes
of the page, and names an edit only if all its numbers are the learner's, the failing case among them.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec
import numpy as np

from dlf_grader.failures import DlfError
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.compare import as_array
from dlf_grader.instruments.dictionary.fingerprint import (
    NEAR,
    Answers,
    Print,
    answers_to,
    digest,
    fingerprint,
    probes_of,
)
from dlf_grader.instruments.dictionary.kinds import by_kind
from dlf_grader.instruments.edits.words import ONE_SIGN, rank
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.report import Diagnosis
from dlf_grader.sandbox.proxy import Submission

MINED = Path(__file__).parent / "mined"
FEWEST = 6  # numbers that must be wrong before one story of them is believed
PREFIX = "edit-"  # ids of what is found here, before the kind of edit


class Column(msgspec.Struct, frozen=True):
    """What is known of one tensor.

    Attributes:
        scales: its size on each probe.
        right: its share on each probe as it should be, as bytes of float64.
        edits: which of the page's edits change it, as bytes of uint16.
        totals: the fingerprints that they give, as bytes of float64.
    """

    scales: list[float]
    right: bytes
    edits: bytes
    totals: bytes


class Entry(msgspec.Struct, frozen=True):
    """What is known of a subject.

    Attributes:
        probes: their digest, which says whether this is about the subject's cases as they are now.
    """

    probes: str
    tensors: dict[str, Column]


class Mined(msgspec.Struct, frozen=True, array_like=True):
    """An edit of our solution, as in `Edit`, with what is said of it; "" where nothing can be."""

    function: str
    kind: str
    before: str
    after: str
    said: str
    line: int = 0


class Page(msgspec.Struct, frozen=True):
    """The dictionary of one exercise file.

    Attributes:
        made_from: a hash of what the numbers depend on.
        said_with: a hash of what the sentences depend on.
        edits: the likeliest first.
        subjects: by name, "dlf_grader.milestones.m1.conv.subject:CONV2D".
    """

    made_from: str
    said_with: str
    edits: list[Mined]
    subjects: dict[str, Entry]


def path_of(exercise: str, folder: Path = MINED) -> Path:
    """The file of an exercise's page, "m1_cnn/conv.py"."""
    return folder / Path(exercise).with_suffix(".mined")


@cache
def read_page(exercise: str) -> Page | None:
    """An exercise's page, if there is one that can be read."""
    try:
        return msgspec.msgpack.decode(zlib.decompress(path_of(exercise).read_bytes()), type=Page)
    except (OSError, zlib.error, msgspec.MsgspecError):
        return None


def look_up(
    exercise: str,
    name: str,
    subject: Subject,
    submission: Submission,
    tensors: Sequence[str],
    tensor: str,
    number: int,
) -> Diagnosis | None:
    """The edit of our solution whose numbers are the learner's, if there is one.

    Args:
        name: the subject's, as a check names it.
        tensors: what the check asks for.
        tensor: the one that is wrong.
        number: of the failing case.
    """
    page = read_page(exercise)
    entry = page.subjects.get(name) if page else None
    column = entry.tensors.get(tensor) if entry else None
    if page is None or entry is None or column is None:
        return None
    probes = probes_of(subject)
    if digest(probes) != entry.probes:
        return None
    try:
        answers = answers_to(subject, submission, probes, tensors)
    except DlfError:
        return None
    yours = fingerprint(answers, tensor, column.scales)
    numbers = [number for number, _ in probes]
    if yours is None or not _telling(yours, column, answers, tensor, numbers, number):
        return None
    found = [int(at) for at in matching(yours, column)]
    if len(found) > 1:
        found = _agreeing(found, entry, answers, tensor)
    return told([page.edits[at] for at in found])


def told(edits: Sequence[Mined]) -> Diagnosis | None:
    """What is said of edits that give the same numbers: what they share, or nothing."""
    if not edits:
        return None
    (function, *others) = dict.fromkeys(edit.function for edit in edits)
    if others:
        return None
    one_statement = len({edit.line for edit in edits}) == 1  # or nobody knows in which it is
    if not one_statement and all(map(_of_sign, edits)):
        return Diagnosis(f"{PREFIX}sign", ONE_SIGN.format(function=function))
    if one_statement:
        edits = [edit for edit in edits if edit.kind == "operand-dropped"] or edits  # nothing was put in its place
    said = [edit for edit in edits if edit.said] if one_statement else []
    if not said:
        kinds = {edit.kind for edit in edits}
        text = by_kind(function, kinds.pop()) if len(kinds) == 1 else ""
        return Diagnosis(PREFIX + edits[0].kind, text) if text else None
    best = min(said, key=lambda edit: rank(edit.kind, edit.before, edit.after))
    return Diagnosis(PREFIX + best.kind, best.said)


def _of_sign(edit: Mined) -> bool:
    """Whether an edit is about a plus or minus and nothing else."""
    without = str.maketrans("", "", "+-() ")
    return edit.kind in ("sign", "operator") and edit.before.translate(without) == edit.after.translate(without)


def matching(yours: Print, column: Column) -> Array:
    """The edits that give a fingerprint."""
    totals = np.frombuffer(column.totals).reshape(-1, 2)
    near = (np.abs(totals - yours.total) <= NEAR * (1 + yours.size)).all(axis=1)
    found: Array = np.frombuffer(column.edits, np.uint16)[near]
    return found


def _telling(yours: Print, column: Column, answers: Answers, tensor: str, numbers: list[int], number: int) -> bool:
    """Whether enough is wrong, and the failing case with it."""
    wrong = yours.differing(np.frombuffer(column.right).reshape(-1, 2))
    found = [array for at in wrong if (answer := answers[at]) and (array := as_array(answer.get(tensor))) is not None]
    if not all(np.isfinite(array).all() for array in found):  # many a formula ends in nan
        return False
    count = sum(array.size for array in found)
    return count >= FEWEST and (number not in numbers or numbers.index(number) in wrong)


def _agreeing(found: list[int], entry: Entry, answers: Answers, tensor: str) -> list[int]:
    """Of several edits, those that explain the other tensors too, if one of them does."""
    kept = set(found)
    for name, column in entry.tensors.items():
        yours = fingerprint(answers, name, column.scales) if name != tensor else None
        if yours is None or all(answer is None or name not in answer for answer in answers):
            continue
        changed = set(np.frombuffer(column.edits, np.uint16).tolist())
        same = set(matching(yours, column).tolist())
        right = not len(yours.differing(np.frombuffer(column.right).reshape(-1, 2)))
        kept &= same | ({at for at in found if at not in changed} if right else set())
    return sorted(kept) or found
