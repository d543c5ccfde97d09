"""What a learner's `backward` runs of what `forward` ran: counted in the worker, judged by the grader.

A derivative that is measured needs `forward`, or a function that it calls, hundreds of times, or at complex points.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from types import CodeType, FrameType
from typing import Any

import numpy as np


class Ran:
    """How often one function of the learner's ran.

    Attributes:
        numbers: in the largest argument of each call, added up.
        complex: whether one of them was complex.
        seconds: of processor time, where it takes no numbers.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.numbers = 0
        self.complex = False
        self.seconds = 0.0


class Watched:
    """A layer whose `forward` and `backward` are watched."""

    def __init__(self, layer: Any) -> None:
        self.layer = layer
        folder = os.path.dirname(getattr(sys.modules.get(type(layer).__module__), "__file__", None) or "")
        self.tree = os.path.dirname(folder)
        self.ran: dict[str, dict[CodeType, Ran]] = {"forward": {}, "backward": {}}
        self.seconds = 0.0

    def forward(self, *arguments: Any) -> Any:
        start = time.thread_time()
        try:
            return self._watch("forward", self.layer.forward, arguments)
        finally:
            self.seconds += time.thread_time() - start

    def backward(self, *arguments: Any) -> Any:
        return self._watch("backward", self.layer.backward, arguments)

    def told(self) -> dict[str, Any]:
        """Functions that both ran, by name: [calls, numbers, complex, seconds] in forward, then in backward."""
        before, after = self.ran["forward"], self.ran["backward"]
        both = {code: (before[code], after[code]) for code in before.keys() & after.keys()}
        rows = {
            code.co_name: [[ran.calls, ran.numbers, ran.complex, ran.seconds] for ran in pair]
            for code, pair in both.items()
        }
        return {"functions": rows, "seconds": self.seconds}

    def _watch(self, phase: str, method: Callable[..., Any], arguments: Iterable[Any]) -> Any:
        found, tree = self.ran[phase], self.tree
        began: list[tuple[CodeType, float]] = []

        def profile(frame: FrameType, event: str, argument: Any) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename.startswith(tree):
                ran = found.setdefault(code, Ran())
                ran.calls += 1
                taken = frame.f_locals.values()
                numbers = max((_numbers(value) for value in taken), default=0)
                ran.numbers += numbers
                ran.complex = ran.complex or any(map(_is_complex, taken))
                if not numbers:
                    began.append((code, time.thread_time()))
            elif event == "return" and began and began[-1][0] is code:
                found[code].seconds += time.thread_time() - began.pop()[1]

        sys.setprofile(profile)
        try:
            return method(*arguments)
        finally:
            sys.setprofile(None)


def _numbers(value: Any) -> int:
    """How many numbers an argument holds; an index is none."""
    if isinstance(value, np.ndarray):
        return int(value.size)
    if isinstance(value, list | tuple):
        return sum(_numbers(item) for item in value[:100])
    return int(isinstance(value, float | complex | np.floating))


def _is_complex(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_is_complex, value[:100]))
    return np.iscomplexobj(value) if isinstance(value, np.ndarray) else isinstance(value, complex)
