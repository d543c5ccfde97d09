"""What m6 is given outside the regions to be written refuses bad input, and says what was expected and what came.

The contract leaves these checks to whoever writes the exercise, so they cost a learner nothing.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SOLUTIONS = Path(__file__).parents[2] / "solutions"
Part = Callable[[str], Any]


@pytest.fixture(scope="module")
def part() -> Iterator[Part]:
    """A module of solutions/m6_language."""
    sys.path.insert(0, str(SOLUTIONS))
    yield lambda name: importlib.import_module(f"m6_language.{name}")
    sys.path.remove(str(SOLUTIONS))
    for name in [name for name in sys.modules if name.partition(".")[0] == "m6_language"]:
        del sys.modules[name]


def _shared_cache(part: Part) -> None:
    causal, x = part("causal"), np.zeros((1, 2, 8))
    cache = causal.KVCache()
    causal.CausalSelfAttention(8, 2).forward(x, cache)
    causal.CausalSelfAttention(8, 2).forward(x, cache)


def _backward_through_a_cache(part: Part) -> None:
    causal, x = part("causal"), np.zeros((1, 2, 8))
    layer = causal.CausalSelfAttention(8, 2)
    layer.forward(x, causal.KVCache())
    layer.backward(x)


def _odds(**how: Any) -> Callable[[Part], object]:
    return lambda part: part("sampling").token_probabilities(np.array([1.0, 2.0]), **how)


REFUSED: dict[str, tuple[Callable[[Part], object], str]] = {
    "a lone surrogate to encode": (lambda part: part("bpe").BPETokeniser([]).encode("\ud800"), "U\\+D800"),
    "a lone surrogate to learn from": (lambda part: part("bpe").train_bpe(["\ud800"], 300), "U\\+D800"),
    "a vocabulary below 256": (lambda part: part("bpe").train_bpe(["ab"], 255), "256.* got 255"),
    "an id out of range": (lambda part: part("bpe").BPETokeniser([]).decode([256]), "256\\).* got 256"),
    "an odd width to rotate": (lambda part: part("rotary").rotary_angles(4, 7), "got 7"),
    "heads that do not divide the width": (lambda part: part("causal").CausalSelfAttention(8, 3), "got 3"),
    "heads of odd width": (lambda part: part("causal").CausalSelfAttention(6, 2), "got 2"),
    "key heads that do not divide the heads": (lambda part: part("causal").CausalSelfAttention(16, 4, 3), "got 3"),
    "a cache of two layers": (_shared_cache, "another layer"),
    "a backward through a cache": (_backward_through_a_cache, "expected a forward without a cache"),
    "a temperature below 0": (_odds(temperature=-1.0), "got -1"),
    "top_k of 0": (_odds(top_k=0), "got 0"),
    "top_p of 0": (_odds(top_p=0.0), "got 0"),
    "top_p above 1": (_odds(top_p=1.5), "got 1.5"),
    "logits that are all −inf": (lambda part: part("sampling").token_probabilities(np.full(3, -np.inf)), "got"),
    "logits that hold nan": (lambda part: part("sampling").token_probabilities(np.array([1.0, np.nan])), "got"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_bad_input_of_m6_is_refused_with_what_was_expected_and_what_came(part: Part, what: str) -> None:
    call, words = REFUSED[what]
    with pytest.raises(ValueError, match=words):
        call(part)
