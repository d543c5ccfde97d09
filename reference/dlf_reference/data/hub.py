"""Data sets of the Hugging Face hub, read from the data folder through `datasets`."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from dlf_reference.data import DataError


def read(name: str, folder: str, split: str) -> dict[str, list[Any]]:
    """A split's columns, as they come.

    Args:
        name: the data set's own folder inside `folder`.

    Raises:
        DataError: it cannot be read.
    """
    from datasets import disable_progress_bars, load_dataset, logging

    disable_progress_bars()
    logging.set_verbosity(logging.CRITICAL)  # what goes wrong is said once, below
    try:
        with tempfile.TemporaryDirectory() as cache:  # its own copy would take the space twice
            found = load_dataset(str(Path(folder) / name), split=split, cache_dir=cache)
            return {column: list(found[column]) for column in found.column_names}
    except (OSError, ValueError) as error:
        raise DataError(f"{name} in {folder} cannot be read: {' '.join(str(error).split()).rstrip('.')}") from error
