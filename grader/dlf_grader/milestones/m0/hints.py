"""Hints that the layers and the losses of m0 share."""

GRADIENT = (
    "Change one element of the input by a small step. How much does the loss change? backward must agree.",
    "forward is right by now: differentiate it on paper, line by line, and compare with backward.",
)
BEHAVIOUR = (
    "What does one call leave behind on self, or in the caller's arrays, that the next call would see?",
    "In every forward, overwrite what backward needs. Return new arrays, of the dtype that came in.",
)
