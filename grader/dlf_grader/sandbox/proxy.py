"""The grader's view of a learner's exercise: objects that stay over there, used as if they were here.

    conv = submission.new("Conv2d", 3, 8, kernel_size=3)
    conv.W = w
    y = conv.forward(x)
    dx, dW = conv.backward(g), conv.dL_dW

Every access is a message to the worker; what comes back is data, or another `Remote`. A worker that was lost is
replaced at the next use, with none of the old objects in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from dlf_grader.failures import DlfError, LearnerError, ServerLost, WorkerLost, WorkerTimeout
from dlf_grader.sandbox.channel import Channel
from dlf_grader.sandbox.crash_dump import last_frames, read_start
from dlf_grader.sandbox.limits import MEMORY
from dlf_grader.sandbox.protocol import (
    CRASH_DUMP,
    UNDER_WAY,
    Call,
    Drop,
    Get,
    Handle,
    Load,
    Operation,
    Put,
    Set,
    Tensor,
    pack_value,
)
from dlf_grader.sandbox.size import size_of

IMPORT_SECONDS = 20.0
SECOND_WAIT = 2.0  # seconds for a function that ran out of time before
FEW, FEW_FOR_NETWORKS = 200, 10_000  # numbers, and calls, that a check has asked so far, for which it is small
FIRST_SECONDS, FIRST_SHARE = 3.0, 0.15  # what a small question has, or this share of its check's time


class Remote:
    """An object in the worker."""

    def __init__(self, submission: Submission, handle: Handle) -> None:
        object.__setattr__(self, "_submission", submission)
        object.__setattr__(self, "_handle", handle)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in self._handle.methods:
            return lambda *args, **kwargs: self._submission.ask(self._handle.number, name, args, kwargs)
        return self._submission.many([Get(self._handle.number, name)])[0]

    def __setattr__(self, name: str, value: Any) -> None:
        self._submission.many([Set(self._handle.number, name, value)])

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._submission.ask(self._handle.number, "", args, kwargs)

    def __repr__(self) -> str:
        return self.type_name  # as a message may show it

    def fetch(self) -> Any:
        """The object's value now, if it is data."""
        return self._submission.many([Get(self._handle.number, "")])[0]

    @property
    def handle(self) -> Handle:
        handle: Handle = self._handle
        return handle

    @property
    def type_name(self) -> str:
        return self.handle.type_name


