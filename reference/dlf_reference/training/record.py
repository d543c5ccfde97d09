"""The record of a training: what was asked for, what came out, and all that it depends on."""

from __future__ import annotations

import hashlib
import platform
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dlf_reference import metrics
from dlf_reference.machine import hardware
from dlf_reference.training.checkpoint import Identity, dotted
from dlf_reference.training.common import Data
from dlf_reference.training.config import Config
from dlf_reference.training.trained import TrainedRun

PARTS = ("train", "held_out", "test")


def identity(config: Config, tree: Path, data: Data, *, seed: int, device: str) -> Identity:
    """What decides the numbers of a training, on a given machine with given versions.

    Args:
        tree: whose imported files count.
    """
    digest = hashlib.sha256()
    for _, values in sorted(data.items()):
        digest.update(values.tobytes())
    modules = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    files = sorted(Path(file) for file in modules if file and Path(file).is_relative_to(tree))
    hashes = {file.relative_to(tree).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    said = dotted(asdict(config) | {"seed": seed, "device": device})
    return said | {f"sha256 {name}": value for name, value in (hashes | {"the data": digest.hexdigest()}).items()}


def record(run: TrainedRun, found: dict[str, Any], config: Config, data: Data, decided: Identity) -> dict[str, Any]:
    """What `record.json` holds: what was asked for, what came out, and all that it depends on.

    Args:
        found: what the recipe gave.
        decided: the training's identity.
    """
    seed, device = decided["seed"], decided["device"]
    parts = {part: len(data[f"y_{part}"]) for part in PARTS if f"y_{part}" in data}
    asked = asdict(config) | {"seed": seed, "device": device}
    train = {"train_accuracy": metrics.accuracy(data["y_train"], found["train"])} if "train" in found else {}
    enough = train.get("train_accuracy", 1.0) > config.train_target
    judged = {
        "accuracy": run.accuracy,
        "interval": metrics.binomial_interval(run.accuracy, len(run.labels)),
        "macro_f1": metrics.macro_f1(run.labels, run.predictions, len(run.classes)),
        "reached": run.accuracy >= config.target and enough,
    }
    went = {"losses": run.losses, "accuracies": run.accuracies, "seconds": round(found["seconds"], 1)}
    size = run.model.num_parameters if config.on_numpy else sum(p.numel() for p in run.model.parameters())
    made = {"parameters": int(size), "hardware": hardware(device), "versions": versions()}
    hashes = {key.removeprefix("sha256 "): value for key, value in decided.items() if key.startswith("sha256 ")}
    return asked | train | judged | went | {"examples": parts} | made | {"sha256": hashes}


def versions() -> dict[str, str]:
    """Of what a training depends on."""
    packages = ("numpy", "torch", "torchvision", "datasets")
    return {package: version(package) for package in packages} | {"python": platform.python_version()}
