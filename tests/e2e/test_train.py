"""`dlf-train` as a person uses it: what a training leaves behind, and that it may be killed at any time."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from dlf_reference.data.quick import digits
from huggingface_hub import ModelCard
from safetensors.numpy import load_file

SOLUTIONS = Path(__file__).parents[2] / "solutions"
NUMPY = """
id: own
model: m0_mlp.mlp:TwoLayerMLP
data: quick:digits
recipe: numpy_models:classifier
target: 0.9
settings: {epochs: 40, batch_size: 16, lr: 0.05}
"""


@pytest.fixture
def train(tmp_path):
    """Start `dlf-train` in an empty folder; whatever is left of it ends with the test."""
    (tmp_path / "own.yaml").write_text(NUMPY)
    started = []

    def start(*arguments):
        command = [sys.executable, "-m", "dlf_reference.training.cli", *arguments]
        command += ["--tree", str(SOLUTIONS), "--device", "cpu"]
        started.append(
            subprocess.Popen(
                command, cwd=tmp_path, text=True, encoding="utf-8", stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def finished(process):
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out


def numbers(folder):
    record = json.loads((folder / "record.json").read_text())
    return {key: value for key, value in record.items() if key != "seconds"}


def assert_the_same(one, other):
    assert numbers(one) == numbers(other)
    first, second = (load_file(folder / "model.safetensors") for folder in (one, other))
    assert first.keys() == second.keys()
    assert all(first[name].tobytes() == second[name].tobytes() for name in first)


@pytest.mark.parametrize(("config", "epochs"), [("m1.digits", 4), ("own.yaml", 40)])
def test_a_training_that_is_killed_and_resumed_ends_as_if_nothing_had_been(tmp_path, train, config, epochs):
    change = f"epochs={epochs}"
    killed = train(config, change, "--out", "killed")
    said = killed.stdout.readline(), killed.stdout.readline()  # two epochs are done, and the third has begun
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert [line.partition("of")[0].split() for line in said] == [["epoch", "1"], ["epoch", "2"]]
    assert not (tmp_path / "killed" / "record.json").exists()
    lines = finished(train(config, change, "--out", "killed", "--resume")).splitlines()
    assert not lines[0].startswith(f"epoch {1:>{len(str(epochs))}} ")
    assert lines[-3].startswith(f"epoch {epochs} of {epochs}")
    finished(train(config, change, "--out", "whole"))
    assert_the_same(tmp_path / "killed", tmp_path / "whole")
    log = [json.loads(line) for line in (tmp_path / "killed" / "log.jsonl").read_text().splitlines()]
    assert [row["epoch"] for row in log if "accuracy" in row] == list(range(1, epochs + 1))
    assert [row["step"] for row in log] == sorted(row["step"] for row in log)


def test_a_training_leaves_record_card_weights_log_events_and_pictures(tmp_path, train):
    printed = finished(train("m1.digits", "epochs=2", "target=0.9", "--tensorboard"))
    out = tmp_path / "runs" / "m1.digits"
    *epochs, result, files = printed.splitlines()
    for number, line in enumerate(epochs, 1):
        assert re.fullmatch(rf"epoch {number} of 2   loss \d\.\d{{4}}   test \d\d\.\d\d % [<≥] 90 %   0:\d\d", line)
    assert result.endswith("target 90 % reached")
    for name in re.findall(r"[\w.]+\.(?:json|jsonl|md|png|safetensors|svg)\b", files):
        assert (out / name).stat().st_size, name
    record, log = numbers(out), (out / "log.jsonl").read_text()
    assert record["examples"] == {"train": 1437, "test": 360}
    assert {"m1_cnn/lenet.py", "the data"} <= record["sha256"].keys()
    assert [row["accuracy"] for row in map(json.loads, log.splitlines()) if "accuracy" in row] == record["accuracies"]
    weights = load_file(out / "model.safetensors")
    learnt = [array.size for name, array in weights.items() if "running" not in name and "tracked" not in name]
    assert sum(learnt) == record["parameters"]
    assert list((out / "tensorboard").glob("events.out.tfevents.*"))

    card = ModelCard((out / "README.md").read_text())
    (found,) = card.data.eval_results
    assert (found.metric_type, found.metric_value) == ("accuracy", pytest.approx(record["accuracy"], abs=1e-5))
    low, high = (f"{100 * share:.2f} %" for share in record["interval"])
    for text in (
        "# LeNet, m1.digits",
        f"{low} to {high}",
        "1,437 train, 360 test",
        "epochs 2, batch_size 32, lr 0.003, seed 1",
        "Wh; the power was not measured",
        "`dlf-train m1.digits epochs=2 target=0.9 --tensorboard",
    ):
        assert text in card.text
    for picture in re.findall(r"\]\((.+?)\)", card.text):
        assert (out / picture).exists()


def test_weights_are_found_again_by_their_names(tmp_path, train):
    finished(train("own.yaml", "epochs=20"))
    out = tmp_path / "runs" / "own"
    weights, data = load_file(out / "model.safetensors"), digits(1)
    train_pixels = data["x_train"][::10].astype(np.float32)
    x = (data["x_test"].reshape(360, -1) - train_pixels.mean()) / train_pixels.std()
    hidden = np.maximum(x @ weights["fc1.W"].T + weights["fc1.b"], 0)
    right = (hidden @ weights["fc2.W"].T + weights["fc2.b"]).argmax(axis=1) == data["y_test"]
    assert right.mean() == pytest.approx(numbers(out)["accuracy"], abs=0.003)


def test_ctrl_c_says_how_to_go_on_and_the_next_training_leaves_what_is_kept_alone(tmp_path, train):
    for beginning in (
        "epoch    1 of 2000",
        f"{Path('runs') / 'own'} holds an unfinished training: --resume goes on with it; this one goes into",
    ):
        stopped = train("own.yaml", "epochs=2000")
        assert stopped.stdout.readline().startswith(beginning)
        for _ in range(2):  # an epoch's state is kept after its line
            stopped.stdout.readline()
        stopped.send_signal(signal.SIGINT)
        _, err = stopped.communicate()
        assert stopped.returncode == 130
        assert err == "dlf-train: stopped; --resume goes on from its last epoch\n"


COMPILER = """
import sys
import numpy as np, torch
from dlf_reference.training import images
for name in ("adamw", "sgd", "muon"):
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(16, 2))
    x = np.arange(64, dtype=np.uint8).reshape(4, 4, 4)
    data = {"x_train": x, "y_train": np.zeros(4, int), "x_test": x}
    list(images.classifier(model, data, seed=0, epochs=1, batch_size=2, lr=0.1, optimiser=name, device="cpu"))
print("torch._dynamo" in sys.modules)
"""


def test_a_training_leaves_pytorchs_compiler_where_it_is():
    """It takes 2.5 seconds to import, in every worker that trains."""
    done = subprocess.run([sys.executable, "-c", COMPILER], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
