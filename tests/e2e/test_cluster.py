"""A real Dask cluster of several processes on this machine grades as one process does, whoever dies or comes late."""

import importlib
import json
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="needs the extra [cluster]")
from dlf_grader.classroom.cluster import read_settings, wants_gpu
from dlf_grader.failures import UsageError
from dlf_grader.run.submissions import Assignment

ROOT = Path(__file__).parents[2]
SOLVED = (ROOT / "solutions" / "m1_cnn" / "pool.py").read_text()
COUNT = 12


class Cluster:
    """A scheduler and workers, each a process of its own; all are ended at the end."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.processes = []
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self.file))
        self.wait(self.file.exists)

    def start(self, *words):
        run = [sys.executable, "-m", "dask", *words, "--no-dashboard"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.processes.append(subprocess.Popen(run, cwd=self.file.parent, **quiet))
        return self.processes[-1]

    def worker(self):
        about = ("--host", "127.0.0.1", "--nthreads", "1", "--no-nanny", "--scheduler-file", str(self.file))
        return self.start("worker", *about)

    @property
    def address(self):
        return json.loads(self.file.read_text())["address"]

    def wait(self, happened):
        until = time.monotonic() + 120
        while not happened():
            assert time.monotonic() < until
            assert self.processes[0].poll() is None
            time.sleep(0.02)

    def stop(self):
        for process in reversed(self.processes):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path):
    started = Cluster(tmp_path)
    yield started
    started.stop()


def hand_in(folder):
    for number in range(COUNT):
        (folder / f"student{number:02}").mkdir(parents=True)
        text = SOLVED.replace("x.reshape(", "-x.reshape(", 1) if number % 3 == 0 else SOLVED
        (folder / f"student{number:02}" / "pool.py").write_text(f"{text}\n# {number}\n")


def command(store, *more):
    short = ("-m", "m1", "-k", "m1.flatten", "--no-train", "--seed", "9", "--store", store)
    return [sys.executable, "-m", "dlf_grader.cli", "batch", "in", *short, *more]


def results(path):
    """Everything a report says but how long it took."""
    found = {}
    with sqlite3.connect(path) as database:
        for student, report in database.execute("select student, report from result"):
            assert student not in found
            found[student] = json.loads(report)
            for result in found[student]["results"]:
                del result["seconds"]
    return found


def count(path):
    try:
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
            return database.execute("select count(*) from result").fetchone()[0]
    except sqlite3.OperationalError:
        return 0


def test_a_cluster_that_loses_a_worker_and_gains_one_gives_what_one_machine_gives(tmp_path, cluster):
    hand_in(tmp_path / "in")
    doomed, _ = cluster.worker(), cluster.worker()
    batch = subprocess.Popen(
        command("far.db", "--scheduler", cluster.address), cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    cluster.wait(lambda: count(tmp_path / "far.db") >= 2 or batch.poll() is not None)
    doomed.kill()
    late = cluster.worker()
    said, _ = batch.communicate(timeout=180)
    assert batch.returncode == 0, said
    assert f"{COUNT} graded" in said
    assert late.poll() is None
    subprocess.run(command("near.db"), cwd=tmp_path, check=True, capture_output=True)
    far, near = results(tmp_path / "far.db"), results(tmp_path / "near.db")
    assert len(near) == COUNT
    assert far == near


def test_a_scheduler_that_is_down_is_said_in_a_line(tmp_path):
    hand_in(tmp_path / "in")
    run = command("c.db", "--scheduler", "tcp://127.0.0.1:9")
    environment = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"}
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert done.stderr.startswith("dlf-grade: tcp://127.0.0.1:9: no Dask scheduler answers there")
    assert done.stderr.count("\n") == 1


def test_slurm_jobs_are_written_as_the_settings_say(tmp_path):
    from dask_jobqueue import SLURMCluster

    path = tmp_path / "slurm.yaml"
    path.write_text(
        "queue: teaching\ncores: 1\nmemory: 6GB\nwalltime: '01:00:00'\nworkers: 8\n"
        "job_extra_directives: ['--gres=gpu:1']\nworker_extra_args: ['--resources GPU=1']\n"
    )
    settings = read_settings(path)
    assert settings.pop("workers") == 8
    with SLURMCluster(**settings, scheduler_options={"host": "127.0.0.1", "dashboard_address": None}) as slurm:
        script = slurm.job_script()
    for line in ("#SBATCH -p teaching", "#SBATCH --gres=gpu:1", "--resources GPU=1", "#SBATCH -t 01:00:00"):
        assert line in script


def test_without_dask_the_command_that_installs_it_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "dlf_grader.classroom.cluster")
    with pytest.raises(UsageError, match="pip install distributed dask-jobqueue"):
        importlib.import_module("dlf_grader.classroom.cluster")


BAD = [("- a\n", "expected settings"), ("a: [", "not YAML"), (None, "cannot be read")]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_settings_that_cannot_be_read_are_said_in_a_line(tmp_path, text, said):
    if text is not None:
        (tmp_path / "c.yaml").write_text(text)
    with pytest.raises(UsageError, match=said) as error:
        read_settings(tmp_path / "c.yaml")
    assert "\n" not in str(error.value)


def test_training_on_a_gpu_asks_for_the_resource():
    assert wants_gpu(Assignment(("m1",), 1, train=True, device="cuda"))
    assert not wants_gpu(Assignment(("m1",), 1, train=False, device="cuda"))
    assert not wants_gpu(Assignment(("m1",), 1))
