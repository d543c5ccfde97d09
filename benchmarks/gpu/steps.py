"""What is tried on a card besides whole trainings; each step gives what it measured, or raises `Missed`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from dlf_reference.training import images
from dlf_reference.training.common import DivergedError
from dlf_reference.training.session import built, model_class
from torch.nn.functional import cross_entropy

from benchmarks.gpu.trainings import MILESTONES, ROOT, Training, made_up, prepared

ALIKE = {torch.float64: 1e-8, torch.float32: 2e-2}  # of the largest number; a card multiplies float32 in TF32
WITHIN = 50  # steps, after which a loss that is no number must be found
CAPPED = """
import resource, sys
import torch
from dlf_reference.training.cli import main
if {device!r} == "cuda":
    torch.cuda.set_per_process_memory_fraction(0.005)
else:
    used = int(open("/proc/self/statm").read().split()[5]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_DATA, (used + (1 << 30), used + (1 << 30)))
sys.exit(main({command!r}))
"""
WIDE = """
import torch

class LeNet(torch.nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.layer = torch.nn.Linear(784, num_classes)

    def forward(self, x):
        return self.layer(x.repeat(1, 400, 1, 1).flatten(2).mean(1))  # 1.25 MB an image
"""
Measured = dict[str, Any]
Step = Callable[[str, float], Measured]


class Missed(Exception):
    """Something is not as it must be; the text says what."""


def agreement(device: str, scale: float) -> Measured:
    """Logits and gradients of every model are those of the CPU, in float64 and in float32."""
    measured: Measured = {}
    for name in MILESTONES:
        training = prepared(name, min(scale, 0.01))
        batch, labels = _few(training)
        for dtype, tolerance in ALIKE.items():
            cpu, card = (_numbers(training, batch, labels, where, dtype) for where in ("cpu", device))
            apart = max(_apart(one, other) for one, other in zip(cpu, card, strict=True))
            measured[f"{name} {str(dtype).partition('.')[2]}"] = apart
            if not apart <= tolerance:
                raise Missed(f"{name}: {dtype} differs by {apart:.2g} of the largest number, at most {tolerance:g}")
    return measured


def _few(training: Training) -> tuple[tuple[torch.Tensor, ...], torch.Tensor]:
    """A batch of eight in the form that the model takes."""
    data, rng = training.data, np.random.default_rng(0)
    labels = torch.from_numpy(data["y_train"][:8])
    if "vocabulary" not in data:
        shape = data["x_train"].shape[-3:] if data["x_train"].ndim == 4 else (1, *data["x_train"].shape[-2:])
        return (torch.from_numpy(rng.standard_normal((8, *shape))),), labels
    lengths = torch.tensor([7, 3, 12, 1, 20, 5, 9, 2])
    tokens = torch.from_numpy(rng.integers(2, len(data["vocabulary"]), (8, 20)))
    tokens = tokens * (torch.arange(20) < lengths[:, None])
    return ((tokens, lengths) if training.config.settings.get("lengths_wanted") else (tokens,)), labels


def _numbers(
    training: Training, batch: tuple[torch.Tensor, ...], labels: torch.Tensor, device: str, dtype: torch.dtype
) -> list[torch.Tensor]:
    kind, arguments = model_class(training.config)
    if "vocabulary" in training.data:
        arguments["vocab_size"] = len(training.data["vocabulary"])
    model = built(kind, arguments, 1, "cpu", on_numpy=False).to(device, dtype)
    for part in model.modules():
        if isinstance(part, torch.nn.Dropout):
            part.p = 0.0  # devices draw other numbers
    inputs = [part.to(device, dtype) if part.is_floating_point() else part.to(device) for part in batch]
    logits = model(*inputs)
    cross_entropy(logits, labels.to(device)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    return [t.detach().double().cpu() for t in (logits, *(p.grad for p in model.parameters() if p.grad is not None))]


def _apart(one: torch.Tensor, other: torch.Tensor) -> float:
    return float((one - other).abs().max() / one.abs().max().clamp(min=1e-6))


def checks_agree(device: str, scale: float) -> Measured:
    """Every check of the PyTorch exercises ends on the card as on the CPU; of fewer, where less is asked for."""
    fewer = scale < 1
    asked = ["m1", "-k", "digits"] if fewer else ["m1", "m2", "m3", "m6"]
    ended = [_graded([*asked, "--device", where]) for where in ("cpu", device)]
    if different := [check for check in ended[0] if ended[0][check] != ended[1].get(check)]:
        raise Missed(f"{', '.join(different)} end otherwise than on the CPU: {[ended[1].get(c) for c in different]}")
    return {"checks": len(ended[0])}


def rungs(device: str, scale: float) -> Measured:
    """A training through the grader passes on both rungs of isolation."""
    measured: Measured = {}
    for rung in ("locked", "process"):
        found = _graded(["m1", "-k", "m1.digits", "--isolation", rung, "--device", device])
        if set(found.values()) != {"passed"}:
            raise Missed(f"on {rung}: {found}")
        measured[rung] = len(found)
    return measured


def _graded(asked: list[str]) -> dict[str, str]:
    """The status of each check of a run of our solutions."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "dlf_grader.cli", *asked, "--tree", "solutions", "--fresh"]
        said = subprocess.run(
            [*command, "--report", f"json={report}"],
            cwd=ROOT,
            env=os.environ | {"DLF_CACHE": folder},
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists():
            raise Missed(f"{' '.join(asked)}: {said.stderr[-500:]}")
        return {result["id"]: result["status"] for result in json.loads(report.read_text())["results"]}


def memory(device: str, scale: float) -> Measured:
    """A batch that is too large for the card ends with a line of advice."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "m1_cnn"
        tree.mkdir()
        (tree / "lenet.py").write_text(WIDE)
        command = ["m1.digits", "batch_size=1437", "epochs=1", "--tree", folder, "--device", device]
        code = CAPPED.format(device=device, command=[*command, "--out", f"{folder}/run"])
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    said = done.stderr.strip().splitlines()[-1:]
    if done.returncode != 1 or "lower batch_size" not in "".join(said):
        raise Missed(f"ended with {done.returncode}: {said}")
    return {"said": said[0]}


class Poisoned(torch.nn.Module):
    """Its logits are no numbers from the tenth step on."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.calls = torch.nn.Linear(784, 10), 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.calls += self.training
        logits: torch.Tensor = self.layer(x.flatten(1))
        return logits * float("nan") if self.calls >= 10 else logits


def no_number(device: str, scale: float) -> Measured:
    """A loss that is nan is found soon, though the CPU does not wait for the card at every step."""
    model, data = Poisoned(), made_up("mnist", 0.2)
    inputs = {name: values for name, values in data.items() if name not in ("y_test", "y_held_out")}
    try:
        for _ in images.classifier(model, inputs, seed=0, epochs=1, batch_size=32, lr=1e-3, device=device):
            pass
    except DivergedError as error:
        if model.calls - 10 > WITHIN or "at step 10 " not in str(error):
            raise Missed(f"after {model.calls - 10} steps: {error}") from None
        return {"steps": model.calls - 10, "said": str(error)}
    raise Missed("nan was not found")


STEPS: dict[str, Step] = {
    "agreement of models": agreement,
    "agreement of checks": checks_agree,
    "rungs": rungs,
    "out of memory": memory,
    "nan": no_number,
}
