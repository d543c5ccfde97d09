"""What recipes do on a pretended GPU: they mix no devices, and no step waits for the card."""

import json
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from dlf_reference.training import config as configs

PROGRAM = Path(__file__).with_name("pretended_card.py")
# LanguageModel refuses ids that it has no row for, so it looks at the smallest and the largest in each of 3 steps more
LOOKS = {"m6.ag_news solution": 2 * 3}


@pytest.fixture(scope="module")
def said():
    """Trained on the device "card", from the first batch to the predictions."""
    done = subprocess.run([sys.executable, PROGRAM], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_each_milestone_that_a_card_can_train_is_tried(said):
    tried = {training.partition(" ")[0] for training in said["card"]}
    assert tried | {"m0.mnist", "m4.compare", "m1.digits"} == set(configs.names())  # NumPy; m1.mnist in small


def test_whole_trainings_mix_no_devices(said):
    assert all(math.isfinite(loss) for found in said["card"].values() for loss in found["losses"])


def test_the_forward_runs_on_cuda_up_to_backward(said):
    assert said["cuda"] == dict.fromkeys(said["card"], True)


def test_no_step_waits_for_the_card(said):
    """An epoch of twice as many steps waits as often: before it, after it, and to predict."""
    for training, found in said["card"].items():
        few, many = map(Counter, found["waits"])
        assert few + Counter(_local_scalar_dense=LOOKS.get(training, 0)) == many, training
        assert few.total() < 12 + LOOKS.get(training, 0), training


def test_a_tensor_made_on_the_cpu_is_complained_of_as_by_cuda(said):
    assert "expected all tensors to be on the same device" in said["complaint"]


def test_what_reads_from_the_card_is_counted(said):
    assert said["reads"] == {"item": 1, "cpu": 1, "nonzero": 1, "__bool__": 1, "clone": 0}
