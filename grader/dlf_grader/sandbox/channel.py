"""The grader's end of one worker: frames with a deadline, the worker's output, and its end."""

from __future__ import annotations

import secrets
import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from dlf_grader.failures import (
    GraderFault,
    LearnerError,
    NotWritten,
    ServerLost,
    WorkerCrashed,
    WorkerRefused,
    WorkerTimeout,
)
from dlf_grader.frames import Frame
from dlf_grader.sandbox.items import ITEMS_LIMIT, ProtocolError, too_many
from dlf_grader.sandbox.protocol import (
    LENGTH,
    LIMIT_TO_GRADER,
    LIMIT_TO_WORKER,
    Confined,
    Load,
    Operation,
    Progress,
    Raised,
    Refused,
    Reply,
    Request,
    Unable,
    WireFrame,
    decode_reply,
    encode_message,
    unpack_value,
)
from dlf_grader.sandbox.time_limit import TimeLimit
from dlf_grader.sandbox.words import LONGEST_NAME, one_line, plain

if TYPE_CHECKING:
    from typing_extensions import Buffer

OUTPUT_KEPT = 16 * 1024  # bytes of a worker's prints that are kept; the rest is read and dropped
CHUNK = 1 << 16
FRAMES_KEPT = 20
VALUES_KEPT = 40  # of the variables of one frame
LONGEST_VALUE = 80  # characters of a variable's name, and of what it held
Selector: type[selectors.BaseSelector] = getattr(
    selectors, "PollSelector", selectors.SelectSelector
)  # made without a system call
LONGEST_WAIT = 3600.0  # seconds between two looks at the clock


class Doing(Protocol):
    """Words for what the worker does: operation number `at`, or the one under way."""

    def __call__(self, at: int | None = None) -> str: ...


