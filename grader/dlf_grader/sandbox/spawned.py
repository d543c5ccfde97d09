"""A worker started from nothing, where the platform cannot fork: `python -m dlf_grader.sandbox.spawned DESCRIPTOR`."""

from __future__ import annotations

import socket
import sys

from dlf_grader.sandbox import worker


def main() -> None:
    """Take over the grader's socket and serve."""
    if sys.platform == "win32":
        connection = socket.fromshare(sys.stdin.buffer.read())
    else:
        connection = socket.socket(fileno=int(sys.argv[1]))
    worker.run(connection)


if __name__ == "__main__":
    main()
