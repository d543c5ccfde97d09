"""Try everything that needs a card, and record what our models reach on it.

    make gpu                          on a card, at most eight minutes; needs the data (dlf-data get), downloads nothing
    make gpu SCALE=0.01 DEVICE=cpu    the same program on a machine without one; writes nothing into the repository

What is done is kept in build/gpu, so that a run that was stopped goes on; its accuracies go into baselines.toml under
the milestone's name and ".gpu", with the card's name.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
import tomllib
from pathlib import Path
from typing import Any

from dlf_reference.machine import hardware, keep_memory

from benchmarks.baselines import BASELINES, as_toml, record_of
from benchmarks.gpu.steps import STEPS, Missed
from benchmarks.gpu.trainings import MILESTONES, ROOT, Training, prepared

MINUTES = 8.0
SEEDS = 20  # at most
Kept = dict[str, Any]


def main() -> int:
    """Run all steps, then trainings in rounds of one seed each, as long as there is time."""
    parser = argparse.ArgumentParser("python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--scale", type=float, default=1.0, help="below 1: made-up data, so much of it")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "gpu", help="where it keeps what is done")
    options = parser.parse_args()
    end = time.monotonic() + 60 * MINUTES
    keep_memory()
    missed = False
    with_scale = f"{options.device}-{options.scale:g}"
    file = options.out / f"{with_scale}.json"
    kept = _kept(file, hardware(options.device))
    for name, step in STEPS.items():
        if name in kept["steps"]:
            continue
        began = time.monotonic()
        try:
            found = step(options.device, options.scale)
        except Missed as error:
            missed = True
            print(f"✗ {name}: {error}", flush=True)
            continue
        kept["steps"][name] = found
        _keep(file, kept)
        print(f"✓ {name}   {time.monotonic() - began:.1f} s   {found}", flush=True)
    _train(kept, file, options.device, options.scale, end)
    if options.device == "cuda" and options.scale == 1:
        _record(kept)
    return int(missed)


def _train(kept: Kept, file: Path, device: str, scale: float, end: float) -> None:
    """A seed of each training after the other; a training that would not end in time is left out, and told."""
    ready: dict[str, Training] = {}
    for seed in range(1, (SEEDS if scale == 1 else 1) + 1):
        for name in MILESTONES:
            done = kept["trainings"].setdefault(name, [])
            if any(result["seed"] == seed for result in done):
                continue
            longest = max((result["training seconds"] for result in done), default=0.0)
            if time.monotonic() + 1.2 * longest > end:
                print(f"· {name}, seed {seed}: no time left", flush=True)
                continue
            if name not in ready:
                ready[name] = prepared(name, scale)
            result = ready[name].run(seed, device) | {"code": ready[name].source}
            done.append(result)
            _keep(file, kept)
            reached = f"{100 * result['test accuracy']:.2f} %"
            print(f"✓ {name}, seed {seed}: {reached} in {result['training seconds']:.1f} s", flush=True)
        if time.monotonic() > end:
            return


def _kept(file: Path, machine: str) -> Kept:
    """What an earlier run of the same code on the same machine has done."""
    digest = hashlib.sha256()
    for part in sorted((*(ROOT / "reference").rglob("*.py"), *(ROOT / "solutions").rglob("*.py"))):
        digest.update(part.read_bytes())
    fresh: Kept = {"machine": machine, "code": digest.hexdigest(), "steps": {}, "trainings": {}}
    kept: Kept = json.loads(file.read_text()) if file.exists() else fresh
    return kept if (kept["machine"], kept["code"]) == (machine, fresh["code"]) else fresh


def _keep(file: Path, kept: Kept) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(".part")
    beside.write_text(json.dumps(kept, indent=1))
    os.replace(beside, file)


def _record(kept: Kept) -> None:
    records = tomllib.loads(BASELINES.read_text())
    for name, results in kept["trainings"].items():
        if results:
            plain = name.removesuffix(".zoo")
            made = record_of(plain, results, machine=kept["machine"], code=results[0]["code"])
            records[f"{name}.gpu"] = made | {"seconds": [result["seconds after each epoch"] for result in results]}
    BASELINES.write_text(as_toml(records))


if __name__ == "__main__":
    sys.exit(main())
