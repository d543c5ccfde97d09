"""`dlf-grade batch`: grade everybody's submission, into a store that survives anything."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pluggy
from msgspec.structs import replace

from dlf_grader import config
from dlf_grader.classroom import clones, export, intake
from dlf_grader.classroom.class_run import ClassRun, hash_of_checks, latest_by_student, read_submission
from dlf_grader.classroom.local import grade_locally
from dlf_grader.classroom.progress import Progress
from dlf_grader.classroom.roster import Roster, read_roster
from dlf_grader.classroom.store import ClassStore, SubmissionRecord
from dlf_grader.failures import UsageError
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import all_milestones, collect
from dlf_grader.run.submissions import Assignment, exercise_files
from dlf_grader.sandbox.rungs import CHOICES, resolve

OK, OUR_FAULT = 0, 3

EPILOG = """\
SUBMISSIONS holds, for each student, a folder STUDENT/, a zip STUDENT.zip, a notebook STUDENT.ipynb, or files
STUDENT_conv.py; or it is a text file with lines "STUDENT URL" of git repositories. The latest of several by one student
counts. A late submission is marked as late; the cost is your decision. Without SUBMISSIONS, only --export is done.
"""


def parser() -> argparse.ArgumentParser:
    """The options of `dlf-grade batch`."""
    made = config.Parser(
        "dlf-grade batch",
        description="Grade a class.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = made.add_argument
    add("submissions", nargs="?", type=Path, metavar="SUBMISSIONS", help="a folder, or a list of git repositories")
    add(
        "-m",
        "--milestone",
        action="append",
        default=[],
        metavar="M",
        help="the milestone to grade: m1; may be repeated",
    )
    add("--store", type=Path, required=True, metavar="FILE", help="where results are kept, e.g. course.db")
    add("--roster", type=Path, metavar="CSV", help="the students: columns id, name, email, lti")
    add("--due", metavar="TIME", help="e.g. 2026-11-21T23:59, in this machine's time zone unless it says otherwise")
    add("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="submissions graded side by side")
    add("-k", dest="keyword", default="", metavar="EXPR", help="only checks with this in their id")
    add("--train", action=argparse.BooleanOptionalAction, help="also the full training; or no training at all")
    add("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    add("--seed", type=int, help="of the random cases; a new one for every run if not given")
    add("--isolation", default="auto", choices=CHOICES, help="how workers are isolated")
    where = made.add_mutually_exclusive_group()
    where.add_argument("--scheduler", default="", metavar="ADDRESS", help="grade on a Dask cluster, tcp://host:8786")
    where.add_argument("--slurm", type=Path, metavar="YAML", help="grade on Slurm, with dask-jobqueue's settings")
    where.add_argument(
        "--kubernetes", type=Path, metavar="YAML", help="grade on Kubernetes, with dask-kubernetes' settings"
    )
    add("--export", action="append", default=[], metavar="FORMAT=PATH", help=export.HELP)
    return made


def batch(words: list[str]) -> int:
    """Run `dlf-grade batch`; returns its exit code."""
    options = parser().parse_args(words)
    exports = export.parse(options.export)
    if options.jobs < 1:
        raise UsageError(f"--jobs {options.jobs}: expected at least 1")
    roster = read_roster(options.roster) if options.roster else Roster()
    due = _due(options.due)
    plugins = load_plugins(config.repository())
    export.check(exports, plugins)
    if options.submissions is None:
        if not exports or not options.store.exists():
            raise UsageError(
                "expected SUBMISSIONS to grade, or --export of a store that exists; see: dlf-grade batch --help"
            )
        _export(exports, options.store, roster, plugins)
        return OK
    return _grade(options, _assignment(options, plugins), roster, due, plugins, exports)


def _grade(
    options: argparse.Namespace,
    assignment: Assignment,
    roster: Roster,
    due: datetime | None,
    plugins: pluggy.PluginManager,
    exports: Sequence[tuple[str, Path]],
) -> int:
    started = time.monotonic()
    layout = intake.layout_of(all_milestones(plugins), assignment.milestones)
    everything, ignored = _submitted(options, layout)
    store = ClassStore(options.store)
    try:
        store.reserve()
        checks = hash_of_checks(assignment)
        run, seed = store.start_run(options.seed, checks, secrets.randbelow(1_000_000))
        submitted, records = latest_by_student(everything, roster, due)
        with Progress(sys.stdout) as progress:
            for line in ignored:
                progress.say(line)
            class_run = ClassRun(store, layout, run, checks, submitted, progress.show)
            waiting = _record(class_run, records, progress)
            progress.start(waiting, _headline(len(records), waiting, seed))
            _work(options, replace(assignment, seed=seed), class_run, waiting)
            store.finish_run(run)
            progress.finish(_summary(store, waiting, time.monotonic() - started))
    finally:
        store.close()
    _export(exports, options.store, roster, plugins)
    return OUR_FAULT if class_run.faults else OK


def _work(options: argparse.Namespace, assignment: Assignment, class_run: ClassRun, waiting: int) -> None:
    """Grade what waits: here, or on a cluster."""
    if not waiting:
        return
    if not (options.scheduler or options.slurm or options.kubernetes):
        grade_locally(assignment, class_run, min(options.jobs, waiting))
        return
    from dlf_grader.classroom.cluster import connected, grade_on_cluster  # imports Dask

    with connected(options.scheduler, options.slurm, options.kubernetes) as client:
        grade_on_cluster(client, assignment, class_run)


def _headline(count: int, waiting: int, seed: int) -> str:
    before = count - waiting
    known = f"{before} of them graded before or not gradable" if before else ""
    parts = [f"{count} submissions", known, f"{waiting} to grade", f"seed {seed}" if waiting else ""]
    return " · ".join(part for part in parts if part)


def _record(class_run: ClassRun, records: list[SubmissionRecord], progress: Progress) -> int:
    """Read and record every submission once; returns how many are to be graded."""
    waiting = 0
    for record in records:
        found, _ = read_submission(record, class_run.submitted[record.student], class_run.layout)
        waiting += class_run.store.record(found, class_run.checks)
        if said := [text for text in (found.problem and f"not graded: {found.problem}", found.note) if text]:
            progress.say(f"{found.student}: {'; '.join(said)}")
    return waiting


def _submitted(options: argparse.Namespace, layout: intake.Layout) -> tuple[list[intake.SubmittedFiles], list[str]]:
    if options.submissions.is_file():
        place = options.store.with_name(f"{options.store.name}.clones")
        return clones.clone_all(options.submissions, place, lambda line: print(line, flush=True)), []
    return intake.find_submissions(options.submissions, layout)


def _assignment(options: argparse.Namespace, plugins: pluggy.PluginManager) -> Assignment:
    """What is graded and how; raises if it names what does not exist.

    Raises:
        UsageError: a milestone, the keyword or the isolation asked for is not there.
    """
    if not options.milestone:
        raise UsageError("which milestone was to be done? Expected -m M, e.g. -m m1")
    if options.seed is not None and not 0 <= options.seed < config.LARGEST_SEED:
        raise UsageError(f"--seed {options.seed}: expected a number from 0 to {config.LARGEST_SEED - 1}")
    resolve(options.isolation)
    names = tuple(dict.fromkeys(options.milestone))
    collect(config.Config(tree=Path(), milestones=names, keyword=options.keyword), plugins)
    root = config.repository()
    return Assignment(
        milestones=names,
        seed=0,
        keyword=options.keyword,
        train=options.train,
        device=options.device,
        isolation=options.isolation,
        base=exercise_files(root) if root else {},
        beside=str(root or ""),
    )


def _due(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        raise UsageError(f"--due {text}: expected a time like 2026-11-21T23:59 or 2026-11-21T23:59+01:00") from None


def _summary(store: ClassStore, graded: int, seconds: float) -> str:
    results = list(store.results(reports=False))
    unusable = sum(result.state == "unusable" for result in results)
    late = sum(result.submission.late for result in results)
    rate = f" · {60 * graded / seconds:.0f} a minute" if graded else ""
    parts = [f"{graded} graded", f"{unusable} not gradable" if unusable else "", f"{late} late" if late else ""]
    return " · ".join(part for part in parts if part) + f" · {seconds:.1f} s{rate}"


def _export(exports: Sequence[tuple[str, Path]], path: Path, roster: Roster, plugins: pluggy.PluginManager) -> None:
    if not exports:
        return
    store = ClassStore(path)
    try:
        for name, target in exports:
            count = export.write(name, target, store, roster, plugins)
            print(f"{name}: {target} ({count} students)")
    finally:
        store.close()
