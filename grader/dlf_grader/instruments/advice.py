"""What a passed check of a PyTorch model tells besides: facts that are hardly ever meant, and cost no points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from dlf_reference.training.autopsy.measured import Unusual

from dlf_grader.instruments.case import Array
from dlf_grader.instruments.measured import Replaced, measured
from dlf_grader.model import ADVICE
from dlf_grader.sandbox.proxy import Remote, Submission
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

UNUSUAL = "dlf_reference.training.autopsy.forward.answers:looked_at"


@dataclass(frozen=True)
class New:
    """How new models are made, and what they read.

    Attributes:
        model: makes one; called with arguments of the constructor that differ.
        inputs: of a forward.
        vocabulary: rows of its table of token vectors; 0 for images.
        usual: its arguments where they are wider than those it is checked with.
        all_count: whether no token is padding.
    """

    model: Callable[..., Remote]
    inputs: tuple[Array, ...]
    vocabulary: int = 0
    usual: dict[str, Any] = field(default_factory=dict)
    all_count: bool = False


def advice(submission: Submission, new: New, model: Remote | None = None) -> dict[str, float | int | str]:
    """The first thing that is unusual in a new model, as a measurement; nothing where all is as usual.

    Args:
        model: one that is made already; of texts, one that is to drop nothing is made.
    """
    found = _unusual(submission, new, new.model(dropout=0.0) if new.vocabulary else model or new.model())
    if found.chained and new.usual:  # a width between two layers may be small among usual ones
        wide = _unusual(submission, new, new.model(**new.usual))
        found = replace(found, chained=tuple(pair for pair in found.chained if pair in wide.chained))
    said = next(iter(_sentences(found)), "")
    return {ADVICE: said} if said else {}


def _unusual(submission: Submission, new: New, model: Remote) -> Unusual:
    try:
        return measured(Unusual, submission, UNUSUAL, model, new.vocabulary, new.all_count, *new.inputs)
    except Replaced:
        return Unusual()


def _sentences(found: Unusual) -> list[str]:
    said = [
        f"{_short(name)} is made in the first forward, too late for an optimiser: make it in __init__"
        for name in found.late
    ]
    said += [
        f"{_short(name)} drops all of its input where dropout=0.0 is given: its p is the share that goes"
        for name, share in found.unasked.items()
        if share == 1
    ]
    for name, share in found.dropped.items():
        said.append(f"{_short(name)} drops {100 * share:.3g} % of its input: its p is the share that goes")
    for name, momentum in found.slow.items():
        moved = f"{_short(name)} moves its running statistics by {100 * momentum:.2g} % a batch"
        said.append(f"{moved}: evaluation lags behind, and 10 % is usual")
    said += [f"{_short(name)} stays in evaluation mode after train(): let train() reach it" for name in found.resting]
    said += [
        f"{_short(name)} stays as it is in training mode: assign to it, or change it in place" for name in found.still
    ]
    said += [
        f"batch norm ({_short(line)}) uses its running statistics in training mode, too: pass training=self.training"
        for line in found.by_running
    ]
    said += [
        f"{_short(name)} starts with equal rows: its units start alike, and learn the same" for name in found.alike
    ]
    for one, other in found.chained:
        pair = f"{_short(one)} and {_short(other)} have nothing between them"
        said.append(f"{pair}: they amount to one linear layer, so put an activation there")
    for one, other in found.twins:
        said.append(
            f"{_short(one)} and {_short(other)} are two parameters on one memory: assign the parameter, not its data"
        )
    for name, share in found.unasked.items():
        said.append(f"{_short(name)} drops {100 * share:.3g} % of its input, though dropout=0.0 is given: use it there")
    for name, number in found.padded.items():
        said.append(f"{_short(name)} has padding_idx={number}, but token {number} counts: reading it trains nothing")
    said += [f"{_short(name)} has 16 bits: small steps are lost in rounding" for name in found.narrow]
    said += [f"{_short(name)} has requires_grad=False: token vectors stay as they start" for name in found.frozen]
    return said


def _short(name: str) -> str:
    return one_line(name, LONGEST_NAME)
