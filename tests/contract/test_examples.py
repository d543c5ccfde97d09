"""Every example of a docstring, and every one worked by hand in a lesson, is what the solutions give."""

import ast
import importlib
import re
import sys
from pathlib import Path
from types import NoneType

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
MILESTONES = sorted(path.name for path in (ROOT / "exercises").glob("m*_*"))


@pytest.fixture(autouse=True, scope="module")
def solutions():
    """The solutions, importable while these tests run, and forgotten after them."""
    before = set(sys.modules)
    sys.path.insert(0, str(ROOT / "solutions"))
    yield
    sys.path.remove(str(ROOT / "solutions"))
    for name in set(sys.modules) - before:
        if name.partition(".")[0] in MILESTONES:
            del sys.modules[name]


def tried(milestone: str):
    return importlib.import_module(f"examples_{milestone.partition('_')[0]}")


def examples(milestone: str) -> set[str]:
    """What stands below "Example:" in the docstrings of a milestone, each on one line."""
    found = set()
    for path in (ROOT / "solutions" / milestone).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                _, _, text = (ast.get_docstring(node) or "").partition("Example:\n")
                found |= {" ".join(text.split())} - {""}
    return found


@pytest.mark.parametrize("milestone", MILESTONES)
def test_every_docstrings_example_is_tried(milestone):
    assert set(tried(milestone).DOCSTRINGS) == examples(milestone)


@pytest.mark.parametrize("milestone", MILESTONES)
def test_every_example_worked_by_hand_in_a_lesson_is_tried(milestone):
    lesson = " ".join((ROOT / "exercises" / milestone / "README.md").read_text(encoding="utf-8").split())
    worked = re.split(r"\*\*By hand", lesson)[1:]
    quoted = list(tried(milestone).LESSON)
    assert [[quote for quote in quoted if quote in text[: 5 + len(quote)]] for text in worked] == [[q] for q in quoted]


@pytest.mark.parametrize("milestone", MILESTONES)
@pytest.mark.parametrize("where", ["DOCSTRINGS", "LESSON"])
def test_the_solutions_give_what_the_examples_say(milestone, where):
    for text, give in getattr(tried(milestone), where).items():
        for got, said in give():
            if isinstance(said, tuple | str | bool | NoneType):
                assert got == said, text
            else:
                np.testing.assert_allclose(got, said, rtol=0, atol=0.0006, err_msg=text)
