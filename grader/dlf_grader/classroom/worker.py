"""A process that grades: `python -m dlf_grader.classroom.worker`, an assignment on standard input, then submissions.

Messages are a length and MessagePack, both ways. When the input ends, for whatever reason, so does the process.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from typing import IO

import msgspec

from dlf_grader.run.submissions import Assignment, SubmissionGrader

SIZE = 8  # bytes of a message's length


class Graded(msgspec.Struct):
    """The answer to one submission: a report as JSON, or why there is none."""

    report: bytes = b""
    problem: str = ""


def send(stream: IO[bytes], value: object) -> None:
    """Write one message."""
    data = msgspec.msgpack.encode(value)
    stream.write(len(data).to_bytes(SIZE, "little") + data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read one message; None at the end."""
    head = stream.read(SIZE)
    data = stream.read(int.from_bytes(head, "little")) if len(head) == SIZE else b""
    return data or None


def serve(incoming: IO[bytes], outgoing: IO[bytes]) -> None:
    """Grade what comes in, until nothing more does."""
    first = receive(incoming)
    if first is None:
        return
    with SubmissionGrader(msgspec.msgpack.decode(first, type=Assignment)) as grader:
        waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()

        def read() -> None:
            while (message := receive(incoming)) is not None:
                waiting.put(message)
            grader.servers.stop()  # nobody waits for what is being graded
            waiting.put(None)

        threading.Thread(target=read, daemon=True).start()
        while (message := waiting.get()) is not None:
            send(outgoing, graded(grader, msgspec.msgpack.decode(message, type=dict[str, bytes])))


def graded(grader: SubmissionGrader, files: dict[str, bytes]) -> Graded:
    """Grade one submission; a fault of ours is said, and costs no other submission anything."""
    try:
        return Graded(msgspec.json.encode(grader.grade(files)))
    except Exception as error:  # noqa: BLE001 - a plugin's exception too costs no other submission anything
        return Graded(problem=f"{type(error).__name__}: {error}")


def main() -> None:
    """Serve on standard input and output; what is printed by accident goes to standard error."""
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        serve(sys.stdin.buffer, outgoing)
    except BrokenPipeError:
        os._exit(1)  # the one who asked is gone


if __name__ == "__main__":
    main()
