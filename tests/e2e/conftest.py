"""What these tests share: each rung that works here and a submission on it, and a browser."""

import time

import browsing
import pytest
from dlf_grader.isolation import RUNGS, why_not
from dlf_grader.sandbox.bwrap import Sandbox
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import MEMORY, Submission


@pytest.fixture(params=RUNGS)
def rung(request):
    if reason := why_not(request.param):
        pytest.skip(reason)
    return request.param


@pytest.fixture
def submit_on(tmp_path, servers):
    """Make a submission of one file's text on a rung."""
    made = []

    def make(rung: str, text: str, engine: str = "numpy", seconds: int = 0) -> Submission:
        tree, scratch = tmp_path / "tree", tmp_path / "scratch"
        tree.mkdir(exist_ok=True)
        scratch.mkdir(exist_ok=True)
        (tree / "exercise.py").write_text(text)
        load = Load(str(tree), "exercise", engine, "by hand", str(scratch), MEMORY, rung, seconds)
        enclosure = Sandbox(tmp_path) if rung == "bwrap" else None
        made.append(Submission(lambda: servers.worker(engine, str(scratch), enclosure), load))
        made[-1].deadline = time.monotonic() + 60
        return made[-1]

    yield make
    for submission in made:
        submission.close()
    servers.leave(tmp_path)


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    if not (browsing.CHROMIUM and browsing.DRIVER):
        pytest.skip("needs chromium and chromedriver")
    opened = browsing.start(tmp_path_factory.mktemp("chromium"))
    yield opened
    opened.quit()
