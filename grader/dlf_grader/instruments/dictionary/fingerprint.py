"""What code computes, as a few numbers: its tensors on fixed probe cases, projected on fixed directions.

Two programs with the same fingerprint gave the same numbers on every probe, up to rounding: another order of summation
moves a projection by 1e-15 of its size, another formula by far more than `NEAR`. Nothing is hashed or rounded.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.failures import WorkerLost
from dlf_grader.instruments.case import Answer, Array, Case
from dlf_grader.instruments.compare import as_array
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.sandbox.proxy import Submission

SEED = 20130
MOST = 10  # probes of a subject
LARGEST = 2500  # numbers of a probe's inputs; a learner waits for all of them
NEAR = 1e-9  # relative distance of equal fingerprints
DIRECTIONS = 2
LONGEST = 1 << 15  # numbers of a tensor; the updates of an optimiser take the most
_weights = np.random.default_rng(SEED).standard_normal((DIRECTIONS, 4096))
_spread = np.random.default_rng(SEED + 1).uniform(0.5, 1.5, 4096)  # of a case's share in the sum

Probe = tuple[int, Case]  # a case's number, and the case
Answers = Sequence[Answer | None]  # to each probe; None where the code raised


@dataclass(frozen=True)
class Print:
    """A tensor's fingerprint.

    Attributes:
        shares: what each probe adds, (probes, DIRECTIONS).
        size: how large the numbers are that it sums up.
    """

    shares: Array
    size: float

    @property
    def total(self) -> Array:
        total: Array = _spread[: len(self.shares)] @ self.shares
        return total

    def differing(self, other: Array) -> Array:
        """The probes that add something else than these shares."""
        wrong: Array = np.flatnonzero((np.abs(self.shares - other) > NEAR * (1 + np.abs(other))).any(axis=1))
        return wrong


def probes_of(subject: Subject) -> list[Probe]:
    """The fixed cases of a subject: the first, those with something new, and the last; none that PyTorch completes."""
    numbered = enumerate(subject.cases(lambda number: np.random.default_rng([SEED, number])), start=1)
    small = [(n, case) for n, case in numbered if _size(case) <= LARGEST and not _incomplete(case)]
    met: set[str] = set()
    new = []
    for number, case in small:
        if case.traits - met:
            new.append(number)
            met |= case.traits
    chosen = [*new, *(n for n, _ in small[:3]), *(n for n, _ in reversed(small))]
    kept = set(list(dict.fromkeys(chosen))[:MOST])
    return [(n, case) for n, case in small if n in kept]


def digest(probes: Sequence[Probe]) -> str:
    """Tells one set of probes from another."""
    found = hashlib.sha256()
    for number, case in probes:
        for part in (number, case.init, case.attributes, case.inputs, case.upstreams):
            _update(found, part)
    return found.hexdigest()[:16]


def answers_to(subject: Subject, submission: Submission, probes: Sequence[Probe], tensors: Sequence[str]) -> Answers:
    """What code gives for each probe.

    Raises:
        WorkerLost: it took too long, or ended its process.
    """
    return [_answer(subject, submission, case, tensors) for _, case in probes]


def _answer(subject: Subject, submission: Submission, case: Case, tensors: Sequence[str]) -> Answer | None:
    answer: Answer = {}
    try:
        for part in subject.run(submission, case, tensors):
            answer |= part
    except WorkerLost:
        raise
    except Exception:  # noqa: BLE001 - what a subject makes of an answer of the wrong kind is no number either
        return None
    return answer


def scales_of(answers: Answers, tensor: str) -> list[float]:
    """How large a tensor is on each probe, in the right answers."""
    found = []
    for answer in answers:
        array = as_array(answer.get(tensor)) if answer else None
        largest = float(np.max(np.abs(array), initial=0.0)) if array is not None else 0.0
        found.append(largest if 0 < largest < np.inf else 1.0)
    return found


def fingerprint(answers: Answers, tensor: str, scales: Sequence[float]) -> Print | None:
    """A tensor's fingerprint; None where a probe has something else than numbers for it."""
    shares, size = np.zeros((len(answers), DIRECTIONS)), 0.0
    for at, (answer, scale) in enumerate(zip(answers, scales, strict=True)):
        if answer is None or tensor not in answer:
            shares[at] = (0.7, 1.9) if answer is None else (1.3, 0.4)
            continue
        array = as_array(answer[tensor])
        if array is None or array.dtype.kind not in "biuf" or array.size > LONGEST:
            return None
        shares[at], part = _share(array, scale)
        size += part
    return Print(shares, size)


def _share(array: Array, scale: float) -> tuple[Array, float]:
    flat = np.ravel(array).astype(float) / scale
    finite = np.isfinite(flat)
    numbers = np.where(finite, flat, np.where(np.isnan(flat), 7.7, np.where(flat > 0, 5.3, -5.3)))
    root = max(1.0, float(np.sqrt(numbers.size)))
    share = _directions(numbers.size) @ numbers / root + zlib.crc32(repr(array.shape).encode()) / 2**32
    return share, float(np.abs(numbers).sum()) / root


def _directions(count: int) -> Array:
    """What so many numbers are projected on; the same numbers for the same places, however many there are."""
    if count <= _weights.shape[1]:
        return _weights[:, :count]
    more = np.random.default_rng(SEED + 2).standard_normal((LONGEST, DIRECTIONS))[: count - _weights.shape[1]]
    return np.concatenate([_weights, more.T], axis=1)


def _size(case: Case) -> int:
    return sum(int(np.size(value)) for value in (*case.inputs, *case.upstreams, *_arrays(case.attributes)))


def _arrays(values: Mapping[str, Any]) -> list[Any]:
    return [value for value in values.values() if isinstance(value, np.ndarray)]


def _incomplete(case: Case) -> bool:
    return "loss" in case.attributes and "grads" not in case.attributes


def _update(found: Any, value: Any) -> None:
    if isinstance(value, np.ndarray):
        found.update(f"{value.dtype} {value.shape}".encode() + np.ascontiguousarray(value).tobytes())
    elif isinstance(value, dict):
        for key, part in value.items():
            found.update(str(key).encode())
            _update(found, part)
    elif isinstance(value, list | tuple):
        found.update(f"{len(value)}".encode())
        for part in value:
            _update(found, part)
    else:
        found.update(repr(value).encode())
