"""Where workers come from: a process for each, forked from a server that has the engine loaded, where that is possible.

Each has an environment without secrets, and a process group that is killed as a whole, on Linux with every orphan.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from dlf_grader.failures import GraderFault
from dlf_grader.sandbox import limits, usage
from dlf_grader.sandbox.engines import Engine
from dlf_grader.sandbox.spawning import kill_tree, spawn
from dlf_grader.sandbox.turns import aside
from dlf_grader.sandbox.words import how_it_ended

if TYPE_CHECKING:
    from dlf_grader.sandbox.channel import Channel

START_SECONDS = 120.0  # importing PyTorch from a cold disk
STOPPING = "the run is being stopped"


class Enclosure(Protocol):
    """A sandbox that a fork server can run in; equal ones share one, for each engine."""

    @property
    def folder(self) -> Path: ...

    def command(self, engine: Engine, command: list[str]) -> list[str]: ...


Key: TypeAlias = tuple[Engine, Enclosure | None]


class Server:
    """The grader's end of one fork server, started at once and waited for at the first fork."""

    def __init__(self, engine: Engine, enclosure: Enclosure | None = None, *, many: bool = False) -> None:
        self.engine, self.enclosed = engine, enclosure is not None
        self.control, theirs = socket.socketpair()
        command = [sys.executable, "-I", "-m", "dlf_grader.sandbox.forkserver", engine, str(theirs.fileno())]
        command += ["many"] if many else []
        if enclosure is not None:
            command = enclosure.command(engine, command)
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=limits.environment(),
            pass_fds=[theirs.fileno()],
            start_new_session=True,
        )
        theirs.close()
        self.control.settimeout(START_SECONDS)
        self.ready, self.lost, self.refusing = False, False, False
        self.lock = threading.Lock()

    def fork(self, scratch: str) -> Channel:
        """A new worker, connected; what it keeps in its scratch folder is watched."""
        from dlf_grader.sandbox.channel import Channel  # imports NumPy, which can wait while the server starts

        ours, theirs = socket.socketpair()
        output, their_output = socket.socketpair()
        with contextlib.ExitStack() as kept, theirs, their_output:
            kept.enter_context(ours)
            kept.enter_context(output)
            pid = self._request({"fork": scratch}, [theirs.fileno(), their_output.fileno()])["pid"]
            kept.pop_all()
        return Channel(
            ours,
            output,
            lambda grace: self._end(pid, grace),
            self.alive,
            waited=(lambda: 0.0) if self.enclosed else partial(usage.waited, pid),  # inside, numbers are others
            measures_waiting=not self.enclosed and os.path.exists("/proc/self/schedstat"),
        )

    def wait_until_ready(self) -> None:
        """Return once it has imported its engine.

        Raises:
            GraderFault: it ended, or is not to fork any more.
        """
        with self._one_request():
            self._wait_until_ready()

    def refuse(self) -> None:
        """Kill every worker, and fork none while `refusing`."""
        self.refusing = True  # first: a fork is either made before the kill, or not at all
        if self.ready:
            with contextlib.suppress(GraderFault):
                self._request({"kill": "was not needed any more"}, [])

    def hang_up(self) -> None:
        """Tell the server to end its workers and itself."""
        self.control.close()
        if not self.ready:
            self.process.kill()  # still importing, for something that was not needed after all

    def stop(self) -> None:
        """Hang up, and wait until it has ended."""
        self.hang_up()
        try:
            self.process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()

    def alive(self) -> bool:
        return not self.lost and self.process.poll() is None

    def _end(self, pid: int, grace: float) -> str:
        try:
            ended = self._request({"reap": pid, "grace": grace}, [])
        except GraderFault:  # the server is gone, and its workers with it
            return how_it_ended(-signal.SIGKILL)
        return f"it was stopped because it {ended['why']}" if ended["why"] else how_it_ended(ended["status"])

    def _request(self, message: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        with self._one_request():
            self._wait_until_ready()
            if self.refusing and "fork" in message:
                raise GraderFault(STOPPING)
            socket.send_fds(self.control, [json.dumps(message).encode()], descriptors)
            return self._receive()

    @contextlib.contextmanager
    def _one_request(self) -> Iterator[None]:
        """The connection, for one request at a time."""
        with self.lock:
            try:
                yield
            except OSError as error:
                self.lost = True
                raise GraderFault(f"the {self.engine} server stopped: {error}. {self._last_words()}") from error

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_SECONDS
        while not self.ready:
            if select.select([self.control], [], [], 0.05)[0]:
                self._receive()
                self.ready = True
            elif self.refusing:
                raise GraderFault(STOPPING)
            elif time.monotonic() > until:
                raise TimeoutError("it did not start in time")

    def _receive(self) -> dict[str, Any]:
        data = self.control.recv(4096)
        if not data:
            raise ConnectionResetError("it closed its connection")
        answer: dict[str, Any] = json.loads(data)
        return answer

    def _last_words(self) -> str:
        if self.process.poll() is None or self.process.stderr is None or self.process.stderr.closed:
            return ""
        return self.process.stderr.read().decode(errors="replace").strip()[-500:]


class Servers:
    """The fork servers of one run, or of several; each is started when first needed, or early by `preload`.

    Args:
        many: many runs will share them.
    """

    def __init__(self, *, many: bool = False) -> None:
        self._many = many
        self._servers: dict[Key, Server] = {}
        self._killed: set[Key] = set()  # where one was killed once, each worker gets a server of its own
        self._alone: list[tuple[Key, Server]] = []
        self._spawned: list[subprocess.Popen[bytes]] = []
        self._lock = threading.Lock()
        self._stopped = False

    def preload(self, engine: Engine) -> None:
        """Start importing now what will be needed soon."""
        if can_fork():
            self._server((engine, None))

    def worker(self, engine: Engine, scratch: str = "", enclosure: Enclosure | None = None) -> Channel:
        """A new worker with `engine` imported.

        Args:
            engine: "numpy" or "torch".
            scratch: the folder it will write to, watched for what it keeps there.
            enclosure: the sandbox it is to run in.
        """
        if not can_fork():
            return self._spawn(engine)
        server = self._server((engine, enclosure))
        try:
            return self._forked(server, scratch)
        except GraderFault:
            if server.refusing or server.alive():
                raise
        return self._forked(self._server((engine, enclosure)), scratch)  # it was killed meanwhile, by another's doing

    def _forked(self, server: Server, scratch: str) -> Channel:
        if not server.ready:
            with aside():
                server.wait_until_ready()
        channel = server.fork(scratch)
        if any(server is other for _, other in self._alone):
            channel.end = _and_then(channel.end, server.stop)
        return channel

    def leave(self, folder: Path) -> None:
        """End the servers of the enclosures around a run's folder."""
        self._end_all(lambda key: key[1] is not None and key[1].folder == folder)

    def interrupt(self) -> None:
        """Kill every worker, and start none until `resume`; the servers stay as they are."""
        with self._lock:
            self._stopped = True
            servers = [*self._servers.values(), *(server for _, server in self._alone)]
            spawned = self._spawned
        for server in servers:
            server.refuse()
        for process in spawned:
            kill_tree(process)

    def resume(self) -> None:
        """Start workers again; a server that was killed is forgotten, and so is that it was."""
        with self._lock:
            self._stopped = False
            self._killed.clear()
            for key, server in list(self._servers.items()):
                server.refusing = False
                if not server.alive():
                    self._servers.pop(key).stop()

    def stop(self) -> None:
        """End every server with its workers, and start none any more."""
        with self._lock:
            self._stopped = True
        self._end_all(lambda key: True)

    def _end_all(self, chosen: Callable[[Key], bool]) -> None:
        with self._lock:
            ending = [pair for pair in (*self._servers.items(), *self._alone) if chosen(pair[0])]
            self._servers = {key: server for key, server in self._servers.items() if not chosen(key)}
            self._alone = [pair for pair in self._alone if not chosen(pair[0])]
        for _, server in ending:
            server.hang_up()  # all first, so that they end side by side
        for _, server in ending:
            server.stop()

    def _server(self, key: Key) -> Server:
        with self._lock:
            if self._stopped:
                raise GraderFault(STOPPING)
            server = self._servers.get(key)
            if server is not None and not server.alive():
                server.stop()
                self._killed.add(key)
            if key in self._killed:
                self._alone = [pair for pair in self._alone if pair[1].alive()]
                self._alone.append((key, Server(*key)))
                return self._alone[-1][1]
            if server is None:
                server = self._servers[key] = Server(*key, many=self._many and key[1] is None)
            return server

    def _spawn(self, engine: Engine) -> Channel:
        with self._lock:
            if self._stopped:
                raise GraderFault(STOPPING)
            self._spawned = [process for process in self._spawned if process.poll() is None]
            channel, process = spawn(engine)
            self._spawned.append(process)
        return channel


def _and_then(end: Callable[[float], str], stop: Callable[[], None]) -> Callable[[float], str]:
    def both(grace: float) -> str:
        how = end(grace)
        stop()
        return how

    return both


def can_fork() -> bool:
    """Whether this platform forks safely: macOS has fork, but its own libraries forbid it."""
    return sys.platform == "linux"
