"""sinusoidal_positions as a subject: its cases, its oracle, and what people get wrong."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from dlf_grader.instruments.case import Array, Case, RngFor, drawn_size, traits
from dlf_grader.instruments.mistakes.mistake import Mistaken, mistake, of_case, of_right
from dlf_grader.instruments.subjects.function import Function

SIZES = ((1, 2), (2, 2), (3, 4), (2, 1), (3, 3), (4, 7), (50, 16), (200, 31))  # length, columns
DRAWN = (((20, 100), (8, 64)), ((20, 100), (65, 200)), ((100, 300), (8, 64)))  # from, to


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One position, two columns; then later positions, more columns, an odd number of them."""
    rng = rng_for(0)
    drawn = ((drawn_size(rng, *lengths), drawn_size(rng, *columns)) for lengths, columns in DRAWN)
    for length, columns in (*SIZES, *drawn):
        holds = {
            "more than one position": length > 1,
            "more than one wave": columns > 2,
            "an odd number of columns": columns % 2 == 1,
        }
        init = {"length": length, "d_model": columns}
        yield Case(f"length={length}, d_model={columns}", (), init, traits=traits(holds))


def _table(
    start: int = 0,
    own_wave: bool = False,
    doubled: bool = False,
    fast_last: bool = False,
    swapped: bool = False,
    base: float = 10000.0,
) -> Mistaken:
    def table(length: int, d_model: int) -> Array:
        column = np.arange(d_model)
        exponent = (column if own_wave else 2 * (column // 2)) * (2 if doubled else 1) / d_model
        angle = (np.arange(length) + start)[:, None] * base ** (exponent if fast_last else -exponent)
        return np.where((column % 2 == 1) != swapped, np.cos(angle), np.sin(angle))

    return of_case(lambda case: table(**case.init))


MISTAKES = (
    mistake(
        "halves-not-interleaved",
        "positions",
        of_right(lambda table, case: np.concatenate([table[:, 0::2], table[:, 1::2]], axis=1)),
        "All sines come first and all cosines after them: put sines in even columns, cosines in odd ones.",
    ),
    mistake(
        "wave-for-each-column",
        "positions",
        _table(own_wave=True),
        "Every column has a wave of its own: columns 2i and 2i + 1 share one, or no shift could be a rotation.",
    ),
    mistake(
        "exponent-doubled",
        "positions",
        (_table(doubled=True), _table(doubled=True, own_wave=True)),
        "The exponent is doubled twice: columns counted by range(0, E, 2) are 2i already, so divide by 10000^(2i/E).",
    ),
    mistake(
        "another-base",
        "positions",
        tuple(_table(base=base) for base in (2.0, math.e, 10.0, 100.0, 1000.0, 100000.0, 1e6)),
        "The waves grow longer by another factor: divide the position by 10000^(2i/E).",
    ),
    mistake(
        "first-position-left-zero",
        "positions",
        of_right(lambda table, case: np.concatenate([0 * table[:1], table[1:]])),
        "Position 0 is left at zeros: it is a position like any other, and its cosines are 1.",
    ),
    mistake(
        "positions-from-one",
        "positions",
        _table(start=1),
        "Positions are counted from 1: the first is 0, and its sines are 0.",
    ),
    mistake(
        "sine-cosine-swapped",
        "positions",
        _table(swapped=True),
        "Sine and cosine are swapped: sine belongs in even columns, cosine in odd ones, counted from 0.",
    ),
    mistake(
        "waves-grow-shorter",
        "positions",
        _table(fast_last=True),
        "The frequency rises with the column: divide the position by 10000^(2i/E), do not multiply.",
    ),
)

POSITIONS = Function(
    name="sinusoidal_positions",
    oracle="dlf_reference.oracles.m3:positions",
    cases=cases,
    results=("positions",),
    mistakes=MISTAKES,
)
