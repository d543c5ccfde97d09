"""Which tokens of a long text no gradient reaches, and whether the logits depend on them."""

from __future__ import annotations

import warnings
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import nn

from dlf_reference.training.autopsy.forward.cutting import culprit
from dlf_reference.training.autopsy.forward.derivatives import Differences
from dlf_reference.training.autopsy.measured import Text
from dlf_reference.training.probes import contributions, nothing_compiled, random_sum

STEP = 1e-4  # of a token's vector
LEAST = 1e-13  # of the logits, by which they change with it; less is rounding, in float64
MANY = 12  # tokens at one end of a text, of which a maximum over states may miss fewer


def long_text(model: nn.Module, seed: int, lengths: np.ndarray, *texts: np.ndarray) -> dict[str, Any]:
    """Differentiate what a model gives for one text after the other, as far as they are needed.

    Args:
        lengths: of each text.
        texts: of one row each, in which no token occurs twice.

    Returns:
        a `Text`, as a dictionary; nothing in it where all tokens are reached, or where it cannot be told.
    """
    found = Text()
    with suppress(Exception), warnings.catch_warnings():  # in float64 a learner's code may fail
        warnings.simplefilter("ignore")
        (rows,) = {module.num_embeddings for module in model.modules() if isinstance(module, nn.Embedding)}
        first = contributions(model, rows, seed, texts[0], lengths)  # in float32 a compiled LSTM is ten times as fast
        if first is not None and not first.any(dim=1).all():
            with nothing_compiled():
                found = _told(model, seed, lengths, texts)
    return asdict(found)


def _told(model: nn.Module, seed: int, lengths: np.ndarray, texts: tuple[np.ndarray, ...]) -> Text:
    seen = _Reached(model, seed, lengths, texts[0])
    reached = seen.reached()
    places = reached.nonzero()[:, 0].tolist()
    if not places or bool(reached.all()):
        return Text()
    first, last = places[0], places[-1]
    missed = (~reached[:last]).nonzero()[:, 0].tolist()
    if missed and seen.depends_on(missed[-1]):
        of, token = seen.of, missed[-1]  # of the others, a maximum may rightly leave some out
        cut = culprit(partial(of.network, *of.inputs), of.differentiate, lambda: bool(seen.reached()[token]))
        return Text(without_gradient=token, cut=cut)
    if max(first, len(reached) - 1 - last) < MANY:
        return Text()
    for text in texts[1:]:  # a maximum over states misses others there
        also = _Reached(model, seed, lengths, text).reached().nonzero()[:, 0].tolist()
        if not also or (also[0], also[-1]) != (first, last):
            return Text()
    return Text(first=first, last=last)


class _Reached:
    """A text's gradient in float64."""

    def __init__(self, model: nn.Module, seed: int, lengths: np.ndarray, text: np.ndarray) -> None:
        self.tokens, self.seed = torch.from_numpy(text), seed
        self.of = Differences(model, (self.tokens, torch.from_numpy(lengths)), lambda y: random_sum(y, seed + 1))
        (self.table,) = {module.weight for module in self.of.network.modules() if isinstance(module, nn.Embedding)}

    def reached(self) -> torch.Tensor:
        """Of each token, whether a gradient reaches its vector."""
        return self.of.gradient(self.table)[self.tokens[0]].any(dim=1)

    @torch.no_grad()
    def depends_on(self, place: int) -> bool:
        """Whether the logits change with a token's vector."""
        before = self.of.network(*self.of.inputs)
        row = self.table[self.tokens[0, place]]
        kept = row.clone()
        row += STEP * row.norm() * torch.randn(row.shape, generator=torch.Generator().manual_seed(self.seed)).double()
        after = self.of.network(*self.of.inputs)
        row.copy_(kept)
        return bool((after - before).abs().max() > LEAST * before.abs().max())
