"""The search for a training's cause may be stopped at any time."""

from terminal import OnTerminal, course


def test_ctrl_c_ends_the_search_for_a_cause_and_the_verdict_stands(tmp_path):
    folder = course(tmp_path)
    lenet = folder / "exercises" / "m1_cnn" / "lenet.py"
    last = "return self.classifier(self.features(x).flatten(start_dim=1))"
    lenet.write_text(lenet.read_text(encoding="utf-8").replace(last, f"{last}.sort(dim=1).values"), encoding="utf-8")
    with OnTerminal(folder, tmp_path / "cache", "m1", "-k", "m1.digits", "--train") as grader:
        grader.until("why it does not learn")
        grader.press("\x03")
        assert grader.ended() == 1
    assert "test accuracy" in grader.shown
    assert "The search for the cause was stopped." in grader.shown
    assert grader.shown.rstrip().endswith("stopped; finished results are kept")