class Submission:
    """One exercise of a tree, held by a worker."""

    def __init__(
        self,
        start: Callable[[], Channel],
        load: Load,
        *,
        on_progress: Callable[[Any], None] = lambda value: None,
    ) -> None:
        self._start = start
        self._load = load
        self._channel: Channel | None = None
        self._import_error: DlfError | None = None
        self._handles = 0
        self._type_names: dict[int, str] = {}
        self._forgotten = False
        self.on_progress = on_progress
        self.kept: dict[tuple[object, ...], Any] = {}  # what it answered, for checks that ask the same
        self.lacking: set[str] = set()
        self.deadline = float("inf")
        self.excused = 0.0  # seconds since it was set that were not the exercise's
        self._few = FEW_FOR_NETWORKS if load.engine == "torch" else FEW  # two images; training has thousands
        self.patience = float("inf")  # seconds for a question while all that was asked since `forget` is small
        self._asked = 0  # numbers, and calls, since `forget`
        self._slow: set[str] = set()  # functions that ran out of time

    def let_use_gpu(self, allowed: bool) -> None:
        """Whether the worker has a GPU's devices; where that changes, the next call gets a new worker.

        A GPU's driver maps more memory than any model needs, so with one there is no limit on memory.
        """
        allowed = allowed and self._load.engine == "torch"
        if allowed != self._load.gpu:
            self.close()
            self._load = msgspec.structs.replace(self._load, gpu=allowed, memory=0 if allowed else MEMORY)

    @property
    def root(self) -> Path:
        """The folder of the tree's copy that the worker reads."""
        return Path(self._load.root)

    @property
    def file(self) -> str:
        """The name of the exercise's file."""
        return f"{self._load.module.rpartition('.')[2]}.py"

    # -- what checks use --------------------------------------------------------------------------

    def new(self, name: str, *args: Any, **kwargs: Any) -> Remote:
        """An instance of a class of the exercise (or of one of our modules, as "module:Class")."""
        module, _, attribute = name.rpartition(":")
        number = self.reserve(attribute)
        return self.many([Call(module or 0, attribute, list(args), kwargs, keep=number)])[0]  # type: ignore[no-any-return]

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Call a function of the exercise (or of one of our modules, as "module:function")."""
        module, _, attribute = name.rpartition(":")
        return self.ask(module or 0, attribute, args, kwargs)

    def redefine(self, name: str, source: str) -> None:
        """Exchange a function of the exercise's, "Conv2d.forward", for the one that a source text defines."""
        self.kept.clear()
        self.many([Call("dlf_grader.sandbox.redefine", "redefine", [Handle(0), name, source])])

    def put(self, value: Any, *, strided: bool = False) -> Remote:
        """Store a value over there, to be passed by reference and looked at again later."""
        number = self.reserve("value")
        self.many([Put(number, value, strided)])
        return Remote(self, Handle(number, "value"))

    def many(self, operations: Sequence[Operation]) -> list[Any]:
        """Carry out operations in one message; returns one value for each.

        Raises:
            LearnerError, NotWritten: the learner's code raised.
            WorkerLost: the worker is gone.
        """
        channel, count = self._connected(), len(operations)
        if self._forgotten:  # rides on this message: one of its own costs as much as a small case
            operations, self._forgotten = [Drop(), *operations], False
        packed = [_packed(operation) for operation in operations]

        def under_way(at: int | None = None) -> Operation:
            return operations[self._under_way(len(operations)) if at is None else at]

        def doing(at: int | None = None) -> str:
            return self._describe(under_way(at))

        within, had = self._within(operations, channel)
        channel.excused = self.excused
        began = time.monotonic()
        try:
            values = channel.ask(packed, self.deadline, doing, self.on_progress, within)
        except WorkerLost as error:
            self._channel = None
            if isinstance(error, WorkerTimeout):
                self._slow.add(self._called(under_way()))
                if time.monotonic() - began >= within:
                    error.had, error.small = had, self._asked <= self._few and channel.measures_waiting
            self._place(error)
            raise
        except LearnerError as error:
            error.values = [self._received(value) for value in error.values[len(operations) - count :]]
            raise
        if len(values) != len(operations):
            raise channel._broken("too few or too many values")
        return [self._received(value) for value in values[len(operations) - count :]]

    def ask(self, target: int | str, name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
        """Call one thing and return its value."""
        return self.many([Call(target, name, list(args), kwargs)])[0]

    def reserve(self, type_name: str) -> int:
        """A fresh handle number, for operations that keep their result."""
        self._handles += 1
        self._type_names[self._handles] = type_name
        return self._handles

    def clock(self) -> float:
        """Seconds, without those for which the worker could have run and others had the processor."""
        return time.monotonic() - (0.0 if self._channel is None else self._channel.waited())

    def forget(self) -> None:
        """Drop every object over there, before anything else is asked; called between checks."""
        self._type_names.clear()
        self._asked = 0
        self._forgotten = self._channel is not None

    def ready(self) -> None:
        """Make sure that the exercise can be imported; raises what importing it raised."""
        self._connected()

    def take_output(self) -> str:
        """What the exercise printed since last asked."""
        return "" if self._channel is None else self._channel.take_output()

    def close(self) -> None:
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    # -- insides ----------------------------------------------------------------------------------

    def _connected(self) -> Channel:
        if self._import_error is not None:
            raise self._import_error
        if self._channel is None:
            try:
                self._channel = self._loaded()
            except ServerLost:
                self._channel = self._loaded()
        return self._channel

    def _within(self, operations: Sequence[Operation], channel: Channel) -> tuple[float, str]:
        """How many seconds a question has, and why in words, where that is not its check's whole time."""
        if self._asked <= self._few:
            self._asked += sum(map(size_of, operations))
        if self._slow and any(self._called(operation) in self._slow for operation in operations):
            return SECOND_WAIT, f"it ran out of time before, and then has {SECOND_WAIT:g} s"
        if self._asked > self._few or not channel.measures_waiting:  # others' work would count
            return float("inf"), ""
        return self.patience, f"so small a case has {self.patience:g} s"

    def _loaded(self) -> Channel:
        began = time.monotonic()
        channel = self._start()
        self.deadline += time.monotonic() - began  # waiting for PyTorch to be imported is not the exercise's time
        try:
            channel.load(self._load, min(self.deadline, time.monotonic() + IMPORT_SECONDS))
        except (LearnerError, WorkerLost) as error:
            if not isinstance(error, ServerLost):
                self._import_error = error  # it would fail again, for every check
            channel.close()
            self._place(error)
            raise
        self.lacking.update(channel.lacking)
        return channel

    def _place(self, error: DlfError) -> None:
        """Give an error the lines at which the worker stood, if it left word of them."""
        if isinstance(error, WorkerLost) and not error.frames:
            error.frames = last_frames(Path(self._load.scratch) / CRASH_DUMP, self._load.root)

    def _under_way(self, count: int) -> int:
        """Which operation the worker says it is at; only words depend on it."""
        said = read_start(Path(self._load.scratch) / UNDER_WAY, 8)
        return min(int.from_bytes(said, "little"), count - 1)

    def _received(self, value: Any) -> Any:
        kind = type(value)
        if kind is Handle:
            self._type_names.setdefault(value.number, value.type_name)
            return Remote(self, value)
        if kind is list or kind is tuple:
            return kind([self._received(item) for item in value])
        if kind is dict:
            return {key: self._received(item) for key, item in value.items()}
        return value

    def _describe(self, operation: Operation) -> str:
        """What an operation does, as the learner knows it: of a function of ours, what of theirs it is about."""
        if not isinstance(operation, Call):
            return self._called(operation)
        given = [self._words(value) for value in operation.args]
        if self._is_ours(operation):
            kinds = (Remote, Handle)
            theirs = (words for words, value in zip(given, operation.args, strict=True) if isinstance(value, kinds))
            return next(theirs, Path(self._load.module).name)
        given += [f"{name}={self._words(value)}" for name, value in operation.kwargs.items()]
        return f"{self._called(operation)}({', '.join(given)})"

    def _called(self, operation: Operation) -> str:
        """What an operation calls or names, without its arguments."""
        match operation:
            case Call(target, name) | Get(target, name) | Set(target, name):
                owner = self._type_names.get(target, "") if isinstance(target, int) else ""
                called = ".".join(part for part in (owner, name) if part)
                return f"our {called}" if self._is_ours(operation) else called
        return Path(self._load.module).name

    @staticmethod
    def _is_ours(operation: Operation) -> bool:
        return isinstance(operation, Call) and isinstance(operation.target, str) and operation.target.startswith("dlf_")

    def _words(self, value: Any) -> str:
        return self._type_names.get(value.number, "") if isinstance(value, Handle) else describe_value(value)


def describe_value(value: Any) -> str:
    """A value in a few words: arrays by shape and dtype."""
    if isinstance(value, Tensor):
        value = value.array
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}" if value.ndim else f"{value.dtype} {value}"
    if isinstance(value, Remote):
        return value.type_name
    if isinstance(value, dict) and any(isinstance(each, np.ndarray) for each in value.values()):
        return f"{{{', '.join(map(str, value))}}}"
    text = f"[{', '.join(map(describe_value, value))}]" if isinstance(value, list | tuple) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _packed(operation: Operation) -> Operation:
    if type(operation) is Call:  # thousands a run: `match` takes five times as long
        kwargs = _pack(operation.kwargs) if operation.kwargs else {}
        return Call(operation.target, operation.name, _pack(operation.args), kwargs, operation.keep)
    if type(operation) is Set:
        return Set(operation.target, operation.name, _pack(operation.value))
    if type(operation) is Put:
        return Put(operation.keep, _pack(operation.value), operation.strided)
    return operation


def _pack(value: Any) -> Any:
    return pack_value(value, lambda remote: remote.handle)
