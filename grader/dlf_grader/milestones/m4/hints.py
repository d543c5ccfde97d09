"""Hints that the optimisers share."""

from __future__ import annotations

COURSE = (
    "Single steps are right, so what differs must add up: a state that is reset, rounded, or shared.",
    "Cut a large array in pieces and it has a last, smaller one; several parameters each have a state of their own.",
    "Keep the state in the parameter's dtype, read self.lr at every step, and count steps, not parameters.",
)
IN_PLACE = (
    "The network holds the arrays too: it learns only if those very arrays change.",
    "`w = w - ...` binds a name to a new array; `w -= ...`, `w[...] = ...` and out=w write into the old one.",
    "Never write into a gradient, nor keep it: `g += ...` and `self.v = g` both reach the caller's array.",
)
LEARNS = (
    "The networks and their gradients are ours: if the single steps are right, hundreds of them are too.",
    "If the loss becomes nan look at what is divided; if it stays, at whether the arrays change in place.",
)
LEARNS_SECONDS = 90.0
