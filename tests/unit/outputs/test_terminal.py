import io
from dataclasses import replace
from pathlib import Path

import pytest
from dlf_grader.config import Config
from dlf_grader.instruments.pictures import kept
from dlf_grader.model import Check, Status
from dlf_grader.outputs.terminal import Terminal
from dlf_grader.report import Counterexample, Diagnosis, Location, Report, Result, TraceLine
from dlf_reference.training import drawings


class Screen(io.StringIO):
    """A terminal of a given encoding that remembers all that was written."""

    def __init__(self, encoding="utf-8", tty=False):
        super().__init__()
        self._encoding, self._tty = encoding, tty

    encoding = property(lambda self: self._encoding)

    def isatty(self):
        return self._tty


def result(status, **more):
    about = ("m1.conv.forward", "m1", "m1_cnn/conv.py", "parity", "Conv2d.forward matches PyTorch")
    return Result(*about, status, 12.0 if status is Status.PASSED else 0.0, 12.0, **more)


def check():
    return Check("m1.conv.forward", "t", "m1_cnn/conv.py", "parity", 12, "Conv2d.forward", lesson="forward")


def shown(*results, **config):
    screen = Screen()
    terminal = Terminal(screen, Config(tree=Path("exercises").resolve(), **config))
    terminal.dlf_session_start([check()], terminal.config)
    for one in results:
        terminal.dlf_check_finished(check(), one)
    report = Report("exercises", 1, "process", {}, {}, sum(r.score for r in results), 12.0 * len(results), results)
    terminal.dlf_session_finish(report, terminal.config)
    return screen.getvalue()


WRONG = result(
    Status.FAILED,
    message="y is wrong (1 of 2 elements differ)",
    location=Location("exercises/m1_cnn/conv.py", 47),
    replay="m1.conv.forward@1.3",
    diagnosis=(Diagnosis("kernel-flipped", "It looks as if the kernel were flipped."),),
    counterexample=Counterexample("N=1 C=1", 3, "y", (0, 1), 1.0, 2.0, [[3.0, 1.0]], [[3.0, 2.0]]),
)


def test_a_failure_shows_case_numbers_mistake_place_and_what_to_do():
    text = shown(WRONG)
    for words in (
        "✗ Conv2d.forward matches PyTorch",
        "exercises/m1_cnn/conv.py:47",
        "smallest case: N=1 C=1",
        "y[0,1]   yours 1   expected 2",
        "1*",
        "It looks as if the kernel were flipped.",
        "replay: dlf-grade replay m1.conv.forward@1.3",
        "hint: dlf-grade hint m1.conv.forward",
        "0 of 12 points · next: exercises/m1_cnn/conv.py:47",
    ):
        assert words in text


def test_only_the_first_failure_is_shown_in_full_unless_asked():
    text = shown(WRONG, WRONG)
    assert text.count("smallest case") == 1
    assert "1 more failure: -v" in text
    text = shown(WRONG, WRONG, verbose=True)
    assert text.count("smallest case") == 2
    assert "more failure" not in text


def test_a_passed_check_shows_what_was_measured():
    text = shown(result(Status.PASSED, measurements={"cases": 30, "max rel err": 2e-15}), verbose=True)
    assert "30 cases · max rel err 2e-15" in text
    assert "12 of 12 points · all passed" in text


def test_accuracy_is_shown_in_percent():
    assert "test 99.12 %" in shown(result(Status.PASSED, measurements={"test accuracy": 0.9912}))


def test_what_was_not_run_is_said_with_its_reason():
    assert "not run: m1.conv.forward: data is missing" in shown(result(Status.SKIPPED, message="data is missing"))


def test_something_to_write_names_function_lesson_and_hint():
    text = shown(result(Status.TODO, location=Location("exercises/m1_cnn/conv.py", 9)))
    assert "write Conv2d.forward there" in text
    assert "exercises/m1_cnn/README.md#forward" in text


def test_a_terminal_without_unicode_gets_ascii():
    screen = Screen(encoding="ascii")
    terminal = Terminal(screen, Config(tree=Path()))
    terminal.dlf_check_finished(check(), result(Status.PASSED))
    assert "+ m1.conv.forward  12 of 12" in screen.getvalue()
    picture = kept(drawings.repaired([2.0, 2.0], [2.0, 0.01], "float32"))
    terminal.dlf_check_finished(check(), replace(WRONG, pictures=(picture,)))
    assert "loss with float32  2 to 0.01" in screen.getvalue()
    assert "█" not in screen.getvalue()


