"""What a passed check of a PyTorch model tells besides: facts that are hardly ever meant, and cost no points."""

from __future__ import annotations

import msgspec
from dlf_reference.training.autopsy.measured import Unusual

from dlf_grader.instruments.case import Array
from dlf_grader.model import ADVICE
from dlf_grader.sandbox.proxy import Remote, Submission
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

UNUSUAL = "dlf_reference.training.autopsy.unusual:unusual"


def advice(submission: Submission, model: Remote, vocabulary: int, *inputs: Array) -> dict[str, float | int | str]:
    """The first thing that is unusual in a new model, as a measurement; nothing where all is as usual.

    Args:
        vocabulary: rows of its table of token vectors; 0 for none.
        inputs: of a forward.
    """
    try:
        found = msgspec.convert(submission.call(UNUSUAL, model, vocabulary, *inputs), Unusual)
    except msgspec.ValidationError:  # the code beside it may have replaced it
        return {}
    said = next(iter(_sentences(found)), "")
    return {ADVICE: said} if said else {}


def _sentences(found: Unusual) -> list[str]:
    said = list[str]()
    for name, share in found.dropped.items():
        said.append(f"{_short(name)} drops {100 * share:.3g} % of its input: its p is the share that goes")
    for name, momentum in found.slow.items():
        moved = f"{_short(name)} moves its running statistics by {100 * momentum:.2g} % a batch"
        said.append(f"{moved}: evaluation lags behind, and 10 % is usual")
    said += [
        f"{_short(name)} stays as it is in training mode: assign to it, or change it in place" for name in found.still
    ]
    said += [f"{_short(name)} starts with equal rows: its units start as one" for name in found.alike]
    said += [f"{_short(name)} has 16 bits: small steps are lost in rounding" for name in found.narrow]
    said += [f"{_short(name)} has requires_grad=False: token vectors stay as they start" for name in found.frozen]
    return said


def _short(name: str) -> str:
    return one_line(name, LONGEST_NAME)
