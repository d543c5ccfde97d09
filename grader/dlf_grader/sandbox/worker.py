"""The untrusted side: imports one exercise, does what it is asked, sends back numbers.

It decides nothing. It runs in a process of its own, which the grader kills when it is done with it or out of time.
The same loop, without guard and limits, serves PyTorch's answers on the trusted side (see `run/oracle.py`).
"""

from __future__ import annotations

import builtins
import contextlib
import faulthandler
import gc
import importlib
import inspect
import mmap
import os
import socket
import sys
import time
import types
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np

from dlf_grader.sandbox import early, guard, limits, places, refused, rungs
from dlf_grader.sandbox.errors import missing, raised_in, text_of
from dlf_grader.sandbox.items import ProtocolError
from dlf_grader.sandbox.protocol import (
    CRASH_DUMP,
    LENGTH,
    LIMIT_TO_GRADER,
    LIMIT_TO_WORKER,
    UNDER_WAY,
    Call,
    Confined,
    Drop,
    Get,
    Handle,
    Load,
    Operation,
    Progress,
    Put,
    Raised,
    Refused,
    Reply,
    Request,
    Set,
    Unable,
    Values,
    decode_request,
    encode_message,
    pack_value,
    unpack_value,
)
from dlf_grader.sandbox.trace import frames_here, frames_of
from dlf_grader.sandbox.warned import tell_numbers
from dlf_grader.sandbox.words import LONGEST_NAME, LONGEST_TEXT

WRITING_SECONDS = 0.25


class MissingName(Exception):
    """The exercise lacks a class or function that it should define."""


