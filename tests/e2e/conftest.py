"""What these tests share: each rung that works here and a submission on it, and a browser."""

import time

import browsing
import pytest
from dlf_grader.sandbox.limits import MEMORY
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission
from dlf_grader.sandbox.rungs import RUNGS, Rung


@pytest.fixture(params=RUNGS, ids=lambda rung: rung.name)
def rung(request):
    if reason := request.param.why_not():
        pytest.skip(reason)
    return request.param


@pytest.fixture
def submit_on(tmp_path, servers):
    """Make a submission of one file's text on a rung."""
    made = []

    def make(rung: Rung, text: str, engine: str = "numpy", seconds: int = 0) -> Submission:
        tree, scratch = tmp_path / "tree", tmp_path / "scratch"
        tree.mkdir(exist_ok=True)
        scratch.mkdir(exist_ok=True)
        (tree / "exercise.py").write_text(text)
        load = Load(str(tree), "exercise", engine, "by hand", str(scratch), MEMORY, rung.name, seconds)
        made.append(Submission(lambda: rung.start(servers, engine, scratch), load))
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
