"""What an exercise is written with, and so what it may import besides the standard library and its own tree."""

from __future__ import annotations

from typing import Literal

Engine = Literal["numpy", "torch"]
MAY_IMPORT: dict[Engine, frozenset[str]] = {"numpy": frozenset({"numpy"}), "torch": frozenset({"numpy", "torch"})}
# what PyTorch itself imports when it needs it: its requirements, and theirs
ASKED_FOR_BY_TORCH = frozenset(
    {
        "filelock",
        "fsspec",
        "jinja2",
        "markupsafe",
        "mpmath",
        "networkx",
        "opt_einsum",
        "optree",
        "packaging",
        "setuptools",
        "sympy",
        "triton",
        "typing_extensions",
        "yaml",
    }
)
