"""Train the solutions' milestones through the grader with several seeds, and record how well they do.

    DLF_DATA=... python -m benchmarks.baselines m0.mnist m1.mnist --seeds 5

writes reference/dlf_reference/baselines.toml: accuracies with mean and spread, and all that they depend on; and each
training's page, with its pictures, into build/baselines. With `--model zoo` the record-setting variants are trained
instead, by dlf-train, and recorded as "m1.cifar10.zoo". A language model is trained by dlf-train, too: it keeps
samples, and bits per byte of whole texts, beside those of a 5-gram.
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

from dlf_reference.data.language import HELD_OUT, LEARNT, TESTS
from dlf_reference.machine import hardware, processor
from dlf_reference.training.common import chosen_device
from dlf_reference.training.config import load

ROOT = Path(__file__).parents[1]
BASELINES = ROOT / "reference" / "dlf_reference" / "baselines.toml"
PAGES = ROOT / "build" / "baselines"

HEAD = """\
# Written by benchmarks/baselines.py: what our solutions reach as taught, trained through the grader, and what the
# record-setting variants in dlf_reference.training.zoo reach (".zoo"). Those of 2026-11-28 were measured while the
# variants were the solutions themselves; their code_sha256 is of the solution's file of that day.
"""

DATA = {
    "mnist": "MNIST, 58,000 training, 2,000 held out, 10,000 test images, through torchvision",
    "cifar10": "CIFAR-10, 48,000 training, 2,000 held out, 10,000 test images; a copy that went through JPEG once "
    "(quality 75, colours at half the resolution), so accuracies differ from the original's",
    "imdb": "IMDB (aclImdb v1), 24,000 training, 1,000 held out, 25,000 test reviews",
    "ag_news": "AG News, 80,071 training and 4,000 held-out texts of a 70 % subset of the 120,000, so accuracies are a "
    "little below the full set's; the original 7,600 test texts; markup removed",
}
LANGUAGE = "language:texts"  # the recipe of language models


def main() -> int:
    """Record the milestones named."""
    parser = argparse.ArgumentParser("python -m benchmarks.baselines", description=__doc__)
    parser.add_argument("milestones", nargs="+", metavar="ID", help="e.g. m1.mnist")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument(
        "--model", default="tree", choices=["tree", "zoo"], help="as taught, or the record-setting variant"
    )
    options = parser.parse_args()
    PAGES.mkdir(parents=True, exist_ok=True)
    train, suffix = (_train, "") if options.model == "tree" else (_train_zoo, ".zoo")
    for name in options.milestones:
        seeds = range(1, options.seeds + 1)
        if load(name).recipe == LANGUAGE:
            record = language_record([_dlf_train(name, seed) for seed in seeds])
        else:
            record = _recorded(name, [train(name, seed) for seed in seeds])
        records = tomllib.loads(BASELINES.read_text()) if BASELINES.exists() else {}  # another run may have written
        records[name + suffix] = record
        BASELINES.write_text(as_toml(records))
        print(name + suffix, records[name + suffix], flush=True)
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
    source = ROOT / "solutions" / result["exercise"]
    return result["measurements"] | {"seed": seed, "source": source.read_bytes()}


def _dlf_train(name: str, seed: int, *more: str) -> dict[str, Any]:
    """The record of one training by dlf-train."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "dlf_reference.training.cli", name, "--tree", "solutions", *more]
        subprocess.run([*command, "--seed", str(seed), "--out", folder], cwd=ROOT, check=False)
        found: dict[str, Any] = json.loads((Path(folder) / "record.json").read_text())
    return found


def _train_zoo(name: str, seed: int) -> dict[str, Any]:
    """One training of the zoo's model; returns what the grader would have measured."""
    record = _dlf_train(name, seed, "--model", "zoo")
    return {
        "seed": seed,
        "source": (ROOT / "reference" / f"{record['model'].partition(':')[0].replace('.', '/')}.py").read_bytes(),
        "target": record["target"],
        "test accuracy": record["accuracy"],
        "training seconds": record["seconds"],
        "curve": " ".join(f"{100 * accuracy:.2f}" for accuracy in record["accuracies"]),
    }


