"""What an exercise is written with, and so what it may import besides the standard library and its own tree."""

from __future__ import annotations

from typing import Literal

Engine = Literal["numpy", "torch"]
MAY_IMPORT: dict[Engine, frozenset[str]] = {"numpy": frozenset({"numpy"}), "torch": frozenset({"numpy", "torch"})}
