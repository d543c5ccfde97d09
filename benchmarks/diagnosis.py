"""What a name costs: a look-up in the dictionary of mistakes, the search for a repair, and for why a training fails."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from dlf_grader.authoring.mutants import Mutant, load_mutants, plant

from benchmarks.figure import Figure, in_turn

ROOT = Path(__file__).parents[1]
ROUNDS = 7
UNNAMED = ("y = W.reshape(len(W), C * k * k) @ columns", "y = W.reshape(len(W), C * k * k) @ np.abs(columns)")
WITHOUT = "import dlf_grader.instruments.judge as judge; judge.look_up = lambda *asked: None; "
UNASKED = (
    "import dlf_grader.instruments.training.models as training; "
    "from dlf_grader.instruments.autopsy.cause import Finding; "
    "training.autopsy.why = lambda *asked: Finding(); "
)
LAST = "return self.classifier(self.features(x).flatten(start_dim=1))"
UNLEARNT = {  # what is seen at once, what a trial shows, and what is never found
    "zero": "return (0 * self.classifier(self.features(x).flatten(start_dim=1))).round()",
    "dropped": "return self.classifier(nn.functional.dropout(self.features(x).flatten(start_dim=1), 0.99))",
    "sorted": f"{LAST}.sort(dim=1).values",
}
RUN = "import sys; from dlf_grader.cli import main; sys.argv[0] = 'dlf-grade'; sys.exit(main())"
SECONDS, SHARE = 8.0, 0.6  # of a search, and of mutants that are repaired
EVERY = 3  # mutants, of which one is searched for: all of them take twenty minutes


def measure() -> Iterator[Figure]:
    """A failing run with and without a look-up; `locate` on mutants of conv.py."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT / "solutions", tree)
        file = tree / "m1_cnn" / "conv.py"
        file.write_text(file.read_text(encoding="utf-8").replace(*UNNAMED), encoding="utf-8")
        words = ["m1", "-k", "conv", "--no-train", "--seed", "1", "--tree", str(tree)]
        cache = Path(folder) / "cache"
        with_, without = in_turn(partial(_run, RUN, words, cache), partial(_run, WITHOUT + RUN, words, cache), ROUNDS)
        yield Figure("a failing run that looks numbers up, against one that does not", with_, without, 1.05)
    yield from _located()
    yield from _autopsied()


def _autopsied() -> Iterator[Figure]:
    """What the search for a cause adds to a failed training, against that training."""
    for name, last in UNLEARNT.items():
        with tempfile.TemporaryDirectory() as folder:
            tree, report = Path(folder) / "tree", Path(folder) / "report.json"
            shutil.copytree(ROOT / "solutions", tree)
            file = tree / "m1_cnn" / "lenet.py"
            file.write_text(file.read_text(encoding="utf-8").replace(LAST, last), encoding="utf-8")
            words = ["m1", "-k", "m1.digits", "--train", "--seed", "1", "--tree", str(tree)]
            words += ["--report", f"json={report}"]
            seconds: dict[str, list[float]] = {RUN: [], UNASKED + RUN: []}
            for program in [*seconds] * 3:
                _run(program, words, Path(folder) / "cache")
                seconds[program].append(json.loads(report.read_text(encoding="utf-8"))["results"][0]["seconds"])
            with_, without = (statistics.median(each) for each in seconds.values())
            yield Figure(f"why a training fails ({name}), against the training", with_ - without, without, 1.0)


def _located() -> Iterator[Figure]:
    mutants = [mutant for mutant in load_mutants(ROOT / "tests" / "mutants") if "m1.conv." in mutant.killed_by]
    found = [_locate(mutant) for mutant in mutants[::EVERY]]
    repaired = [seconds for seconds, line in found if line]
    yield Figure(f"dlf-grade locate, median of {len(repaired)} repairs", statistics.median(repaired), SECONDS, 1.0, "s")
    share = len(repaired) / len(found)
    yield Figure(f"share of {len(found)} mutants that locate leaves unrepaired", 1 - share, 1 - SHARE, 1.0, "")


def _locate(mutant: Mutant) -> tuple[float, bool]:
    """Seconds, and whether a line was told."""
    with tempfile.TemporaryDirectory() as folder:
        tree, cache = Path(folder) / "tree", Path(folder) / "cache"
        plant(mutant, ROOT / "solutions", tree)
        start = time.perf_counter()
        told = _run(RUN, ["locate", mutant.killed_by, "--tree", str(tree)], cache)
        return time.perf_counter() - start, "One change on this line" in told


def _run(program: str, words: list[str], cache: Path) -> str:
    shutil.rmtree(cache, ignore_errors=True)
    environment = os.environ | {"DLF_CACHE": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-c", program, *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode > 1:  # 1: work is left, as it should be
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout
