"""The gradient checks of m1 against central differences of every element, on the same layers and cases."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from dlf_grader.config import Config
from dlf_grader.context import Context
from dlf_grader.instruments.case import Case
from dlf_grader.instruments.gradient import chosen, differentiated
from dlf_grader.instruments.methods import carry_out, subject_of
from dlf_grader.instruments.subjects.layer import Layer
from dlf_grader.model import Check
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import catalogue_of
from dlf_grader.run.oracle import Oracle
from dlf_grader.sandbox.limits import MEMORY
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission
from dlf_grader.sandbox.servers import Servers

from benchmarks.figure import Figure, in_turn
from benchmarks.kernels import solution

ROOT = Path(__file__).parents[1]
ROUNDS = 3
STEP = 1e-5


def measure() -> Iterator[Figure]:
    """One figure: all of m1's gradient checks together."""
    found = {
        milestone.id: checks for milestone, checks in catalogue_of(Config(tree=ROOT / "solutions"), load_plugins(None))
    }
    checks = [check for check in found["m1"] if check.kind == "gradient"]
    servers = Servers()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            pairs = [(check, _submission(servers, check, scratch), _context(check, servers)) for check in checks]

            def ours() -> None:
                for check, submission, ctx in pairs:
                    carry_out(check, submission, ctx)

            def element_by_element() -> None:
                for check, _, ctx in pairs:
                    layer = subject_of(check)
                    for _, case in chosen(layer, ctx, check.method.cases):
                        _every_element(layer, case)

            yield Figure("gradient checks of m1", *in_turn(ours, element_by_element, ROUNDS), 1 / 15)
        finally:
            servers.stop()


def _submission(servers: Servers, check: Check, scratch: str) -> Submission:
    tree = str(ROOT / "solutions")
    module = check.exercise.removesuffix(".py").replace("/", ".")
    folder = Path(scratch) / check.id
    folder.mkdir()
    return Submission(lambda: servers.worker("numpy"), Load(tree, module, "numpy", "", str(folder), MEMORY))


def _context(check: Check, servers: Servers) -> Context:
    return Context(check, Config(tree=Path()), Oracle(servers, None))


def _every_element(layer: Layer, case: Case) -> None:
    """Two forwards for each element of each tensor, as most courses do."""
    module, name = _class_of(layer)
    made = getattr(solution(module), name)(**case.init)
    tensors: dict[str, Any] = differentiated(layer, case)
    for attribute, value in case.attributes.items():
        setattr(made, attribute, value)
    for gradient, tensor in tensors.items():
        moved = tensor.copy()
        if gradient not in layer.gradients:
            setattr(made, gradient.removeprefix("dL_d"), moved)
        for index in np.ndindex(tensor.shape):
            for nudge in (STEP, -STEP):
                moved[index] = tensor[index] + nudge
                y = made.forward(*((moved,) if gradient in layer.gradients else case.inputs))
                np.vdot(case.upstream, y)
            moved[index] = tensor[index]
        if gradient not in layer.gradients:
            setattr(made, gradient.removeprefix("dL_d"), tensor)


def _class_of(layer: Layer) -> tuple[str, str]:
    files = {"Conv2d": "conv", "BatchNorm2d": "batchnorm"}
    return f"m1_cnn.{files.get(layer.name, 'pool')}", layer.name
