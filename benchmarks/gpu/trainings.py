"""Trainings in this process, on real data or, where less than all is asked for, on made-up data of the same form."""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from dlf_reference import metrics
from dlf_reference.training import config as configs
from dlf_reference.training.session import LABELS, built, model_class
from dlf_reference.training.state import State

ROOT = Path(__file__).parents[2]
SOLUTIONS, ZOO = ROOT / "solutions", ROOT / "reference" / "dlf_reference" / "training" / "zoo"
MILESTONES = ("m1.mnist", "m1.cifar10", "m1.cifar10.zoo", "m3.ag_news", "m2.imdb", "m2.imdb.zoo")  # shortest first
MADE_UP = {"mnist": (20_000, 10, (28, 28)), "cifar10": (6_000, 10, (3, 32, 32)), "imdb": (6_000, 2, ()),
           "ag_news": (6_000, 4, ())}  # fmt: skip
WORDS, LONGEST = 500, 60  # of a made-up text
Data = dict[str, Any]


@dataclass(frozen=True)
class Training:
    """A milestone's model, as taught or of the zoo, and its data.

    Attributes:
        source: sha256 of the model's file.
    """

    name: str
    config: configs.Config
    data: Data
    source: str

    def run(self, seed: int, device: str) -> dict[str, Any]:
        """Train with a seed; the test examples are looked at once, at the end."""
        kind, arguments = model_class(self.config)
        if "vocabulary" in self.data:
            arguments["vocab_size"] = len(self.data["vocabulary"])
        model = built(kind, arguments, seed, device, on_numpy=False)
        inputs = {name: values for name, values in self.data.items() if name not in (*LABELS, "vocabulary")}
        recipe = configs.function("training", self.config.recipe, "recipe")
        reports = recipe(model, inputs, seed=seed, device=device, state=State(), **self.config.settings)
        curve, seconds = list[float](), list[float]()
        while True:
            try:
                report = next(reports)
            except StopIteration as end:
                found = end.value
                break
            if "held_out" in report:
                curve.append(metrics.accuracy(self.data["y_held_out"], report["held_out"]))
                seconds.append(round(report["seconds"], 2))
        return {
            "seed": seed,
            "target": self.config.target,
            "test accuracy": metrics.accuracy(self.data["y_test"], found["test"]),
            "training seconds": found["seconds"],
            "curve": " ".join(f"{100 * accuracy:.2f}" for accuracy in curve),
            "seconds after each epoch": seconds,
        }


def prepared(name: str, scale: float) -> Training:
    """A training whose data are loaded; made up, and for one epoch, where `scale` is below 1."""
    zoo = name.endswith(".zoo")
    config = configs.load(name.removesuffix(".zoo"))
    config = configs.of_the_zoo(config) if zoo else config
    if scale < 1:
        data = made_up(config.data.partition(":")[2], scale)
        config = configs.changed(config, ["epochs=1", f"batch_size={min(64, config.settings['batch_size'])}"])
    else:
        data = configs.function("data", config.data, "data")(os.environ["DLF_DATA"])
    if str(SOLUTIONS) not in sys.path:
        sys.path.insert(0, str(SOLUTIONS))
    module = config.model.partition(":")[0]
    file = ZOO / f"{module.rpartition('.')[2]}.py" if zoo else SOLUTIONS / f"{module.replace('.', '/')}.py"
    return Training(name, config, data, hashlib.sha256(file.read_bytes()).hexdigest())


def made_up(name: str, scale: float) -> Data:
    """Random examples in the form of a data set's: training runs as on the real ones, and learns nothing."""
    rng = np.random.default_rng(0)
    size, classes, shape = MADE_UP[name]
    data: Data = {} if shape else {"vocabulary": tuple(map(str, range(WORDS)))}
    for part, share in (("train", 1.0), ("held_out", 0.1), ("test", 0.1)):
        count = max(int(size * scale * share), classes)
        data[f"y_{part}"] = rng.integers(0, classes, count)
        if shape:
            data[f"x_{part}"] = rng.integers(0, 256, (count, *shape), dtype=np.uint8)
        else:
            data[f"lengths_{part}"] = rng.integers(1, LONGEST, count)
            data[f"x_{part}"] = rng.integers(2, WORDS, data[f"lengths_{part}"].sum()).astype(np.uint16)
    return data
