"""A training outside the grader: load data, build the model, follow the recipe, judge, write."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from dlf_reference import metrics
from dlf_reference.data.tokeniser import Tokeniser
from dlf_reference.training import checkpoint, run_page
from dlf_reference.training import config as configs
from dlf_reference.training import record as recording
from dlf_reference.training.card import write_card
from dlf_reference.training.checkpoint import Identity, write
from dlf_reference.training.common import Data, Progress, chosen_device, watched
from dlf_reference.training.config import Config
from dlf_reference.training.display import Show, epoch_line, moving, progress, result_line
from dlf_reference.training.settings import ConfigError, accepted, fitted
from dlf_reference.training.state import State
from dlf_reference.training.tracking import Log, TensorBoard, Tracker
from dlf_reference.training.trained import TrainedRun, trained_run

LABELS = ("y_test", "y_held_out")
ROW = ("step", "epoch", "loss", "learning_rate", "seconds")
Judge = Callable[[dict[str, Any]], tuple[float, dict[str, float]]]


@dataclass(frozen=True)
class Job:
    """What `dlf-train` was asked for.

    Attributes:
        tree: where the model is; it can be imported from there.
        data: folder of the data sets.
        out: folder to write into.
        device: "auto", "cpu", "cuda" or "mps".
        resume: go on from the checkpoint in `out`.
        tensorboard: write TensorBoard's events too.
        command: that was typed.
    """

    config: Config
    tree: Path
    data: Path
    out: Path
    seed: int = 1
    device: str = "auto"
    resume: bool = False
    tensorboard: bool = False
    command: str = ""


def train(job: Job) -> int:
    """Train, show how it goes, and keep all there is to keep of it in `job.out`.

    Returns:
        0 if the target is reached, 1 if not.

    Raises:
        ConfigError: something was asked for that there is not, or that does not fit.
        DataError: the data is not there, or not whole.
    """
    config = configs.checked(job.config)
    kind, arguments = model_class(config)
    device = "cpu" if config.on_numpy else chosen_device(job.device)
    with progress() as show:
        show(0.0, "loading data")
        data = loaded(config.data, job)
        vocabulary = tuple(data.pop("vocabulary", ()))
        if vocabulary:
            arguments["vocab_size"] = len(vocabulary)
        model = built(kind, arguments, job.seed, device, on_numpy=config.on_numpy)
        identity = recording.identity(config, job.tree, data, seed=job.seed, device=device)
        job.out.mkdir(parents=True, exist_ok=True)
        start = checkpoint.load(job.out, identity) if job.resume else (State(), [])
        reports = begun_recipe(config, model, data, job.seed, device, start[0])
        found, accuracies, state = follow(
            reports,
            job,
            identity,
            start,
            show,
            judge=_accuracy_of(config, data),
            words=lambda report, curve: moving(report, curve, config.target),
        )
        run = trained_run(config, model, found, accuracies, data, vocabulary)
        record = recording.record(run, found, config, data, identity)
        print(result_line(record))
        if why := run_page.looks_for_the_cause(record):
            print(f"{why} looks for the cause")
        show(1.0, "drawing")
        names = _keep(job, run, record, state)
    print(f"in {job.out}: {', '.join(names)}")
    return 0 if record["reached"] else 1


def follow(
    reports: Progress,
    job: Job,
    identity: Identity,
    start: tuple[State, list[float]],
    show: Show,
    *,
    judge: Judge,
    words: Callable[[dict[str, Any], list[float]], str],
) -> tuple[dict[str, Any], list[float], State]:
    """Follow a recipe to its end, and keep its course and its state after each epoch.

    Args:
        judge: prints how an epoch ended; returns its place on the curve, and what the log keeps of it besides.
        words: where the training is, of a report and the curve so far.

    Returns:
        What the recipe gives, the curve, and the last state.
    """
    state, curve = start[0], list(start[1])
    with ExitStack() as stack:
        trackers = [stack.enter_context(closing(tracker)) for tracker in _trackers(job, state.step)]
        while True:
            try:
                report = next(reports)
            except StopIteration as end:
                return end.value, curve, state
            row = {name: report[name] for name in ROW}
            if "state" in report:
                reached, more = judge(report)
                curve.append(reached)
                row |= more
            for tracker in trackers:
                tracker.add(row)
            if "state" in report:  # after the log, which a resumed run cuts where its checkpoint is
                state = report["state"]
                checkpoint.save(job.out, state, curve, identity)
            show(float(report["fraction"]), words(report, curve))


def _accuracy_of(config: Config, data: Data) -> Judge:
    """Judges an epoch by the examples that are watched."""
    which = watched(data)

    def judge(report: dict[str, Any]) -> tuple[float, dict[str, float]]:
        accuracy = metrics.accuracy(data[f"y_{which}"], report[which])
        print(epoch_line(report, config.settings["epochs"], which, accuracy, config.target), flush=True)
        return accuracy, {"accuracy": accuracy}

    return judge


def _trackers(job: Job, step: int) -> list[Tracker]:
    """What keeps the course of a training: a log, and TensorBoard's events where they are asked for."""
    events = [TensorBoard(job.out, step)] if job.tensorboard else []
    return [*events, Log(job.out, step)]


