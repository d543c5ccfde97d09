"""A class: how fast, how large, on how many machines, and after how many kills. Linux only."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from dlf_grader.run.submissions import Assignment, SubmissionGrader, exercise_files

from benchmarks import plain_nbgrader
from benchmarks.figure import Figure
from benchmarks.pupils import hand_in

ROOT = Path(__file__).parents[1]
CLASS, CLUSTER_CLASS, NOTEBOOKS = 60, 40, 3
SMALL, LARGE = 100, 2000
WARM = 12
KILLS = 200
QUICK = ("-k", "m1.flatten")  # the coordinator's part is the same, and thousands take minutes instead of hours
CLAIM_AND_FINISH = """
import sys
from pathlib import Path
from dlf_grader.classroom.store import ClassStore
store = ClassStore(Path(sys.argv[1]))
store.reserve()
run, _ = store.start_run(None, "c", 1)
print("ready", flush=True)
while handed := store.claim(run):
    if store.save_result(handed, run, (1.0, 1.0), 0.1, b"report" + bytes(20_000)):
        print(handed.student, flush=True)
print("all", flush=True)
sys.stdin.read()
"""


def measure() -> Iterator[Figure]:
    """Throughput, memory, two Dask workers, kills."""
    if not Path("/proc/self/status").exists():
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        hand_in(folder / "class", CLASS)
        took, _ = _grade(folder / "class", folder / "class.db")
        yield Figure(f"a submission of m1 in a class of {CLASS}, against 60 a minute", took / CLASS, 1.0, 1.0)
        if importlib.util.find_spec("nbgrader"):
            theirs = plain_nbgrader.seconds_each(folder / "nbgrader", NOTEBOOKS)
            yield Figure("the same, against nbgrader's own autograde", took / CLASS, theirs, 1 / 40)
        yield from _processor()
        yield _memory(folder)
        yield _dask(folder)
        yield _kills(folder / "kills.db")


def _processor() -> Iterator[Figure]:
    """Processor seconds of all processes that a submission takes once everything is warm."""
    before = os.times()
    subprocess.run([sys.executable, "-c", "import torch"], check=True)
    after = os.times()
    torch = sum(after[2:4]) - sum(before[2:4])
    right = {f"m1_cnn/{file.name}": file.read_bytes() for file in sorted((ROOT / "solutions/m1_cnn").glob("*.py"))}
    base = exercise_files(ROOT)
    with SubmissionGrader(Assignment(("m1",), 7, train=False, base=base)) as grader:
        grader.grade(right)

        def each(share: float) -> float:
            """With so large a share of files that nobody else has; the others are stubs, or the solutions."""
            chance, start = random.Random(7), _used(grader)
            for number in range(WARM):
                files = {
                    path: data + f"# {share} {number}\n".encode()
                    if chance.random() < share
                    else chance.choice([base[path], data])
                    for path, data in right.items()
                }
                grader.grade(files)
            return (_used(grader) - start) / WARM

        alone = each(1.0)
        yield Figure(
            "processor time of a warm submission of m1 without training, against import torch", alone, torch, 0.145
        )
        shared = each(0.3)
    yield Figure("the same where 70 % of the files are stubs or equal to another's", shared, alone, 0.4)


def _used(grader: SubmissionGrader) -> float:
    """Processor seconds of this process, its fork servers and their workers so far."""
    seconds = time.process_time()
    for server in grader.servers._servers.values():
        numbers = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        seconds += sum(map(int, numbers)) / os.sysconf("SC_CLK_TCK")
    return seconds


def _memory(folder: Path) -> Figure:
    peaks = []
    for count in (LARGE, SMALL):
        hand_in(folder / f"class{count}", count)
        peaks.append(_grade(folder / f"class{count}", folder / f"{count}.db", *QUICK)[1])
    return Figure(f"peak memory of batch's own process, {LARGE} submissions against {SMALL}", *peaks, 1.1, "MiB")


def _grade(submissions: Path, store: Path, *more: str) -> tuple[float, float]:
    """Seconds that a class takes, and the peak resident MiB of the process that coordinates it."""
    start = time.perf_counter()
    process = subprocess.Popen(_command(submissions, store, *more), cwd=ROOT, stdout=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _peak(process.pid))
        time.sleep(0.05)
    if process.returncode:
        raise SystemExit(f"batch ended with {process.returncode}")
    return time.perf_counter() - start, peak


def _command(submissions: Path, store: Path, *more: str) -> list[str]:
    grade = [str(Path(sys.executable).with_name("dlf-grade")), "batch", str(submissions), "-m", "m1", "--no-train"]
    return [*grade, "--store", str(store), *more]


def _peak(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def _dask(folder: Path) -> Figure:
    """Seconds a submission takes once all workers are warm."""
    hand_in(folder / "cluster", CLUSTER_CLASS)
    two, one = (_on_dask(folder, workers) for workers in (2, 1))
    return Figure("a submission of m1 on two Dask workers against one", two, one, 1 / 1.8)


def _on_dask(folder: Path, workers: int) -> float:
    about, store = folder / f"scheduler{workers}.json", folder / f"dask{workers}.db"
    local = ("--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(about))
    processes = [_dask_process(["scheduler", "--port", "0", *local])]
    try:
        while not about.exists():
            time.sleep(0.05)
        processes += [_dask_process(["worker", "--nthreads", "1", "--no-nanny", *local]) for _ in range(workers)]
        address = json.loads(about.read_text())["address"]
        subprocess.run(
            _command(folder / "cluster", store, "--scheduler", address), cwd=ROOT, stdout=subprocess.DEVNULL, check=True
        )
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()
    return _each(store, skipped=CLUSTER_CLASS // 4)


def _dask_process(words: Sequence[str]) -> subprocess.Popen[bytes]:
    quiet = subprocess.DEVNULL
    return subprocess.Popen([sys.executable, "-m", "dask", *words], cwd=ROOT, stdout=quiet, stderr=quiet)


def _each(store: Path, skipped: int) -> float:
    with sqlite3.connect(store) as database:
        times = [datetime.fromisoformat(t) for (t,) in database.execute("select graded from result order by graded")]
    return (times[-1] - times[skipped]).total_seconds() / (len(times) - 1 - skipped)


def _kills(path: Path) -> Figure:
    """Results that were written and are gone, or that are there twice, after many kills at random moments."""
    from dlf_grader.classroom.store import ClassStore, SubmissionRecord

    store = ClassStore(path)
    for number in range(8_000):
        store.record(SubmissionRecord(f"student{number:05}", "zip", "", digest="d"), "c")
    store.close()
    chance, written = random.Random(os.getpid()), []
    for _ in range(KILLS):
        run = [sys.executable, "-c", CLAIM_AND_FINISH, str(path)]
        child = subprocess.Popen(run, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(chance.random() * 0.05)
        child.kill()
        written += [line.strip() for line in child.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
        child.communicate()
    with sqlite3.connect(path) as database:
        found = [student for (student,) in database.execute("select student from result")]
    if not written:
        raise SystemExit("no result was written between the kills: nothing is measured")
    lost = len(set(written) - set(found) - {"all"})
    doubled = len(written) - len(set(written)) + len(found) - len(set(found))
    what = f"results lost or doubled in {KILLS} kills of the store, of {len(found)} written"
    return Figure(what, lost + doubled, KILLS, 0.0, "")