class Worker:
    """The objects of one exercise, by handle, and the loop that answers for them."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.root = ""
        self.limit = LIMIT_TO_GRADER
        self.objects: dict[int, Any] = {}
        self.next_handle = -1  # the grader counts up from 1, the worker down from -1
        self.process = os.getpid()
        self.under_way: mmap.mmap | bytearray = bytearray(8)
        self.crash_dump: int | None = None  # descriptor of its file
        self.until = 0.0  # when they are written, on the clock of `time.monotonic`

    def serve(self) -> None:
        """Answer requests until the grader hangs up."""
        while (message := self._receive()) is not None:
            reply = self._load(message) if isinstance(message, Load) else self._carry_out(message)
            if os.getpid() != self.process:
                os._exit(0)  # the learner's code forked, and this is the copy
            self.send(reply)

    # -- messages ---------------------------------------------------------------------------------

    def send(self, reply: Reply) -> None:
        frame = encode_message(reply)
        if len(frame) > self.limit and isinstance(reply, Values | Raised):
            text = f"returned {len(frame) / 2**20:.0f} MiB; at most {self.limit >> 20} MiB can be graded"
            frame = encode_message(Raised(reply.id, 0, "ValueError", text, [], False))
        self.connection.sendall(LENGTH.pack(len(frame)) + frame)

    def _receive(self) -> Request | Load | None:
        head = self._read(LENGTH.size)
        if head is None:
            return None
        (length,) = LENGTH.unpack(head)
        body = self._read(length) if length <= LIMIT_TO_WORKER + 2**20 else None
        return None if body is None else decode_request(body)

    def _read(self, count: int) -> bytearray | None:
        data = bytearray(count)
        view = memoryview(data)
        while view:
            got = self.connection.recv_into(view)
            if got == 0:
                return None
            view = view[got:]
        return data

    # -- work -------------------------------------------------------------------------------------

    def _load(self, load: Load) -> Reply:
        """Confine this process, then import the learner's module: from here on nothing is trusted."""
        self.root = load.root
        if not load.root:  # the trusted side: whole data sets come from here
            self.limit = LIMIT_TO_WORKER
        else:
            try:
                self.send(Confined(self._confine(load)))
            except Exception as error:  # noqa: BLE001 - whatever it is, nothing may be imported unconfined
                return Unable(f"{type(error).__name__}: {error}")
        self._keep_time(load.seconds)
        try:
            self.objects[0] = importlib.import_module(load.module)
        except BaseException as error:  # noqa: BLE001 - whatever a learner's module raises is an answer
            return self._raised(0, 0, error)
        return Values(0, [])

    def _confine(self, load: Load) -> list[str]:
        """Give up what the rung takes away; returns what of it could not be."""
        limits.confine(load.scratch, load.memory, load.processor_seconds)
        self.under_way = _shared_number(UNDER_WAY)
        self.crash_dump = os.open(CRASH_DUMP, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        faulthandler.enable(self.crash_dump, all_threads=False)
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # both are TextIOWrapper
        lacking = rungs.confine(load.rung, rungs.Place(load.root, load.scratch, load.engine, load.gpu))
        self.process = os.getpid()  # in a process namespace of its own it is another
        sys.path.insert(0, load.root)
        guard.install(load.root, load.engine, load.instead, self._refuse, load.refused)
        places.install(load.scratch)
        tell_numbers()
        if load.engine == "torch":
            with guard.trusted():
                refused.watch(["torch.compile"], "grading runs a model as it is; leave it out", self._refuse)
                refused.watch(load.refused, load.instead, self._refuse)
        return lacking

    def _keep_time(self, seconds: float) -> None:
        """Shortly before the grader's patience ends, write down which line is being run."""
        until = time.monotonic() + seconds
        if self.crash_dump is None or not seconds or abs(until - self.until) < WRITING_SECONDS / 2:
            return  # a check's calls share its deadline, and arming costs a thread
        self.until = until
        with contextlib.suppress(OSError):  # the learner's code may have closed it
            os.ftruncate(self.crash_dump, 0)
            faulthandler.dump_traceback_later(max(seconds - WRITING_SECONDS, 0.01), file=self.crash_dump)

    def _carry_out(self, request: Request) -> Reply:
        self._keep_time(request.seconds)
        values = []
        for at, operation in enumerate(request.operations):
            self.under_way[:8] = at.to_bytes(8, "little")
            try:
                result = self._do(operation, request.id)
                values.append(pack_value(result, self._keep, limit=self.limit))
            except BaseException as error:  # noqa: BLE001 - likewise
                return msgspec.structs.replace(self._raised(request.id, at, error), values=values)
        return Values(request.id, values)

    def _do(self, operation: Operation, request_id: int) -> Any:
        match operation:
            case Call(target, name, args, kwargs, keep):
                owner = self._own_module(target) if isinstance(target, str) else self.objects[target]
                if target == 0 and not hasattr(owner, name):
                    raise MissingName(missing(owner, name))
                function: Any = getattr(owner, name) if name else owner
                result = function(*self._unpack(args), **(self._unpack(kwargs) if kwargs else {}))
                if isinstance(result, types.GeneratorType) and isinstance(target, str):
                    result = self._stream(result, request_id)
                if keep is None:
                    return result
                self.objects[keep] = result
                return _handle(keep, result)
            case Get(target, name):
                return attrgetter(name)(self.objects[target]) if name else self.objects[target]
            case Set(target, name, value):
                part, _, attribute = name.rpartition(".")
                owner = attrgetter(part)(self.objects[target]) if part else self.objects[target]
                setattr(owner, attribute, self._unpack(value))
            case Put(keep, value, strided):
                stored = self._unpack(value)
                self.objects[keep] = _strided(stored) if strided else stored
            case Drop():
                self.objects = {0: self.objects[0]}
                gc.collect()
        return None

    def _stream(self, generator: types.GeneratorType[Any, None, Any], request_id: int) -> Any:
        """Send what a recipe of ours yields, as it yields it; return what it returns."""
        while True:
            try:
                self.send(Progress(request_id, pack_value(next(generator))))
            except StopIteration as stop:
                return stop.value

    def _unpack(self, wire: Any) -> Any:
        return unpack_value(wire, lambda handle: self.objects[handle.number], tensors=True)

    def _keep(self, value: Any) -> Handle:
        """Keep an object that cannot cross, and name it."""
        if isinstance(value, np.ndarray):  # a subclass, which could answer comparisons as it likes
            raise ProtocolError(f"an object of type {type(value).__name__}, a subclass of an array")
        number = self.next_handle
        self.next_handle -= 1
        self.objects[number] = value
        return _handle(number, value)

    @staticmethod
    def _own_module(name: str) -> types.ModuleType:
        if name in early.imported:
            return early.imported[name]
        with guard.trusted():
            return importlib.import_module(name)

    # -- what goes wrong --------------------------------------------------------------------------

    def _raised(self, request_id: int, at: int, error: BaseException) -> Raised:
        kind = "TypeError" if isinstance(error, ProtocolError) else type(error).__name__
        text = f"returned {error}, which cannot be graded" if isinstance(error, ProtocolError) else text_of(error)
        frames = frames_of(error, self.root)
        is_a = (isinstance(error, NotImplementedError) and raised_in(error, self.root), isinstance(error, ValueError))
        return Raised(request_id, at, kind[:LONGEST_NAME], text[:LONGEST_TEXT], frames, *is_a)

    def _refuse(self, text: str) -> None:
        """Tell the grader what was used, and end: the attempt cannot be caught and hidden."""
        self.send(Refused(text, frames_here(self.root)))
        os._exit(0)


def _handle(number: int, value: Any) -> Handle:
    """What stands for an object on the grader's side."""
    kind: Any = type(value)
    return Handle(number, kind.__name__, _methods(kind))


@lru_cache(maxsize=64)
def _methods(kind: Any) -> tuple[str, ...]:
    """The public methods that objects of a class offer, by name, without running their properties."""
    if kind.__module__ == builtins.__name__ or kind is np.ndarray:
        return ()
    return tuple(
        name for name in dir(kind) if not name.startswith("_") and callable(inspect.getattr_static(kind, name))
    )


def _shared_number(path: str) -> mmap.mmap:
    """Eight bytes of a file that the grader reads if this process never answers."""
    with open(path, "w+b") as file:
        file.write(bytes(8))
        file.flush()
        return mmap.mmap(file.fileno(), 8)


def _strided(array: np.ndarray) -> np.ndarray:
    """The same numbers in memory that is not contiguous, and that no one step runs through, as after a transpose."""
    last = 2 * array.shape[-1]
    wide = np.empty((*array.shape[:-1], last + 1), dtype=array.dtype)
    view: np.ndarray = wide[..., :last:2]
    view[...] = array
    return view


def run(connection: socket.socket) -> None:
    """Serve, and turn a broken connection or message into a quiet end."""
    with contextlib.suppress(OSError, msgspec.MsgspecError, KeyboardInterrupt):
        Worker(connection).serve()
