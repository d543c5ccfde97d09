"""The rows that the table of every optimiser ends with: long trajectories, in place, training."""

from __future__ import annotations

from dlf_grader.checks import Behaviour, Parity, Section, Training
from dlf_grader.model import Check, Exercise


def trajectory(section: Section, target: str, subject: str, *after: str, lesson: str = "") -> Check:
    """Fifty steps, down a bowl and down a network's loss."""
    return section.check(
        "course",
        Parity(),
        2,
        target,
        f"{target.partition('.')[0]} stays with PyTorch for fifty steps, down a bowl and down a network's loss",
        "Where single steps are right, the difference adds up. Is any state reset, rounded, or shared?",
        "Does every parameter have a state of its own? Is every element of a large array updated?",
        "Keep the state in the parameter's dtype. Read self.lr at every step. Count steps, not parameters.",
        subject=subject,
        after=after,
        lesson=lesson,
    )


def in_place(section: Section, target: str, subject: str, points: float) -> Check:
    """The caller's own arrays, and nothing else."""
    return section.check(
        "in_place",
        Behaviour(),
        points,
        target,
        f"{target.partition('.')[0]} changes the caller's own arrays, and nothing else",
        "The network holds the arrays too. Does it see what you compute?",
        "Write into the old array: `w -= ...`, `w[...] = ...` or out=w. `w = w - ...` makes a new one.",
        "Do not write into a gradient, and do not store it: `g += ...` and `self.v = g` both reach the caller's array.",
        subject=subject,
        after=("step",),
        lesson="in-place",
    )


def learns(section: Section, target: str, subject: str, *after: str) -> Check:
    """Two small networks."""
    return section.check(
        "learns",
        Training(),
        2,
        target,
        f"{target.partition('.')[0]} brings a small CNN and a small LSTM below a loss of 0.3",
        "The networks and their gradients are ours. If single steps are right, which state must last for hundreds?",
        "If the loss becomes nan, check every division. If it stays, check that the arrays change in place.",
        subject=subject,
        after=after,
        requires=("training",),
        timeout=90.0,
        lesson="training",
    )


def compared(exercise: Exercise, target: str, subject: str, title: str, after: str) -> Check:
    """All optimisers of a file on real data, beside each other; "m4.compare.sgd"."""
    section = Section("m4.compare", exercise, subject, "training")
    return section.check(
        exercise.path.removesuffix(".py").rpartition("/")[2],
        Training(),
        0,
        target,
        title,
        "What do 400 steps need that one does not? State that lasts, a count that grows, lr read at every step.",
        "Compare the curves in the report. Lower lr if the loss jumps, and raise it if the loss stays.",
        after=(after,),
        requires=("training", "long:2 minutes", "data:mnist", "data:imdb"),
        timeout=1800.0,
    )
