"""The page of a report on real runs, in a real browser: whole, readable by everybody, and inert whatever is on it."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from browsing import AXE, HOSTILE, asked_for, findings, open_page
from dlf_grader.config import Config
from dlf_grader.instruments.pictures import kept, of_optimisers
from dlf_grader.model import Status
from dlf_grader.outputs.html import to_html
from dlf_grader.report import Picture
from dlf_grader.run.session import Session
from dlf_reference.training import drawings

ROOT = Path(__file__).parents[2]
PAGES = ("stub", "conv", "lstm", "crash", "trained")
LOOKS = [
    drawings.attention([np.full((2, 9, 9), 1 / 9)], (*"abcdefgh", HOSTILE[:20]), "world"),
    drawings.activations(np.eye(8, dtype=np.uint8), [("features.0", 4, np.ones((3, 8, 8)))], "7"),
    drawings.lengths(np.arange(1, 90), np.arange(1, 90) % 7 == 0),
    drawings.norms([("blocks.0", np.array([1.0, 2.0])), ("blocks.1", np.array([2.0, 3.0]))]),
]
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


def run(plugins, servers, tree, keyword, **options):
    return Session(Config(tree, keyword=keyword, **options), plugins, servers=servers).run()


def changed(folder, file, *replacements):
    """A copy of the solutions with one file's text changed."""
    shutil.copytree(ROOT / "solutions", folder, ignore=shutil.ignore_patterns("__pycache__"))
    text = (folder / file).read_text()
    for there, instead in replacements:
        assert there in text
        text = text.replace(there, instead)
    (folder / file).write_text(text)
    return folder


@pytest.fixture(scope="module")
def reports(tmp_path_factory, servers):
    """Reports of real runs: untouched, with mistakes, crashing with hostile words, and trained."""
    from dlf_grader.plugins import load_plugins

    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        plugins, trees = load_plugins(None), tmp_path_factory.mktemp("trees")
        flipped = changed(trees / "conv", "m1_cnn/conv.py", ("self.W.astype", "self.W[:, :, ::-1, ::-1].astype"))
        late = changed(trees / "lstm", "m2_rnn/lstm.py", ("dL_da.T @ h[:-1]", "dL_da.T @ h[1:]"))
        words = f'print({HOSTILE!r})\n        raise RuntimeError("\\x1b[31m" + {HOSTILE!r} + "x" * 500)'
        hostile = changed(trees / "crash", "m1_cnn/pool.py", ("### BEGIN SOLUTION m1.max_pool.forward", words))
        trained = run(plugins, servers, ROOT / "solutions", "m0.digits,m0.mlp")
        assert trained.results[-1].pictures
        more = (*map(kept, LOOKS), of_optimisers({"cnn": {"SGD": [2.0, 0.2]}}, {"cnn": 0.3}))
        more += (Picture("missing", words={"why": (HOSTILE + "x" * 300,)}),)
        last = replace(trained.results[-1], pictures=(*trained.results[-1].pictures, *more), title=HOSTILE)
        yield {
            "stub": run(plugins, servers, ROOT / "exercises", "m1", train=False),
            "conv": run(plugins, servers, flipped, "m1.conv", train=False),
            "lstm": run(plugins, servers, late, "m2.lstm", train=False),
            "crash": run(plugins, servers, hostile, "m1.max_pool", train=False),
            "trained": replace(trained, results=(*trained.results[:-1], last)),
        }


