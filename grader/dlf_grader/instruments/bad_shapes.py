"""Refusal: a bad input is met with a ValueError that the exercise itself raises, and that names what it got.

NumPy raises ValueErrors of its own, about a matmul deep inside; whoever passed the wrong array learns little from one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from dlf_grader.checks import BadShapes, Filled, Shape
from dlf_grader.failures import CheckFailure, LearnerError, NotWritten
from dlf_grader.instruments.case import Array
from dlf_grader.instruments.parameters import PROBES
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.instruments.subjects.network import Network
from dlf_grader.instruments.subjects.subject import Subject
from dlf_grader.model import Measurements
from dlf_grader.report import Diagnosis
from dlf_grader.run.reading.tree import read_source
from dlf_grader.sandbox.protocol import Call
from dlf_grader.sandbox.proxy import Submission

OF_VALUES = Diagnosis(
    "refusal-of-numbers",
    "Look at the smallest and the largest number before you index with any: raise ValueError with the range expected "
    "and the number got.",
)
MOST = 8  # different numbers in a message, beside those that came; one that lists every digit says nothing
ADVICE = Diagnosis(
    "refusal", "Look at x.shape before anything else, and raise ValueError with the shape expected and the shape got."
)


def refuses(subject: Subject | Network, bad: BadShapes, submission: Submission) -> Measurements:
    """Check that each bad input is refused: by `forward` of a layer or a network, or by a function."""
    told: dict[str, set[tuple[Shape, ...]]] = {}
    for what, arguments, inputs in bad.bad:
        arrays = [_filled(given, bad.dtype) for given in inputs]
        call: Callable[..., Any]
        if isinstance(subject, Function):
            call = partial(submission.call, subject.name, *arrays, **arguments)
        elif isinstance(subject, Network):
            call = partial(_logits, submission, subject, arguments, arrays)
        else:
            call = partial(_forward, submission, subject, arguments, arrays)
        advice = OF_VALUES if any(isinstance(given, Filled) and given.number for given in inputs) else ADVICE
        text = refused(submission, what, call, *arrays, advice=advice)
        told.setdefault(text, set()).add(tuple(x.shape for x in arrays))
    if len(told) == 1 and len(next(iter(told.values()))) > 2:
        problem = f"every wrong input meets the same ValueError, which should name the shape it got: {text}"
        raise CheckFailure(problem, diagnosis=(ADVICE,))
    return {"inputs": len(bad.bad)}


def _forward(submission: Submission, subject: Subject, arguments: dict[str, Any], arrays: Sequence[Array]) -> Any:
    number, given = submission.reserve(subject.name), [subject.given(submission, x) for x in arrays]
    new = Call(0, subject.name, [], arguments, keep=number)
    return submission.many([new, Call(number, "forward", given)])[1]


def _logits(submission: Submission, network: Network, arguments: dict[str, Any], arrays: Sequence[Array]) -> Any:
    return submission.call(f"{PROBES}:logits", submission.new(network.name, **(network.arguments | arguments)), *arrays)


def _filled(given: Shape | Filled, dtype: str) -> Array:
    """Different numbers, so that only the shape can be refused; zeros where they are ids."""
    if isinstance(given, Filled):
        return np.full(given.shape, given.number, given.dtype)
    shape = given
    if dtype != "float64":
        return np.zeros(shape, dtype)
    return np.arange(float(np.prod(shape))).reshape(shape)


def refused(
    submission: Submission,
    what: str,
    call: Callable[[], Any],
    *inputs: Array,
    advice: Diagnosis = ADVICE,
    numbers: Sequence[int] = (),
    came: Sequence[int] = (),
) -> str:
    """Make a call that has to be refused; returns what the refusal says.

    Args:
        what: is wrong with the inputs, for messages.
        call: makes it.
        inputs: the arrays of which the message should name a number.
        advice: on how to refuse them; where there is no array, there is none.
        numbers: others that the message may name instead.
        came: all that the call is given, which the message may list.

    Raises:
        CheckFailure: it was not, or not in words that help.
    """
    try:
        call()
    except NotWritten:
        raise
    except LearnerError as error:
        if problem := _unhelpful(submission, error, inputs, numbers, came):
            raise CheckFailure(f"{what}: {problem}", diagnosis=(advice,) if inputs else ()) from error
        return error.text
    else:
        shapes = " and ".join(str(x.shape) for x in inputs)
        given = f"an input of shape {shapes}" if inputs else "it"
        raise CheckFailure(f"{what}: {given} should raise ValueError", diagnosis=(advice,) if inputs else ())


def _unhelpful(
    submission: Submission, error: LearnerError, inputs: Sequence[Array], others: Sequence[int], came: Sequence[int]
) -> str:
    """What is wrong with a refusal; "" where nothing is."""
    if not error.value_error:
        return f"expected ValueError, got: {error}"
    at = error.frames[-1] if error.frames else None
    if at is None or not read_source(submission.root, at.file).raises_at(at.line):
        return f"expected a ValueError that your code raises, got a library's: {error}"
    told = {int(digits) for digits in re.findall(r"(?<![\w.])-?[0-9]{1,9}(?!\w)", error.text)}
    numbers = {number for x in inputs for number in (x.ndim, *x.shape)} | set(others)
    numbers |= {int(x.flat[0]) for x in inputs if x.size and x.dtype.kind in "iu"}
    empty = any(x.size == 0 for x in inputs) or not numbers  # "got an empty sequence" needs no number
    if not error.text.strip() or not (empty or told & numbers) or len(told.difference(came)) > MOST:
        return f"the ValueError should say what was expected and what it got: {error}"
    return ""
