"""`dlf-train`: train a milestone's model outside the grader, and keep its record, its curves and its pictures."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
import traceback
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

from dlf_reference import machine
from dlf_reference.data import DataError
from dlf_reference.data.cli import data_folder
from dlf_reference.training import checkpoint
from dlf_reference.training import config as configs
from dlf_reference.training.command_line import Parser
from dlf_reference.training.common import TrainingError
from dlf_reference.training.settings import ConfigError

COMPARE = "m4.compare"
ADVICE = {  # by what is in the error
    "allocate memory": "lower batch_size, or free the machine of other work",
    "out of memory": "lower batch_size, free the GPU of other work, or train with --device cpu",
    "same device": "make a tensor where the input is: torch.zeros(…, device=x.device), or register_buffer in __init__",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `dlf-train`; returns 0 if the target is reached, 1 if not, 2 on wrong use."""
    typed = sys.argv[1:] if arguments is None else list(arguments)
    if typed[:1] == ["generate"]:
        return _generate(typed[1:])
    options = _parser().parse_intermixed_args(typed)  # key=value may stand anywhere
    zoo = options.model == "zoo"
    tree = Path(str(files(configs.ZOO))) if zoo else Path(options.tree).resolve()
    out = Path(options.out or Path("runs") / Path(options.config).name.removesuffix(".yaml").removesuffix(".yml"))
    try:
        if not tree.is_dir():
            raise ConfigError(f"--tree {options.tree}: expected a folder such as exercises or solutions")
        sys.path.insert(0, str(tree))
        for change in options.changes:
            name, _, value = change.partition("=")
            if name in ("seed", "device", "tree", "out"):
                raise ConfigError(f"{change}: did you mean --{name} {value}?")
        if options.config == COMPARE:
            return _compare(options, out)
        config = configs.changed(configs.load(options.config), options.changes)
        if zoo:
            config = configs.of_the_zoo(config)
        from dlf_reference.training import continuing
        from dlf_reference.training.session import Job, train

        machine.keep_memory()

        command = shlex.join(["dlf-train", *(word for word in typed if word != "--resume")])
        asked = {name: getattr(options, name) for name in ("seed", "device", "resume", "tensorboard")}
        out = checkpoint.place(out, resume=options.resume)
        job = Job(config, tree, data_folder(), out, command=command, **asked)
        return continuing.train(job) if config.recipe == continuing.RECIPE else train(job)
    except ConfigError as error:
        return _say(str(error), 2)
    except DataError as error:
        return _say(f"{error}; dlf-data verify says more, dlf-data get fetches it", 2)
    except TrainingError as error:
        return _say(str(error), 1)
    except KeyboardInterrupt:
        goes_on = "; --resume goes on from its last epoch" if checkpoint.unfinished(out) else "; nothing was written"
        return _say(f"stopped{goes_on}", 130)
    except Exception as error:
        if line := _explained(error, tree):
            return _say(line, 1)
        raise


def _generate(words: Sequence[str]) -> int:
    from dlf_reference.training.generate import generate, parser

    options = parser().parse_args(words)
    sys.path.insert(0, str(Path(options.tree).resolve()))
    try:
        return generate(options)
    except ConfigError as error:
        return _say(str(error), 2)
    except KeyboardInterrupt:
        return 130


def _compare(options: argparse.Namespace, out: Path) -> int:
    from dlf_reference.training.compare import compare
    from dlf_reference.training.comparison import load

    if options.resume or options.tensorboard or options.model != "tree":
        said = "leave out --resume, --tensorboard and --model"
        raise ConfigError(f"{COMPARE} takes a minute and keeps curves of its own: {said}")
    return compare(load(options.changes), str(data_folder()), checkpoint.place(out, resume=False), options.seed)


def _explained(error: Exception, tree: Path) -> str:
    """What went wrong in the learner's file, or with the device, in a line; "" if the fault is ours."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if frame.filename.startswith(str(tree))]
    advice = next((text for words, text in ADVICE.items() if words in str(error)), "")
    if isinstance(error, MemoryError):
        advice = "there is not enough memory: lower batch_size"
    if not own and isinstance(error, OSError):  # a full disk, a folder that may not be written
        return str(error)
    if not own and not advice:
        return ""
    where = f"{os.path.relpath(own[-1].filename)}:{own[-1].lineno}: " if own else ""
    first = str(error).partition("\n")[0]
    text = "not written yet" if isinstance(error, NotImplementedError) else f"{type(error).__name__}: {first}"
    return f"{where}{text}{'; ' * bool(advice)}{advice}"


def _say(text: str, code: int) -> int:
    print(f"dlf-train: {text}", file=sys.stderr)
    return code


def _parser() -> Parser:
    names = ", ".join(configs.names())
    parser = Parser(
        "dlf-train",
        description="Train a milestone's model; its record, weights, card and pictures go into a folder.",
        epilog=f"milestones: {names}. Example: dlf-train m1.mnist epochs=2 --tree solutions. "
        'dlf-train generate RUN "prompt" goes on with a text by a trained m6.ag_news.',
    )
    parser.add_argument("config", help="a milestone, or a YAML file like those in reference/dlf_reference/configs")
    settings = "settings to change; model.KEY for the model's"
    parser.add_argument("changes", nargs="*", default=[], metavar="key=value", help=settings)
    parser.add_argument("--tree", default="exercises", help="where the model is (default: exercises)")
    parser.add_argument(
        "--model",
        default="tree",
        choices=["tree", "zoo"],
        help="the tree's model, or our record-setting variant of it (default: tree)",
    )
    parser.add_argument("--seed", type=_seed, default=1, help="of the first weights and of the order of examples")
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda", "mps"])
    parser.add_argument(
        "--out", help="folder to write into, or into OUT/2 … where it holds a training (default: runs/MILESTONE)"
    )
    parser.add_argument("--resume", action="store_true", help="go on after the last epoch that was finished there")
    parser.add_argument("--tensorboard", action="store_true", help="write events for TensorBoard as well")
    return parser


def _seed(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number from 0 on, got {text!r}")
    return int(text)


def console() -> None:
    """The installed command."""
    sys.exit(main())


if __name__ == "__main__":
    console()
