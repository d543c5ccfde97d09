import pytest
from dlf_reference.data import cli as data
from dlf_reference.training import cli as training


@pytest.mark.parametrize(
    ("main", "words", "said"),
    [
        (training.main, [], "dlf-train: the following arguments are required: config; see: dlf-train --help"),
        (training.main, ["m1.mnist", "--modl=zoo"], "(did you mean --model?); see: dlf-train --help"),
        (training.main, ["m1.mnist", "--model=zo"], "(did you mean zoo?); see: dlf-train --help"),
        (data.main, ["get", "mnst"], "(did you mean mnist?); see: dlf-data get --help"),
        (data.main, ["lst"], "(did you mean list?); see: dlf-data --help"),
    ],
)
def test_wrong_words_get_one_line_with_the_one_that_was_meant(main, words, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(said)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["m1.mnst"], "dlf-train: m1.mnst (did you mean m1.mnist?): expected one of m0.mnist, "),
        (["m1.mnist", "seed=2"], "dlf-train: seed=2: did you mean --seed 2?"),
        (["m1.mnist", "epoch=2"], "dlf-train: settings.epoch is unknown (did you mean epochs?): "),
    ],
)
def test_a_wrong_milestone_or_setting_gets_the_one_that_was_meant(words, said, tmp_path, capsys):
    assert training.main([*words, "--tree", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith(said)
