"""Whole commands against `python -c "import torch"`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from dlf_grader.sandbox.rungs import RUNGS

from benchmarks.figure import Figure, in_turn
from benchmarks.watching import Watcher

ROOT = Path(__file__).parents[1]
ROUNDS = 5
ALL = ["m0", "m1", "m2", "m3", "m4", "m5"]
COLD = [(["m1"], 1.25), *((["m" + number], 1.8) for number in "2345"), (["m6"], 1.6), (ALL, 2.4)]


def measure() -> Iterator[Figure]:
    """Cold, cached, after one edit, and watched."""
    with tempfile.TemporaryDirectory() as folder:
        tree, cache = Path(folder) / "tree", Path(folder) / "cache"
        shutil.copytree(ROOT / "solutions", tree)
        for names, at_most in COLD:
            times = in_turn(lambda names=names: _cold(names, tree, cache), import_torch, ROUNDS)
            yield Figure(f"dlf-grade {' '.join(names)} --no-train, cold", *times, at_most)
        weakest, *others = RUNGS
        for rung in others:
            if not rung.why_not():
                ours, process = (partial(_cold, ["m1"], tree, cache, each.name) for each in (rung, weakest))
                at_most = 1.03 if rung.enclosure is None else 1.2
                words = f"dlf-grade m1 --no-train, cold, {rung.name} against {weakest.name}"
                yield Figure(words, *in_turn(ours, process, ROUNDS), at_most)
        _grade(tree, cache)
        cached = in_turn(lambda: _grade(tree, cache), import_torch, ROUNDS)
        yield Figure("dlf-grade m1 --no-train, nothing changed", *cached, 0.15)
        edited = in_turn(lambda: _edited(tree, cache), import_torch, ROUNDS)
        yield Figure("dlf-grade m1 --no-train, conv.py edited", *edited, 0.35)
        yield from _page(Path(folder) / "report.html", cache)
        with Watcher(tree, cache) as watcher:
            for path, at_most in (("m1_cnn/conv.py", 0.085), ("m1_cnn/lenet.py", 0.2)):
                saved = in_turn(partial(watcher.save, path), import_torch, ROUNDS)
                yield Figure(f"dlf-grade m1 --watch, {path} from save to verdict", *saved, at_most)
        for words in (["list"], ["next"], ["hint", "m1.conv.forward"]):
            told = in_turn(partial(_run, words, cache), start_python, 4 * ROUNDS)
            yield Figure(f"dlf-grade {' '.join(words)}, against python -c pass", *told, 4.0)
        helped = in_turn(lambda: _run(["--help"], cache), import_torch, ROUNDS)
        yield Figure("dlf-grade --help", *helped, 0.05)


def import_torch() -> None:
    """The yardstick."""
    subprocess.run([sys.executable, "-c", "import torch"], check=True)


def start_python() -> None:
    """The yardstick of what only reads."""
    subprocess.run([sys.executable, "-c", "pass"], check=True)


def _page(page: Path, cache: Path) -> Iterator[Figure]:
    """What a page with every picture of m1 costs beyond the run, and its size."""
    words = ["m1", "--tree", "solutions", "-k", "conv,pool,norm,flatten,lenet,block,resnet,digits"]
    _run(words, cache)  # trains once; what is timed is remembered
    written, run = in_turn(
        lambda: _run([*words, "--report", f"html={page}"], cache), lambda: _run(words, cache), ROUNDS
    )
    yield Figure("a page of m1 with its pictures, beyond the run, against 2 s", written - run, 2.0, 1.0)
    yield Figure("a page of m1 with its pictures, against 3 MB", page.stat().st_size / 1e6, 3.0, 1.0, "MB")


def _run(words: list[str], cache: Path) -> None:
    command = [str(Path(sys.executable).with_name("dlf-grade")), *words]
    environment = os.environ | {"DLF_CACHE": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # as installed: bytecode is written once, in the round not counted
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def _grade(tree: Path, cache: Path) -> None:
    _run(["m1", "--tree", str(tree), "--no-train"], cache)


def _cold(names: list[str], tree: Path, cache: Path, isolation: str = "auto") -> None:
    shutil.rmtree(cache, ignore_errors=True)
    _run([*names, "--tree", str(tree), "--no-train", "--isolation", isolation], cache)


def _edited(tree: Path, cache: Path) -> None:
    with (tree / "m1_cnn" / "conv.py").open("a") as file:
        file.write("\n# edited\n")
    _grade(tree, cache)
