"""What is said of an edit by its kind alone."""

from __future__ import annotations

BY_KIND = {  # where the snippet itself cannot be shown, for it is made of variables of our own
    "name": "one variable in another's place",
    "operator": "one operator wrong",
    "comparison": "one comparison wrong",
    "axis": "one axis wrong",
    "axes": "its axes in another order",
    "index": "one index wrong",
    "index-dropped": "one index missing",
    "constant": "one number wrong",
    "function": "one function in another's place",
    "transposed": "one transpose missing, or one too many",
    "operands-swapped": "two operands swapped",
    "arguments-swapped": "two arguments swapped",
    "swapped": "two parts swapped",
    "regrouped": "brackets in another place",
    "operand-dropped": "one term or factor missing",
    "call-dropped": "one function call missing",
    "statement-dropped": "one step missing",
    "statements-swapped": "two steps in the wrong order",
}
OF_KIND = "Your numbers are those of {function} with {wrong}."


def by_kind(function: str, kind: str) -> str:
    """What is known of an edit whose snippets cannot be shown; "" where that says nothing."""
    return OF_KIND.format(function=function, wrong=BY_KIND[kind]) if kind in BY_KIND else ""


def is_by_kind(said: str) -> bool:
    """Whether a sentence tells no more than the kind of an edit."""
    return said.endswith(tuple(f" with {wrong}." for wrong in BY_KIND.values()))
