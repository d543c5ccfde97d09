"""The optimisers on real data, beside each other."""

from __future__ import annotations

from dlf_grader.milestones.section import Section
from dlf_grader.model import Check

HINTS = (
    "The rules pass one by one, so look at what 400 steps need: state that lasts, a count that grows, lr read anew.",
    "Compare the curves in the report: a loss that jumps asks for a smaller lr, one that stays for a larger.",
)


def _compared(exercise: str, name: str, target: str, title: str, *after: str) -> Check:
    section = Section("m4.compare", f"m4_optimisers/{exercise}.py", "dlf_grader.milestones.m4.compare", "training")
    needs = ("training", "long:2 minutes", "data:mnist", "data:imdb")
    return section.check(name, "training", 0, target, title, *HINTS, after=after, requires=needs, timeout=1800.0)


CHECKS: tuple[Check, ...] = (
    _compared("sgd", "sgd", "SGD.step", "SGD with momentum trains LeNet and a SentimentLSTM", "m4.sgd.learns"),
    _compared("rmsprop", "rmsprop", "RMSProp.step", "RMSProp trains LeNet and a SentimentLSTM", "m4.rmsprop.learns"),
    _compared("adam", "adam", "Adam.step", "Adam and AdamW train LeNet and a SentimentLSTM", "m4.adamw.learns"),
)
