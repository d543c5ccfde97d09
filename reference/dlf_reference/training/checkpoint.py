"""A training's state in one file: written whole or not at all, never with pickle, and taken up again by `--resume`."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

from dlf_reference.training.settings import ConfigError
from dlf_reference.training.state import Arrays, State

NAME = "checkpoint.safetensors"
ANEW = "leave out --resume to start anew, or name another folder with --out"
Identity = dict[str, Any]  # what decides a training's numbers: its settings, seed, files and data, by dotted name


def save(folder: Path, state: State, accuracies: list[float], identity: Identity) -> None:
    """Replace a folder's checkpoint.

    Args:
        accuracies: of the watched examples after each epoch so far.
    """
    from safetensors import numpy

    known = {each.name: getattr(state, each.name) for each in fields(State) if each.name != "arrays"}
    text = json.dumps({"state": known, "accuracies": accuracies, "identity": identity})
    metadata = {"state": text, "sha256": _sha256(text, state.arrays)}
    write(folder / NAME, numpy.save(state.arrays, metadata))


def load(folder: Path, identity: Identity) -> tuple[State, list[float]]:
    """What a folder's checkpoint holds: the state, and the accuracies so far.

    Raises:
        ConfigError: there is none, it is damaged, or it is of another training.
    """
    from safetensors import SafetensorError, safe_open

    file = folder / NAME
    try:
        with safe_open(file, framework="np") as opened:
            metadata = opened.metadata() or {}
            arrays = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - not a dict
    except (OSError, SafetensorError) as error:
        raise ConfigError(f"{file} is damaged ({error}); {ANEW}") from None
    text = metadata.get("state", "")
    if metadata.get("sha256") != _sha256(text, arrays):
        raise ConfigError(f"{file} is damaged (its sha256 is not that of its content); {ANEW}")
    known = json.loads(text)
    if difference := _difference(known["identity"], identity):
        why = "a resumed training gives the numbers of one that was never stopped"
        raise ConfigError(f"{file} is of another training: {difference}, and {why}; {ANEW}")
    state = State(**(known["state"] | {"losses": tuple(known["state"]["losses"]), "arrays": arrays}))
    return state, known["accuracies"]


def place(folder: Path, *, resume: bool) -> Path:
    """Where a training goes: into the folder, or where that holds one, into the next of FOLDER/2, FOLDER/3, …

    Args:
        resume: go on in the latest of them that has a checkpoint.

    Raises:
        ConfigError: there is none to resume.
    """
    runs = [folder]
    while _kept(runs[-1]):
        runs.append(folder / str(len(runs) + 1))
    if resume:
        found = next((run for run in reversed(runs) if (run / NAME).exists()), None)
        if found is None:
            raise ConfigError(f"{folder} holds no {NAME}: one is written after each epoch; {ANEW}")
        return found
    if len(runs) > 1:
        how = (
            "an unfinished training: --resume goes on with it" if unfinished(runs[-2]) else "a training, which is kept"
        )
        print(f"{runs[-2]} holds {how}; this one goes into {runs[-1]}", flush=True)
    return runs[-1]


def _kept(folder: Path) -> bool:
    return any((folder / name).exists() for name in (NAME, "record.json"))


def unfinished(folder: Path) -> bool:
    """Whether a folder's checkpoint is of a training that was stopped before its record was written."""
    file, record = folder / NAME, folder / "record.json"
    return file.exists() and (not record.exists() or record.stat().st_mtime_ns < file.stat().st_mtime_ns)


def write(file: Path, content: bytes) -> None:
    """All of it or nothing: a killed run leaves the file that was there before."""
    new = file.with_name(f"{file.name}.new")
    new.write_bytes(content)
    os.replace(new, file)


def dotted(values: dict[str, Any], prefix: str = "") -> Identity:
    """{"settings": {"lr": 0.1}} → {"settings.lr": 0.1}."""
    flat: Identity = {}
    for key, value in values.items():
        flat |= dotted(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return flat


def _difference(before: Identity, now: Identity) -> str:
    for key in sorted({*before, *now}):
        was, given = before.get(key), now.get(key)
        if was != given:
            contents = key.partition(" ")[2]  # a sha256, which nobody wants to read
            return f"{contents} has changed" if contents else f"{key} was {was} and is {given}"
    return ""


def _sha256(text: str, arrays: Arrays) -> str:
    digest = hashlib.sha256(text.encode())
    for name, array in sorted(arrays.items()):
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
