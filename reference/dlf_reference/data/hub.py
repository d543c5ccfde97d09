"""Data sets of the Hugging Face hub: their Parquet files in the data folder, read through `datasets`."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dlf_reference.data import DataError


def read(name: str, folder: str, split: str, columns: Sequence[str]) -> list[list[Any]]:
    """Some columns of a split.

    The files are named to `datasets`, which would otherwise go by what else lies beside them: a script, a README.

    Args:
        name: the data set's own folder inside `folder`.

    Raises:
        DataError: the files are not there, cannot be read, or have no such column.
    """
    from datasets import disable_progress_bars, load_dataset, logging

    own = Path(folder) / name
    files = sorted(str(file) for file in own.rglob("*.parquet") if split in (file.parent.name, file.name[: len(split)]))
    if not files:
        raise DataError(
            f"{name}: expected a file {split}….parquet below {own}, found none. Fetch it: dlf-data get {name}"
        )
    disable_progress_bars()
    logging.set_verbosity(logging.CRITICAL)  # what goes wrong is said once, below
    try:
        with tempfile.TemporaryDirectory() as cache:  # its own copy would take the space twice
            found = load_dataset("parquet", data_files={split: files}, split=split, cache_dir=cache)
            lacking = [column for column in columns if column not in found.column_names]
            if lacking:
                got = ", ".join(found.column_names)
                raise DataError(f"{name} in {folder}: expected columns {', '.join(columns)}, got {got}")
            return [list(found[column]) for column in columns]
    except DataError:
        raise
    except Exception as error:  # the libraries below have errors of many kinds
        raise DataError(f"{name} in {folder} cannot be read: {' '.join(str(error).split()).rstrip('.')}") from error
