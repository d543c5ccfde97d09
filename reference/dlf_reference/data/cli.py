"""`dlf-data`: list, fetch and verify the course's data sets."""

from __future__ import annotations

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataSet:
    """What is known of a data set.

    Attributes:
        about: a line for `dlf-data list`.
        files: sha256 of each file that must be there, by path below the data folder.
    """

    about: str
    files: dict[str, str]


# Of the extracted files, as torchvision leaves them.
DATA_SETS = {
    "mnist": DataSet(
        "70,000 handwritten digits, 28 × 28 (LeCun, Cortes and Burges), through torchvision",
        {
            "MNIST/raw/train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            "MNIST/raw/train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            "MNIST/raw/t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            "MNIST/raw/t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        },
    ),
}


def data_folder() -> Path:
    """Where data sets live: `DLF_DATA`, or a folder in the user's cache."""
    if folder := os.environ.get("DLF_DATA"):
        return Path(folder)
    import platformdirs

    return Path(platformdirs.user_cache_dir("dl-foundations")) / "data"


def problems(name: str, folder: Path) -> list[str]:
    """What is missing or damaged of a data set, a line each; nothing if it is whole."""
    found = []
    for path, wanted in DATA_SETS[name].files.items():
        file = folder / path
        if not file.is_file():
            found.append(f"{path} is missing")
        elif (got := _sha256(file)) != wanted:
            found.append(f"{path} is damaged: expected sha256 {wanted[:12]}…, got {got[:12]}…")
    return found


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def fetch(name: str, folder: Path) -> list[str]:
    """Download what is missing or damaged; returns what is still wrong afterwards."""
    for path in DATA_SETS[name].files:
        file = folder / path
        if file.is_file() and problems(name, folder):
            file.unlink()  # torchvision takes any file that is there for whole
    from dlf_reference.data import vision

    folder.mkdir(parents=True, exist_ok=True)
    getattr(vision, name)(str(folder), download=True)
    return problems(name, folder)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `dlf-data`; returns 0 if all asked about is whole, 1 if not, 2 on wrong use."""
    parser = argparse.ArgumentParser("dlf-data", description=f"Data sets, kept in {data_folder()} (DLF_DATA).")
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("list", help="what there is, and what is here")
    get = commands.add_parser("get", help="download and verify")
    get.add_argument("name", choices=sorted(DATA_SETS))
    commands.add_parser("verify", help="compare every file with its checksum")
    options = parser.parse_args(arguments)
    folder = data_folder()
    if options.what == "get":
        return _get(options.name, folder)
    wrong = 0
    for name, data_set in DATA_SETS.items():
        found = problems(name, folder)
        wrong += len(found)
        state = "here" if not found else f"not whole: {found[0]}"
        print(f"{name}: {data_set.about}\n  {folder}: {state}")
    return 1 if wrong and options.what == "verify" else 0


def _get(name: str, folder: Path) -> int:
    if not problems(name, folder):
        print(f"{name} is here and whole: {folder}")
        return 0
    try:
        left = fetch(name, folder)
    except (OSError, RuntimeError) as error:
        reason = " ".join(str(error).split())
        print(f"dlf-data: {name} could not be downloaded to {folder}: {reason}", file=sys.stderr)
        print("  without a network, copy its files there from a machine that has them:", file=sys.stderr)
        for path in DATA_SETS[name].files:
            print(f"    {path}", file=sys.stderr)
        return 1
    for problem in left:
        print(f"dlf-data: {problem}", file=sys.stderr)
    print(f"{name} is in {folder}")
    return 1 if left else 0


def console() -> None:
    """The installed command."""
    sys.exit(main())
