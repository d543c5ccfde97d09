"""`dlf-train generate RUN "prompt"`: a trained language model goes on with a text, token by token."""

from __future__ import annotations

import argparse
import codecs
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from dlf_reference.data.bpe import Encoder
from dlf_reference.oracles.m6_text import probabilities
from dlf_reference.training.command_line import Parser
from dlf_reference.training.settings import ConfigError

END = 10  # the id that stands between texts
CONTEXT = 256  # tokens that a model without `max_length` is shown


@dataclass(frozen=True)
class Drawn:
    """How tokens are drawn."""

    temperature: float = 0.8
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 1


def drawn(model: Any, ids: list[int], how: Drawn) -> Iterator[int]:
    """New ids, one after the other, until the end of the text."""
    import torch

    rng, so_far = np.random.default_rng(how.seed), list(ids)
    longest = int(getattr(model, "max_length", CONTEXT))
    device = next(model.parameters()).device
    model.eval()
    while True:
        with torch.no_grad():
            logits = model(torch.tensor([so_far[-longest:]], device=device))[0, -1].float().cpu().numpy()
        p = probabilities(logits, how.temperature, how.top_k, how.top_p)["probabilities"]
        so_far.append(int(rng.choice(len(p), p=p)))
        if so_far[-1] == END:
            return
        yield so_far[-1]


def generate(options: argparse.Namespace) -> int:
    """Print the prompt and what the model makes of it, as it comes.

    Raises:
        ConfigError: the folder holds no trained language model, or an option is out of range.
    """
    _check(options)
    model, encoder = _trained(Path(options.run))
    ids = [END, *_encoded(encoder, options.prompt)]
    longest = int(getattr(model, "max_length", CONTEXT))
    if len(ids) > longest:
        cut = len(ids) - longest
        print(f"dlf-train: the prompt has {len(ids)} tokens, {longest} fit: the first {cut} are cut", file=sys.stderr)
        ids = ids[-longest:]
    how = Drawn(options.temperature, options.top_k, options.top_p, options.seed)
    decoder = codecs.getincrementaldecoder("utf-8")("replace")  # a character may be spread over tokens
    print(options.prompt, end="", flush=True)
    for number, _ in zip(drawn(model, ids, how), range(options.count), strict=False):
        print(decoder.decode(encoder.tokens[number]), end="", flush=True)
    print(decoder.decode(b"", final=True))
    return 0


def _encoded(encoder: Encoder, prompt: str) -> list[int]:
    try:
        return encoder.encode(prompt)
    except UnicodeEncodeError:
        raise ConfigError("prompt: expected text that UTF-8 can write, got a lone surrogate") from None


def _check(options: argparse.Namespace) -> None:
    for name, good, wanted in (
        ("count", options.count >= 0, "at least 0"),
        ("temperature", 0 <= options.temperature < float("inf"), "at least 0"),
        ("top-k", options.top_k is None or options.top_k >= 1, "at least 1"),
        ("top-p", options.top_p is None or 0 < options.top_p <= 1, "a number above 0 and at most 1"),
    ):
        if not good:
            got = getattr(options, name.replace("-", "_"))
            raise ConfigError(f"--{name}: expected {wanted}, got {got}")


def _trained(run: Path) -> tuple[Any, Encoder]:
    """A model with its weights, and its tokeniser."""
    import torch
    from safetensors.torch import load_file

    try:
        record = json.loads((run / "record.json").read_text(encoding="utf-8"))
        pairs = json.loads((run / "merges.json").read_text(encoding="utf-8"))
        weights = load_file(run / "model.safetensors")
    except (OSError, ValueError) as error:
        raise ConfigError(f"{run} holds no trained language model: dlf-train m6.ag_news makes one ({error})") from None
    encoder = Encoder([(bytes.fromhex(left), bytes.fromhex(right)) for left, right in pairs])
    module, _, name = record["model"].partition(":")
    model = getattr(import_module(module), name)(**record["arguments"])
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        first = str(error).partition("\n")[0]
        raise ConfigError(f"{run}: the weights do not fit {record['model']} of this tree: {first}") from None
    model.to(torch.device("cuda" if torch.cuda.is_available() else "cpu"))
    return model, encoder


def parser() -> Parser:
    """The command's arguments."""
    made = Parser("dlf-train generate", description="Go on with a text, by a trained m6.ag_news.")
    made.add_argument("run", help="the folder of the training, such as runs/m6.ag_news")
    made.add_argument("prompt", nargs="?", default="", help="how the text begins; one that is too long is cut")
    made.add_argument("--tree", default="exercises", help="where the model is (default: exercises)")
    made.add_argument("--count", type=int, default=80, help="tokens at most (default: 80)")
    made.add_argument("--temperature", type=float, default=0.8, help="0 takes the most likely token (default: 0.8)")
    made.add_argument("--top-k", type=int, default=None, help="draw from the k most likely tokens")
    made.add_argument("--top-p", type=float, default=None, help="draw from the fewest tokens that reach p")
    made.add_argument("--seed", type=int, default=1, help="of what is drawn (default: 1)")
    return made
