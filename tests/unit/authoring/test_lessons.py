"""What lessons take from the checks: the mistakes that a check knows, as facts without their remedies."""

from pathlib import Path

import pytest
from dlf_grader.authoring.lessons import fact, facts_by_section, with_mistakes
from dlf_grader.config import Config
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import catalogue_of

ROOT = Path(__file__).parents[3]
LESSON = """# A lesson

## Forward

y = x

## Backward

dL_dx
"""
FACTS = {"forward": {"x1.forward": ["The sign is wrong."]}}


@pytest.fixture(scope="module")
def milestones():
    found = catalogue_of(Config(tree=ROOT / "solutions"), load_plugins(ROOT))
    return {milestone.id: checks for milestone, checks in found}


def test_mistakes_are_folded_at_the_end_of_their_section():
    text = with_mistakes(LESSON, FACTS)
    assert text.index("y = x") < text.index("<details>") < text.index("- The sign is wrong.") < text.index("</details>")
    assert text.index("</details>") < text.index("## Backward")


def test_writing_them_again_changes_nothing():
    once = with_mistakes(LESSON, FACTS)
    assert with_mistakes(once, FACTS) == once
    assert with_mistakes(once, {}) == LESSON


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The kernel is flipped: use W as it is.", "The kernel is flipped."),
        ("The derivative is missing. Multiply by 1 - h².", "The derivative is missing."),
        ("y is all zeros.", "y is all zeros."),
    ],
)
def test_a_fact_is_a_diagnosis_without_its_remedy(text, told):
    assert fact(text) == told


def test_a_check_of_some_tensors_tells_of_mistakes_in_those_only(milestones):
    found = facts_by_section(milestones["m1"])
    assert "The kernel is flipped." in found["forward"]["m1.conv.forward"]
    assert "The kernel is flipped in backward." in found["backward"]["m1.conv.backward"]


def test_nothing_is_told_twice_in_a_lesson(milestones):
    told = [text for facts in facts_by_section(milestones["m2"]).values() for some in facts.values() for text in some]
    assert len(told) == len(set(told)) > 40
