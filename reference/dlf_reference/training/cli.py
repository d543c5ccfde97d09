"""`dlf-train`: train a milestone's model outside the grader, and keep its record, its curves and its pictures."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from dlf_reference.data import DataError
from dlf_reference.data.cli import data_folder
from dlf_reference.training import config as configs
from dlf_reference.training.config import ConfigError

COMPARE = "m4.compare"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `dlf-train`; returns 0 if the target is reached, 1 if not, 2 on wrong use."""
    options = _parser().parse_args(arguments)
    tree = Path(options.tree).resolve()
    folder = Path(options.out or Path("runs") / Path(options.config).stem.removesuffix(".yaml"))
    try:
        if not tree.is_dir():
            raise ConfigError(f"--tree {options.tree}: expected a folder such as exercises or solutions")
        sys.path.insert(0, str(tree))
        if options.config == COMPARE:
            from dlf_reference.training.session import compare

            return compare(str(data_folder()), folder, options.seed)
        config = configs.changed(configs.load(options.config), options.changes)
        from dlf_reference.training.session import train

        return train(config, str(data_folder()), folder, seed=options.seed, device=options.device)
    except (ConfigError, DataError) as error:
        print(f"dlf-train: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("dlf-train: stopped; nothing was written", file=sys.stderr)
        return 130
    except Exception as error:
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(str(tree))]
        if not own:
            raise
        where = f"{os.path.relpath(own[-1].filename)}:{own[-1].lineno}"
        text = "not written yet" if isinstance(error, NotImplementedError) else f"{type(error).__name__}: {error}"
        print(f"dlf-train: {where}: {text}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    names = ", ".join(configs.names())
    parser = argparse.ArgumentParser(
        "dlf-train",
        description="Train a milestone's model, and write its record and pictures into a folder.",
        epilog=f"milestones: {names}. Example: dlf-train m1.mnist epochs=2 --tree solutions",
    )
    parser.add_argument("config", help="a milestone, or a YAML file like those in reference/dlf_reference/configs")
    parser.add_argument("changes", nargs="*", metavar="key=value", help="settings to change; model.KEY for the model's")
    parser.add_argument("--tree", default="exercises", help="where the model is (default: exercises)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda", "mps"])
    parser.add_argument("--out", help="folder to write into (default: runs/MILESTONE)")
    return parser


def console() -> None:
    """The installed command."""
    sys.exit(main())
