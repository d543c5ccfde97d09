"""What checks may require: permission to train, time, data."""

from __future__ import annotations

from dlf_grader.config import Config, has_gpu
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Check

FILES = {  # one of each data set's
    "mnist": "MNIST/raw/train-images-idx3-ubyte",
    "cifar10": "cifar10/plain_text/test-00000-of-00001.parquet",
    "imdb": "imdb/plain_text/test-00000-of-00001.parquet",
    "ag_news": "ag_news/data/test-00000-of-00001.parquet",
}


@hookimpl
def dlf_probe(requirement: str, check: Check, config: Config) -> str | None:
    """Know "training", "long:MINUTES" and "data:NAME"."""
    name, _, detail = requirement.partition(":")
    if name == "training":
        return "--no-train was given" if config.train is False else ""
    if name == "long":
        return _long(check, detail, config)
    if name == "data":
        return _data(detail, config)
    return None


def _long(check: Check, minutes: str, config: Config) -> str:
    if config.train or (config.train is None and has_gpu(config)):
        return ""
    return f"trains for about {minutes} on a CPU; run it with: dlf-grade {check.milestone} -k {check.id} --train"


def _data(name: str, config: Config) -> str:
    folder = config.data_folder
    if (folder / FILES[name]).exists() or (folder / (FILES[name] + ".gz")).exists():
        return ""
    return f"{name} is not in {folder}; fetch it with: dlf-data get {name} (or set DLF_DATA to where it is)"
