"""A PyTorch model gives the same logits for batches that differ only in what must not matter, such as padding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from dlf_reference.training.autopsy.measured import Place

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array, RngFor
from dlf_grader.instruments.compare import close
from dlf_grader.instruments.logits import steady_logits
from dlf_grader.instruments.parameters import Inputs
from dlf_grader.instruments.places import line_of, place_where
from dlf_grader.instruments.subjects.network import Network
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Remote, Submission


@dataclass(frozen=True)
class Told:
    """What to say of logits that differ.

    Attributes:
        mistake: what explains it, where nothing is known of the function in which it happens.
        compared: two inputs that show in which line it happens; none where nothing would.
        happens: there, as `line_where` has it.
        known: what else is known, the end of the message.
    """

    mistake: Diagnosis
    compared: tuple[Inputs, Inputs] | None = None
    happens: str = "padding_meets"
    known: str = ""


@dataclass(frozen=True)
class Variation:
    """Two batches whose logits must agree.

    Attributes:
        label: the case in words, "a text with and without padding".
        text: the message if they do not, "a text's logits change when it is padded".
        told: what explains that.
        batch: the inputs that give the right logits.
        changed: the same inputs but for what must not matter.
        rows: those of `changed` that are compared with the batch, all by default.
        arguments: the constructor's, besides the network's own.
        explain: finds out what to say instead, given the submission, the model, its logits and the right ones.
        named: the mistakes that a function at fault can show, by `Place.kind`.
    """

    label: str
    text: str
    told: Told
    batch: Inputs
    changed: Inputs
    rows: slice | Array = field(default_factory=lambda: slice(None))
    arguments: dict[str, Any] = field(default_factory=dict)
    explain: Callable[[Submission, Remote, Array, Array], Told] | None = None
    named: Mapping[str, Diagnosis] = field(default_factory=dict)


@dataclass(frozen=True)
class Invariance:
    """A network, and the changes to its input that must not change its logits.

    Attributes:
        mistakes: what the variations name.
    """

    network: Network
    variations: Callable[[RngFor], Iterable[Variation]]
    mistakes: tuple[Diagnosis, ...]


def check_invariance(invariance: Invariance, submission: Submission, ctx: Context) -> Measurements:
    """Check that each variation leaves the logits as they were."""
    variations = list(invariance.variations(ctx.rng))
    for variation in variations:
        _check(invariance.network, variation, submission, ctx)
    return {"variations": len(variations)}


def _check(network: Network, variation: Variation, submission: Submission, ctx: Context) -> None:
    model = network.stirred(submission, ctx, variation.batch, **variation.arguments)
    expected, changed = (
        steady_logits(network, submission, ctx, model, variation.label, inputs)
        for inputs in (variation.batch, variation.changed)
    )
    yours = changed[variation.rows]
    if close(yours, expected, 1e-4):
        return
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(yours - expected))), expected.shape))
    found = Counterexample(variation.label, 0, "logits", at, float(yours[at]), float(expected[at]))
    told = variation.told if variation.explain is None else variation.explain(submission, model, yours, expected)
    place = place_where(told.happens, submission, model, *told.compared) if told.compared else Place("")
    mistake = variation.named.get(place.kind, told.mistake)
    raise CheckFailure(variation.text + told.known, found, (mistake,), line_of(place, submission.file))
