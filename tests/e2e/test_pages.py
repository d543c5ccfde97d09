"""The class page and the students' pages, opened in a real browser at the widths of a phone and a desktop."""

import msgspec
import pytest
from browsing import AXE, HOSTILE, asked_for, findings, open_page
from dlf_grader.classroom.page import write_pages
from dlf_grader.classroom.records import SubmissionRecord
from dlf_grader.classroom.roster import Roster, Student
from dlf_grader.classroom.store import ClassStore
from dlf_grader.model import Status
from dlf_grader.report import Counterexample, Diagnosis, Location, Report, Result

NAMES = ['Ada, "Countess" O\'Lovelace', f"Eve {HOSTILE}", "李小龙", "x" * 90]


def graded(number):
    wrong = Result(
        "m1.conv.forward", "m1", "m1_cnn/conv.py", "parity", "Conv2d.forward matches PyTorch", Status.FAILED, 0.0, 12.0,
        message=f"y is wrong {HOSTILE}", diagnosis=(Diagnosis("kernel-flipped", "The kernel is flipped."),),
        counterexample=Counterexample("N=1", 3, "y", (0, 1), 1.0, 2.0, [[1.0, 2.0]], [[1.0, 3.0]]),
        location=Location("exercises/m1_cnn/conv.py", 47), output=f"{HOSTILE}\n" + "a" * 300,
    )  # fmt: skip
    right = Result("m1.conv.init", "m1", "m1_cnn/conv.py", "behaviour", "It starts well", Status.PASSED, 3.0, 3.0)
    results = (right, wrong) if number % 2 else (right,)
    return Report("exercises", 1, "locked", {"python": "3"}, {}, 3.0, 15.0, results)


def written(folder, store, roster):
    return write_pages(folder, store, roster, lambda report: report, lambda row: row.result.submission.late)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    store = ClassStore(folder / "course.db")
    run, _ = store.start_run(None, "c", 1)
    for number, _ in enumerate(NAMES):
        store.record(SubmissionRecord(f"s{number}", f"s{number}.zip", "2026-11-21 22:00", number == 1, digest="d"), "c")
    store.record(SubmissionRecord("cut", "cut.zip", "2026-11-21 22:00", problem="it is not a zip"), "c")
    while handed := store.claim(run):
        number = int(handed.student[1:])
        store.save_result(handed, run, (3.0, 15.0), 0.1 + number, msgspec.json.encode(graded(number)))
    students = (*(Student(f"s{number}", name) for number, name in enumerate(NAMES)), Student("gone", "Gone"))
    assert written(folder / "page", store, Roster(students)) == {student.id for student in students} | {"cut"}
    store.close()
    return folder / "page"


@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_asks_for_nothing_and_runs_nothing(pages, browser, width):
    for path in (pages / "index.html", *sorted((pages / "students").iterdir())):
        open_page(browser, path, width)
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width, path
        assert browser.title != "owned"
        assert browser.execute_script("return document.scripts.length + document.images.length") == 0
        assert asked_for(browser, path) == {path.as_uri()}
        assert browser.get_log("browser") == []


@pytest.mark.skipif(not AXE.is_file(), reason="needs axe-core: npm install --prefix .venv/axe axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nobody_is_kept_out(pages, browser, scheme):
    for path in (pages / "index.html", pages / "students" / "s1.html"):
        open_page(browser, path, 390, scheme)
        assert findings(browser) == []


def test_the_class_page_leads_to_the_students_with_a_misconception(pages, browser):
    open_page(browser, pages / "index.html", 1280)
    browser.find_element("css selector", "details summary").click()
    links = browser.find_elements("css selector", "ul.names a")
    assert [link.text for link in links] == [NAMES[1], NAMES[3]]
    links[0].click()
    body = browser.find_element("tag name", "body").text
    assert "The kernel is flipped." in body
    assert HOSTILE in body
    assert "Handed in late." in body


def test_nothing_is_said_by_colour_alone(pages, browser):
    """Every mark is a character of its own, and every figure has its numbers in words."""
    open_page(browser, pages / "students" / "s1.html", 1280)
    marks = [sign.get_attribute("textContent") for sign in browser.find_elements("css selector", ".mark")]
    assert set(marks) == {"✗", "✓"}  # of those that are folded away, too
    words = [word.get_attribute("textContent") for word in browser.find_elements("css selector", ".verdict")]
    assert set(words) == {"passed", "wrong"}
    open_page(browser, pages / "index.html", 1280)
    figures = browser.find_elements("css selector", "figure[role=img]")
    assert len(figures) == 2
    assert all("median" in figure.get_attribute("aria-label") for figure in figures)
    fills = browser.execute_script(
        "return [...document.querySelectorAll('svg path')].map(p => getComputedStyle(p).fill)"
        ".filter(f => !f.startsWith('url') && f != 'none')"
    )
    grey = [fill for fill in fills if len(set(fill.removeprefix("rgb(").rstrip(")").split(", "))) > 1]
    assert all(max(map(int, f[4:-1].split(", "))) - min(map(int, f[4:-1].split(", "))) < 12 for f in grey)


def test_the_page_names_everybody_and_what_was_not_graded(pages):
    text = (pages / "index.html").read_text(encoding="utf-8")
    assert "not graded: it is not a zip" in text
    assert "nothing handed in" in text
    assert "李小龙" in text
    assert "<script" not in text
    assert {path.name for path in (pages / "students").iterdir()} == {f"s{number}.html" for number in range(4)}


def test_a_class_of_nobody_still_makes_a_page(tmp_path):
    store = ClassStore(tmp_path / "course.db")
    assert written(tmp_path / "page", store, Roster()) == set()
    store.close()
    assert "Nothing graded yet" in (tmp_path / "page" / "index.html").read_text(encoding="utf-8")
