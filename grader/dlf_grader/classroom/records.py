"""What a store keeps of a class, and gives back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SubmissionRecord:
    """What is kept of a student's submission.

    Attributes:
        digest: of its files; "" where there is a problem.
        note: what else a person should know: duplicates, a name that is not on the roster.
    """

    student: str
    source: str
    received: str
    late: bool = False
    digest: str = ""
    problem: str = ""
    note: str = ""


@dataclass(frozen=True)
class SameResult:
    """A result that another student's equal files have."""

    student: str
    score: float
    max_score: float


@dataclass(frozen=True, slots=True)
class StudentResult:
    """A student's submission, and the result it has, if any."""

    submission: SubmissionRecord
    state: str
    score: float | None
    max_score: float | None
    seconds: float | None
    graded: str
    report: bytes | None
