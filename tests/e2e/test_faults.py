"""Whatever fails around a run: no half-written report, no shown result lost, no points from a failure."""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Status
from dlf_grader.run.session import Session
from dlf_grader.run.store import Store

ROOT = Path(__file__).parents[2]
KEYWORD = "m2.embedding,m4.schedules,m4.sgd"
MOMENTS = 13  # for each of those that are killed
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def warm(tmp_path_factory, servers):
    """A cache that holds PyTorch's answers, so that a run takes a moment; and how long that moment is."""
    from dlf_grader.plugins import load_plugins

    folder = tmp_path_factory.mktemp("warm")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLF_CACHE", str(folder))
        config = Config(tree=ROOT / "solutions", milestones=("m2", "m4"), keyword=KEYWORD, train=False)
        report = Session(config, load_plugins(None), servers=servers).run()
    assert report.score == sum(r.max_score for r in report.results if r.status is not Status.SKIPPED)
    with sqlite3.connect(folder / "store.db") as db:
        db.execute("delete from result")
        db.execute("delete from latest")
    db.close()
    return folder


def start(folder: Path, warm: Path) -> subprocess.Popen[str]:
    """Grade the solutions in a process of its own, with its own copy of the warm cache."""
    shutil.copytree(warm, folder / "cache")
    command = [sys.executable, "-m", "dlf_grader.cli", "m2", "m4", "-k", KEYWORD, "--no-train", "--jobs", "2"]
    command += ["--tree", str(ROOT / "solutions"), "--report", f"json={folder / 'report.json'}"]
    environment = os.environ | {"DLF_CACHE": str(folder / "cache"), "TMPDIR": str(folder)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, env=environment, text=True, **pipes)


