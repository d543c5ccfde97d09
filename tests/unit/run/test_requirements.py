from pathlib import Path

import pytest
from course_of_two import check
from dlf_grader.config import Config
from dlf_grader.run.requirements import FILES, dlf_probe, has_gpu

CHECK = check("one")


def probe(requirement, **asked):
    return dlf_probe(requirement, CHECK, Config(tree=Path(), **asked))


def test_training_is_left_out_only_where_that_was_asked_for():
    assert probe("training", train=False) == "--no-train was given"
    assert probe("training") == probe("training", train=True) == ""


def test_a_long_training_waits_until_it_is_asked_for_or_a_gpu_is_there():
    assert probe("long:20 minutes", train=True) == ""
    assert probe("long:20 minutes", device="cuda") == ""
    said = probe("long:20 minutes", device="cpu")
    assert said == "trains for about 20 minutes on a CPU; run it with: dlf-grade x0 -k x0.one --train"


@pytest.mark.parametrize("name", FILES)
def test_missing_data_says_how_to_get_it_and_packed_data_is_there(tmp_path, monkeypatch, name):
    monkeypatch.setenv("DLF_DATA", str(tmp_path))
    assert f"{name} is not in {tmp_path}; fetch it with: dlf-data get {name}" in probe(f"data:{name}")
    file = tmp_path / f"{FILES[name]}.gz"
    file.parent.mkdir(parents=True)
    file.touch()
    assert probe(f"data:{name}") == ""


def test_another_requirement_is_left_to_other_plugins():
    assert probe("telescope") is None


def test_a_gpu_is_expected_where_it_was_named_and_never_on_the_cpu():
    assert has_gpu(Config(tree=Path(), device="mps"))
    assert not has_gpu(Config(tree=Path(), device="cpu"))
