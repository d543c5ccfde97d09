"""A learner's file in a real worker, and what a check of it is given."""

import itertools

import pytest
from dlf_grader.config import Config
from dlf_grader.context import Context
from dlf_grader.model import Check
from dlf_grader.sandbox.limits import MEMORY
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission

CHECK = Check("x1.layer.forward", "A claim", "x1/layer.py", "parity", 1, "Layer.forward")


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree" / "x1").mkdir(parents=True)
    return tmp_path / "tree"


@pytest.fixture
def ctx(tree):
    return Context(CHECK, Config(tree=tree), reference=None)


@pytest.fixture
def learner(tree, tmp_path, servers):
    """Makes a submission of a file's text; its worker ends with the test."""
    started, numbers = [], itertools.count()

    def start(text):
        (tree / "x1" / "layer.py").write_text("import numpy as np\n" + text, encoding="utf-8")
        scratch = tmp_path / f"scratch-{next(numbers)}"
        scratch.mkdir()
        load = Load(str(tree), "x1.layer", "numpy", "", str(scratch), MEMORY)
        started.append(Submission(lambda: servers.worker("numpy", str(scratch)), load))
        return started[-1]

    yield start
    for submission in started:
        submission.close()
