"""Imports NumPy (or PyTorch) once, then forks a worker in milliseconds whenever the grader asks.

It never imports a learner's code, nor anything of ours beyond the worker. When the grader hangs up, for whatever
reason, it kills everything its workers left behind and ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
import traceback

from dlf_grader.sandbox import early, limits, rungs, usage, worker
from dlf_grader.sandbox.engines import Engine

GPU = "/dev/nvidia0"  # with one, a worker maps more memory than any model needs
MESSAGE_SIZE = 4096  # bytes; every message is one small line of JSON, answered before the next is sent


class ForkServer:
    """Forks, watches and reaps workers; `live` are the ones the grader still uses, with their scratch folders.

    Args:
        control: the grader's requests.
        memory: bytes that one worker may hold; 0 for no limit.
        many: it will fork so many workers that each is worth making cheaper.
    """

    def __init__(self, control: socket.socket, memory: int, *, many: bool = False) -> None:
        self.control, self.memory, self.many = control, memory, many
        self.live: dict[int, str] = {}
        self.stopped: dict[int, str] = {}  # why, for those that this server stopped itself

    def serve(self) -> None:
        """Answer {"fork": scratch} with {"pid": …} and {"reap": pid} with {"status": …} until the grader hangs up.

        {"kill": why} stops every worker; each is still to be reaped.
        """
        gc.collect()
        gc.freeze()  # keep the collector from touching, and so copying, pages shared with the workers
        if self.many:
            limits.use_large_pages()
        while True:
            self._watch_until_asked()
            data, descriptors, _, _ = socket.recv_fds(self.control, MESSAGE_SIZE, 2)
            if not data:
                break
            message = json.loads(data)
            if "reap" in message:
                answer: dict[str, int | str] = {"status": self._reap(message["reap"], message["grace"])}
                answer["why"] = self.stopped.pop(message["reap"], "")
            elif "kill" in message:
                for pid in self.live:
                    self._stop(pid, message["kill"])
                answer = {}
            else:
                answer = {"pid": self._fork(message["fork"], descriptors)}
            for descriptor in descriptors:
                os.close(descriptor)
            self.control.send(json.dumps(answer).encode())
        self.live.clear()
        self._end_orphans()

    def _watch_until_asked(self) -> None:
        """Return when the grader says something; until then stop every worker that has too much of something."""
        while self.live and not select.select([self.control], [], [], usage.SECONDS_BETWEEN)[0]:
            for pid, scratch in self.live.items():
                if pid not in self.stopped and (why := usage.excess(pid, scratch, self.memory)):
                    self._stop(pid, why)

    def _stop(self, pid: int, why: str) -> None:
        self.stopped[pid] = why
        for member in (*usage.children(pid), pid):
            _kill(member)

    def _fork(self, scratch: str, descriptors: list[int]) -> int:
        pid = os.fork()
        if pid:
            self.live[pid] = scratch
            return pid
        try:
            os.setsid()
            limits.die_with_parent()
            connection, output = descriptors
            for standard, source in enumerate((os.open(os.devnull, os.O_RDONLY), output, output)):
                os.dup2(source, standard)
            os.closerange(3, connection)
            os.closerange(connection + 1, limits.OPEN_FILES)
            worker.run(socket.socket(fileno=connection))
        except BaseException:  # noqa: BLE001 - it goes where the worker's prints go
            traceback.print_exc()
        finally:
            os._exit(0)

    def _reap(self, pid: int, grace: float) -> int:
        """Kill a worker with its process group, and return how it ended: an exit code, or minus a signal.

        `grace` is how many seconds a worker that has hung up gets to finish dying by itself.
        """
        until = time.monotonic() + grace
        while (ended := os.waitpid(pid, os.WNOHANG))[0] == 0 and time.monotonic() < until:
            time.sleep(0.002)
        _kill(pid)  # the group, even if its leader is gone
        self.live.pop(pid, None)
        _, status = ended if ended[0] else os.waitpid(pid, 0)
        self._end_orphans()
        return os.waitstatus_to_exitcode(status)

    def _end_orphans(self) -> None:
        """Kill what workers left behind: Linux hands it to us when its own parent ends, session or not."""
        while orphans := usage.children(os.getpid()) - self.live.keys():
            for pid in orphans:
                _kill(pid)
                os.waitpid(pid, 0)


def _kill(pid: int) -> None:
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def main() -> None:
    """Run as `python -m dlf_grader.sandbox.forkserver ENGINE DESCRIPTOR [many]`."""
    engine: Engine = "torch" if sys.argv[1] == "torch" else "numpy"
    descriptor = int(sys.argv[2])
    limits.adopt_orphans()
    limits.shut_memory()
    rungs.prepare(engine)
    control = socket.socket(fileno=descriptor)
    if engine == "torch":
        import torch

        torch.set_num_threads(1)
        torch.backends.cpu.get_cpu_capability()  # once for all workers: a locked one cannot read /proc/cpuinfo, and
        # would train without AVX, two to three times as slowly
    early.prepare(engine)
    try:
        control.send(b'{"ready": true}')
    except BrokenPipeError:
        return  # the grader needed no PyTorch after all, and left
    memory = 0 if engine == "torch" and os.path.exists(GPU) else limits.MEMORY + usage.SHARED_MEMORY
    ForkServer(control, memory, many="many" in sys.argv).serve()
    os._exit(0)  # nothing of ours is left to finish, and taking PyTorch down in order takes a while


if __name__ == "__main__":
    main()
