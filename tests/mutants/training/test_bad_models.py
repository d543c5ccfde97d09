"""What a model does that no training survives is told once, in words, and the verdict stands."""

import secrets
from dataclasses import replace

import pytest
from autopsied import ROOT, Fault, Here, as_learners, planted
from dlf_grader.config import Config
from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure, LearnerError, WorkerLost, WorkerTimeout
from dlf_grader.instruments.training import models
from dlf_grader.milestones.m1.lenet.subject import DIGITS
from dlf_grader.model import Check
from dlf_reference.data import quick

FORWARD = "return self.classifier(self.features(x).flatten(start_dim=1))"
GOAL = replace(DIGITS, settings=DIGITS.settings | {"epochs": 1}, test=1.1)  # which nothing reaches


class Worker(Here):
    """This process, with one module of a learner's; the autopsy may be made to end in an error."""

    on_progress = None
    root = ROOT / "solutions"

    def __init__(self, module, error=None):
        self.module, self.error = module, error

    def new(self, name, **arguments):
        with as_learners():
            return getattr(self.module, name)(**arguments)

    def call(self, name, *args, **kwargs):
        if self.error and ".autopsy." in name:
            raise self.error
        return super().call(name, *args, **kwargs)


class Data:
    def data(self, name, seed):
        return getattr(quick, name.partition(":")[2])(seed)


def trained(replacement, monkeypatch, error=None):
    """What is said of LeNet with another last line, trained for one epoch."""
    monkeypatch.setattr(secrets, "randbits", lambda bits: 5)
    worker = Worker(planted(Fault("bad", "m1_cnn/lenet.py", FORWARD, replacement)), error)
    check = Check("m1.digits", "A claim", "m1_cnn/lenet.py", "training", 1, "")
    ctx = Context(check, Config(tree=ROOT / "solutions", patience=20.0), reference=Data())
    with pytest.raises((CheckFailure, LearnerError)) as caught:
        models.reach(GOAL, worker, ctx)
    return caught.value


def test_of_a_model_that_raises_nothing_more_is_said(monkeypatch):
    told = trained(
        f"""self.calls = getattr(self, "calls", 0) + self.training
        if self.calls == 30:
            raise KeyError("at step 30")
        {FORWARD}""",
        monkeypatch,
    )
    assert isinstance(told, LearnerError)
    assert "at step 30" in str(told)


def test_another_shape_in_evaluation_is_named(monkeypatch):
    told = trained(f"{FORWARD}[:, 0 if not self.training else slice(None)]", monkeypatch)
    assert [diagnosis.id for diagnosis in told.diagnosis] == ["shapes-differ"]
    assert "(32, 10) in training mode, and (32,) in evaluation mode" in told.diagnosis[0].text


def test_a_graph_that_is_kept_for_the_next_batch_has_a_name_and_a_line(monkeypatch):
    told = trained(
        f"""self.seen = getattr(self, "seen", 0.0) * 0.9 + 0.1 * self.features(x).mean()
        {FORWARD} + 0.0 * self.seen""",
        monkeypatch,
    )
    assert [diagnosis.id for diagnosis in told.diagnosis] == ["graph-kept"]
    assert "Line 64 keeps self.seen for the next batch" in told.diagnosis[0].text
    assert told.line == 64


def test_what_is_written_over_in_training_alone_has_a_line(monkeypatch):
    told = trained(
        f"""h = self.features(x).flatten(start_dim=1).sigmoid()
        if len(x) > 8:
            h *= 2.0
        {FORWARD.replace("self.features(x).flatten(start_dim=1)", "h")}""",
        monkeypatch,
    )
    assert [diagnosis.id for diagnosis in told.diagnosis] == ["kept-numbers-overwritten"]
    assert told.line == 66


@pytest.mark.parametrize(
    ("kept", "begun"),
    [
        ("self.kept", 'self.__dict__.setdefault("kept", [])'),
        ("LeNet.kept", 'LeNet.kept = LeNet.__dict__.get("kept", [])'),
        ("KEPT", 'global KEPT; KEPT = globals().get("KEPT", [])'),
    ],
)
def test_what_a_models_code_keeps_is_named_where_memory_ran_out(kept, begun, monkeypatch):
    told = trained(
        f"""{begun}
        {kept}.append(torch.ones(1_000_000))
        if len({kept}) == 5:
            raise MemoryError("cannot allocate memory")
        {FORWARD}""",
        monkeypatch,
    )
    assert [diagnosis.id for diagnosis in told.diagnosis] == ["memory-grows"]
    assert f"{kept} holds 19 MB of tensors" in told.diagnosis[0].text


def test_a_model_that_prints_at_every_step_is_looked_into(monkeypatch, capsys):
    told = trained(f'print("step"); {FORWARD}.softmax(dim=1)', monkeypatch)
    assert [diagnosis.id for diagnosis in told.diagnosis] == ["logits-are-probabilities"]
    capsys.readouterr()


@pytest.mark.parametrize(
    ("error", "words"),
    [(WorkerTimeout("a minute a step"), "not enough time"), (WorkerLost("Ctrl-C"), "was stopped")],
)
def test_the_verdict_stands_when_the_autopsy_is_cut_short(error, words, monkeypatch):
    told = trained(f"{FORWARD}.softmax(dim=1)", monkeypatch, error)
    assert "test accuracy" in str(told)
    assert words in told.diagnosis[0].text
