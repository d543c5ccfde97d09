"""Weights that start at another size than PyTorch's layers do."""

from __future__ import annotations

from dlf_reference.training.autopsy.measured import Looks, Parameter

from dlf_grader.instruments.autopsy import logits
from dlf_grader.instruments.autopsy.told import listed

SMALL, LARGE = 0.03, 4  # times PyTorch's own start


def large_start(looks: Looks) -> str:
    """Weights, or a first loss, that start too large."""
    if not logits.start_wrong(looks):
        return large(looks)
    guess = f"The first loss is {looks.first_loss:.3g}, and a guess has ln K = {looks.chance:.3g}"
    return f"{guess}: {large(looks) or 'the logits start too large.'}"


def small_start(looks: Looks) -> str:
    """Most weights start tiny."""
    small = _small(looks)
    if 2 * sum(p.numbers for p in small) < sum(p.numbers for p in looks.parameters):
        return ""
    size = f"{small[0].start:.1g} times the size that PyTorch starts with"
    return f"{listed(smallest(looks))} start with {'' if len(small) == 1 else 'down to '}{size}."


def large(looks: Looks) -> str:
    """The weights that start far larger than PyTorch's, in words."""
    found = _large(looks)
    if not found:
        return ""
    times = f"{found[0].start:,.0f} times as large as PyTorch's own start"
    return f"{listed(largest(looks))} start{'s' if len(found) == 1 else ' up to'} {times}."


def largest(looks: Looks) -> list[str]:
    """The names of those that start far larger, the largest first."""
    return [p.name for p in _large(looks)]


def smallest(looks: Looks) -> list[str]:
    """The names of those that start far smaller, the smallest first."""
    return [p.name for p in _small(looks)]


def _large(looks: Looks) -> list[Parameter]:
    return sorted((p for p in looks.parameters if p.start > LARGE), key=lambda p: -p.start)


def _small(looks: Looks) -> list[Parameter]:
    return sorted((p for p in looks.parameters if p.start < SMALL), key=lambda p: p.start)
