"""Every source notebook runs top to bottom in a real kernel, and its score cells give full points."""

from pathlib import Path

import pytest
from dlf_grader.config import Config
from dlf_grader.notebooks import source
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import catalogue_of

pytest.importorskip("nbclient", reason="needs the extra: pip install 'dl-foundations[nbgrader]'")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def checks():
    return {
        milestone.folder: found
        for milestone, found in catalogue_of(Config(tree=ROOT / "solutions"), load_plugins(None))
    }


@pytest.mark.parametrize("lesson", source.lessons(ROOT), ids=lambda path: path.stem)
def test_a_notebook_runs_top_to_bottom_and_earns_all_its_points(lesson, checks):
    book = source.run(source.notebook(lesson, ROOT, checks[lesson.parent.name]), lesson.parent)
    for cell in book["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade"):
            assert float("".join(cell["outputs"][-1]["data"]["text/plain"])) == marks["points"], marks["grade_id"]
        assert not any(output.get("name") == "stderr" for output in cell.get("outputs", []))
