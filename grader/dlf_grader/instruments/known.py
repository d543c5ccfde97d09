"""Which mistakes a check knows by name: read off its method and its subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dlf_grader import checks
from dlf_grader.instruments import backward, bad_shapes, cuts, initial, logits, parameters
from dlf_grader.instruments.behaviour import claims, optimisers
from dlf_grader.instruments.methods import module_of, subject_of
from dlf_grader.instruments.mistakes.mistake import Mistake
from dlf_grader.instruments.mistakes.samples import ONE_SAMPLE
from dlf_grader.instruments.subjects import network
from dlf_grader.instruments.subjects.derived import NOT_DERIVED
from dlf_grader.instruments.subjects.layer import CLIPPED, Layer, asks_backward, gradient_of
from dlf_grader.instruments.subjects.optimiser import Optimiser
from dlf_grader.model import Check
from dlf_grader.report import Diagnosis

Known = Mistake | Diagnosis


def known_mistakes(check: Check) -> list[Known]:
    """The mistakes that a check names, in the order in which it looks for them."""
    about: Any = subject_of(check)
    found: Iterable[Known] = ()
    match check.method:
        case checks.Parity(tensors=tensors):
            asked = {about.explained_by(name) for name in tensors}
            found = (*about.errors_know, *(m for m in about.mistakes if not asked or asked & set(m.about)))
            if isinstance(about, Layer) and asks_backward(tensors):
                stored = {gradient_of(name) for name in about.parameters}
                of_batch = ONE_SAMPLE if stored & set(tensors or stored) else ()
                found = (NOT_DERIVED, CLIPPED, *of_batch, *found)
        case checks.Behaviour():
            advice = (optimisers if isinstance(about, Optimiser) else claims).ADVICE
            found = (*about.claims_know, *(Diagnosis(id, text) for id, text in advice.items()))
        case checks.BadShapes():
            found = (bad_shapes.ADVICE, bad_shapes.OF_VALUES)
        case checks.Initial():
            found = (initial.TRANSPOSED, *(Diagnosis(id, text) for id, text in initial.TEXTS.items()))
        case checks.Learns():
            found = (cuts.STOPPED, cuts.HOOKED, network.DEAD, backward.OVERWRITTEN, *parameters.MISTAKES)
        case checks.Logits():
            found = logits.known_of(about)
        case checks.SameLogits():
            found = about.mistakes
        case checks.Custom(mistakes=name) if name:
            found = getattr(module_of(check), name)
    return list(found)