def test_colour_appears_on_a_terminal_only_and_never_with_no_color(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    screen = Screen(tty=True)
    Terminal(screen, Config(tree=Path())).dlf_check_finished(check(), WRONG)
    assert "\033[31m✗" in screen.getvalue()
    assert "\033" not in shown(WRONG)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = Screen(tty=True)
    Terminal(plain, Config(tree=Path())).dlf_check_finished(check(), WRONG)
    assert "\033[31m" not in plain.getvalue()


@pytest.mark.parametrize("status", list(Status))
def test_every_status_has_a_line(status):
    assert "Conv2d.forward matches PyTorch" in shown(result(status, message="why"), verbose=True)


def test_an_exceptions_own_lines_follow_it_and_long_ones_break_between_words_on_a_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    message = "Conv2d.forward(float64 (1, 1, 3, 3)) raised ValueError: matmul: operand 1 does not fit"
    broken = ["Conv2d.forward(float64 (1, 1, 3, 3)) raised", "    ValueError: matmul: operand 1 does not fit"]
    trace = (
        TraceLine(" in forward: y = W", Location("exercises/m1_cnn/conv.py", 47)),
        TraceLine("  with x float64 (2, 3)"),
    )
    wrong = result(Status.FAILED, message=message, trace=trace)
    for tty, said in ((False, [message]), (True, broken)):
        terminal = Terminal(screen := Screen(tty=tty), Config(tree=Path("exercises").resolve()))
        terminal.dlf_check_finished(check(), wrong)
        lines = [line[10:] for line in screen.getvalue().splitlines()[3:]]
        assert lines[:-1] == [*said, "  exercises/m1_cnn/conv.py:47 in forward: y = W", "    with x float64 (2, 3)"]


def test_advice_stands_beside_a_check_that_passed_and_beside_no_other(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    measured = {"parameters": 12, "advice": "drop drops 90 % of its input"}
    assert "drop drops 90 % of its input" in shown(result(Status.PASSED, measurements=measured))
    assert "drop drops" not in shown(result(Status.FAILED, measurements=measured))


def test_a_check_that_passed_with_a_warning_says_so(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    printed = "m0_mlp/layers.py:12: RuntimeWarning: overflow encountered in exp\n  1 / (1 + np.exp(-x))"
    assert "it warned: overflow in exp at layers.py:12" in shown(result(Status.PASSED, output=printed))
    numbers = shown(result(Status.PASSED, output=f"{printed}\n  with x from -1000 to 0"))
    assert "it warned: overflow in exp at layers.py:12, x from -1000 to 0" in numbers
    assert "warned" not in shown(result(Status.PASSED, output="x = 3"))


def test_what_a_check_that_passed_printed_is_shown_short_and_whole_with_v():
    lines = "\n".join(f"x = {n}" for n in range(9))
    loud = result(Status.PASSED, output=f"a.py:1: RuntimeWarning: overflow\n  np.exp(x)\n{lines}\n")
    short = shown(loud)
    assert "forward printed:\n        x = 0\n" in short
    assert "x = 4\n        … 4 more lines: dlf-grade m1.conv.forward -v" in short
    assert "x = 5" not in short
    assert "x = 8" in shown(loud, verbose=True)
    assert "more line" not in shown(loud, verbose=True)
    assert "printed" not in shown(result(Status.PASSED, output="a.py:1: RuntimeWarning: overflow\n  np.exp(x)\n"))


def test_what_is_printed_and_what_is_warned_of_have_lines_of_their_own():
    wrong = shown(result(Status.FAILED, output="a.py:1: RuntimeWarning: overflow\n  np.exp(x)\nx = 3"))
    assert "it printed:\n            x = 3\n" in wrong
    assert "Python warned:\n            a.py:1: RuntimeWarning: overflow\n              np.exp(x)\n" in wrong


def parts(*results, width, monkeypatch, tty=False, **config):
    """The lines of a run of several checks of one class each."""
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal(screen := Screen(tty=tty), Config(tree=Path("exercises").resolve(), **config))
    checks = [Check(r.id, r.title, r.exercise, "parity", r.max_score, TARGETS[r.id]) for r in results]
    terminal.dlf_session_start(checks, terminal.config)
    for one, asked in zip(results, checks, strict=True):
        terminal.dlf_check_finished(asked, one)
    return screen.getvalue().replace("\r\033[K", "").splitlines()


TARGETS = {
    "m0.linear.forward": "Linear.forward",
    "m0.linear.behaviour": "Linear.forward",
    "m0.linear.backward": "Linear.backward",
    "m0.gradcheck.error": "relative_error",
    "m0.gradcheck.layer": "check_layer",
    "m0.digits": "Linear.forward",
}


def of(id, status, score=0.0, most=5.0, **more):
    return Result(id, "m0", "m0_mlp/layers.py", "parity", f"{TARGETS[id]} is right", status, score, most, **more)


def test_an_exercise_is_a_line_with_its_points_and_what_is_left_to_do(monkeypatch):
    lines = parts(
        of("m0.linear.forward", Status.PASSED, 5.0),
        of("m0.linear.backward", Status.FAILED, message="dL_dx is wrong"),
        of("m0.linear.behaviour", Status.TIMEOUT, message="too long"),
        of("m0.gradcheck.error", Status.TODO),
        of("m0.gradcheck.layer", Status.BLOCKED, message="waits for m0.gradcheck.error"),
        of("m0.digits", Status.PASSED, 5.0, measurements={"test accuracy": 0.97, "cases": 3}),
        width=80,
        monkeypatch=monkeypatch,
    )
    assert lines[1:3] == [
        "  ✗ Linear      5 of 15  ✗ backward · ✗ out of time: behaviour",
        "      ✗ Linear.backward is right",
    ]
    assert lines[-2:] == ["  · gradcheck   0 of 10  not written yet", "  ✓ digits       5 of 5  test 97.00 %"]


@pytest.mark.parametrize("width", [60, 80])
def test_no_word_is_broken_and_a_note_that_does_not_fit_has_its_own_line(width, monkeypatch):
    title = "Linear keeps the dtype, leaves its inputs alone, and carries nothing over between calls"
    waits = of("m0.linear.behaviour", Status.BLOCKED, message="waits for m0.linear.forward")
    at = Location("exercises/m0_mlp/layers.py", 89)
    wrong = of("m0.linear.backward", Status.FAILED, message="word " * 40, location=at)
    results = [replace(each, title=title) for each in (waits, wrong)]
    lines = parts(*results, width=width, monkeypatch=monkeypatch, tty=True, verbose=True)
    assert max(map(len, lines)) <= width
    assert " ".join(" ".join(lines[1:]).split()).count(title) == 2
    assert any(line.endswith(" waits for m0.linear.forward") for line in lines)
    assert any(line.endswith(str(at)) for line in lines)


def test_a_milestone_whose_points_are_all_earned_has_an_ending(monkeypatch, tmp_path):
    checks = ["m0.linear.forward", "m0.gradcheck.layer"]
    whole = [of(name, Status.PASSED, 45.0, 45.0) for name in checks]
    whole.append(
        replace(
            of("m0.digits", Status.PASSED, 10.0, 10.0),
            kind="training",
            measurements={"test accuracy": 0.96, "curve": "80.00 88.00 96.00"},
        )
    )
    whole.append(replace(of("m0.digits", Status.SKIPPED, 0.0, 0.0), id="m0.mnist", kind="training"))
    config = Config(tree=Path("exercises").resolve(), reports=(("html", Path("report.html")),))
    for results, done in ((whole, True), ([replace(whole[0], status=Status.FAILED, score=0.0), *whole[1:]], False)):
        terminal = Terminal(screen := Screen(), config, following={"m0": "m1 cnn"})
        targets = TARGETS | {"m0.mnist": "TwoLayerMLP"}
        terminal.dlf_session_start([Check(r.id, "t", r.exercise, "parity", 1, targets[r.id]) for r in results], config)
        score = sum(r.score for r in results)
        terminal.dlf_session_finish(Report("exercises", 1, "", {}, {}, score, 100.0, tuple(results)), config)
        ending = """m0 is done. You wrote Linear, check_layer.
  m0.digits: test 96.00 % · epoch by epoch 80 ▁▅█ 96 %
  On more data, for no points: dlf-grade m0.mnist --train
  Next is m1 cnn. Start it: dlf-grade start
"""
        assert (ending in screen.getvalue()) is done
        assert screen.getvalue().endswith("written: report.html\n")
