import pytest
from dlf_grader.commands import why as command
from dlf_grader.failures import UsageError


def asked(id, monkeypatch, solutions="solutions"):
    """The run that is asked for."""
    runs = []
    monkeypatch.setattr(command, "run_on_terminal", lambda config, plugins: runs.append(config))
    monkeypatch.setattr(command, "exit_code", lambda results: 1)
    assert command.why([id, "--tree", solutions]) == 1
    return runs[0]


@pytest.mark.parametrize(("id", "train"), [("m1.digits", None), ("m1.mnist", True)])
def test_why_trains_and_is_patient_with_the_search(id, train, monkeypatch):
    config = asked(id, monkeypatch)
    assert config.milestones == (id,)
    assert config.train is train
    assert config.patience > 1


def test_why_is_asked_of_trainings_alone(monkeypatch):
    with pytest.raises(UsageError, match="trains nothing"):
        asked("m1.conv.forward", monkeypatch)
