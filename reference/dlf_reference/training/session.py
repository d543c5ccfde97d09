"""A training outside the grader: load data, build the model, follow the recipe, judge, write."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dlf_reference.data.classes import class_names
from dlf_reference.data.tokeniser import Tokeniser
from dlf_reference.training.common import Data
from dlf_reference.training.config import Config
from dlf_reference.training.trained import TrainedRun

LABELS = ("y_test", "y_held_out")


class Show(Protocol):
    """Where progress is shown."""

    def __call__(self, share: float, words: str) -> None: ...


def train(config: Config, data_folder: str, folder: Path, *, seed: int, device: str) -> int:
    """Train, print how it goes, and write `record.json`, the vocabulary and the pictures.

    Returns:
        0 if the target is reached, 1 if not.
    """
    with _progress() as show:
        show(0.0, "loading data")
        data = _loaded(config.data)(data_folder)
        vocabulary = tuple(data.pop("vocabulary", ()))
        model = _model(config, len(vocabulary), seed)
        found, accuracies = _followed(config, model, data, seed, device, show)
    run = TrainedRun(
        id=config.id,
        model=model,
        losses=tuple(found["losses"]),
        accuracies=tuple(accuracies),
        target=config.target,
        predictions=found["test"],
        labels=data["y_test"],
        examples=_examples(data),
        lengths=data.get("lengths_test"),
        classes=class_names(config.data, data["y_train"]),
        vocabulary=vocabulary,
    )
    reached = run.accuracy >= config.target
    print(f"test {100 * run.accuracy:.2f} % · target {100 * config.target:g} % {'reached' if reached else 'missed'}")
    folder.mkdir(parents=True, exist_ok=True)
    record = asdict(config) | {"seed": seed, "accuracy": run.accuracy, "held_out": accuracies, "reached": reached}
    record |= {"losses": found["losses"], "seconds": round(found["seconds"], 1), "versions": _versions()}
    _write(folder / "record.json", json.dumps(record, indent=2) + "\n")
    if vocabulary:
        Tokeniser(vocabulary).save(folder / "vocabulary.txt")
    from dlf_reference.plots.trained import draw

    _say(folder, [folder / "record.json", *draw(run, folder)])
    return 0 if reached else 1


def compare(data_folder: str, folder: Path, seed: int) -> int:
    """Run every optimiser of a tree on the same networks; print the table, draw the curves.

    Returns:
        0 if each reaches its goal, 1 if not.
    """
    from dlf_reference.plots import optimisers
    from dlf_reference.training import compare as comparing
    from dlf_reference.training.comparison import load

    comparison = load()
    with _progress() as show:
        curves = comparing.curves(comparison, data_folder, seed, show)
    print(comparing.table(curves, comparison.goals))
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "record.json", json.dumps({"seed": seed, "losses": curves, "versions": _versions()}) + "\n")
    _say(folder, [folder / "record.json", *optimisers.compare(curves, comparison.goals, folder)])
    missed = [
        run
        for run in comparison.runs
        if run.below and not curves[run.network][run.name][-1] < comparison.goals[run.network]
    ]
    return 1 if missed else 0


def _followed(
    config: Config, model: Any, data: Data, seed: int, device: str, show: Show
) -> tuple[dict[str, Any], list[float]]:
    """Run the recipe to its end; returns what it gives, and the accuracy after each epoch."""
    inputs = {name: values for name, values in data.items() if name not in LABELS}
    where = {} if config.recipe.startswith("numpy") else {"device": device}
    recipe = _recipe(config.recipe)(model, inputs, seed=seed, **config.settings, **where)
    accuracies = list[float]()
    while True:
        try:
            report = next(recipe)
        except StopIteration as end:
            return end.value, accuracies
        for which in ("held_out", "test"):
            if which in report:
                accuracies.append(float((report[which] == data[f"y_{which}"]).mean()))
                print(f"epoch {report['epoch']}  loss {report['loss']:.4f}  accuracy {100 * accuracies[-1]:.2f} %")
        show(float(report["fraction"]), f"epoch {report['epoch']} · loss {report['loss']:.3f}")


def _model(config: Config, words: int, seed: int) -> Any:
    module, _, name = config.model.partition(":")
    arguments = config.arguments | ({"vocab_size": words} if words else {})
    if config.recipe.startswith("numpy"):
        arguments |= {"rng": np.random.default_rng(seed)}
    else:
        import torch

        torch.manual_seed(seed)
    return getattr(import_module(module), name)(**arguments)


def _loaded(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(f"dlf_reference.data.{module}"), function)


def _recipe(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(f"dlf_reference.training.{module}"), function)


def _examples(data: Data) -> np.ndarray:
    if "lengths_test" not in data:
        return data["x_test"]
    from dlf_reference.training.text import padded

    rows: np.ndarray = padded(data["x_test"], data["lengths_test"]).numpy()
    return rows


def _versions() -> dict[str, str]:
    packages = ("numpy", "torch", "torchvision", "datasets")
    return {package: version(package) for package in packages} | {"python": platform.python_version()}


def _write(file: Path, text: str) -> None:
    """All of it or nothing: a killed run leaves the record that was there before."""
    new = file.with_name(f"{file.name}.new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, file)


def _say(folder: Path, files: list[Path]) -> None:
    print(f"in {folder}: {', '.join(file.name for file in files)}")


@contextmanager
def _progress() -> Iterator[Show]:
    """A bar on standard error, where someone looks at it."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    quiet = not sys.stderr.isatty()
    above = sys.stdout.isatty()  # lines that are printed meanwhile stand above the bar, or go where they were sent
    with Progress(*columns, console=Console(stderr=True), transient=True, redirect_stdout=above, disable=quiet) as bar:
        task = bar.add_task("", total=1.0)

        def show(share: float, words: str) -> None:
            bar.update(task, completed=share, description=words)

        yield show
