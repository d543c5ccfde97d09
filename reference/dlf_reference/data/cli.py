"""`dlf-data`: list, fetch and verify the course's data sets."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from dlf_reference.data.catalogue import DATA_SETS, State, state
from dlf_reference.training.command_line import Parser


def data_folder() -> Path:
    """Where data sets live: `DLF_DATA`, or a folder in the user's cache."""
    if folder := os.environ.get("DLF_DATA"):
        return Path(folder)
    import platformdirs

    return Path(platformdirs.user_cache_dir("dl-foundations")) / "data"


def fetch(name: str, folder: Path) -> State:
    """Download what is missing or damaged, going on where an earlier download stopped; returns how the copy is now."""
    data_set, before = DATA_SETS[name], state(name, folder)
    for path in data_set.files:
        if any(problem.startswith(f"{path} is damaged") for problem in before.problems):
            (folder / path).unlink()  # a file that is there would be taken for whole
    folder.mkdir(parents=True, exist_ok=True)
    if data_set.repository is None:
        from dlf_reference.data import vision

        vision.mnist(str(folder), download=True)
    else:
        _from_hub(name, folder)
    return state(name, folder)


def _from_hub(name: str, folder: Path) -> None:
    from huggingface_hub import logging, snapshot_download

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # the hub leaves it untyped
    repository, revision = DATA_SETS[name].repository or ("", "")
    own = folder / name
    wanted = [str(Path(path).relative_to(name)) for path in DATA_SETS[name].files]
    snapshot_download(repository, repo_type="dataset", revision=revision, local_dir=own, allow_patterns=wanted)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `dlf-data`; returns 0 if all asked about can be used, 1 if not, 2 on wrong use."""
    parser = Parser("dlf-data", description=f"Data sets, kept in {data_folder()} (DLF_DATA).")
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("list", help="what there is, and what is here")
    get = commands.add_parser("get", help="download and verify")
    get.add_argument("name", choices=sorted(DATA_SETS))
    commands.add_parser("verify", help="compare every file with what is published")
    options = parser.parse_args(arguments)
    folder = data_folder()
    if options.what == "get":
        return _get(options.name, folder)
    states = {name: state(name, folder) for name in DATA_SETS}
    for name, found in states.items():
        print(f"{name}: {DATA_SETS[name].about}\n  {folder}: {_words(name, folder, found)}")
        for line in found.notes:
            print(f"    {line}")
    return 1 if options.what == "verify" and any(found.problems for found in states.values()) else 0


def _words(name: str, folder: Path, found: State) -> str:
    if not found.size:
        begun = any((folder / name).rglob("*.incomplete"))  # as the hub leaves it
        return f"{'not whole: the download was stopped' if begun else 'never fetched'}; dlf-data get {name} fetches it"
    size = f"{found.size / 1e6:.0f} MB"
    return f"not whole, {size}: {found.problems[0]}" if found.problems else f"here, {size}"


def _get(name: str, folder: Path) -> int:
    if not state(name, folder).problems:
        print(f"{name} is here and whole: {folder}")
        return 0
    try:
        left = fetch(name, folder).problems
    except (OSError, RuntimeError, ValueError) as error:  # the hub's own errors are among them
        reason = " ".join(str(error).split())
        print(f"dlf-data: {name} could not be downloaded to {folder}: {reason[:300]}", file=sys.stderr)
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