def family(pid: int) -> list[int]:
    """The descendants of a process, parents first."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*"):
        try:
            children = [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *family(child)]
    return found


def assert_whole(path: Path) -> dict:
    """A report is as one write left it, and only what passed has points."""
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["schema"] == "dlf/report/v1"
    assert report["score"] == sum(result["score"] for result in report["results"])
    assert not any(result["score"] for result in report["results"] if result["status"] != "passed")
    assert list(path.parent.glob(".report.json.*")) == [] or report["results"]
    return report


@linux
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_killed_grader_leaves_a_whole_report_and_everything_it_showed(moment, tmp_path, warm):
    grader = start(tmp_path, warm)
    try:
        grader.wait(timeout=random.Random(f"grader {moment}").uniform(0.1, 3.0))
    except subprocess.TimeoutExpired:
        grader.kill()
    shown, said = grader.communicate()
    assert "Traceback" not in said
    if (tmp_path / "report.json").exists():  # else it was killed before it began
        assert_whole(tmp_path / "report.json")
    store = Store(tmp_path / "cache")
    statuses = store.statuses(str(ROOT / "solutions"))
    store.close()
    passed = re.findall(r"^ +[✓+] ", shown, re.MULTILINE)
    assert len(passed) <= [status for status, _ in statuses.values()].count("passed")


@linux
@pytest.mark.parametrize("who", ["server", "worker"])
@pytest.mark.parametrize("moment", range(MOMENTS))
def test_a_killed_server_or_worker_ends_in_a_whole_report(who, moment, tmp_path, warm):
    grader = start(tmp_path, warm)
    chance = random.Random(f"{who} {moment}")
    try:
        grader.wait(timeout=chance.uniform(0.1, 3.0))
    except subprocess.TimeoutExpired:
        servers = [pid for pid in family(grader.pid) if b"forkserver" in _command(pid)]
        workers = [pid for server in servers for pid in family(server)]
        for victim in chance.sample(servers if who == "server" else workers, 1) if servers and workers else ():
            with contextlib.suppress(ProcessLookupError):  # it ended by itself
                os.kill(victim, signal.SIGKILL)
    _, said = grader.communicate(timeout=120)
    assert "Traceback" not in said
    report = assert_whole(tmp_path / "report.json")
    assert {r["status"] for r in report["results"]} <= {"passed", "crashed", "blocked", "skipped", "error"}
    assert not any("not run yet" in r["message"] for r in report["results"])
    assert grader.returncode in (0, 1, 3)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@linux
def test_a_disk_that_fills_up_leaves_the_old_report_and_one_line(tmp_path, plugins, servers):
    import resource

    path = tmp_path / "report.json"
    path.write_text("as it was")
    config = Config(
        tree=ROOT / "solutions", milestones=("m4",), keyword="schedules", train=False, reports=(("json", path),)
    )
    whole = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, whole[1]))  # no file may grow beyond
    try:
        with pytest.raises(UsageError, match=r"cannot write .*report.json: File too large"):
            Session(config, plugins, servers=servers).run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, whole)
    assert path.read_text() == "as it was"
    assert os.listdir(tmp_path) == ["report.json"]


@linux
def test_a_disk_that_fills_up_at_the_end_keeps_the_first_report_and_what_was_shown(tmp_path, plugins, servers):
    import resource

    path, whole = tmp_path / "report.json", resource.getrlimit(resource.RLIMIT_FSIZE)
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "solutions", tree)

    class Full:
        @hookimpl
        def dlf_check_finished(self, check):
            if check.id == "m4.schedules.linear_warmup":
                resource.setrlimit(resource.RLIMIT_FSIZE, (1000, whole[1]))

    plugins.register(Full())
    config = Config(tree=tree, milestones=("m4",), keyword="schedules", train=False, reports=(("json", path),))
    try:
        with pytest.raises(UsageError, match="cannot write"):
            Session(config, plugins, servers=servers).run()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, whole)
    assert assert_whole(path)["score"] == 0
    assert sorted(os.listdir(tmp_path)) == ["report.json", "tree"]
    store = Store(Path(os.environ["DLF_CACHE"]))
    assert [status for status, _ in store.statuses(str(tree)).values()] == ["passed"] * 3
    store.close()


def test_a_tree_that_cannot_be_written_is_graded_as_any_other(tmp_path, plugins, servers):
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "solutions", tree)
    paths = [tree, *tree.rglob("*")]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    config = Config(tree=tree, milestones=("m4",), keyword="schedules", train=False)
    try:
        report = Session(config, plugins, servers=servers).run()
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert {result.status for result in report.results} == {Status.PASSED}
    assert sorted(path for path in tree.rglob("*")) == sorted(paths[1:])


@pytest.mark.parametrize("content", [b"no database at all, but as long as one might be", b"", None])
def test_a_cache_that_cannot_be_used_costs_no_mark(content, tmp_path, plugins, servers, monkeypatch):
    cache = tmp_path / "cache"
    if content is None:
        cache.write_text("a file where a folder should be")
    else:
        cache.mkdir()
        (cache / "store.db").write_bytes(content)
    monkeypatch.setenv("DLF_CACHE", str(cache))
    config = Config(tree=ROOT / "solutions", milestones=("m4",), keyword="schedules", train=False)
    report = Session(config, plugins, servers=servers).run()
    assert {result.status for result in report.results} == {Status.PASSED}


def test_a_clock_that_jumps_ends_nothing_early_or_late(plugins, servers, monkeypatch):
    chance = random.Random(1)
    monkeypatch.setattr(time, "time", lambda: chance.uniform(-1e9, 1e10))
    config = Config(tree=ROOT / "solutions", milestones=("m4",), keyword="schedules", train=False)
    report = Session(replace(config, seed=5), plugins, servers=servers).run()
    assert {result.status for result in report.results} == {Status.PASSED}


def test_no_deadline_is_taken_from_a_clock_that_can_be_set():
    for package in ("grader", "reference"):
        for path in (ROOT / package).rglob("*.py"):
            assert not re.search(r"\btime\.time\(|datetime\.(now|utcnow)\(.*\)\s*[+<>]", path.read_text()), path
