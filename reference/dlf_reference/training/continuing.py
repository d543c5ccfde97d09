"""A training of a language model outside the grader: perplexity, bits per byte and a sample after each epoch.

At the end a 5-gram is asked about the same test texts, and the model must need a given share of its bits.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dlf_reference.data.bpe import Encoder
from dlf_reference.machine import hardware
from dlf_reference.oracles.m6_text import probabilities
from dlf_reference.training import checkpoint, run_page
from dlf_reference.training import config as configs
from dlf_reference.training import record as recording
from dlf_reference.training.checkpoint import write
from dlf_reference.training.common import chosen_device
from dlf_reference.training.display import clock, progress
from dlf_reference.training.generate import Drawn, drawn
from dlf_reference.training.language import next_logits
from dlf_reference.training.ngram import KneserNey
from dlf_reference.training.session import Job, Judge, begun_recipe, built, follow, loaded, model_class
from dlf_reference.training.state import State

RECIPE = "language:texts"
PREFIXES = "model.model."  # of a state's arrays, for `language.Continued` holds the model
TEMPERATURES = (0.5, 0.8, 1.0)
LENGTH = 40  # tokens of a sample
SENTENCE = "Oil prices rose on Monday after oil"
WORDS = (" Monday", " million", " oil", " Iraq", " Microsoft", " season", " said", " who")


@dataclass(frozen=True)
class Texts:
    """What is predicted, and how long it is.

    Attributes:
        arrays: as the recipe takes them.
        sizes: bytes of "held_out" and "test".
    """

    arrays: dict[str, np.ndarray]
    sizes: dict[str, int]
    encoder: Encoder

    def per_byte(self, name: str, bits: np.ndarray) -> float:
        """Bits of all tokens over the texts' bytes."""
        return float(bits.sum(dtype=np.float64)) / self.sizes[name]


def train(job: Job) -> int:
    """Train, show how it goes, and keep the record, the weights and the merges in `job.out`.

    Returns:
        0 if the model needs no more than `target` times the 5-gram's bits per byte, 1 if it does.
    """
    config = configs.checked(job.config)
    kind, arguments = model_class(config)
    device = chosen_device(job.device)
    with progress() as show:
        show(0.0, "learning byte pairs")
        data = loaded(config.data, job)
        merges = data.pop("merges")
        sizes = {name: data.pop(f"bytes_{name}") for name in ("train", "held_out", "test")}
        texts = Texts(data, sizes, Encoder(merges))
        arguments["vocab_size"] = len(texts.encoder.tokens)
        model = built(kind, arguments, job.seed, device, on_numpy=False)
        identity = recording.identity(config, job.tree, data, seed=job.seed, device=device)
        job.out.mkdir(parents=True, exist_ok=True)
        pairs = [[left.hex(), right.hex()] for left, right in merges]
        write(job.out / "merges.json", json.dumps(pairs).encode())
        start = checkpoint.load(job.out, identity) if job.resume else (State(), [])
        reports = begun_recipe(config, model, data, job.seed, device, start[0])
        judge = _bits_of(texts, model, config.settings["epochs"])
        found, curve, state = follow(reports, job, identity, start, show, judge=judge, words=_moving)
        show(1.0, "counting n-grams")
        bits = texts.per_byte("test", found["test"])
        counted = _five_gram(texts)
        samples = {str(t): _sample(model, texts, Drawn(t, seed=job.seed)) for t in TEMPERATURES}
        record = asdict(config) | {
            "model": config.model,
            "arguments": arguments,
            "seed": job.seed,
            "device": device,
            "bits_per_byte": bits,
            "perplexity": float(2 ** found["test"].mean()),
            "five_gram": counted,
            "ratio": bits / counted,
            "reached": bits <= config.target * counted,
            "curve": curve,
            "losses": found["losses"],
            "seconds": round(found["seconds"], 1),
            "samples": samples,
            "parameters": sum(p.numel() for p in model.parameters()),
            "hardware": hardware(device),
            "versions": recording.versions(),
            "sha256": {key.removeprefix("sha256 "): v for key, v in identity.items() if key.startswith("sha256 ")},
        }
        pictures = _keep(job, record, state, model, texts.encoder)
    print(
        f"test {bits:.3f} bits per byte (perplexity {record['perplexity']:.1f}) · 5-gram {counted:.3f}"
        f" · {record['ratio']:.3f} of it · target {config.target:g} {'reached' if record['reached'] else 'missed'}"
    )
    page = f"{run_page.NAME} (beside the earlier runs)"
    names = (page, "record.json", "log.jsonl", checkpoint.NAME, "model.safetensors", "merges.json", *pictures)
    print(f"in {job.out}: {', '.join(names)}")
    return 0 if record["reached"] else 1


