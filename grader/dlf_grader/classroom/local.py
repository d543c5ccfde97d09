"""Grading on this machine: a process for each core, each with a thread here that brings it work."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed

import msgspec

from dlf_grader.classroom.class_run import ClassRun
from dlf_grader.classroom.worker import Graded, receive, send
from dlf_grader.run.submissions import Assignment


def grade_locally(assignment: Assignment, run: ClassRun, jobs: int) -> None:
    """Grade all there is with so many processes; returns when nothing is left, raises the first failure of ours."""
    processes = [GradingProcess(assignment) for _ in range(jobs)]
    with ThreadPoolExecutor(jobs) as threads:
        try:
            for ended in as_completed([threads.submit(process.work_through, run) for process in processes]):
                ended.result()
        finally:
            for process in processes:
                process.stop()


class GradingProcess:
    """One grading process, started again when it dies."""

    def __init__(self, assignment: Assignment) -> None:
        self._assignment = assignment
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def work_through(self, run: ClassRun) -> None:
        """Take one submission after another until there are no more."""
        try:
            while not self._stopping and (taken := run.take()) is not None:
                submission, files = taken
                answer = self._ask(files)
                if answer.report:
                    run.save(submission, answer.report)
                elif not self._stopping:
                    run.retry(submission, answer.problem)
        finally:
            self.stop()

    def stop(self) -> None:
        """End the process with everything it started."""
        self._stopping = True
        process, self._process = self._process, None
        if process is not None:
            _end(process)

    def _ask(self, files: dict[str, bytes]) -> Graded:
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
