"""Formulas can be set wherever a lesson is read."""

from pathlib import Path

import pytest
from dlf_grader.authoring.formulas import formula_problems

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (r"so $\{a\}$ is", "Markdown changes"),
        (r"so $g \, d$ is", "Markdown changes"),
        (r"so $\hat{x}_i$ and $\hat{x}_{j}$ and $y_{k}$", "Markdown changes"),
        (r"so $\operatorname{Var} x$", r"refuses \operatorname"),
        ("```math\n\\mbox{a}\n```", r"line 1: GitHub refuses \mbox"),
        ("so $x is", "without its partner"),
        ("so 5$x$ is", "without its partner"),
    ],
)
def test_a_formula_that_would_not_be_set_is_said(text, words):
    assert any(words in problem for problem in formula_problems(text))


@pytest.mark.parametrize(
    "text",
    [
        r"so $\frac{1}{2}$, $x_t W_{ih}^T$",
        "```math\ng \\, d \\\\ \\{a\\}\n```",
        "`$HOME` and\n\n```console\n$ dlf-grade m1\n```",
        "| $a_1$ | $b$ |\n|---|---|\n| $c$ | d |",
    ],
)
def test_a_formula_that_can_be_set_is_not_complained_of(text):
    assert not list(formula_problems(text))


@pytest.mark.parametrize("path", sorted(ROOT.glob("exercises/*/README.md")), ids=lambda path: path.parent.name)
def test_lessons_can_be_set(path):
    assert not list(formula_problems(path.read_text(encoding="utf-8")))
