"""The pages of the dictionary are what solutions give: a sample is made anew, in a real worker."""

from pathlib import Path

import numpy as np
import pytest
from dlf_grader.authoring.mine import known_to, pages, stale
from dlf_grader.authoring.mining import mine
from dlf_grader.instruments.dictionary.fingerprint import NEAR
from dlf_grader.instruments.dictionary.lookup import MINED, read_page
from dlf_grader.places import repository
from dlf_grader.plugins import load_plugins
from dlf_grader.sandbox.limits import MEMORY
from dlf_grader.sandbox.protocol import Load
from dlf_grader.sandbox.proxy import Submission

ROOT = repository(Path(__file__))
LARGEST = 3 << 20  # bytes of all pages
SAMPLE = 97  # every so many edits


def test_the_pages_are_small():
    assert 0 < sum(page.stat().st_size for page in MINED.rglob("*.mined")) <= LARGEST


@pytest.mark.parametrize("path", ["m0_mlp/layers.py", "m3_attention/layernorm.py"])
def test_a_worker_gives_the_numbers_of_the_page(path, servers, tmp_path):
    plugins = load_plugins(None)
    if path in set(stale(ROOT, plugins)):
        pytest.skip("dev lint says that this page is out of date")
    milestone, exercise, checks = next(found for found in pages(ROOT, plugins) if found[1].path == path)
    load = Load(str(ROOT / "solutions"), exercise.module, exercise.engine, "", str(tmp_path), MEMORY)
    worker = Submission(lambda: servers.worker(exercise.engine, str(tmp_path)), load)
    known = known_to(ROOT, milestone, exercise)
    sample = mine(path, checks, ROOT / "solutions", known, worker, wanted=lambda number: number % SAMPLE == 0)
    worker.close()
    page = read_page(path)
    assert sample.edits
    for name, entry in sample.subjects.items():
        for tensor, column in entry.tensors.items():
            kept = np.frombuffer(page.subjects[name].tensors[tensor].totals).reshape(-1, 2)
            for total in np.frombuffer(column.totals).reshape(-1, 2):
                assert (np.abs(kept - total) <= 10 * NEAR * (1 + np.abs(total))).all(axis=1).any()


def test_every_sentence_is_of_one_line_and_names_its_function():
    for file in MINED.rglob("*.mined"):
        page = read_page(file.relative_to(MINED).with_suffix(".py").as_posix())
        assert page is not None
        for edit in page.edits:
            assert edit.said == "" or (edit.function in edit.said and "\n" not in edit.said)
            assert edit.said.count("`") % 2 == 0
