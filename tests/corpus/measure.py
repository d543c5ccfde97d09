"""The four figures of the grader on the corpus: python tests/corpus/measure.py [--seeds 1,2] [--json FILE] [ID ...].

Each file is graded in the solutions' tree in its place, without training: a wrong one by the checks of its exercise, a
right one by all of its milestone. It prints the figures, and every file that falls short with what was said.
"""

import argparse
import fnmatch
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from dlf_grader.config import Config
from dlf_grader.model import Check, Status
from dlf_grader.plugins import load_plugins
from dlf_grader.report import Result
from dlf_grader.run.collect import collect
from dlf_grader.run.oracle import Oracle
from dlf_grader.run.session import Session
from dlf_grader.run.submissions import AnswersInMemory
from dlf_grader.sandbox.servers import Servers
from overlay import HERE, ROOT, Entry, entries

NO_NAME = re.compile(  # what only says where: the tensor, the shape, the first case
    r"^.*( is wrong( \(.*\))?$|has the wrong shape|disagrees with finite differences|smaller cases? (is|are) right).*",
    re.MULTILINE,
)
QUIET = (Status.PASSED, Status.SKIPPED, Status.BLOCKED)


@dataclass(frozen=True)
class Verdict:
    """What became of one file under one seed.

    Attributes:
        killed: a check that is about the mistake did not pass; of a right file, any check.
        named: the first failure says what is wrong.
        misnamed: the sentences that name another mistake, as the file's `misnames` has it.
        said: check, message and sentences of everything that failed.
    """

    id: str
    right: bool
    seed: int
    killed: bool
    named: bool
    misnamed: tuple[str, ...]
    said: tuple[tuple[str, str], ...]

    @property
    def shortfalls(self) -> set[str]:
        """The kinds of `known.toml` that the file is one of."""
        if self.right:
            return {"honest code that loses points"} if self.killed else set()
        short = {"not caught": not self.killed, "not named": not self.named, "misnamed": bool(self.misnamed)}
        return {kind for kind, holds in short.items() if holds}


class Measurement:
    """Grades files of the corpus with everything warm."""

    def __init__(self, servers: Servers) -> None:
        self.servers, self.plugins = servers, load_plugins(None)
        self.oracles: dict[int, Oracle] = {}

    def close(self) -> None:
        for oracle in self.oracles.values():
            oracle.close()

    def verdict(self, entry: Entry, seed: int) -> Verdict:
        failed = [r for r in self._results(entry, seed) if r.status not in QUIET]
        said = tuple((r.id, words(r)) for r in failed)
        if entry.right:
            return Verdict(entry.id, True, seed, bool(failed), False, (), said)
        killed = any(fnmatch.fnmatch(r.id, pattern) for r in failed for pattern in entry.caught_by)
        named = bool(said and re.search(entry.names, NO_NAME.sub("", said[0][1]), re.IGNORECASE))
        sentences = [d.text for r in failed for d in r.diagnosis]
        misnamed = tuple(s for s in sentences if entry.misnames and re.search(entry.misnames, s, re.IGNORECASE))
        return Verdict(entry.id, False, seed, killed, named, misnamed, said)

    def _results(self, entry: Entry, seed: int) -> Sequence[Result]:
        with tempfile.TemporaryDirectory(prefix="dlf-corpus-", ignore_cleanup_errors=True) as folder:
            tree = Path(folder).resolve() / "exercises"
            shutil.copytree(ROOT / "solutions", tree, ignore=shutil.ignore_patterns("__pycache__", "*.ipynb"))
            (tree / entry.exercise).write_text(entry.source(), encoding="utf-8")
            config = Config(tree=tree, milestones=(entry.milestone,), train=False, seed=seed, fresh=True)
            checks = _about(entry, collect(config, self.plugins))
            if seed not in self.oracles:
                self.oracles[seed] = Oracle(self.servers, AnswersInMemory())
            self.plugins.hook.dlf_configure(config=config)
            reference = self.oracles[seed]
            return Session(config, self.plugins, checks=checks, servers=self.servers, reference=reference).run().results


def _about(entry: Entry, checks: Sequence[Check]) -> list[Check]:
    """All checks of a milestone for a right file; those of the exercises that `caught_by` names for a wrong one."""
    exercises = {c.exercise for c in checks if any(fnmatch.fnmatch(c.id, p) for p in entry.caught_by)}
    return [c for c in checks if entry.right or c.exercise in exercises | {entry.exercise}]


def words(result: Result) -> str:
    """Everything that a learner reads of a failure, but for its numbers."""
    trace = [str(line.text) for line in result.trace]
    return "\n".join([result.message, *trace, *(d.text for d in result.diagnosis)])


@contextmanager
def measurement(servers: Servers | None = None) -> Iterator[Measurement]:
    own = servers or Servers()
    with closing(Measurement(own)) as made:
        yield made
    if servers is None:
        own.stop()


def figures(verdicts: list[Verdict]) -> dict[str, str]:
    """The four figures; a file counts as short if one seed finds it short."""
    wrong, right = _by_file(verdicts, right=False), _by_file(verdicts, right=True)

    def share(part, whole):
        return f"{len(part)} of {len(whole)}, {len(part) / max(1, len(whole)):.1%}"

    return {
        "killed for what is wrong": share([w for w in wrong if all(v.killed for v in w)], wrong),
        "first failure names it": share([w for w in wrong if all(v.named for v in w)], wrong),
        "a sentence names another": share([w for w in wrong if any(v.misnamed for v in w)], wrong),
        "honest, full marks": share([r for r in right if not any(v.killed for v in r)], right),
    }


def _by_file(verdicts: list[Verdict], *, right: bool) -> list[list[Verdict]]:
    ids = dict.fromkeys(v.id for v in verdicts if v.right == right)
    return [[v for v in verdicts if v.id == i] for i in ids]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*", help="only files with one of these in their id")
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--known", action="store_true", help="write what falls short into known.toml")
    options = parser.parse_args()
    seeds = [int(seed) for seed in options.seeds.split(",")]
    chosen = [e for e in entries() if not options.ids or any(i in e.id for i in options.ids)]
    verdicts: list[Verdict] = []
    with measurement() as grader:
        for entry in chosen:
            found = [grader.verdict(entry, seed) for seed in seeds]
            verdicts += found
            short = next((v for v in found if v.shortfalls), None)
            if short:
                kinds = ", ".join(sorted(short.shortfalls))
                print(f"\n{entry.id} (seed {short.seed}), {kinds}: {entry.mistake or entry.note}")
                for check, text in short.said[:3]:
                    print(f"    {check}: {' | '.join(text.splitlines())}")
                for sentence in short.misnamed:
                    print(f"    names another: {sentence}")
    print()
    for name, value in figures(verdicts).items():
        print(f"{name:26} {value}")
    if options.json:
        options.json.write_text(json.dumps([asdict(v) for v in verdicts], indent=1))
    if options.known:
        (HERE / "known.toml").write_text(known(verdicts), encoding="utf-8")


def known(verdicts: list[Verdict]) -> str:
    """The files that fall short, by kind, as TOML."""
    kinds = ("not caught", "not named", "misnamed", "honest code that loses points")
    lines = ["# Written by measure.py --known: what falls short today. A file that is not here may not fall short."]
    for kind in kinds:
        lines += [
            f'"{kind}" = [',
            *(f'    "{i}",' for i in sorted({v.id for v in verdicts if kind in v.shortfalls})),
            "]",
        ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
