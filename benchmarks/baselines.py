"""Train the solutions' milestones through the grader with several seeds, and record how well they do.

    DLF_DATA=... python -m benchmarks.baselines m0.mnist m1.mnist --seeds 5

writes reference/dlf_reference/baselines.toml: accuracies with mean and spread, and all that they depend on; and each
training's page, with its pictures, into build/baselines.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import tomllib
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dlf_reference.machine import hardware, processor
from dlf_reference.training.common import chosen_device
from dlf_reference.training.config import load

ROOT = Path(__file__).parents[1]
BASELINES = ROOT / "reference" / "dlf_reference" / "baselines.toml"
PAGES = ROOT / "build" / "baselines"

DATA = {
    "mnist": "MNIST, 58,000 training, 2,000 held out, 10,000 test images, through torchvision",
    "cifar10": "CIFAR-10, 48,000 training, 2,000 held out, 10,000 test images; a copy that went through JPEG once "
    "(quality 75, colours at half the resolution), so accuracies differ from the original's",
    "imdb": "IMDB (aclImdb v1), 24,000 training, 1,000 held out, 25,000 test reviews",
    "ag_news": "AG News, 80,071 training and 4,000 held-out texts of a 70 % subset of the 120,000, so accuracies are a "
    "little below the full set's; the original 7,600 test texts",
}


def main() -> int:
    """Record the milestones named."""
    parser = argparse.ArgumentParser("python -m benchmarks.baselines", description=__doc__)
    parser.add_argument("milestones", nargs="+", metavar="ID", help="e.g. m1.mnist")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in options.milestones:
        results = [_train(name, seed) for seed in range(1, options.seeds + 1)]
        records = tomllib.loads(BASELINES.read_text()) if BASELINES.exists() else {}  # another run may have written
        records[name] = _record(name, results)
        BASELINES.write_text(_toml(records))
        print(name, records[name], flush=True)
    return 0


def _train(name: str, seed: int) -> dict[str, Any]:
    """One training through the grader; returns the check's result."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "dlf_grader.cli", name.partition(".")[0], "-k", name, "--train"]
        command += ["--tree", "solutions", "--seed", str(seed), "--report", f"json={report}"]
        command += ["--report", f"html={PAGES / f'{name}-{seed}.html'}"]
        environment = os.environ | {"DLF_CACHE": folder}
        subprocess.run(command, cwd=ROOT, env=environment, check=False, stdout=subprocess.DEVNULL)
        (result,) = json.loads(report.read_text())["results"]
    if "test accuracy" not in result["measurements"]:
        raise SystemExit(f"{name}, seed {seed}: {result['status']}: {result['message']}")
    return result | {"seed": seed}


def _record(name: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    measured = [result["measurements"] for result in results]
    test = [m["test accuracy"] for m in measured]
    packages = {package: version(package) for package in ("numpy", "torch", "torchvision")}
    config = load(name)
    threads = len(os.sched_getaffinity(0)) if config.settings.get("threads", 1) == 0 else 1
    device = "cpu" if config.on_numpy else chosen_device("auto")
    source = (ROOT / "solutions" / results[0]["exercise"]).read_bytes()
    record = {
        "target": measured[0]["target"],
        "test": test,
        "mean": round(statistics.mean(test), 5),
        "seeds": [result["seed"] for result in results],
        "minutes": round(statistics.mean(m["training seconds"] for m in measured) / 60, 2),
        "hardware": f"{processor()}, {threads} thread{'s' * (threads > 1)}" if device == "cpu" else hardware(device),
        "versions": packages | {"python": platform.python_version()},
        "date": date.today().isoformat(),
        "data": DATA[name.partition(".")[2]],
        "code_sha256": hashlib.sha256(source).hexdigest(),
    }
    if len(test) > 1:
        record["deviation"] = round(statistics.stdev(test), 5)
        record["margin_in_deviations"] = round((record["mean"] - record["target"]) / statistics.stdev(test), 1)
    for what in ("train accuracy", "bag of embeddings"):
        if what in measured[0]:
            record[what.partition(" accuracy")[0].replace(" ", "_")] = [m[what] for m in measured]
    return record | {"curves": [m["curve"] for m in measured]}


def _toml(records: dict[str, Any]) -> str:
    lines = ["# Written by benchmarks/baselines.py: what our solutions reach, trained through the grader.", ""]
    for name, record in records.items():
        lines.append(f'["{name}"]')
        for key, value in record.items():
            if isinstance(value, dict):
                inner = ", ".join(f"{inner_key} = {json.dumps(text)}" for inner_key, text in value.items())
                lines.append(f"{key} = {{ {inner} }}")
            else:
                lines.append(f"{key} = {json.dumps(value)}")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