def _recorded(name: str, measured: list[dict[str, Any]]) -> dict[str, Any]:
    config = load(name)
    threads = len(os.sched_getaffinity(0)) if config.settings.get("threads", 1) == 0 else 1
    device = "cpu" if config.on_numpy else chosen_device("auto")
    machine = f"{processor()}, {threads} thread{'s' * (threads > 1)}" if device == "cpu" else hardware(device)
    return record_of(name, measured, machine=machine, code=hashlib.sha256(measured[0]["source"]).hexdigest())


def record_of(name: str, measured: list[dict[str, Any]], *, machine: str, code: str) -> dict[str, Any]:
    """What is kept of a milestone's trainings.

    Args:
        measured: "seed", "target", "test accuracy", "training seconds" and "curve" of each.
        code: sha256 of the model's file.
    """
    test = [m["test accuracy"] for m in measured]
    packages = {package: version(package) for package in ("numpy", "torch", "torchvision")}
    record = {
        "target": measured[0]["target"],
        "test": test,
        "mean": round(statistics.mean(test), 5),
        "seeds": [m["seed"] for m in measured],
        "minutes": round(statistics.mean(m["training seconds"] for m in measured) / 60, 2),
        "hardware": machine,
        "versions": packages | {"python": platform.python_version()},
        "date": date.today().isoformat(),
        "data": DATA[name.partition(".")[2]],
        "code_sha256": code,
    }
    if len(test) > 1:
        record["deviation"] = round(statistics.stdev(test), 5)
        record["margin_in_deviations"] = round((record["mean"] - record["target"]) / statistics.stdev(test), 1)
    for what in ("train accuracy", "bag of embeddings"):
        if what in measured[0]:
            record[what.partition(" accuracy")[0].replace(" ", "_")] = [m[what] for m in measured]
    return record | {"curves": [m["curve"] for m in measured]}


def language_record(trained: list[dict[str, Any]]) -> dict[str, Any]:
    """What is kept of a language model's trainings, given dlf-train's records of them."""
    first = trained[0]
    ratios = [t["ratio"] for t in trained]
    record = {
        "target": first["target"],
        "bits_per_byte": [round(t["bits_per_byte"], 4) for t in trained],
        "five_gram": round(first["five_gram"], 4),
        "ratio": [round(ratio, 4) for ratio in ratios],
        "perplexity": [round(t["perplexity"], 2) for t in trained],
        "seeds": [t["seed"] for t in trained],
        "minutes": round(statistics.mean(t["seconds"] for t in trained) / 60, 2),
        "hardware": first["hardware"],
        "versions": first["versions"],
        "date": date.today().isoformat(),
        "data": f"AG News, {LEARNT:,} training and {HELD_OUT:,} held-out texts, the original {TESTS:,} test texts; "
        "markup removed",
        "code_sha256": first["sha256"]["m6_language/model.py"],
        "samples": first["samples"],
    }
    if len(trained) > 1:
        record["deviation"] = round(statistics.stdev(ratios), 5)
    return record | {"curves": [" ".join(f"{bits:.3f}" for bits in t["curve"]) for t in trained]}


def as_toml(records: dict[str, Any]) -> str:
    """The records, as the file holds them."""
    lines = [HEAD]
    for name, record in records.items():
        lines.append(f'["{name}"]')
        for key, value in record.items():
            if isinstance(value, dict):
                inner = ", ".join(
                    f"{json.dumps(inner_key) if '.' in inner_key else inner_key} = {json.dumps(text)}"
                    for inner_key, text in value.items()
                )
                lines.append(f"{key} = {{ {inner} }}")
            else:
                lines.append(f"{key} = {json.dumps(value)}")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
