import time

import numpy as np
import pytest
from dlf_grader.failures import LearnerError, WorkerCrashed, WorkerTimeout
from dlf_grader.sandbox import proxy
from dlf_grader.sandbox.limits import MEMORY
from dlf_grader.sandbox.protocol import Call, Get, Handle, Load, Put, Set, Tensor
from dlf_grader.sandbox.proxy import Remote, Submission, describe_value
from dlf_grader.sandbox.size import size_of

LAYER = """
import os
import msgspec
import numpy as np


class Part:
    gain = 1.0


class Layer:
    def __init__(self, n, scale=1.0):
        self.W, self.part = np.full(n, scale), Part()

    def forward(self, x):
        return self.W * x * self.part.gain

    def both(self):
        return self, {"W": self.W}


def end():
    os._exit(3)


def double(x):
    return 2 * x


def endless():
    while True:
        pass
"""


@pytest.fixture
def submission(tmp_path, servers):
    for name in ("tree", "scratch"):
        (tmp_path / name).mkdir()
    (tmp_path / "tree" / "layer.py").write_text(LAYER)
    load = Load(str(tmp_path / "tree"), "layer", "numpy", "by hand", str(tmp_path / "scratch"), MEMORY)
    made = Submission(lambda: servers.worker("numpy", str(tmp_path / "scratch")), load)
    yield made
    made.close()


def test_an_object_over_there_is_used_as_if_it_were_here(submission):
    layer = submission.new("Layer", 3, scale=2.0)
    assert layer.type_name == "Layer"
    assert layer.forward(np.arange(3.0)).tolist() == [0, 2, 4]
    layer.W = np.ones(3)
    layer.part.gain = 5.0
    assert layer.forward(np.ones(3)).tolist() == [5, 5, 5]
    assert layer.W.tolist() == [1, 1, 1]


def test_objects_inside_an_answer_are_handles_and_data_is_data(submission):
    layer = submission.new("Layer", 2)
    same, attributes = layer.both()
    assert isinstance(same, Remote)
    assert attributes["W"].tolist() == [1, 1]
    assert same.forward(np.ones(2)).tolist() == [1, 1]


def test_what_is_put_there_stays_there_and_can_be_looked_at_again(submission):
    x = submission.put(np.arange(4.0), strided=True)
    assert submission.call("double", x).tolist() == [0, 2, 4, 6]
    assert x.fetch().tolist() == [0, 1, 2, 3]


def test_operations_in_one_message_give_one_value_each(submission):
    number = submission.reserve("Layer")
    made, weights = submission.many([Call(0, "Layer", [2], keep=number), Get(number, "W")])
    assert isinstance(made, Remote)
    assert weights.tolist() == [1, 1]


def test_what_is_forgotten_is_gone_and_the_module_is_not(submission):
    layer = submission.new("Layer", 2)
    submission.forget()
    with pytest.raises(LearnerError):
        layer.forward(np.ones(2))
    assert submission.call("double", 4) == 8


def test_what_is_asked_after_forgetting_has_its_own_values_and_its_own_place(submission):
    number = submission.reserve("Layer")
    submission.new("Layer", 2)
    submission.forget()
    made = Call(0, "Layer", [2], keep=number)
    assert [type(value) for value in submission.many([made, Get(number, "W")])] == [Remote, np.ndarray]
    submission.forget()
    with pytest.raises(LearnerError, match="nothing_of_the_kind") as caught:
        submission.many([made, Get(number, "nothing_of_the_kind")])
    assert [type(value) for value in caught.value.values] == [Remote]


def test_a_missing_name_is_said_with_what_there_is(submission):
    with pytest.raises(LearnerError, match="expected Conv2d in layer, which defines Layer, Part, double, end"):
        submission.new("Conv2d")


def test_a_lost_worker_is_replaced_without_the_old_objects(submission):
    layer = submission.new("Layer", 2)
    with pytest.raises(WorkerCrashed, match="end\\(\\) ended its process: exited with status 3"):
        submission.call("end")
    assert submission.call("double", 4) == 8
    with pytest.raises(LearnerError):
        layer.forward(np.ones(2))


