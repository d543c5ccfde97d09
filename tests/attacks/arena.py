"""Where attacks are tried: a hostile file, a correct one beside it, a report, and things worth breaking around them.

An attack is one Python file of `hostile/CLASS/`, a whole exercise as someone might hand it in. It begins with what it
tries and what must come of it, in TOML between `# /// attack` and `# ///`; `Attack` says what may stand there. An
honest submission, in `honest/`, is noise that is put behind the solution of an exercise, and earns full marks.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Check, Status
from dlf_grader.plugins import load_plugins
from dlf_grader.report import Report, Result
from dlf_grader.run import exercise as grading
from dlf_grader.run.collect import all_milestones, checks_of
from dlf_grader.run.session import Session
from dlf_grader.sandbox import proxy, rungs
from dlf_grader.sandbox.servers import Servers

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOLUTIONS = ROOT / "solutions"
RUNGS = [rung.name for rung in rungs.RUNGS]  # weakest first
BYSTANDER = "m4_optimisers/schedules.py"  # a correct file that must keep its points
SEED = 20931  # not the default, whose answers anyone can look up


@dataclass(frozen=True)
class Attack:
    """A submission, and what must come of it.

    Attributes:
        name: "class/attempt", from the file's place.
        code: the exercise as handed in; @TREE@, @REPORT@, @OUTSIDE@, @ROOT@, @SITE@ and @HOME@ become real
            paths, @PADDING@ two megabytes, @DEEP@ twenty thousand signs.
        tries: what it tries, or what an honest one does.
        exercise: the file it takes the place of.
        checks: those that its code is wrong for, and that must score nothing; all of the file's if not given.
        status: how the first of them that is run must end.
        says: words of that check's message.
        promised_from: the weakest rung that promises to stop it.
        patience: seconds for each check of the attacked file, where waiting is the point; else there is plenty.
        memory: megabytes that its worker may take, where filling the real limit would take long.
        fresh: nothing is remembered, as when marks are given.
        train: training checks run too.
        files: more files of the tree, path to text. links: symbolic links, path to target.
        on: what differs on a rung: {"locked": {"status": …}}.
    """

    name: str
    code: str
    tries: str
    exercise: str = "m2_rnn/embedding.py"
    checks: tuple[str, ...] = ()
    status: str = "passed"
    says: str = ""
    promised_from: str = RUNGS[0]
    patience: float = 0.0
    memory: int = 0
    fresh: bool = False
    train: bool = False
    files: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    on: dict[str, dict[str, Any]] = field(default_factory=dict)

    def as_on(self, rung: str) -> Attack:
        return replace(self, **self.on.get(rung, {}))

    def promised_on(self, rung: str) -> bool:
        return RUNGS.index(rung) >= RUNGS.index(self.promised_from)


def load(kind: str) -> list[Attack]:
    """Every submission of a folder: "hostile" or "honest"."""
    return [_read(path, HERE / kind) for path in sorted((HERE / kind).rglob("*.py"))]


def _read(path: Path, folder: Path) -> Attack:
    text = path.read_text(encoding="utf-8")
    head, end, _ = text.partition("\n# ///\n")
    first, *lines = head.splitlines()
    if first not in ("# /// attack", "# /// honest") or not end:
        raise ValueError(f"{path}: expected TOML between '# /// attack' and '# ///' at the top")
    about = tomllib.loads("\n".join(line.removeprefix("#").removeprefix(" ") for line in lines))
    return Attack(path.relative_to(folder).with_suffix("").as_posix(), text, **about)


@dataclass(frozen=True)
class Outcome:
    """What a run left.

    Attributes:
        report: as the session returned it; written: as it was found on disk.
        changed: files outside the run's own folder that are not as they were.
        left: processes that should be gone; litter: names in the folder for temporary files.
    """

    report: Report
    written: dict[str, Any]
    changed: list[str]
    left: list[str]
    litter: list[str]


class Arena:
    """A folder in which submissions are graded one after the other, on servers that last."""

    def __init__(self, folder: Path, servers: Servers) -> None:
        self.folder, self.servers = folder, servers
        self.tree, self.outside, self.temporary = (folder / name for name in ("tree", "outside", "tmp"))
        self.report = folder / "report.json"
        self.runs = 0
        self.outside.mkdir(parents=True)
        self.temporary.mkdir()
        (self.outside / "gradebook.db").write_text("kept")
        adopt_orphans()

    def plant(self, attack: Attack, *, honest: bool = False) -> None:
        """Lay out the tree: the solutions, with one file handed in by somebody else."""
        shutil.rmtree(self.tree, ignore_errors=True)
        shutil.copytree(SOLUTIONS, self.tree, ignore=shutil.ignore_patterns("__pycache__", "notebooks", "*.toml"))
        self.runs += 1
        code = self._placed(attack.code)
        file = self.tree / attack.exercise
        if honest:
            code = file.read_text(encoding="utf-8") + "\n\n" + code
        file.write_text(code, encoding="utf-8")
        for path, text in attack.files.items():
            (self.tree / path).parent.mkdir(parents=True, exist_ok=True)
            (self.tree / path).write_text(self._placed(text), encoding="utf-8")
        for path, target in attack.links.items():
            (self.tree / path).unlink(missing_ok=True)
            (self.tree / path).symlink_to(self._placed(target))
        for path in {attack.exercise, BYSTANDER} - attack.links.keys():
            with (self.tree / path).open("a", encoding="utf-8") as handed_in:
                handed_in.write(f"\n# run {self.runs} of this arena: nothing of it is remembered\n")

    def grade(self, attack: Attack, rung: str) -> Outcome:
        """Grade what was planted, and look at everything that must not have changed."""
        before, known = digest(self.tree, self.outside), descendants(os.getpid())
        config = Config(
            tree=self.tree,
            train=None if attack.train else False,
            seed=SEED,
            fresh=attack.fresh,
            jobs=2,
            isolation=rung,
            reports=(("json", self.report),),
        )
        plugins = load_plugins(None)
        more = 3.0 if rungs.named(rung).enclosure and attack.patience else 0.0  # the sandbox's own start counts as well
        attack = replace(attack, patience=attack.patience + more)
        plugins.register(Patience(attack))
        milestones = {Path(attack.exercise).parts[0][:2], Path(BYSTANDER).parts[0][:2]}
        checks = [c for c in checks_of(all_milestones(plugins), config, plugins) if c.milestone in milestones]
        chosen = [c for c in checks if c.exercise in (attack.exercise, BYSTANDER)]
        with temporary_files_in(self.temporary), limits_of(attack):
            report = Session(config, plugins, checks=chosen, servers=self.servers).run()
        after = digest(self.tree, self.outside)
        return Outcome(
            report,
            json.loads(self.report.read_text(encoding="utf-8")),
            sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name)),
            self._left_behind(known),
            sorted(os.listdir(self.temporary)),
        )

    def _placed(self, text: str) -> str:
        site = os.path.dirname(os.path.dirname(__import__("numpy").__file__))
        paths: dict[str, Any] = {
            "TREE": self.tree,
            "REPORT": self.report,
            "OUTSIDE": self.outside,
            "ROOT": ROOT,
            "SITE": site,
            "HOME": Path.home(),
        }
        paths |= {"PADDING": "x" * (2 << 20), "DEEP": "-" * 20_000}
        for name, path in paths.items():
            text = text.replace(f"@{name}@", str(path))
        return text

    def _left_behind(self, known: set[int]) -> list[str]:
        """Descendants that are neither servers nor were there before; a moment is given to the dying."""
        until = time.monotonic() + 10
        while True:
            ours = known | {server.process.pid for server in self.servers._servers.values()}
            left = descendants(os.getpid()) - ours
            if not left or time.monotonic() > until:
                return [_command(pid) for pid in left]
            os.sched_yield()


class Patience:
    """A plugin that gives the checks of the attacked file little time, and the others plenty."""

    def __init__(self, attack: Attack) -> None:
        self.attack = attack

    @hookimpl
    def dlf_modify_checks(self, checks: list[Check]) -> None:
        for at, check in enumerate(checks):
            little = self.attack.patience if check.exercise == self.attack.exercise else 0
            checks[at] = replace(check, timeout=little or 120.0)


def attacked(report: Report, attack: Attack) -> list[Result]:
    """The results of the checks that an attack's code is wrong for."""
    return [r for r in report.results if r.exercise == attack.exercise and r.id in (attack.checks or (r.id,))]


