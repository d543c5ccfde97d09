"""`dlf-grade batch`: grade everybody's submission, into a store that survives anything."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path

import pluggy
from msgspec.structs import replace

from dlf_grader import config, places
from dlf_grader.classroom import export
from dlf_grader.classroom.class_run import ClassRun, hash_of_checks
from dlf_grader.classroom.download import ClassDownload, ask, read_class
from dlf_grader.classroom.gradebook import as_stored, gradebook_rows, strangers
from dlf_grader.classroom.local import grade_locally
from dlf_grader.classroom.marks import rules_of, why_this_mark
from dlf_grader.classroom.overview import Looked, absent, counted, on_the_roster, table
from dlf_grader.classroom.policy import Policy, read_policy
from dlf_grader.classroom.progress import Progress
from dlf_grader.classroom.roster import Roster, read_roster
from dlf_grader.classroom.store import ClassStore
from dlf_grader.classroom.times import LocalZone, due_time, minutes, zone_named
from dlf_grader.exit_codes import OK, OUR_FAULT
from dlf_grader.failures import UsageError
from dlf_grader.parser import Parser
from dlf_grader.plugins import contents, load_plugins
from dlf_grader.run.collect import collect
from dlf_grader.run.machine import free_memory, jobs_that_fit, usable_processors
from dlf_grader.run.submissions import Assignment, exercise_files
from dlf_grader.sandbox.rungs import CHOICES, resolve

EPILOG = """\
SUBMISSIONS is what your platform's "Download all" gave, zipped or not: Moodle, Canvas, Blackboard, Brightspace,
Gradescope, Sakai, ILIAS, OLAT, PrairieLearn, GitHub Classroom, Teams, Submitty, Autolab, nbgrader's exchange; or for
each student a folder, a zip, a notebook or files STUDENT_conv.py; or a text file with lines "STUDENT URL" of git
repositories. --roster is what your platform exports: a list of participants or a gradebook. The latest of several by
one student counts. A late submission is marked as late. Questions that only you can answer are in who.csv beside the
store. Without SUBMISSIONS, only --export is done.
"""


def parser() -> argparse.ArgumentParser:
    """The options of `dlf-grade batch`."""
    made = Parser(
        "dlf-grade batch",
        description="Grade a class.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add = made.add_argument
    add("submissions", nargs="?", type=Path, metavar="SUBMISSIONS", help="a download: a folder, a zip or a list")
    add(
        "-m",
        "--milestone",
        action="append",
        default=[],
        metavar="M",
        help="the milestone to grade: m1; may be repeated",
    )
    add("--store", type=Path, required=True, metavar="FILE", help="where results are kept, e.g. course.db")
    add("--roster", type=Path, metavar="FILE", help="the students, as your platform exports them; or id,name,email")
    add(
        "--who", type=Path, metavar="CSV", help="open questions and your answers; who.csv beside the store if not given"
    )
    add("--dry-run", action="store_true", help="show who handed in what, and grade nothing")
    add("--due", metavar="TIME", help="e.g. 2026-11-21 (the end of that day) or 2026-11-21T18:00")
    add("--zone", metavar="NAME", help="of times that name none: Europe/Berlin; this machine's if not given")
    add(
        "--jobs", type=int, metavar="N", help="graded side by side; as many as processors and memory allow if not given"
    )
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
    add("--policy", type=Path, metavar="TOML", help="late days, grace, attempts, checks that do not count: for exports")
    add("--overrides", type=Path, metavar="CSV", help="student,extension,excused,mark,reason: for exports")
    add("--column", default="", metavar="TEXT", help="a part of the column's header that canvas=FILE and the like fill")
    add("--why", default="", metavar="STUDENT", help="say how a student's mark came about")
    add("--export", action="append", default=[], metavar="FORMAT=PATH", help=export.HELP)
    return made


def batch(words: list[str]) -> int:
    """Run `dlf-grade batch`; returns its exit code."""
    options = parser().parse_args(words)
    exports = config.formats_and_paths("--export", options.export, "csv=marks.csv")
    if options.jobs is not None and options.jobs < 1:
        raise UsageError(f"--jobs {options.jobs}: expected at least 1")
    zone = zone_named(options.zone) if options.zone else LocalZone()
    if zone is None:
        raise UsageError(f"--zone {options.zone}: expected a name like Europe/Berlin or an offset like +02:00")
    due = _due(options.due, zone)
    plugins = load_plugins(places.repository())
    roster = _roster(options.roster, plugins)
    export.check(exports, plugins)
    policy = read_policy(options.policy, zone) if options.policy else Policy()
    if due and policy.due and due != policy.due:
        raise UsageError(f"--due {options.due}, but {options.policy} says {minutes(policy.due)}; give one of them")
    hand_out = partial(_export, exports, options, roster, plugins, policy, zone)
    if options.submissions is None:
        if not (exports or options.why) or not options.store.exists():
            raise UsageError(
                "expected SUBMISSIONS to grade, or --export of a store that exists; see: dlf-grade batch --help"
            )
        hand_out()
        return OK
    if options.overrides and not options.overrides.is_file():
        raise UsageError(f"--overrides {options.overrides}: there is no such file")
    assignment = _assignment(options, plugins)
    if options.dry_run:
        handed_in = read_class(options, assignment, roster, due or policy.due, zone, plugins)
        looked = list(handed_in.looked())
        students = [*(it.student for it in looked), *absent(looked, roster)]
        rules = rules_of(policy, options.policy, options.overrides, zone, students)
        rows = table(looked, handed_in.assigned, roster, handed_in.layout, rules)
        for line in (*handed_in.headlines, *rows):
            print(line)
        if asked := ask(options, handed_in):
            print(asked)
        print(on_the_roster(handed_in.assigned, roster) or counted(len(looked)))
        return OK
    handed_in = read_class(options, assignment, roster, due, zone, plugins)
    faults = _grade(options, assignment, roster, handed_in, plugins)
    hand_out()
    return OUR_FAULT if faults else OK


def _grade(
    options: argparse.Namespace,
    assignment: Assignment,
    roster: Roster,
    handed_in: ClassDownload,
    plugins: pluggy.PluginManager,
) -> int:
    """Grade what waits; returns how many are without marks by a fault of ours."""
    started = time.monotonic()
    store = ClassStore(options.store, " ".join(assignment.milestones))
    try:
        store.reserve()
        before = {it.submission.student: it.score for it in store.results(reports=False) if it.score is not None}
        checks = hash_of_checks(assignment, collect(_config(assignment), plugins), contents(plugins))
        run, seed = store.start_run(options.seed, checks, config.new_seed())
        turns = {turn.student: turn for turn in handed_in.assigned.turns}
        owners = [(turn.submitted.source, turn.student) for turn in turns.values()]
        store.remember({it.id: [name for name in (it.email, *it.also) if name] for it in roster.students})
        store.forget_others([*owners, *((source, "") for source in handed_in.assigned.left_out)])
        with Progress(sys.stdout) as progress:
            for line in handed_in.headlines:
                progress.say(line)
            class_run = ClassRun(store, handed_in.layout, run, checks, turns, progress.show)
            waiting = _record(class_run, handed_in.looked(), progress)
            progress.start(waiting, _headline(len(turns), waiting, seed))
            asked = replace(assignment, seed=seed)
            _work(options, asked, class_run, waiting)
            if again := store.faults_again():
                progress.total += again
                progress.say("once more, one at a time: what a fault of ours left without marks")
                grade_locally(asked, class_run, 1)
            store.finish_run(run)
            faults = sum(result.state == "fault" for result in store.results(reports=False))
            progress.finish(_summary(store, waiting, time.monotonic() - started))
            for line in _moved(before, store):
                progress.say(line)
            for line in (ask(options, handed_in), on_the_roster(handed_in.assigned, roster), _kept(store, turns)):
                if line:
                    progress.say(line)
    finally:
        store.close()
    return faults


def _kept(store: ClassStore, turns: Container[str]) -> str:
    """Who handed in before and is not in this download: one of another group, or somebody who took it back."""
    found = (result.submission.student for result in store.results(reports=False))
    kept = [student for student in found if student not in turns]
    return f"not in this download, kept from an earlier one: {export.names(kept)}" if kept else ""


def _work(options: argparse.Namespace, assignment: Assignment, class_run: ClassRun, waiting: int) -> None:
    """Grade what waits: here, or on a cluster."""
    if not waiting:
        return
    if not (options.scheduler or options.slurm or options.kubernetes):
        jobs = options.jobs or jobs_that_fit(usable_processors(), free_memory())
        grade_locally(assignment, class_run, min(jobs, waiting))
        return
    from dlf_grader.classroom.cluster import connected, grade_on_cluster  # imports Dask

    with connected(options.scheduler, options.slurm, options.kubernetes) as client:
        grade_on_cluster(client, assignment, class_run)


def _headline(count: int, waiting: int, seed: int) -> str:
    before = count - waiting
    known = f"{before} of them graded before or not gradable" if before else ""
    parts = [counted(count), known, f"{waiting} to grade", f"seed {seed}" if waiting else ""]
    return " · ".join(part for part in parts if part)


def _record(class_run: ClassRun, looked: Iterable[Looked], progress: Progress) -> int:
    """Record every submission once; returns how many are to be graded."""
    waiting = 0
    for it in looked:
        waiting += class_run.store.record(it.record, class_run.checks)
        problem = it.record.problem and f"not graded: {it.record.problem}"
        if said := [text for text in (problem, it.record.note) if text]:
            progress.say(f"{it.record.student}: {'; '.join(said)}")
    return waiting


def _assignment(options: argparse.Namespace, plugins: pluggy.PluginManager) -> Assignment:
    """What is graded and how; raises if it names what does not exist.

    Raises:
        UsageError: a milestone, the keyword or the isolation asked for is not there.
    """
    if not options.milestone:
        raise UsageError("which milestone was to be done? Expected -m M, e.g. -m m1")
    config.refuse_wrong_seed(options.seed)
    resolve(options.isolation)
    names = tuple(dict.fromkeys(options.milestone))
    assignment = Assignment(
        milestones=names,
        seed=0,
        keyword=options.keyword,
        train=options.train,
        device=options.device,
        isolation=options.isolation,
        base=exercise_files(*places.courses()),
        beside=str(places.repository() or ""),
    )
    collect(_config(assignment), plugins)
    return assignment


def _config(assignment: Assignment) -> config.Config:
    return config.Config(tree=Path(), milestones=assignment.milestones, keyword=assignment.keyword)


def _roster(path: Path | None, plugins: pluggy.PluginManager) -> Roster:
    if path is None:
        return Roster()
    brought: Roster | None = plugins.hook.dlf_roster(path=path)
    return brought or read_roster(path)


def _due(text: str | None, zone: tzinfo) -> datetime | None:
    if text is None:
        return None
    if (moment := due_time(text, zone)) is None:
        raise UsageError(f"--due {text}: expected a time like 2026-11-21T23:59 or 2026-11-21T23:59+01:00")
    return moment


def _summary(store: ClassStore, graded: int, seconds: float) -> str:
    """What this run did, and what of the whole class is not as it should be."""
    states, late = Counter[str](), 0
    for result in store.results(reports=False):
        states[result.state] += 1
        late += result.submission.late
    faults = states["fault"]
    parts = [f"{faults} without marks by a fault of ours"] * bool(faults)
    parts += [f"{graded - faults} graded", f"{seconds:.1f} s"]
    parts += [f"{60 * graded / seconds:.0f} a minute"] * bool(graded)
    counts = ((states["unusable"], "not gradable"), (late, "late"))
    if told := [f"{count} {words}" for count, words in counts if count]:
        parts.append(f"of all {states.total()}: {', '.join(told)}")
    return " · ".join(parts)


def _moved(before: dict[str, float], store: ClassStore) -> list[str]:
    """Who has other points than before this run, and by how much."""
    after = {it.submission.student: it.score for it in store.results(reports=False) if it.score is not None}
    moved = [(name, before[name], score) for name, score in after.items() if before.get(name, score) != score]
    lines = [f"moved: {name} from {old:g} to {new:g} ({new - old:+g})" for name, old, new in moved]
    return [*lines, f"{len(moved)} of {len(before)} moved"] if lines else []


def _export(
    exports: Sequence[tuple[str, Path]],
    options: argparse.Namespace,
    roster: Roster,
    plugins: pluggy.PluginManager,
    policy: Policy,
    zone: tzinfo,
) -> None:
    if not exports and not options.why:
        return
    store = ClassStore(options.store, " ".join(dict.fromkeys(options.milestone)))
    try:
        if options.submissions is None and store.held and store.assignment not in store.held:
            raise UsageError(f"{options.store} holds {', '.join(store.held)}, and nothing of {store.assignment}")
        roster = as_stored(roster, store)
        if options.submissions is None and (unknown := strangers(roster, store)):
            print(f"not on this roster, so under their own names: {export.names(unknown)}")
        students = [row.student for row in gradebook_rows(store, roster, reports=False)]
        rules = rules_of(policy, options.policy, options.overrides, zone, students)
        of = export.Class(store, roster, rules, plugins, options.roster, options.column)
        for line in why_this_mark(store, roster, rules, options.why) if options.why else ():
            print(line)
        for name, target in exports:
            print(f"{name}: {target} ({export.write(name, target, of)})")
    finally:
        store.close()
