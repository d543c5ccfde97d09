"""Everything that can go wrong, in one tree.

DlfError
├── UsageError            the command or the tree is wrong: exit 2, one line
│   └── UnknownName       a word that names no milestone, check, file or class
├── CheckFailure          the learner's answer is wrong: failed
├── LearnerError          the learner's code raised: failed, unless the check asked for it
│   └── NotWritten        it raised NotImplementedError: todo
├── WorkerLost            the worker is gone
│   ├── WorkerTimeout     it was out of time: timeout
│   ├── WorkerCrashed     it died, or sent what the protocol does not allow: crashed
│   │   └── ServerLost    its fork server died, which may be another's doing: tried once more
│   └── WorkerRefused     it used something forbidden: refused
├── DataUnusable          a data set cannot be read: skipped
├── RunCancelled          another run takes its place: no verdict
└── GraderFault           ours, never the learner's: error, exit 3
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from dlf_grader.frames import Frame
    from dlf_grader.report import Counterexample, Diagnosis

NO_KEYBOARD = "nobody can answer breakpoint() or input() here; dlf-grade debug ID opens the case in a debugger"


class DlfError(Exception):
    """The root; its text is written for the person in front of the screen."""


class UsageError(DlfError):
    """The command line, or the tree it names, is wrong."""


class UnknownName(UsageError):
    """A word of the command line names no milestone, check, file or class."""


class CheckFailure(DlfError):
    """The learner's answer is wrong.

    Attributes:
        line: of the exercise, where the check found the fault; 0 where it does not know.
        attribute: which the fault is about, by its path from the object, "blocks.0.key.weight"; "" for none.
        target: the function that the fault is in, where that is not the check's, "KVCache.extend"; "" where it is.
        ends: of functions that ran, the file's name, the first line, and the line from which they returned.
    """

    def __init__(
        self,
        message: str,
        counterexample: Counterexample | None = None,
        diagnosis: tuple[Diagnosis, ...] = (),
        line: int = 0,
        attribute: str = "",
        target: str = "",
    ) -> None:
        super().__init__(message)
        self.counterexample = counterexample
        self.diagnosis = diagnosis
        self.line = line
        self.attribute = attribute
        self.target = target
        self.ends: list[tuple[str, int, int]] = []


class LearnerError(DlfError):
    """The learner's code raised an exception.

    Attributes:
        value_error: whether it is a ValueError, or of a subclass.
        values: what the operations before it gave, of the same message.
    """

    def __init__(self, kind: str, text: str, frames: tuple[Frame, ...], call: str) -> None:
        asked_for = call.partition("(")[0].rpartition(".")[2]
        absent = kind == "AttributeError" and not frames and f"'{asked_for}'" in text
        raised = f"{call} is missing" if absent else f"{call} raised {kind}"
        if absent and asked_for.startswith("dL_d"):  # another parameter's gradient is not what was meant
            text = re.sub(r"\. Did you mean: 'dL_d\w+'\?$", "", text)
        text = "; ".join(filter(None, (text, NO_KEYBOARD if kind in ("BdbQuit", "EOFError") else "")))
        super().__init__(text if kind == "MissingName" else f"{raised}: {text}" if text else raised)
        self.kind = kind
        self.text = text
        self.frames = frames
        self.call = call
        self.value_error = False
        self.values: list[Any] = []


class NotWritten(LearnerError):
    """The learner's code raised NotImplementedError: it is still to be written."""


class WorkerLost(DlfError):
    """The worker is gone; whatever it held is lost."""

    def __init__(self, message: str, frames: tuple[Frame, ...] = ()) -> None:
        super().__init__(message)
        self.frames = frames


class WorkerTimeout(WorkerLost):
    """The worker did not answer in time.

    Attributes:
        had: how long it had and why, in words, where that was less than its check's whole time.
        small: whether that was because it was asked so little that it seems endless.
    """

    had: str = ""
    small: bool = False


class WorkerCrashed(WorkerLost):
    """The worker died, or broke the protocol."""


class ServerLost(WorkerCrashed):
    """The fork server died and took the worker along; whose doing that was is not known."""


class WorkerRefused(WorkerLost):
    """The worker's code used something that the exercise forbids."""


class DataUnusable(DlfError):
    """A data set is there, but not whole."""


class RunCancelled(DlfError):
    """The run was called off; what it had found is kept, what it had not gets no verdict."""


class GraderFault(DlfError):
    """The grader itself is at fault."""
