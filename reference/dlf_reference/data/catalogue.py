"""The course's data sets: where they come from, which files they are, and what a whole copy holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataSet:
    """What is known of a data set.

    Attributes:
        about: a line for `dlf-data list`.
        files: sha256 of each published file that must be there, by path below the data folder; "" where unknown.
        rows: how many rows a Parquet file has, by path; where a copy may have fewer, the loader says so.
        repository: on the Hugging Face hub, and the revision that is fetched; empty for torchvision's.
    """

    about: str
    files: dict[str, str]
    rows: dict[str, int]
    repository: tuple[str, str] | None = None


MNIST = DataSet(
    "70,000 handwritten digits, 28 × 28 (LeCun, Cortes and Burges), through torchvision",
    {
        "MNIST/raw/train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        "MNIST/raw/train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        "MNIST/raw/t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        "MNIST/raw/t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
    {},
)
CIFAR10 = DataSet(
    "60,000 photographs in ten classes, 32 × 32 (Krizhevsky, 2009), from the hub",
    {
        "cifar10/plain_text/train-00000-of-00001.parquet": (
            "8428b53a88a11ac374111006708df51469e315a22ac6d66470afd9c78d2ae883"
        ),
        "cifar10/plain_text/test-00000-of-00001.parquet": (
            "841389e6f2d64f28bf17310e430aebac20ec3ba611a3c5e231dc93c645ce84de"
        ),
    },
    {
        "cifar10/plain_text/train-00000-of-00001.parquet": 50_000,
        "cifar10/plain_text/test-00000-of-00001.parquet": 10_000,
    },
    ("uoft-cs/cifar10", "0b2714987fa478483af9968de7c934580d0bb9a2"),
)
IMDB = DataSet(
    "50,000 film reviews, negative or positive (Maas and others, 2011), from the hub",
    {
        "imdb/plain_text/train-00000-of-00001.parquet": (
            "db47d16b5c297cc0dd625e519c81319c24c9149e70e8496de5475f6fa928342c"
        ),
        "imdb/plain_text/test-00000-of-00001.parquet": (
            "b52e26e2f872d282ffac460bf9770b25ac6f102cda0e6ca7158df98c94e8b3da"
        ),
    },
    {
        "imdb/plain_text/train-00000-of-00001.parquet": 25_000,
        "imdb/plain_text/test-00000-of-00001.parquet": 25_000,
    },
    ("stanfordnlp/imdb", "e6281661ce1c48d982bc483cf8a173c1bbeb5d31"),
)
AG_NEWS = DataSet(
    "127,600 news texts in four classes (Zhang, Zhao and LeCun, 2015), from the hub",
    {"ag_news/data/train-00000-of-00001.parquet": "", "ag_news/data/test-00000-of-00001.parquet": ""},
    {"ag_news/data/train-00000-of-00001.parquet": 120_000, "ag_news/data/test-00000-of-00001.parquet": 7_600},
    ("fancyzhx/ag_news", "eb185aade064a813bc0b7f42de02595523103ca4"),
)
DATA_SETS = {"mnist": MNIST, "cifar10": CIFAR10, "imdb": IMDB, "ag_news": AG_NEWS}


@dataclass(frozen=True)
class State:
    """How a copy of a data set is.

    Attributes:
        problems: what is missing or damaged, a line each; nothing if it can be used.
        notes: where it differs from what is published, though it can be used.
        size: bytes of the files that are there.
    """

    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()
    size: int = 0


def state(name: str, folder: Path) -> State:
    """Compare a copy with what is published: file by file, and where the file is another one, row by row."""
    data_set, problems, notes = DATA_SETS[name], list[str](), list[str]()
    for path, published in data_set.files.items():
        file = folder / path
        if not file.is_file():
            problems.append(f"{path} is missing")
        elif published and (got := _sha256(file)) == published:
            continue
        elif _compressed(file):
            problems.append(f"{path} is still compressed: unpack it with gunzip")
        elif path not in data_set.rows:
            problems.append(f"{path} is damaged: expected sha256 {published[:12]}…, got {got[:12]}…")
        elif (rows := _rows(file)) is None:
            problems.append(f"{path} is damaged: it cannot be read as Parquet")
        elif rows > data_set.rows[path] or ("test" in path and rows != data_set.rows[path]):
            problems.append(f"{path} is another data set: expected {data_set.rows[path]} rows, got {rows}")
        elif rows < data_set.rows[path]:
            notes.append(f"{path} is a part: {rows} of {data_set.rows[path]} rows")
        elif published:
            notes.append(f"{path} is another copy than the published one; its {rows} rows are all there")
    there = [file for path in data_set.files if (file := folder / path).is_file()]
    return State(tuple(problems), tuple(notes), sum(file.stat().st_size for file in there))


def _compressed(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(2) == b"\x1f\x8b"


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _rows(file: Path) -> int | None:
    import pyarrow
    from pyarrow import parquet

    try:
        return int(parquet.read_metadata(file).num_rows)
    except (OSError, pyarrow.ArrowException):
        return None