@pytest.fixture(scope="module")
def pages(reports, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    for name, report in reports.items():
        (folder / f"{name}.html").write_text(to_html(report), encoding="utf-8")
    return folder


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_fits_asks_for_nothing_and_runs_nothing(pages, browser, name, width):
    path = pages / f"{name}.html"
    open_page(browser, path, width)
    browser.execute_script(OPEN_ALL)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    assert browser.title != "owned"
    assert browser.execute_script("return document.scripts.length") == 0
    broken = "return [...document.images].filter(each => !each.complete || !each.naturalWidth).length"
    assert browser.execute_script(broken) == 0
    assert asked_for(browser, path) == {path.as_uri()}
    assert browser.get_log("browser") == []


@pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core: npm install --prefix .venv/axe axe-core")
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(pages, browser, name, width, scheme):
    open_page(browser, pages / f"{name}.html", width, scheme)
    browser.execute_script(OPEN_ALL)
    assert findings(browser) == []


def test_wrong_numbers_are_marked_by_a_sign(pages, browser):
    open_page(browser, pages / "conv.html", 1280)
    tables = browser.find_elements("css selector", "#m1\\.conv\\.forward table.tensor")
    assert [table.find_element("tag name", "caption").text for table in tables] == ["yours", "expected"]
    cells = [[cell.text for cell in table.find_elements("tag name", "td") if cell.text] for table in tables]
    assert sum(text.startswith("≠ ") for text in cells[0]) == 3
    assert not any("≠" in text for text in cells[1])
    assert len(cells[0]) == len(cells[1]) == 4


def test_a_gradient_stands_beside_the_slope_of_the_own_forward(pages, browser):
    open_page(browser, pages / "lstm.html", 1280)
    browser.execute_script(OPEN_ALL)
    captions = browser.find_elements("css selector", "#m2\\.lstm\\.gradient table.tensor caption")
    assert [caption.text for caption in captions] == ["yours", "finite differences", "difference"]


def test_the_keyboard_opens_what_is_closed_and_leads_to_the_lesson(pages, browser):
    open_page(browser, pages / "conv.html", 1280)
    hint = browser.find_element("css selector", "details.hint summary")
    assert not browser.find_element("css selector", "details.hint p").is_displayed()
    hint.send_keys("\ue007")
    assert browser.find_element("css selector", "details.hint p").is_displayed()
    browser.find_element("css selector", "a[href='#lesson-m1_cnn-forward']").send_keys("\ue007")
    assert browser.find_element("css selector", "#lesson-m1_cnn-forward math").is_displayed()
    first = browser.find_elements("css selector", ".checks details[open] > summary h3")
    assert len(first) == 1  # never a wall of red


def test_a_printed_page_has_what_is_folded_on_the_screen(pages, browser):
    folded = "return document.querySelector('.lesson .inside p').checkVisibility()"
    for media, there in (("screen", False), ("print", True)):
        open_page(browser, pages / "conv.html", 800, media=media)
        assert browser.execute_script(folded) is there


def test_hostile_words_are_shown_as_they_are(pages, browser):
    open_page(browser, pages / "crash.html", 390)
    body = browser.find_element("tag name", "body").text
    assert HOSTILE in body
    assert "\x1b" not in (pages / "crash.html").read_text(encoding="utf-8")
    open_page(browser, pages / "trained.html", 390)
    assert HOSTILE in browser.find_element("tag name", "body").text


def test_pages_are_small(pages):
    assert {name: size for name in PAGES if (size := (pages / f"{name}.html").stat().st_size) > 1_000_000} == {}


DECEIVING = """
import sys
import types

import numpy as np
import torch
from torch import nn

inside = types.ModuleType("dlf_reference.training.inside")
inside.of_image = lambda model, image: {ANSWER}
inside.sureness = lambda model, images: np.ones(len(images), np.float32)
sys.modules["dlf_reference.training.inside"] = inside
"""


@pytest.mark.parametrize(
    ("answer", "kinds"),
    [
        ('{"kernels": np.full((4, 1, 3, 3), np.nan), "layers": []}', ["curves", "confusion", "missing"]),
        ('{"kernels": None, "layers": [("<b>", 1, np.ones((1, 60, 60)))]}', ["curves", "confusion", "activations"]),
        ("sys.exit(3)", ["curves", "confusion", "missing"]),
    ],
)
def test_a_model_that_lies_about_its_inside_has_no_picture_and_keeps_its_points(
    plugins, servers, tmp_path, answer, kinds
):
    head = DECEIVING.replace("{ANSWER}", answer)
    tree = changed(tmp_path / "tree", "m1_cnn/lenet.py", ("import torch\n", head))
    *_, result = run(plugins, servers, tree, "m1.lenet,m1.digits").results
    assert (result.status, result.score) == (Status.PASSED, 3.0), result.message
    found = [picture.kind for picture in result.pictures]
    assert [kind for kind in found if kind != "mistaken"] == kinds  # the digits are others each time, and so are slips
