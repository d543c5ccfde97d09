"""Whatever a submission does, it gets one clear message, the other exercises are graded, and nothing is left behind."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from dlf_grader.config import Config
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Status
from dlf_grader.report import Report
from dlf_grader.run.session import Session
from dlf_grader.sandbox import seccomp

SOLUTIONS = Path(__file__).parents[2] / "solutions"
CONV = "m1_cnn/conv.py"
KEYWORD = "m1.conv,m1.basic_block"
FORWARD = re.compile(r"( +)### BEGIN SOLUTION m1.conv.forward\n(.*?)### END SOLUTION", re.DOTALL)


class Impatient:
    """A plugin that gives every check five seconds, so that endless loops end soon."""

    @hookimpl
    def dlf_modify_checks(self, checks):
        checks[:] = [replace(check, timeout=5.0) for check in checks]


@pytest.fixture
def grade(tmp_path, plugins, servers):
    """Grade Conv2d and Flatten of the solutions with conv.py changed."""

    plugins.register(Impatient())

    def run(change=None, *, text=None, data=None, forward=None, isolation="auto") -> Report:
        tree = tmp_path / "tree"
        shutil.copytree(SOLUTIONS, tree, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        file = tree / CONV
        if forward is not None:
            body = "".join(f"        {line}\n" for line in forward.splitlines())
            file.write_text(FORWARD.sub(lambda _: body, file.read_text()))
        elif text is not None:
            file.write_text(text)
        elif data is not None:
            file.write_bytes(data)
        elif change is not None:
            change(file)
        config = Config(tree=tree, milestones=("m1",), keyword=KEYWORD, jobs=2, train=False, isolation=isolation)
        return Session(config, plugins, servers=servers).run()

    return run


def of(report: Report, check: str):
    return next(result for result in report.results if result.id == check)


def assert_others_graded(report: Report):
    flatten = [r for r in report.results if r.id.startswith("m1.basic_block")]
    assert flatten
    assert {r.status for r in flatten} == {Status.PASSED}


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ({"text": "def f(:\n"}, Status.FAILED, "m1_cnn/conv.py:1 is not valid Python"),
        ({"data": b"# caf\xe9\nx = 1\n"}, Status.FAILED, "m1_cnn/conv.py:1 is not UTF-8"),
        ({"change": Path.unlink}, Status.FAILED, "m1_cnn/conv.py is missing"),
        ({"text": ""}, Status.FAILED, "expected Conv2d in m1_cnn.conv, which defines nothing"),
        ({"text": "class Convolution:\n    pass\n"}, Status.FAILED, "which defines Convolution"),
        ({"text": "raise RuntimeError('at import')\n"}, Status.FAILED, "importing m1_cnn.conv raised RuntimeError"),
        ({"text": "import torch\nclass Conv2d: pass\n"}, Status.REFUSED, "imports torch"),
        ({"text": "while True: pass\n"}, Status.TIMEOUT, "importing m1_cnn.conv"),
        ({"text": "import os; os._exit(7)\n"}, Status.CRASHED, "exited with status 7"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, dict) else None,
)
def test_a_file_that_cannot_be_used_is_said_once(grade, monkeypatch, how, status, words):
    monkeypatch.setattr("dlf_grader.sandbox.proxy.IMPORT_SECONDS", 2.0)
    report = grade(**how)
    first, *rest = (r for r in report.results if r.exercise == CONV)
    assert first.status is status
    assert words in first.message
    assert first.score == 0
    assert not any(r.score for r in rest)
    assert_others_graded(report)


@pytest.mark.parametrize(
    ("forward", "status", "words"),
    [
        ("return None", Status.FAILED, "got None"),
        ("return [1.0, 2.0]", Status.FAILED, "got a list of 2"),
        ("return x.astype(object)", Status.FAILED, "dtype object"),
        ("return np.zeros((1, 1))", Status.FAILED, "wrong shape"),
        ("return np.full((1, 1, 2, 2), np.nan)", Status.FAILED, "y is wrong"),
        ("return np.ones(10 * 2**30 // 8)", Status.FAILED, "MemoryError"),
        ("return np.zeros(2**27)", Status.FAILED, "1024 MiB where at most 64 MiB may cross"),
        ("return np.matrix([[1.0]])", Status.FAILED, "subclass of an array"),
        ("while True: pass", Status.TIMEOUT, "Conv2d.forward(float64 (1, 1, 3, 3)) did not end in time"),
        ("import sys; sys.exit(0)", Status.FAILED, "SystemExit"),
        ("import os; os._exit(0)", Status.CRASHED, "exited with status 0"),
        ("import os\nos.fork()\nreturn x", Status.REFUSED, "os.fork"),
        ("import subprocess\nsubprocess.run(['true'])", Status.REFUSED, "subprocess.Popen"),
        ("__import__('torch').ones(1)", Status.REFUSED, "imports torch"),
        ("import importlib\nimportlib.import_module('torch')", Status.REFUSED, "imports torch"),
        ("import ctypes\nctypes.CDLL(None)", Status.REFUSED, "foreign code"),
        ("raise ValueError(x.nothing)", Status.FAILED, "AttributeError"),
        (
            "raise ZeroDivisionError('by hand')",
            Status.FAILED,
            "Conv2d.forward(float64 (1, 1, 3, 3)) raised ZeroDivisionError: by hand",
        ),
        ("def f(): f()\nf()", Status.FAILED, "RecursionError"),
        ("class E(Exception):\n    def __str__(self): raise E\nraise E", Status.FAILED, "raised E"),
    ],
)
def test_a_function_that_misbehaves_is_named(grade, forward, status, words):
    report = grade(forward=forward)
    result = of(report, "m1.conv.forward")
    assert words in result.message
    assert result.status is status
    assert result.score == 0
    assert result.location.file.endswith("/m1_cnn/conv.py")
    assert "dlf_grader" not in result.message
    assert_others_graded(report)


@pytest.mark.parametrize(
    ("forward", "trace"),
    [
        (
            "cols = x.reshape(len(x), -1)\nreturn np.matmul(\n    cols, self.W)",
            (
                "conv.py:75 in forward: return np.matmul( cols, self.W)",
                "  with cols float64 (1, 9), self.W float64 (1, 1, 2, 2), x float64 (1, 1, 3, 3), self.b float64 (1,)",
            ),
        ),
        ("while x is not None: pass", ("conv.py:74 in forward: while x is not None: pass",)),
        (
            "np.lib.stride_tricks.as_strided(x, (10**9,), (4096,)).sum()",
            ("conv.py:74 in forward: np.lib.stride_tricks.as_strided(x, (10**9,), (4096,)).sum()",),
        ),
        ("import multiprocessing", ("conv.py:74 in forward: import multiprocessing",)),
    ],
    ids=["exception", "endless loop", "crash", "refusal"],
)
def test_the_learners_own_line_is_shown_and_nothing_of_ours(grade, forward, trace):
    result = of(grade(forward=forward), "m1.conv.forward")
    assert [str(line).rpartition("m1_cnn/")[2] for line in result.trace] == list(trace)
    assert result.trace[0].location == result.location


@pytest.mark.parametrize(
    ("old", "new", "words", "advice"),
    [
        ("self.dL_dW = ", "dL_dW = ", "Conv2d.dL_dW is missing", "backward must assign self.dL_dW"),
        ("self.cache = ", "cache = ", "'Conv2d' object has no attribute 'cache'", "forward must store on self"),
        ("return dL_dpadded", "return 0, dL_dpadded", "got a tuple of 2", "it holds 2 things"),
        ("return dL_dpadded", "return list(dL_dpadded) or dL_dpadded", "got a list of 1", "give the array itself"),
    ],
)
def test_what_backward_needs_or_owes_is_said(grade, old, new, words, advice):
    text = (SOLUTIONS / CONV).read_text()
    assert old in text
    result = of(grade(text=text.replace(old, new)), "m1.conv.backward")
    assert words in result.message
    assert advice in result.diagnosis[0].text


@pytest.mark.parametrize(
    ("refusal", "status", "words"),
    [
        (
            "raise ValueError(f'need {self.in_channels} channels in 4 axes, got {x.ndim} axes, {x.shape[1]} second')",
            "passed",
            "",
        ),
        ("_refuse(x)", "passed", ""),
        ("raise ValueError('wrong shape')", "failed", "should say what was expected and what it got"),
        ("np.zeros(3).reshape(x.size + 1, 2)", "failed", "expected a ValueError that your code raises"),
        ("raise TypeError(x.shape)", "failed", "expected ValueError, got"),
    ],
)
def test_a_refusal_is_the_exercises_own_and_names_what_came(grade, refusal, status, words):
    text = (SOLUTIONS / CONV).read_text()
    own = 'raise ValueError(f"expected x of shape (N, {self.in_channels}, H, W), got {x.shape}")'
    assert text.count(own) == 1
    helper = "\n\ndef _refuse(x):\n    raise ValueError(\n        f'expected NCHW, '\n        f'got {x.shape}')\n"
    result = of(grade(text=text.replace(own, refusal) + helper), "m1.conv.errors")
    assert (result.status, words in result.message) == (status, True), result.message


def test_a_neighbouring_file_imported_by_its_bare_name_is_told_its_whole_name(grade):
    result = grade(text="from pool import MaxPool2d\n").results[0]
    assert (result.status, result.message) == (
        Status.REFUSED,
        "imports pool: it is m1_cnn.pool from here, as imports start at the tree's root",
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            "def forward(self, x: np.ndarray)",
            "def forward(self)",
            "Conv2d.forward(float64 (1, 1, 3, 3)) raised TypeError",
        ),
        ("        stride: int = 1,\n", "", "unexpected keyword argument 'stride'"),
        ("def forward(self", "def forwards(self", "has no attribute 'forward'"),
    ],
)
def test_a_wrong_signature_is_named(grade, old, new, words):
    report = grade(text=(SOLUTIONS / CONV).read_text().replace(old, new))
    result = of(report, "m1.conv.forward")
    assert result.status is Status.FAILED
    assert words in result.message
    assert_others_graded(report)


def test_honest_noise_costs_nothing(grade):
    check = "        self._check_input(x)\n"
    noise = """