def _bits_of(texts: Texts, model: Any, epochs: int) -> Judge:
    """Judges an epoch by the bits per byte of the held-out texts, and shows a sample."""

    def judge(report: dict[str, Any]) -> tuple[float, dict[str, float]]:
        bits = report["held_out"]
        per_byte, perplexity = texts.per_byte("held_out", bits), float(2 ** bits.mean())
        print(
            f"epoch {report['epoch']:>{len(str(epochs))}} of {epochs}   loss {report['loss']:.3f}   held-out"
            f" perplexity {perplexity:.1f}, {per_byte:.3f} bits per byte   {clock(report['seconds'])}"
        )
        print(f"    {_sample(model, texts, Drawn(0.8, seed=report['epoch']))}", flush=True)
        return per_byte, {"bits_per_byte": per_byte, "perplexity": perplexity}

    return judge


def _moving(report: dict[str, Any], curve: list[float]) -> str:
    so_far = f" · {curve[-1]:.3f} bits per byte" if curve else ""
    return f"epoch {report['epoch']} · loss {report['loss']:.3f}{so_far} · {clock(report['seconds_left'])} left"


def _sample(model: Any, texts: Texts, how: Drawn) -> str:
    """A text from its beginning, on one line."""
    ids = [number for number, _ in zip(drawn(model, texts.encoder.encode("\n"), how), range(LENGTH), strict=False)]
    return texts.encoder.decode(ids).partition("\n")[0]


def _five_gram(texts: Texts) -> float:
    """Bits per byte of the test texts under a 5-gram of the training texts."""
    data = texts.arrays
    counted = KneserNey(data["x_train"].astype(np.int64), data["lengths_train"], len(texts.encoder.tokens))
    p = counted.probabilities(data["x_test"].astype(np.int64), data["lengths_test"])
    return texts.per_byte("test", -np.log2(p))


def _keep(job: Job, record: dict[str, Any], state: State, model: Any, encoder: Encoder) -> list[str]:
    """Write weights, record and pictures; returns the names of the pictures."""
    from safetensors import numpy

    weights = {name.removeprefix(PREFIXES): a for name, a in state.arrays.items() if name.startswith(PREFIXES)}
    write(job.out / "model.safetensors", numpy.save(weights))
    write(job.out / "record.json", (json.dumps(record, indent=2) + "\n").encode())
    pictures = _drawn(job.out, record["five_gram"], model, encoder)
    about = (
        "bits per byte of the test texts; a 5-gram that counted the same training texts needs"
        f" {record['five_gram']:.3f}. Target {record['target']:g} of it"
    )
    page = run_page.run_page(record, about, job.out, job.command, [job.out / name for name in pictures], run_page.BITS)
    write(job.out / run_page.NAME, page.encode())
    return pictures


def _drawn(out: Path, five_gram: float, model: Any, encoder: Encoder) -> list[str]:
    """Draw the course, a head's attention, tokens that are alike, and what top-p leaves."""
    import torch

    from dlf_reference.plots import language
    from dlf_reference.plots.canvas import course_style, save
    from dlf_reference.training.inside_texts import caught_weights

    names = [_shown(token) for token in encoder.tokens]
    ids = encoder.encode(f"\n{SENTENCE}")
    tokens = torch.tensor([ids], device=next(model.parameters()).device)
    with course_style():
        found = {"loss.svg": language.course(out / "log.jsonl", five_gram)}
        if weights := caught_weights(model, (tokens,)):
            layer, head = _sharpest(weights)
            title = f"Layer {layer}, head {head}"
            found["attention.svg"] = language.attention(weights[layer][head], [names[number] for number in ids], title)
        logits = next_logits(model, np.array([ids]), np.array([len(ids)]))[0]
        odds = probabilities(logits)["probabilities"]
        found["top-p.svg"] = language.top_p(odds, names, 0.9, SENTENCE)
        tables = [p.detach().cpu().numpy() for p in model.parameters() if len(p) == len(names) and p.ndim == 2]
        if tables:
            chosen = [ids_[0] for word in WORDS if len(ids_ := encoder.encode(word)) == 1]
            found["neighbours.svg"] = language.neighbours(tables[0], names, chosen)
        for name, figure in found.items():
            save(figure, out / name)
    return list(found)


def _sharpest(weights: list[np.ndarray]) -> tuple[int, int]:
    """The layer and head that look most decidedly at a token that is neither their own nor the first."""
    found = {
        (layer, head): float(np.mean([row[1:at].max(initial=0) for at, row in enumerate(part) if at > 1]))
        for layer, heads in enumerate(weights)
        for head, part in enumerate(heads)
    }
    return max(found, key=lambda at: found[at])


def _shown(token: bytes) -> str:
    """A token for a picture: a space before it as ␣, other white space and broken bytes by their numbers."""
    text = token.decode(errors="replace").replace(" ", "␣").replace("$", r"\$")
    return text if text.isprintable() and "\ufffd" not in text else token.hex(" ")