def test_a_file_that_cannot_be_imported_raises_the_same_each_time(submission, tmp_path):
    (tmp_path / "tree" / "layer.py").write_text("raise RuntimeError('at import')\n")
    for _ in range(2):
        with pytest.raises(LearnerError, match="RuntimeError: at import"):
            submission.ready()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (np.zeros((2, 3), np.float32), "float32 (2, 3)"),
        (np.float64(0.5), "0.5"),
        (np.array(3), "int64 3"),
        (Tensor(np.zeros(4)), "float64 (4,)"),
        ({"W": np.zeros(2), "b": 1}, "{W, b}"),
        ("x" * 100, "'" + "x" * 56 + "..."),
    ],
)
def test_a_value_is_described_in_a_few_words(value, words):
    assert describe_value(value) in (words, f"np.float64({words})")


def test_objects_in_a_list_are_described_by_their_type():
    """They have no text of their own here: one with an address in it would say nothing to a learner."""
    remote = Remote(None, Handle(1, "Tensor"))
    assert describe_value([remote, np.ones((2, 3))]) == "[Tensor, float64 (2, 3)]"


def test_a_function_that_ran_out_of_time_is_not_waited_for_again(submission, monkeypatch):
    monkeypatch.setattr("dlf_grader.sandbox.proxy.SECOND_WAIT", 0.2)
    submission.deadline = time.monotonic() + 0.5
    with pytest.raises(WorkerTimeout, match="endless"):
        submission.call("endless")
    began, submission.deadline = time.monotonic(), time.monotonic() + 600
    with pytest.raises(WorkerTimeout, match="endless"):
        submission.call("endless")
    assert time.monotonic() - began < 60
    assert submission.call("double", 2) == 4


@pytest.fixture
def measuring(submission):
    """A submission on a machine that tells what others take of the processor."""
    submission.ready()
    if not submission._channel.measures_waiting:
        pytest.skip("time that others take cannot be told from the exercise's own here")
    submission.deadline = time.monotonic() + 600
    return submission


def test_an_endless_loop_is_told_long_before_its_checks_time_is_over(measuring):
    measuring.patience, measuring.excused = 0.2, 600.0  # PyTorch was waited for before: that is no time of this call
    with pytest.raises(WorkerTimeout, match=r"endless\(\) did not end in time") as caught:
        measuring.call("endless")
    assert caught.value.had == "so small a case has 0.2 s"
    assert caught.value.frames[-1].function == "endless"


def test_a_network_s_few_images_are_small(measuring, monkeypatch):
    measuring.patience = 0.0
    images = np.ones(proxy.FEW + 1)
    assert (measuring.call("double", images) == 2).all()
    measuring.forget()
    monkeypatch.setattr(measuring, "_few", proxy.FEW_FOR_NETWORKS)  # as a file that may use PyTorch has it
    measuring.patience = 0.2
    measuring.call("double", images)
    with pytest.raises(WorkerTimeout) as caught:
        measuring.call("endless")
    assert caught.value.small


def test_only_while_all_that_a_check_asked_is_small_must_answers_come_soon(measuring):
    assert measuring.call("double", 1) == 2
    measuring.patience = 0.0
    assert (measuring.call("double", np.ones(proxy.FEW)) == 2).all()
    assert measuring.call("double", 2) == 4
    measuring.patience = 60.0
    measuring.forget()
    measuring.patience = 0.2
    with pytest.raises(WorkerTimeout) as caught:
        measuring.call("endless")
    assert caught.value.small


@pytest.mark.parametrize(
    ("operation", "size"),
    [
        (Call(0, "f", [np.ones((2, 3)), 1], {"mask": [True, None]}), 10),
        (Call(0, "f", [Tensor(np.ones(4)), "abc", {"W": np.ones(5)}]), 13),
        (Set(1, "W", np.ones(3)), 4),
        (Put(2, b"12"), 3),
        (Get(1, "W"), 1),
    ],
)
def test_what_an_operation_sends_is_counted(operation, size):
    assert size_of(operation) == size


def test_time_that_others_took_of_the_processor_is_not_on_a_submission_s_clock(submission, monkeypatch):
    submission.ready()
    monkeypatch.setattr(submission._channel, "waited", lambda: 0.0)
    before = submission.clock()
    monkeypatch.setattr(submission._channel, "waited", lambda: 600.0)
    assert submission.clock() < before - 500