def model_class(config: Config) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The model's class, and the arguments it is to be made with."""
    module, _, name = config.model.partition(":")
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise  # something that the learner's file imports
        raise ConfigError(f"model: expected module:Class of the tree, got {config.model!r}") from None
    if not hasattr(found, name):
        raise ConfigError(f"model: {module} defines no {name or 'class of no name'}")
    kind = getattr(found, name)
    return kind, fitted(accepted(kind, "rng", "vocab_size"), config.arguments, "model.")


def built(kind: Callable[..., Any], arguments: dict[str, Any], seed: int, device: str, *, on_numpy: bool) -> Any:
    """A model whose random start follows from the seed."""
    if on_numpy:
        from threadpoolctl import threadpool_limits

        threadpool_limits(1)  # as in the grader: its matrices are small, and threads only wait for each other
        return kind(**arguments, rng=np.random.default_rng(seed))
    import torch

    torch.use_deterministic_algorithms(device == "cpu", warn_only=True)
    torch.manual_seed(seed)
    return kind(**arguments)


def begun_recipe(config: Config, model: Any, data: Data, seed: int, device: str, state: State) -> Progress:
    """The recipe, begun; it is shown no label that it does not learn from."""
    inputs = {name: values for name, values in data.items() if name not in LABELS}
    where = {} if config.on_numpy else {"device": device}
    recipe = configs.function("training", config.recipe, "recipe")
    begun: Progress = recipe(model, inputs, seed=seed, state=state, **config.settings, **where)
    return begun


def loaded(name: str, job: Job) -> dict[str, Any]:
    """What a loader gives; the ones that need no download take a seed instead of a folder."""
    loader = configs.function("data", name, "data")
    folder = "folder" in inspect.signature(loader).parameters
    found: dict[str, Any] = loader(str(job.data)) if folder else loader(job.seed)
    return found


def _keep(job: Job, run: TrainedRun, record: dict[str, Any], state: State) -> list[str]:
    """Write weights, record, vocabulary, pictures and card; returns the names of all files of the training."""
    from safetensors import numpy

    from dlf_reference.plots.trained import draw

    weights = {name.removeprefix("model."): a for name, a in state.arrays.items() if name.startswith("model.")}
    write(job.out / "model.safetensors", numpy.save(weights))
    write(job.out / "record.json", (json.dumps(record, indent=2) + "\n").encode())
    pages = [f"{run_page.NAME} (beside the earlier runs)", "README.md (the model's card)"]
    names = [*pages, "record.json", "log.jsonl", checkpoint.NAME, "model.safetensors"]
    if run.vocabulary:
        Tokeniser(run.vocabulary).save(job.out / "vocabulary.txt")
        names.append("vocabulary.txt")
    pictures = draw(run, job.out)
    write(job.out / "README.md", write_card(run, record, job.command, pictures).encode())
    low, high, target = map(run_page.ACCURACY.shown, (*record["interval"], record["target"]))
    about = f"of the test examples, {low} to {high} with 95 % confidence. Target {target}"
    write(job.out / run_page.NAME, run_page.run_page(record, about, job.out, job.command, pictures).encode())
    if job.tensorboard:
        names.append(f"tensorboard (tensorboard --logdir {job.out})")
    return [*names, *(file.name for file in pictures)]
