import pytest
from dlf_reference.training import comparison
from dlf_reference.training.config import changed, checked, load, names
from dlf_reference.training.settings import ConfigError, accepted, fitted


def test_every_config_can_be_read_and_is_named_after_its_milestone():
    for name in names():
        if name != "m4.compare":
            assert load(name).id == name
    assert {run.optimiser for run in comparison.load().runs} == set(comparison.FILES)


def test_every_config_fits_its_recipe():
    for name in names():
        if name != "m4.compare":
            assert checked(load(name)).settings == load(name).settings


def test_changes_reach_the_recipe_and_the_model():
    changes = ["epochs=1", "settings.lr=3e-4", "optimiser=sgd", "model.dropout=0.5", "target=0.5"]
    config = checked(changed(load("m3.ag_news"), changes))
    assert config.settings["epochs"] == 1
    assert config.settings["lr"] == 0.0003
    assert config.settings["optimiser"] == "sgd"
    assert config.arguments["dropout"] == 0.5
    assert config.target == 0.5
    assert load("m3.ag_news").settings["epochs"] != 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("epochs", "epochs: expected key=value"),
        ("epoch=3", r"settings.epoch is unknown \(did you mean epochs\?\): expected one of shift, flip"),
        ("lr=high", "settings.lr: expected a number, got 'high'"),
        ("lr=0", "settings.lr: expected a number above 0.0, got 0"),
        ("lr=[", r"settings.lr: expected a number, got '\['"),
        ("epochs=1.5", "settings.epochs: expected a whole number, got 1.5"),
        ("epochs=0", "settings.epochs: expected a whole number of at least 1, got 0"),
        ("flip=maybe", "settings.flip: expected true or false, got 'maybe'"),
        ("optimiser=adam", "settings.optimiser: expected adamw or sgd or muon or muon_adamw, got 'adam'"),
        ("target=97", "target: expected a number of at most 1.0, got 97"),
        ("modle.dropout=1", "expected settings.dropout or model.dropout, got modle.dropout"),
        ("recipe=images:classify", "recipe: expected module:function of dlf_reference.training, got 'images:classify'"),
    ],
)
def test_a_wrong_change_says_what_was_expected(change, message):
    with pytest.raises(ConfigError, match=message):
        checked(changed(load("m1.mnist"), [change]))


def test_changes_of_the_comparison_are_checked_too():
    assert comparison.load(["steps=7"]).steps == 7
    with pytest.raises(ConfigError, match=r"step is unknown \(did you mean steps\?\)"):
        comparison.load(["step=7"])


class Model:
    def __init__(self, width: int = 3, names: "Unheard" = None, *, rng=None): ...  # noqa: F821 - as a learner may write


def test_arguments_of_a_class_are_those_it_states_whatever_its_hints_say():
    wanted = accepted(Model, "rng")
    assert fitted(wanted, {"width": "4", "names": [1]}, "model.") == {"width": "4", "names": [1]}
    with pytest.raises(
        ConfigError, match=r"model.widht is unknown \(did you mean width\?\): expected one of width, names"
    ):
        fitted(wanted, {"widht": 4}, "model.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "expected keys and values, got list"),
        ("id: [", "not YAML"),
        ("id: x\nspeed: 3\n", "speed is unknown: expected one of id, model"),
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
