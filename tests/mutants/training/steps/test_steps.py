"""What trains in NumPy and goes wrong is called by its name, and nothing is claimed of right steps."""

import importlib
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from dlf_grader.authoring.mutants import Mutant, plant
from dlf_grader.instruments.autopsy.in_numpy import of_course, of_steps
from dlf_grader.milestones.m0.mlp.subject import DIGITS as STEPS_ITSELF
from dlf_grader.milestones.m5.nn.training import DIGITS as BY_ENGINE
from dlf_reference.data import quick
from dlf_reference.training import small as networks

HERE, ROOT = Path(__file__).parent, Path(__file__).parents[4]
OPTIONS = {"SGD": {"lr": 0.05, "momentum": 0.9}, "RMSProp": {"lr": 3e-3}, "Adam": {"lr": 1e-2}}
COURSE = 62  # steps of an optimiser


def called(name, *args, **kwargs):
    module, _, function = name.rpartition(":")
    return getattr(importlib.import_module(module), function)(*args, **kwargs)


HERE_TOO = SimpleNamespace(call=called)
CTX = SimpleNamespace(reference=SimpleNamespace(fresh=lambda name, **given: called(f"dlf_reference.{name}", **given)))


def entries(kind):
    for path in sorted(HERE.glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8")).get(kind, []):
            yield pytest.param(entry, id=f"{path.stem}-{entry['id']}")


def finding(entry, tree, monkeypatch):
    """What is said of a change of a solution."""
    plant(Mutant(entry["id"], entry["file"], entry["find"], entry["replace"], "", ""), ROOT / "solutions", tree)
    package = entry["file"].partition("/")[0]
    for name in [name for name in sys.modules if name.startswith("m") and name.partition(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tree)
    module = importlib.import_module(entry["file"].removesuffix(".py").replace("/", "."))
    if "optimiser" in entry:
        return course(getattr(module, entry["optimiser"]), entry["optimiser"])
    goal = STEPS_ITSELF if entry["file"].startswith("m0") else BY_ENGINE
    data = getattr(quick, goal.data)(5, **goal.data_arguments)

    def new(seed):
        return getattr(module, goal.model)(**goal.arguments, rng=np.random.default_rng(seed))

    return of_steps(new, goal.recipe, data, goal.settings, HERE_TOO, CTX)


def course(kind, name):
    """An optimiser on the small convolutional network."""
    start = networks.start("cnn", 3)
    params, rng = start["params"], np.random.default_rng(3)
    optimiser = kind(params, **OPTIONS[name])
    states, grads = [[w.copy() for w in params]], []
    for _ in range(COURSE):
        rows = rng.integers(0, len(start["x"]), 32)
        copies = [w.copy() for w in params]
        grads.append(networks.slopes("cnn", copies, start["x"][rows], start["y"][rows])["grads"])
        optimiser.step(grads[-1])
        states.append([w.copy() for w in params])
    return of_course(name, OPTIONS[name], states, grads, 32, CTX)


@pytest.mark.filterwarnings("ignore")  # what a fault is warned of is its own affair
@pytest.mark.parametrize("entry", list(entries("fault")))
def test_a_fault_is_named(entry, tmp_path, monkeypatch):
    found = finding(entry, tmp_path / "tree", monkeypatch)
    assert (found.cause.id if found.cause else "") == entry.get("cause", ""), found
    assert found.said()


@pytest.mark.parametrize("entry", list(entries("healthy")))
def test_nothing_is_claimed_of_right_steps(entry, tmp_path, monkeypatch):
    found = finding(entry, tmp_path / "tree", monkeypatch)
    assert found.cause is None
    assert "is PyTorch's on the same state" in found.measured[0]
