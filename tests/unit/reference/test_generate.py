"""`dlf-train generate`: it goes on with a text, cuts what is too long, and says what it cannot use."""

import json
import sys
from pathlib import Path

import pytest
import torch
from dlf_reference.data.bpe import Encoder, learn
from dlf_reference.training.cli import main
from safetensors.torch import save_file

ROOT = Path(__file__).parents[3]
SIZES = {"d_model": 16, "num_heads": 2, "num_layers": 1, "max_length": 12}


@pytest.fixture(autouse=True)
def path(monkeypatch):
    """What a command adds to Python's path is undone."""
    monkeypatch.setattr(sys, "path", [*sys.path])


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A folder as a training leaves it, of a model that has learnt nothing."""
    monkeypatch.syspath_prepend(ROOT / "solutions")
    from m6_language.model import LanguageModel

    pairs = learn(["oil prices rose, oil prices fell " * 3], 256 + 20)
    arguments = SIZES | {"vocab_size": len(Encoder(pairs).tokens)}
    torch.manual_seed(0)
    save_file(LanguageModel(**arguments).state_dict(), tmp_path / "model.safetensors")
    (tmp_path / "merges.json").write_text(json.dumps([[a.hex(), b.hex()] for a, b in pairs]))
    record = {"model": "m6_language.model:LanguageModel", "arguments": arguments}
    (tmp_path / "record.json").write_text(json.dumps(record))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("m6_language")]:
        del sys.modules[name]


def generated(run, *words):
    return main(["generate", str(run), *words, "--tree", str(ROOT / "solutions")])


def test_it_goes_on_with_the_prompt_and_the_same_seed_gives_the_same_text(run, capsys):
    texts = []
    for seed in ("1", "1", "2"):
        assert generated(run, "oil", "--count", "20", "--seed", seed) == 0
        texts.append(capsys.readouterr().out)
    assert texts[0] == texts[1] != texts[2]
    assert texts[0].startswith("oil")


def test_a_count_of_zero_leaves_the_prompt(run, capsys):
    assert generated(run, "oil prices", "--count", "0") == 0
    assert capsys.readouterr().out == "oil prices\n"


def test_a_prompt_that_is_too_long_is_cut_from_the_left_and_it_is_said(run, capsys):
    assert generated(run, "xyz" * 20, "--count", "3") == 0
    said = capsys.readouterr()
    assert "the prompt has 61 tokens, 12 fit: the first 49 are cut" in said.err
    assert said.out.startswith("xyz" * 20)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--temperature", "-1", "--temperature: expected at least 0, got -1.0"),
        ("--top-p", "0", "--top-p: expected a number above 0 and at most 1, got 0.0"),
        ("--top-k", "0", "--top-k: expected at least 1, got 0"),
        ("--count", "-3", "--count: expected at least 0, got -3"),
    ],
)
def test_an_option_out_of_range_is_wrong_use(run, capsys, option, value, said):
    assert generated(run, "oil", option, value) == 2
    assert said in capsys.readouterr().err


def test_a_folder_without_a_model_is_wrong_use(tmp_path, capsys):
    assert generated(tmp_path, "oil") == 2
    assert "holds no trained language model" in capsys.readouterr().err
