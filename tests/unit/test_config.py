import pytest
from dlf_reference.training import comparison
from dlf_reference.training.config import ConfigError, changed, load, names


def test_every_config_can_be_read_and_is_named_after_its_milestone():
    for name in names():
        if name != "m4.compare":
            assert load(name).id == name
    assert {run.optimiser for run in comparison.load().runs} == set(comparison.FILES)


def test_changes_reach_the_recipe_and_the_model():
    config = changed(load("m3.ag_news"), ["epochs=1", "model.dropout=0.5"])
    assert config.settings["epochs"] == 1
    assert config.arguments["dropout"] == 0.5
    assert load("m3.ag_news").settings["epochs"] != 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("epochs", "epochs: expected key=value"),
        ("epoch=3", "epoch=3: expected one of batch_size, epochs, lr"),
        ("lr=high", "lr=high: expected a number"),
    ],
)
def test_a_wrong_change_says_what_was_expected(change, message):
    with pytest.raises(ConfigError, match=message):
        changed(load("m1.mnist"), [change])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "expected keys and values, got list"),
        ("id: [", "not YAML"),
        ("id: x\nspeed: 3\n", "unknown speed"),
        ("id: x\n", "model, data, recipe, target missing"),
        ("id: x\nmodel: m\ndata: d\nrecipe: r\ntarget: high\n", "target: expected a number, got 'high'"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(tmp_path, text, message):
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        load(str(file))


def test_an_unknown_milestone_lists_the_known_ones():
    with pytest.raises(ConfigError, match=r"m9: expected one of m0.mnist, m1.cifar10"):
        load("m9")
