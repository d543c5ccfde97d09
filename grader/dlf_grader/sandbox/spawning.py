"""A worker as a process started from nothing, for platforms that cannot fork: slower, with the same end."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from dlf_grader.sandbox import limits
from dlf_grader.sandbox.engines import Engine
from dlf_grader.sandbox.words import how_it_ended

if TYPE_CHECKING:
    from dlf_grader.sandbox.channel import Channel


def spawn(engine: Engine) -> tuple[Channel, subprocess.Popen[bytes]]:
    """A new worker, and its process."""
    from dlf_grader.sandbox.channel import Channel

    ours, theirs = socket.socketpair()
    output, printed = (None, None) if sys.platform == "win32" else socket.socketpair()
    process: subprocess.Popen[bytes] = subprocess.Popen(
        [sys.executable, "-I", "-m", "dlf_grader.sandbox.spawned", str(theirs.fileno())],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL if printed is None else printed.fileno(),
        stderr=subprocess.STDOUT,
        env=limits.environment(),
        **_own_session(theirs),
    )
    assert process.stdin is not None
    if sys.platform == "win32":
        process.stdin.write(theirs.share(process.pid))
    process.stdin.close()
    theirs.close()
    if printed is not None:
        printed.close()

    def end(grace: float) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=grace)
        kill_tree(process)
        return how_it_ended(process.wait())

    return Channel(ours, output, end), process


def _own_session(theirs: socket.socket) -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True, "pass_fds": [theirs.fileno()]}


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """End a spawned worker and all that it started."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
