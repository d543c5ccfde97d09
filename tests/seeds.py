"""Whether a verdict depends on the seed: `python tests/seeds.py m0.linear --seeds 2000`, each check in one worker.

A right file must pass with every seed, a wrong one fail with every seed; what is between the two is told, with seeds.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from dlf_grader.config import Config
from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError
from dlf_grader.instruments.methods import carry_out
from dlf_grader.model import Check, Exercise
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import all_milestones, checks_of
from dlf_grader.run.oracle import Oracle
from dlf_grader.sandbox.limits import MEMORY
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission
from dlf_grader.sandbox.servers import Servers

ROOT = Path(__file__).parents[1]
TRAINING = "training"


def failures(
    check: Check, submission: Submission, reference: Oracle, tree: Path, seeds: Sequence[int]
) -> Iterator[str]:
    """Why the check fails, seed by seed; "" where it passes."""
    for seed in seeds:
        submission.deadline = time.monotonic() + check.timeout
        ctx = Context(check, Config(tree=tree, seed=seed, fresh=True), reference)
        try:
            carry_out(check, submission, ctx)
            yield ""
        except (CheckFailure, LearnerError) as error:
            yield str(error) or type(error).__name__
        submission.forget()


def main() -> int:
    """Tell each check whose verdict depends on the seed, or is not the expected one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prefixes", nargs="+", help="of checks' ids: m0, m1.conv, m2.rnn.gradient")
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--tree", type=Path, default=ROOT / "solutions")
    asked = parser.parse_args()
    plugins, servers = load_plugins(None), Servers()
    milestones = all_milestones(plugins)
    exercises = {exercise.path: exercise for milestone in milestones for exercise in milestone.exercises}
    every = checks_of(milestones, Config(tree=asked.tree), plugins)
    checks = [c for c in every if c.kind != TRAINING and any(_begins(c.id, prefix) for prefix in asked.prefixes)]
    reference, dependent = Oracle(servers, None), 0
    seeds = range(asked.first, asked.first + asked.seeds)
    try:
        for check in checks:
            with tempfile.TemporaryDirectory() as scratch:
                submission = _submission(exercises[check.exercise], servers, asked.tree, scratch)
                began = time.process_time()
                found = list(failures(check, submission, reference, asked.tree, seeds))
                submission.close()
            failed = [(seed, text) for seed, text in zip(seeds, found, strict=True) if text]
            dependent += 0 < len(failed) < len(found)
            state = f"{len(failed)} of {len(found)} fail" if failed else "passes"
            print(f"{check.id:32} {state:20} {time.process_time() - began:.1f} s here", flush=True)
            for seed, text in failed[:3]:
                print(f"    seed {seed}: {text}", flush=True)
    finally:
        reference.close()
        servers.stop()
    print(f"{dependent} of {len(checks)} checks depend on the seed")
    return int(dependent > 0)


def _begins(id: str, prefix: str) -> bool:
    return id == prefix or id.startswith(f"{prefix}.")


def _submission(exercise: Exercise, servers: Servers, tree: Path, scratch: str) -> Submission:
    load = Load(str(tree), exercise.module, exercise.engine, exercise.instead, scratch, MEMORY)
    return Submission(lambda: servers.worker(exercise.engine, scratch), load)


if __name__ == "__main__":
    sys.exit(main())
