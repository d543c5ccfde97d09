"""Asking why a training failed: as long as the training took at most, and without a risk for its verdict."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from dlf_grader.context import Context
from dlf_grader.failures import DlfError, LearnerError, WorkerLost, WorkerTimeout
from dlf_grader.instruments.autopsy.cause import Finding
from dlf_grader.instruments.autopsy.in_numpy import of_steps
from dlf_grader.instruments.autopsy.inquest import Inquest
from dlf_grader.instruments.autopsy.questions import Questions
from dlf_grader.instruments.backward import OVERWRITES, TWICE, named
from dlf_grader.instruments.measured import measured
from dlf_grader.report import Diagnosis
from dlf_grader.run.reading.tree import Tree
from dlf_grader.sandbox.proxy import Remote, Submission
from dlf_grader.sandbox.words import LONGEST_NAME, one_line

HELD = "dlf_reference.training.autopsy.forward.attributes:held"
ENOUGH, MOST = 20_000, 4_000  # rows of a data set that is used whole, and of a larger one
LEAST, MARGIN = 2.0, 1.0  # seconds of an autopsy, however short the training was; and left of the check's time


@dataclass(frozen=True)
class Asked:
    """The training that failed.

    Attributes:
        new: makes the learner's model for a seed.
        recipe, data, settings: the check's; the data without the labels of its test.
        in_numpy: the model is made of NumPy arrays.
        raised: what the training raised, in words; "" where it came to its end.
    """

    new: Callable[[int], Remote]
    recipe: str
    data: Mapping[str, np.ndarray]
    settings: Mapping[str, Any]
    in_numpy: bool
    raised: str = ""


def some_of(data: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Of a large data set so many rows, evenly from its beginning to its end: the worker holds it twice."""
    found = dict(data)
    for which in ("train", "test", "held_out"):
        x, lengths = data.get(f"x_{which}"), data.get(f"lengths_{which}")
        count = 0 if x is None else len(x) if lengths is None else len(lengths)
        if x is None or count <= ENOUGH:
            continue
        rows = np.linspace(0, count - 1, MOST).astype(int)
        if lengths is not None:
            ends = np.cumsum(lengths)
            found[f"x_{which}"] = np.concatenate([x[ends[row] - lengths[row] : ends[row]] for row in rows])
        elif x.ndim == 1:  # one text without an end
            found[f"x_{which}"] = x[: ENOUGH * 10]
            continue
        else:
            found[f"x_{which}"] = x[rows]
        for name in (f"lengths_{which}", f"y_{which}"):
            if name in data:
                found[name] = data[name][rows]
    return found


def _memory(trained: Remote, submission: Submission) -> Finding:
    """Whether a model's code keeps tensors from call to call, where there was not enough memory."""
    sizes = measured(dict[str, float], submission, HELD, trained)
    if not sizes:
        return Finding()
    name, size = max(sizes.items(), key=lambda each: each[1])
    fact = f"{one_line(name, LONGEST_NAME)} holds {size:,.0f} MB of tensors."
    return Finding(Diagnosis("memory-grows", f"{fact} Each forward adds to it: keep none there."))


def why(asked: Asked, trained: Remote, submission: Submission, ctx: Context, seconds: float) -> Finding:
    """The cause of a failed training, or what was measured; whatever happens here, the verdict stands.

    Args:
        trained: the model, as the training left it.
        seconds: that the training took, on the submission's clock.
    """
    before, now = submission.deadline, time.monotonic()
    allowed = min(before - MARGIN - now, max(LEAST, ctx.config.patience * seconds))
    if allowed < LEAST:
        return Finding(measured=("There was no time left to look for the cause.",))
    submission.deadline, submission.on_progress = now + allowed, lambda report: None
    until = submission.clock() + allowed
    ctx.show(1.0, "why it does not learn")
    try:
        if "memory" in asked.raised:
            return _memory(trained, submission)
        if asked.in_numpy:
            return of_steps(asked.new, asked.recipe, asked.data, asked.settings, submission, ctx)
        file = Tree(submission.root).source(ctx.check.exercise)
        ask = Questions(submission, asked.new, asked.recipe, some_of(asked.data), asked.settings, file.syntax)
        if (OVERWRITES in asked.raised or TWICE in asked.raised) and (found := named(ask.kept(), ctx.check.exercise)):
            return Finding(found[0], line=found[1])
        return Inquest(ask, ctx, until).hold(trained)
    except LearnerError:
        return Finding()  # the same exception ended the training: it is said already
    except WorkerTimeout:
        return Finding(measured=("There was not enough time to find the cause.",))
    except WorkerLost:
        return Finding(measured=("The search for the cause was stopped.",))
    except DlfError as error:
        return Finding(measured=(f"The search for the cause ended early: {error}.",))
    finally:
        submission.deadline = before
