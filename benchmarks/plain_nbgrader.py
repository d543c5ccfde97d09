"""The yardstick for a class: nbgrader as it comes, with tests in the notebook as one would write them for m1.

Its score cells compare with PyTorch and with central differences, as our checks do: parity of forward and backward on
forty cases a layer, and every number of a small case nudged. Nothing is isolated, and no mistake is named.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from dlf_grader.notebooks.source import KERNEL, cell

ROOT = Path(__file__).parents[1]
FILES = ("conv", "pool", "batchnorm", "lenet", "resnet")
ASSIGNMENT = "m1"
TOOLS = """\
import numpy as np
import torch

rng = np.random.default_rng()


def parity(layer, twin, shape, **parameters):
    for name, value in parameters.items():
        setattr(layer, name, value)
    x = rng.standard_normal(shape)
    tensors = {name: torch.tensor(value, requires_grad=True) for name, value in {"x": x, **parameters}.items()}
    expected = twin(**tensors)
    np.testing.assert_allclose(layer.forward(x), expected.detach().numpy(), rtol=1e-8, atol=1e-10)
    upstream = rng.standard_normal(tuple(expected.shape))
    expected.backward(torch.tensor(upstream))
    np.testing.assert_allclose(layer.backward(upstream), tensors["x"].grad.numpy(), rtol=1e-8, atol=1e-10)
    for name in parameters:
        np.testing.assert_allclose(getattr(layer, f"dL_d{name}"), tensors[name].grad.numpy(), rtol=1e-8, atol=1e-10)


def slope(layer, x, *names):
    upstream = rng.standard_normal(layer.forward(x).shape)
    found = {"x": layer.backward(upstream), **{name: getattr(layer, f"dL_d{name}") for name in names}}
    for name, gradient in found.items():
        values = x if name == "x" else getattr(layer, name)
        for index in np.ndindex(values.shape):
            kept = values[index]
            values[index] = kept + 1e-5
            above = (upstream * layer.forward(x)).sum()
            values[index] = kept - 1e-5
            below = (upstream * layer.forward(x)).sum()
            values[index] = kept
            assert abs((above - below) / 2e-5 - gradient[index]) <= 1e-6 * (1 + abs(gradient[index]))
"""
TESTS = {
    "conv": """\
for case in range(40):
    c_in, c_out, k, s, p = rng.integers(1, 5, 5)
    twin = lambda x, W, b: torch.nn.functional.conv2d(x, W, b, stride=int(s), padding=int(p))
    W, b = rng.standard_normal((c_out, c_in, k, k)), rng.standard_normal(c_out)
    parity(Conv2d(c_in, c_out, k, s, p), twin, (3, c_in, 9, 8), W=W, b=b)
layer = Conv2d(3, 4, 3, padding=1, rng=rng)
layer.W = layer.W.astype(float)
layer.b = layer.b.astype(float)
slope(layer, rng.standard_normal((2, 3, 5, 5)), "W", "b")
""",
    "pool": """\
for case in range(40):
    k, s = map(int, rng.integers(1, 4, 2))
    parity(MaxPool2d(k, s), lambda x: torch.nn.functional.max_pool2d(x, k, s), (3, 2, 9, 8))
    parity(AvgPool2d(k, s), lambda x: torch.nn.functional.avg_pool2d(x, k, s), (3, 2, 9, 8))
    parity(Flatten(), lambda x: torch.flatten(x, 1), (3, 2, 4, 5))
slope(MaxPool2d(2), rng.permutation(144.0 * np.arange(144)).reshape(2, 2, 6, 6))
slope(AvgPool2d(2), rng.standard_normal((2, 2, 6, 6)))
""",
    "batchnorm": """\
def normalised(x, gamma, beta):
    return torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True)


for case in range(40):
    channels = int(rng.integers(1, 5))
    gamma, beta = rng.standard_normal((2, channels))
    parity(BatchNorm2d(channels), normalised, (4, channels, 5, 3), gamma=gamma, beta=beta)
layer = BatchNorm2d(3)
layer.gamma, layer.beta = rng.standard_normal((2, 3))
slope(layer, rng.standard_normal((3, 3, 4, 2)), "gamma", "beta")
""",
    "lenet": """\
model = LeNet(num_classes=7)
logits = model(torch.randn(3, 1, 28, 28))
assert logits.shape == (3, 7)
logits.square().sum().backward()
assert all(p.grad is not None and p.grad.abs().max() > 0 for p in model.parameters())
""",
    "resnet": """\
assert BasicBlock(4, 8, stride=2)(torch.randn(2, 4, 6, 6)).shape == (2, 8, 3, 3)
model = ResNetMini(num_classes=7)
assert sum(p.numel() for p in model.parameters()) <= 3_000_000
logits = model(torch.randn(3, 3, 32, 32))
assert logits.shape == (3, 7)
logits.square().sum().backward()
assert all(p.grad is not None and p.grad.abs().max() > 0 for p in model.parameters())
""",
}


def source_notebook() -> dict[str, Any]:
    """A solution cell and a score cell for each file of m1."""
    cells = [cell("code", TOOLS, "tools", locked=True)]
    for name in FILES:
        solution = (ROOT / "solutions" / "m1_cnn" / f"{name}.py").read_text(encoding="utf-8")
        cells.append(cell("code", solution, name, solution=True))
        cells.append(cell("code", TESTS[name], f"test-{name}", points=20, locked=True))
    metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def seconds_each(folder: Path, students: int) -> float:
    """What `nbgrader autograde` takes for a submission with every cell right, start-up shared by all of them.

    Raises:
        SystemExit: nbgrader did not grade them.
    """
    folder.mkdir()
    (folder / "nbgrader_config.py").write_text('c = get_config()\nc.CourseDirectory.course_id = "yardstick"\n')
    source = folder / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    source.parent.mkdir(parents=True)
    source.write_text(json.dumps(source_notebook()), encoding="utf-8")
    _nbgrader(folder, "generate_assignment", ASSIGNMENT)
    for number in range(students):
        handed_in = folder / "submitted" / f"student{number:02}" / ASSIGNMENT
        handed_in.mkdir(parents=True)
        shutil.copyfile(source, handed_in / source.name)
    start = time.perf_counter()
    _nbgrader(folder, "autograde", ASSIGNMENT)
    return (time.perf_counter() - start) / students


def _nbgrader(folder: Path, *words: str) -> None:
    command = [sys.executable, "-m", "nbgrader", *words]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it calls jupyter by name
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ | {"PATH": path}
    )
    if done.returncode:
        raise SystemExit(f"nbgrader {words[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
