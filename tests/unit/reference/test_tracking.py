"""What is kept of a training's course, and what a person sees of it."""

import builtins
import json

import pytest
from dlf_reference.training.display import epoch_line, moving, result_line
from dlf_reference.training.settings import ConfigError
from dlf_reference.training.tracking import Log, TensorBoard

REPORT = {"step": 310, "steps": 2270, "epoch": 1, "loss": 0.1234567, "seconds": 61.0, "seconds_left": 3665.0}


def row(step, **more):
    return {"step": step, "epoch": 1 + step // 10, "loss": 1 / step, "learning_rate": 0.1, "seconds": 0.5} | more


def steps(folder):
    return [json.loads(line)["step"] for line in (folder / "log.jsonl").read_text().splitlines()]


def test_each_row_is_in_the_log_as_soon_as_it_is_added(tmp_path):
    log = Log(tmp_path, 0)
    log.add(row(5))
    log.add(row(10, accuracy=0.5))
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [row(5), row(10, accuracy=0.5)]
    log.close()


def test_a_resumed_log_goes_on_where_the_checkpoint_is(tmp_path):
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(row(step)) + "\n" for step in (5, 10, 15)) + '{"step": 2')
    log = Log(tmp_path, 10)
    log.add(row(14))
    log.close()
    assert steps(tmp_path) == [5, 10, 14]


def test_a_new_training_begins_a_new_log(tmp_path):
    (tmp_path / "log.jsonl").write_text(json.dumps(row(5)) + "\n")
    Log(tmp_path, 0).close()
    assert steps(tmp_path) == []


def scalars(folder):
    reading = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    events = reading.EventAccumulator(str(folder / "tensorboard"))
    events.Reload()
    return {tag: [(event.step, event.value) for event in events.Scalars(tag)] for tag in events.Tags()["scalars"]}


def test_tensorboard_reads_what_was_written_and_a_resumed_run_hides_what_it_repeats(tmp_path):
    pytest.importorskip("tensorboard")
    first = TensorBoard(tmp_path, 0)
    for each in (row(4), row(8, accuracy=0.5), row(16)):
        first.add(each)
    first.close()
    second = TensorBoard(tmp_path, 8)
    second.add(row(12))
    second.close()
    found = scalars(tmp_path)
    assert found.keys() == {"loss", "learning_rate", "accuracy"}
    assert found["loss"] == [(4, 0.25), (8, 0.125), (12, pytest.approx(1 / 12))]
    assert found["accuracy"] == [(8, 0.5)]


def test_without_tensorboard_the_command_that_installs_it_is_said(tmp_path, monkeypatch):
    found = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith(("tensorboard", "torch.utils.tensorboard")):
            raise ImportError(name)
        return found(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConfigError, match="--tensorboard needs the package tensorboard: pip install tensorboard"):
        TensorBoard(tmp_path, 0)


def test_a_person_sees_where_a_training_is():
    assert moving(REPORT, [], 0.99) == "epoch 1 · step 310/2270 · loss 0.123 · target 99 % · 1:01:05 left"
    assert moving(REPORT, [0.9751], 0.99) == "epoch 1 · step 310/2270 · loss 0.123 · 97.51 % < 99 % · 1:01:05 left"
    line = "epoch  1 of 10   loss 0.1235   held-out 98.12 % < 99 %   1:01"
    assert epoch_line(REPORT, 10, "held_out", 0.9812, 0.99) == line
    assert "≥ 98.12 %" in epoch_line(REPORT, 10, "held_out", 0.9812, 0.9812)


def test_the_last_line_says_how_sure_the_result_is():
    record = {"accuracy": 0.9941, "interval": (0.9924, 0.9955), "target": 0.99, "reached": True}
    assert result_line(record) == "test 99.41 % (95 % interval 99.24 to 99.55 %) · target 99 % reached"
    told = result_line(record | {"train_accuracy": 0.975, "train_target": 0.98, "reached": False})
    assert told.startswith("train 97.50 % (target 98 %) · test 99.41 %")
    assert told.endswith("target 99 % missed")