import random, sys, threading, time, traceback, warnings
np.seterr(divide="call", over="print")
np.random.seed(0)
time.sleep(0.5)

def noise():
    warnings.warn("deep", stacklevel=9)
    print("\\x1b[32m100 of 100 points\\x1b[0m", "::error::x", file=sys.stderr, flush=True)
    try:
        raise KeyError("caught")
    except KeyError:
        traceback.print_exc()
    thread = threading.Thread(target=random.random)
    thread.start()
    thread.join()
    with open("scratch.txt", "w") as file:
        file.write("kept")
"""
    report = grade(text=(SOLUTIONS / CONV).read_text().replace(check, f"{check}        noise()\n") + noise)
    assert {r.status for r in report.results} == {Status.PASSED}


def test_a_hundred_megabytes_of_prints_change_no_verdict(grade):
    check = "        self._check_input(x)\n"
    source = (SOLUTIONS / CONV).read_text().replace(check, f"{check}        noise()\n")
    source += "\n\ndef noise():\n    import warnings\n    warnings.warn('careful')\n    print('x' * 1_000_000)\n"
    report = grade(text=source)
    assert all(r.status is Status.PASSED for r in report.results)
    assert "xxx" in of(report, "m1.conv.forward").output
    assert len(of(report, "m1.conv.forward").output) <= 2000


@pytest.mark.parametrize(
    ("isolation", "status", "words"),
    [
        ("process", Status.CRASHED, "killed by SIGKILL"),
        ("locked", Status.FAILED, "got None"),  # the first process of a namespace is deaf to its own signals
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="namespaces are Linux's")
def test_a_worker_that_kills_itself_earns_nothing(grade, isolation, status, words):
    report = grade(forward="import os\nos.kill(os.getpid(), 9)", isolation=isolation)
    result = of(report, "m1.conv.forward")
    assert (result.status, result.score) == (status, 0)
    assert words in result.message
    assert_others_graded(report)


@pytest.mark.skipif(not seccomp.supported(), reason="needs Linux's filter of system calls")
@pytest.mark.parametrize("isolation", ["process", "locked"])
def test_a_program_started_behind_the_guards_back_is_refused_by_the_kernel(grade, isolation):
    escape = """
