import os
import sys
from pathlib import Path

import numpy as np
import pytest
from dlf_grader.sandbox.readable import listable, packages, readable

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps a worker from files")


def covered(path, engine):
    """Whether a path lies in what a worker of an engine may read."""
    return any(str(path) == allowed or str(path).startswith(allowed + os.sep) for allowed in readable(engine))


def test_a_numpy_worker_reads_numpy_and_a_torch_worker_every_package():
    site = Path(np.__file__).parents[1]
    assert covered(np.__file__, "numpy")
    assert not covered(site / "torch" / "__init__.py", "numpy")
    assert covered(site / "torch" / "__init__.py", "torch")
    assert all(Path(path).name.startswith("numpy") for path in packages("numpy"))


@pytest.mark.parametrize("engine", ["numpy", "torch"])
@pytest.mark.parametrize(
    "path",
    [
        "solutions/m1_cnn/conv.py",
        "reference/dlf_reference/oracles/m1.py",
        "reference/dlf_reference/data/vision.py",
        "grader/dlf_grader/run/session.py",
        "grader/dlf_grader/milestones/m1/__init__.py",
        "tests/mutants",
    ],
)
def test_no_worker_reads_solutions_oracles_data_or_checks(engine, path):
    assert (ROOT / path).exists()
    assert not covered(ROOT / path, engine)


def test_every_worker_reads_the_standard_library_the_sandbox_and_the_recipes():
    for path in (os.__file__, ROOT / "grader/dlf_grader/sandbox", ROOT / "reference/dlf_reference/training"):
        assert covered(path, "numpy")


def test_the_folders_that_an_import_searches_can_be_listed():
    assert all(os.path.isdir(path) for path in listable())
    assert str(Path(np.__file__).parents[1]) in listable()
