"""Watching, on a real terminal and with real saves; nothing here sleeps, everything waits for what is shown."""

import os
import signal
import subprocess
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("needs a Unix terminal", allow_module_level=True)

from terminal import SOLUTIONS, OnTerminal, course

CONV = "m1_cnn/conv.py"
FOOTER, LIST_FOOTER = "q quit", "Esc back · q quit"
UNDER_WAY = "… Conv2d.forward matches PyTorch"  # the first check that calls forward
RIGHT = (SOLUTIONS / CONV).read_text(encoding="utf-8")
FLIPPED = RIGHT.replace("y = W.reshape", "y = W[:, :, ::-1, ::-1].reshape")
SLOW = RIGHT.replace("        self._check_input(x)\n", "        import time; time.sleep(60)\n", 1)
linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """PyTorch is asked once for all tests here."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def watched(tmp_path, cache):
    """A watcher that has shown that Conv2d passes."""
    with OnTerminal(course(tmp_path), cache, "m1", "-k", "m1.conv,m1.flatten", "--watch") as watcher:
        watcher.until("7 checks pass")
        watcher.until(FOOTER)
        yield watcher


def test_every_way_of_saving_is_noticed_and_judged(watched):
    watched.save(CONV, FLIPPED)
    assert "✗ Conv2d.forward matches PyTorch" in watched.until(FOOTER)
    new = watched.exercises / "m1_cnn" / "conv.py~"
    new.write_text(RIGHT)
    new.rename(watched.exercises / CONV)  # as editors do that want to lose nothing
    assert "7 checks pass" in watched.until(FOOTER)
    watched.save(CONV, RIGHT + "\ndef f(:\n")
    assert "is not valid Python" in watched.until(FOOTER)
    (watched.exercises / CONV).unlink()
    assert "dlf-grade reset m1_cnn/conv.py" in watched.until(FOOTER)
    for number in range(20):
        watched.save(CONV, RIGHT[: len(RIGHT) * number // 20])
    watched.save(CONV, RIGHT + "\n# whole again\n")
    watched.until("7 checks pass")


def test_saving_another_exercise_shows_that_one(watched):
    pool = (SOLUTIONS / "m1_cnn/pool.py").read_text()
    watched.save("m1_cnn/pool.py", pool + "\n")
    assert "m1_cnn/pool.py" in watched.until("2 checks pass")


@linux
def test_a_save_during_a_run_takes_its_place_and_leaves_no_worker(watched):
    watched.save(CONV, SLOW)
    watched.until(UNDER_WAY)
    workers = watched.workers()
    watched.save(CONV, RIGHT + "\n# right\n")
    assert "✗" not in watched.until("7 checks pass")
    watched.until(FOOTER)
    assert workers
    assert workers & watched.workers() == set()


def test_keys_hint_list_move_on_and_run_all(watched):
    watched.press("h")
    assert "nothing is left to do in m1_cnn/conv.py" in watched.until(FOOTER)
    watched.press("n")
    assert "m1_cnn/pool.py" in watched.until("2 checks pass")
    watched.until(FOOTER)
    watched.press("\x1b[Ar")  # an arrow does nothing here, what follows it does
    assert "✓ Conv2d" in watched.until(FOOTER)
    watched.save(CONV, FLIPPED)
    watched.until("✗")
    watched.until(FOOTER)
    watched.press("h")
    assert "1. " in watched.until("lesson")


def test_in_the_list_arrows_move_a_filter_narrows_enter_grades_and_escape_goes_back(watched):
    watched.press("l")
    listed = watched.until(LIST_FOOTER)
    assert "✓ m1.conv.forward" in listed
    assert "m2." not in listed
    watched.press("/flat quiz")  # q is a letter here
    watched.until("no check fits")
    watched.press("\x7f" * 5)
    watched.until(">   m1.flatten.forward")
    watched.press("\r")
    watched.until(LIST_FOOTER)
    watched.press("\x1b[B")
    watched.until(">   m1.flatten.backward")
    watched.press("\r")
    watched.until("1 check passes")
    watched.until(FOOTER)
    watched.press("l")
    watched.until(LIST_FOOTER)
    watched.press("\x1b")
    assert "2 checks pass" in watched.until(FOOTER)


def test_in_the_list_x_twice_resets_one_function_and_keeps_the_file_beside_it(watched):
    (watched.exercises.parent / "solutions").symlink_to(SOLUTIONS)
    watched.press("l")
    watched.until(LIST_FOOTER)
    watched.press("/conv.backward\r")
    watched.until(LIST_FOOTER)
    watched.press("x")
    watched.until("x again: Conv2d.backward as it was handed out")
    before = (watched.exercises / CONV).read_text()
    watched.press("x")
    watched.until("your file is kept as exercises/m1_cnn/conv.py.1.bak")
    watched.until(FOOTER)
    after = (watched.exercises / CONV).read_text()
    assert (watched.exercises / f"{CONV}.1.bak").read_text() == before
    assert 'NotImplementedError("m1.conv.backward")' in after
    assert 'NotImplementedError("m1.conv.forward")' not in after


def quit_with(key):
    return lambda watched: watched.press(key)


def kill_with(number):
    return lambda watched: os.kill(watched.process.pid, number)


@linux
@pytest.mark.parametrize(
    ("end", "code"),
    [
        (quit_with("q"), 0),
        (quit_with("\x03"), 0),
        (kill_with(signal.SIGTERM), 128 + signal.SIGTERM),
        (kill_with(signal.SIGHUP), 128 + signal.SIGHUP),
    ],
    ids=["q", "ctrl-c", "kill", "hang-up"],
)
@pytest.mark.parametrize("running", [False, True], ids=["idle", "running"])
def test_however_it_ends_the_terminal_is_as_found_and_nothing_is_left(end, code, running, watched):
    assert not watched.terminal_as_found()
    if running:
        watched.save(CONV, SLOW)
        watched.until(UNDER_WAY)
    family = watched.family()
    end(watched)
    assert watched.ended() == code
    assert watched.terminal_as_found()
    assert "Traceback" not in watched.shown
    assert [pid for pid in family if os.path.exists(f"/proc/{pid}")] == []
    assert list(watched.scratch.iterdir()) == []


def test_after_a_fault_the_terminal_is_as_found(tmp_path, cache):
    (tmp_path / "dlfplugin.py").write_text(
        "from dlf_grader.hookspecs import hookimpl\n@hookimpl\ndef dlf_session_finish(report): raise SystemExit(1)\n"
    )
    with OnTerminal(course(tmp_path), cache, "m1", "-k", "m1.flatten", "--watch") as watcher:
        assert watcher.ended() == 1
        assert watcher.terminal_as_found()


@pytest.mark.parametrize("polling", ["", "1"], ids=["told", "polling"])
def test_where_output_is_piped_it_is_plain_lines(polling, tmp_path, cache):
    folder = course(tmp_path)
    command = [sys.executable, "-m", "dlf_grader.cli", "m1", "-k", "m1.conv", "--watch"]
    environment = os.environ | {"DLF_CACHE": str(cache), "WATCHFILES_FORCE_POLLING": polling, "PYTHONUTF8": "1"}
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, cwd=folder, env=environment, encoding="utf-8", **pipes) as watcher:
        lines = iter(watcher.stdout.readline, "")
        shown = [next(line for line in lines if "points" in line)]
        (folder / "exercises" / CONV).write_text(FLIPPED)
        shown += list(iter(lambda: next(lines), "saved: m1_cnn/conv.py\n"))
        shown += [next(line for line in lines if "points · next: exercises/m1_cnn/conv.py:" in line)]
        watcher.terminate()
        shown += list(lines)
    assert watcher.returncode == 128 + signal.SIGTERM
    assert "\x1b" not in "".join(shown)
    assert FOOTER not in "".join(shown)


def test_a_report_is_not_written_while_watching(tmp_path, cache):
    command = [sys.executable, "-m", "dlf_grader.cli", "m1", "--watch", "--report", "json=r.json"]
    done = subprocess.run(command, cwd=course(tmp_path), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "--watch writes no report" in done.stderr