import os, _posixsubprocess
r, w = os.pipe()
_posixsubprocess.fork_exec(
    [b"/bin/true"], [b"/bin/true"], True, (), None, None,
    -1, -1, -1, -1, -1, -1, r, w, True, True, -1, None, None, None, -1, None, True)
return x"""
    report = grade(forward=escape.strip(), isolation=isolation)
    result = of(report, "m1.conv.forward")
    assert (result.status, result.score) == (Status.FAILED, 0)
    assert "Operation not permitted" in result.message


def test_a_symbolic_link_out_of_the_tree_is_not_followed(grade):
    def link(file: Path):
        file.unlink()
        file.symlink_to(SOLUTIONS / CONV)

    report = grade(change=link)
    assert "is a link out of the tree" in report.results[0].message
    assert report.score == sum(r.score for r in report.results if r.exercise != CONV)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["m9"], "no milestone, check, file or class 'm9'"),
        (["m1", "-k", "nothing"], "no check of m1"),
        (["m1", "--tree", "/no/such/tree"], "no tree at /no/such/tree"),
        (["m1", "--report", "json"], "expected FORMAT=PATH"),
        (["m1", "--report", "xls=a.xls"], "no such format"),
        (["m1", "--report", "json=/no/such/folder/r.json"], "cannot write /no/such/folder/r.json"),
        (["m1", "--seed", "-1"], "--seed -1: expected a number"),
        (["m1", "--isolation", "magic"], "argument --isolation"),
        (["hint", "m1.nothing"], "no milestone, check, file or class 'm1.nothing'"),
        (["replay", "m1.conv.forward@x"], "expected CHECK@SEED.CASE"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(arguments, words):
    command = [sys.executable, "-m", "dlf_grader.cli", *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=SOLUTIONS.parent)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_empty_tree_is_said_file_by_file(tmp_path):
    command = [sys.executable, "-m", "dlf_grader.cli", "m1", "--tree", str(tmp_path), "-k", "conv,flatten"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "m1_cnn/conv.py is missing" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