def first_verdict(report: Report, attack: Attack) -> Result:
    """The first attacked check that was run."""
    own = attacked(report, attack)
    return next((r for r in own if r.status not in (Status.BLOCKED, Status.SKIPPED)), own[0])


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextmanager
def limits_of(attack: Attack) -> Iterator[None]:
    before = proxy.IMPORT_SECONDS, grading.MEMORY
    proxy.IMPORT_SECONDS = attack.patience or 120.0  # a busy machine is nobody's fault
    grading.MEMORY = attack.memory << 20 or grading.MEMORY
    try:
        yield
    finally:
        proxy.IMPORT_SECONDS, grading.MEMORY = before


# -- what must not change -------------------------------------------------------------------------


def digest(*folders: Path) -> dict[str, str]:
    """Every file, folder and link below some folders, by content, mode and target."""
    found = {}
    for folder in folders:
        for path in [folder, *folder.rglob("*")] if folder.exists() else []:
            content = "folder"
            if path.is_symlink():
                content = os.readlink(path)
            elif path.is_file():
                content = hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path)] = f"{path.lstat().st_mode:o} {path.lstat().st_mtime_ns} {content}"
    return found


def adopt_orphans() -> None:
    """Whatever is started below and left behind becomes a child of ours, so that it is seen."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def descendants(pid: int) -> set[int]:
    """Processes below one that still run."""
    found: set[int] = set()
    waiting = [pid]
    while waiting:
        try:
            tasks = list(Path(f"/proc/{waiting.pop()}/task").iterdir())
            children = {int(child) for task in tasks for child in (task / "children").read_text().split()}
        except OSError:
            continue  # gone meanwhile
        waiting += children - found
        found |= children
    return {pid for pid in found if _state(pid) not in ("Z", "X", "")}


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


def _command(pid: int) -> str:
    try:
        return f"{pid}: {Path(f'/proc/{pid}/cmdline').read_bytes().decode(errors='replace')[:100]}"
    except OSError:
        return f"{pid}: gone by now"
