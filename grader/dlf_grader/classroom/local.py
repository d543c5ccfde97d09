"""Grading on this machine: a process for each core, each with a thread here that brings it work."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from typing import Protocol

import msgspec

from dlf_grader.classroom.desk import Assignment
from dlf_grader.classroom.store import Handed
from dlf_grader.classroom.worker import Graded, receive, send

Files = dict[str, bytes]


class Desks(Protocol):
    """What there is to grade, and where results go; safe from any thread."""

    def take(self) -> tuple[Handed, Files] | None: ...

    def done(self, handed: Handed, report: bytes) -> None: ...

    def lost(self, handed: Handed, why: str) -> None: ...


def grade_locally(assignment: Assignment, work: Desks, jobs: int) -> None:
    """Grade all there is with so many processes; returns when nothing is left, raises what went wrong here."""
    failures: list[BaseException] = []
    processes: list[Process] = []

    def run(process: Process) -> None:
        try:
            process.work_through(work)
        except BaseException as error:  # noqa: BLE001 - carried to the thread that waits
            failures.append(error)

    threads = []
    for _ in range(jobs):
        processes.append(Process(assignment))
        threads.append(threading.Thread(target=run, args=(processes[-1],)))
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        for process in processes:
            process.stop()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]


class Process:
    """One grading process, started again when it dies."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def work_through(self, work: Desks) -> None:
        """Take one submission after another until there are no more."""
        try:
            while not self._stopping and (taken := work.take()) is not None:
                handed, files = taken
                answer = self._ask(files)
                if answer.report:
                    work.done(handed, answer.report)
                elif not self._stopping:
                    work.lost(handed, answer.problem)
        finally:
            self.stop()

    def stop(self) -> None:
        """End the process with everything it started."""
        self._stopping = True
        process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _ask(self, files: Files) -> Graded:
        process = self._process = self._process or self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            send(process.stdin, files)
            data = receive(process.stdout)
        except (OSError, ValueError):
            data = None
        if data is None:
            if not self._stopping:
                self._process = None
                return Graded(problem=f"the grading process ended with status {_end(process)}")
            return Graded(problem="stopped")
        return msgspec.msgpack.decode(data, type=Graded)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "dlf_grader.classroom.worker"]
        # in a session of its own: an interrupt is ours to handle; when we end, so does its input, and it
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        assert process.stdin is not None
        send(process.stdin, self._assignment)
        return process


def _end(process: subprocess.Popen[bytes]) -> int:
    """Close a process's input, which ends it; kill it if it does not."""
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with contextlib.suppress(OSError):  # it is gone already
                stream.close()
    try:
        return process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
