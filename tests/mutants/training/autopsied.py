"""An autopsy without a worker: a solution with something changed in it, imported here, and looked into."""

import ast
import importlib
import inspect
import time
import types
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from dlf_grader.config import Config
from dlf_grader.context import Context
from dlf_grader.failures import LearnerError
from dlf_grader.instruments.autopsy.inquest import Inquest
from dlf_grader.instruments.autopsy.questions import Questions
from dlf_grader.milestones.m1.lenet.subject import DIGITS
from dlf_grader.milestones.m2.sentiment.subject import EVENTS
from dlf_grader.milestones.m3.classifier.subject import RECALL
from dlf_grader.milestones.m6.model.subject import COPY
from dlf_grader.model import Check
from dlf_grader.sandbox.redefine import redefine
from dlf_reference.data import quick

ROOT = Path(__file__).parents[3]
GOALS = {
    "m1_cnn/lenet.py": DIGITS,
    "m1_cnn/resnet.py": None,
    "m2_rnn/sentiment.py": EVENTS,
    "m3_attention/classifier.py": RECALL,
    "m6_language/model.py": COPY,
}
SEED = 5


@dataclass(frozen=True)
class Fault:
    """A change of a solution.

    Attributes:
        cause: that must be named; "" where none may be.
        find, replace: what is changed, found once; `further` are more such pairs.
        line: of the planted file, that must be named by trying changes of it; 0 where that is not asked.
        at: likewise, by following the input through forward.
        trained: epochs of the recipe before, for what only a trained model shows.
        says: words of what is said of it.
    """

    id: str
    file: str
    find: str
    replace: str
    cause: str = ""
    further: tuple[tuple[str, str], ...] = ()
    trained: int = 0
    line: int = 0
    at: int = 0
    says: str = ""


@contextmanager
def as_learners():
    """What is raised is the learner's."""
    try:
        yield
    except Exception as error:
        raise LearnerError(type(error).__name__, str(error), (), "") from error


class Here:
    """A submission whose worker is this process."""

    deadline = float("inf")
    clock = staticmethod(time.monotonic)

    def __init__(self, module=None):
        self.module = module

    def redefine(self, name, source):
        with as_learners():
            redefine(self.module, name, source)

    def call(self, name, *args, **kwargs):
        module, _, function = name.rpartition(":")
        with as_learners():
            found = getattr(importlib.import_module(module), function)(*args, **kwargs)
            return drained(found) if inspect.isgenerator(found) else found

    def put(self, value):
        return value


def drained(generator):
    """What a recipe returns."""
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def text_of(fault):
    """The text of a solution with the change made in it."""
    path = ROOT / "solutions" / fault.file
    text = path.read_text(encoding="utf-8")
    for find, replace in ((fault.find, fault.replace), *fault.further):
        assert text.count(find) == 1, (fault.id, find, text.count(find))
        text = text.replace(find, replace)
    return text


def planted(fault):
    """The module of a solution with the change made in it."""
    path = ROOT / "solutions" / fault.file
    module = types.ModuleType(path.stem)
    exec(compile(text_of(fault), str(path), "exec"), vars(module))
    return module


def training_of(file):
    """Goal's recipe, model, arguments, settings and data; images in colour are digits too."""
    goal = GOALS[file] or DIGITS
    data = getattr(quick, goal.data)(SEED)
    if file == "m1_cnn/resnet.py":
        digits = quick.digits(SEED, size=16)  # its stages halve 16 × 16 as well
        data = {
            name: np.repeat(values[:, None], 3, axis=1) if name.startswith("x") else values
            for name, values in digits.items()
        }
        return "images:classifier", "ResNetMini", {}, goal.settings, data
    return goal.recipe, goal.model, goal.arguments, goal.settings, data


def autopsy(fault, seconds=600.0):
    """What an autopsy says of a change."""
    recipe, name, arguments, settings, data = training_of(fault.file)
    module = planted(fault)
    kind = getattr(module, name)
    inputs = {key: values for key, values in data.items() if key not in ("y_test", "y_held_out")}

    def new(seed):
        torch.manual_seed(seed)
        with as_learners():
            return kind(**arguments)

    here, trained = Here(module), None
    if fault.trained:
        trained = new(1)
        function = getattr(
            importlib.import_module(f"dlf_reference.training.{recipe.partition(':')[0]}"), recipe.partition(":")[2]
        )
        drained(function(trained, inputs, seed=1, **(settings | {"epochs": fault.trained})))
    syntax = ast.parse(text_of(fault) if fault.line or not fault.cause else "")
    check = Check("m1.digits", "A claim", fault.file, "training", 1, "")
    ctx = Context(check, Config(tree=ROOT / "solutions"), reference=None)
    inquest = Inquest(Questions(here, new, recipe, inputs, settings, syntax), ctx, time.monotonic() + seconds)
    return inquest.hold(trained), inquest