@dataclass
class Channel:
    """A running worker.

    Attributes:
        connection: socket to the worker.
        output: where its standard output and error arrive; None where the platform keeps them elsewhere.
        end: kills it with everything it started, after so many seconds of grace; says how it ended.
        limit: bytes of the longest message it may send.
        server_alive: whether the server that it was forked from still runs; without one, always.
        waited: seconds for which it could have run, and others had the processor: they are not its own.
        measures_waiting: whether these are known here.
        excused: seconds since the deadline was set that were not its own either.
        lacking: what its rung should have taken away from it and could not, in words.
    """

    connection: socket.socket
    output: socket.socket | None
    end: Callable[[float], str]
    server_alive: Callable[[], bool] = lambda: True
    waited: Callable[[], float] = lambda: 0.0
    measures_waiting: bool = False
    excused: float = 0.0
    printed: bytearray = field(default_factory=bytearray)
    closed: bool = False
    limit: int = LIMIT_TO_GRADER
    lacking: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self._of_check = TimeLimit(0.0, self.waited)
        self._limits = [self._of_check]  # of the request under way
        self.connection.setblocking(False)
        if self.output is not None:
            self.output.setblocking(False)

    def load(self, load: Load, deadline: float) -> None:
        """Send the first message; raises what importing the module raised."""

        def doing(at: int | None = None) -> str:
            return f"importing {load.module}"

        if not load.root:  # the trusted side: a whole data set may come back
            self.limit = LIMIT_TO_WORKER
        self._limits = [TimeLimit(deadline, self.waited)]
        self._send(msgspec.structs.replace(load, seconds=self._seconds()), doing)
        if load.root:
            self.lacking = self._confined(doing)
        self._reply(0, lambda value: None, doing)

    def ask(
        self,
        operations: list[Operation],
        deadline: float,
        doing: Doing,
        on_progress: Callable[[Any], None],
        within: float = float("inf"),
    ) -> list[Any]:
        """Have the worker carry out operations, and return one value for each.

        Args:
            operations: done in order; the first that raises ends the request.
            deadline: on the clock of `time.monotonic`.
            doing: words for operation number n, or for the one under way, for messages.
            on_progress: called with each value that a training recipe yields.
            within: seconds for this request alone.

        Raises:
            LearnerError, NotWritten: the learner's code raised.
            WorkerLost: the worker is gone, and this channel with it.
        """
        if deadline != self._of_check.at:  # a new check
            self._of_check = TimeLimit(deadline, self.waited)
        self._of_check.excused = self.excused
        self._limits = [self._of_check]
        if within < float("inf"):
            self._limits.append(TimeLimit(time.monotonic() + within, self.waited))
        number = secrets.randbits(62)  # whoever has not read the question cannot have written the answer
        self._send(Request(number, operations, self._seconds()), doing)
        return self._reply(number, on_progress, doing)

    def take_output(self) -> str:
        """What the worker printed since this was last called, at most `OUTPUT_KEPT` bytes of it."""
        self._drain_rest()
        text = self.printed.decode(errors="replace")
        self.printed.clear()
        return "\n".join(plain(line) for line in text.splitlines())

    def close(self, grace: float = 0.0) -> str:
        """End the worker; returns how it ended."""
        if self.closed:
            return ""
        self.closed = True
        self._drain_rest()
        how = self.end(grace)
        self.connection.close()
        if self.output is not None:
            self.output.close()
        return how

    # -- replies ----------------------------------------------------------------------------------

    def _reply(self, request: int, on_progress: Callable[[Any], None], doing: Doing) -> list[Any]:
        while True:
            reply = self._receive(doing)
            if isinstance(reply, Refused):
                self.close()
                raise WorkerRefused(one_line(reply.text), _frames(reply.frames))
            if isinstance(reply, Confined | Unable) or reply.id != request:
                raise self._broken("an answer to a question nobody asked")
            if isinstance(reply, Raised):
                error = (NotWritten if reply.not_written else LearnerError)(
                    one_line(reply.kind, LONGEST_NAME), one_line(reply.text), _frames(reply.frames), doing(reply.at)
                )
                error.value_error = reply.value_error
                error.values = self._unpacked(reply.values)
                raise error
            try:
                if isinstance(reply, Progress):
                    on_progress(unpack_value(reply.value))
                    self._in_time(doing)  # who reports without end never makes us wait
                    continue
            except ProtocolError as problem:
                raise self._broken(str(problem)) from None
            return self._unpacked(reply.values)

    def _unpacked(self, values: list[Any]) -> list[Any]:
        try:
            return [unpack_value(value) for value in values]
        except ProtocolError as problem:
            raise self._broken(str(problem)) from None

    def _confined(self, doing: Doing) -> tuple[str, ...]:
        """Wait until the worker has given up what its rung takes away; nothing of the learner's has run before."""
        reply = self._receive(doing)
        if isinstance(reply, Confined):
            return tuple(one_line(text) for text in reply.lacking)
        self.close()
        raise GraderFault(
            f"a worker could not confine itself: {one_line(reply.text) if isinstance(reply, Unable) else reply}"
        )

    def _receive(self, doing: Doing) -> Reply:
        (length,) = LENGTH.unpack(self._read(LENGTH.size, doing))
        if length > self.limit:
            raise self._broken(f"a message of {length} bytes; at most {self.limit} are allowed")
        frame = self._read(length, doing)
        try:
            return read_reply(frame)
        except ProtocolError as problem:
            raise self._broken(str(problem)) from None

    def _broken(self, what: str) -> WorkerCrashed:
        self.close()
        return WorkerCrashed(f"the worker sent {what}")

    # -- bytes ------------------------------------------------------------------------------------

    def _send(self, message: Request | Load, doing: Doing) -> None:
        frame = encode_message(message)
        data = memoryview(LENGTH.pack(len(frame)) + frame)
        while data:
            try:
                data = data[self.connection.send(data[: 1 << 20]) :]
            except BlockingIOError:
                self._wait(selectors.EVENT_WRITE, doing)
            except OSError:
                raise self._ended(doing) from None

    def _read(self, count: int, doing: Doing) -> bytearray:
        data = bytearray(count)
        view = memoryview(data)
        while view:
            try:
                got = self.connection.recv_into(view)
            except BlockingIOError:
                self._wait(selectors.EVENT_READ, doing)
                continue
            except OSError:
                got = 0
            if got == 0:
                raise self._ended(doing)
            view = view[got:]
        return data

    def _wait(self, event: int, doing: Doing) -> None:
        """Return when the connection is ready; keep reading what the worker prints meanwhile."""
        with Selector() as selector:
            selector.register(self.connection, event)
            if self.output is not None:
                selector.register(self.output, selectors.EVENT_READ)
            while True:
                left = min(limit.left() for limit in self._limits)
                ready = {key.fileobj for key, _ in selector.select(min(max(0.0, left), LONGEST_WAIT))}
                if self.output in ready and not self._drain():
                    selector.unregister(self.output)
                    self.output.close()
                    self.output = None
                if self.connection in ready:
                    return
                self._in_time(doing)

    def _in_time(self, doing: Doing) -> None:
        if any(limit.is_over() for limit in self._limits):
            self.close()
            raise WorkerTimeout(f"{doing()} did not end in time")

    def _seconds(self) -> float:
        """How long the worker is told that it has, at least a moment; 0 if there is no end."""
        left = min(limit.left() for limit in self._limits)
        return max(left, 0.01) if left < float("inf") else 0.0

    def _drain(self) -> bool:
        """Read some of what was printed; False when nothing more can come."""
        assert self.output is not None
        try:
            data = self.output.recv(CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.printed += data[: OUTPUT_KEPT - len(self.printed)]
        return bool(data)

    def _drain_rest(self) -> None:
        """Read what is already there, but no more than is kept."""
        while self.output is not None and len(self.printed) < OUTPUT_KEPT:
            before = len(self.printed)
            if not self._drain() or len(self.printed) == before:
                break

    def _ended(self, doing: Doing) -> WorkerCrashed:
        how = self.close(grace=0.5)
        kind = WorkerCrashed if self.server_alive() else ServerLost
        return kind(f"{doing()} ended its process: {how}")


def read_reply(frame: Buffer) -> Reply:
    """A worker's message.

    Raises:
        ProtocolError: it is none; nothing else, whatever the bytes.
    """
    if too_many(frame):
        raise ProtocolError(f"a message of more than {ITEMS_LIMIT} values")
    try:
        return decode_reply(frame)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise ProtocolError("a message that is not in the protocol") from None


def _frames(frames: list[WireFrame]) -> tuple[Frame, ...]:
    """The innermost frames of those sent."""
    return tuple(
        Frame(
            one_line(frame.file, LONGEST_NAME),
            frame.line,
            one_line(frame.function, LONGEST_NAME),
            {
                one_line(name, LONGEST_VALUE): one_line(words, LONGEST_VALUE)
                for name, words in islice(frame.values.items(), VALUES_KEPT)
            },
            tuple(frame.expression[:4]),
        )
        for frame in frames[-FRAMES_KEPT:]
    )
