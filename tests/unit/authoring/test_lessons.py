"""What lessons take from the checks."""

from pathlib import Path

import pytest
from dlf_grader.authoring.lessons import mistakes_by_section, recognised, with_mistakes
from dlf_grader.config import Config
from dlf_grader.outputs.headings import headings
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import catalogue_of

ROOT = Path(__file__).parents[3]
LESSON = """# A lesson

## Forward

y = x

```console
$ dlf-grade m1    # no heading
# nor this
```

## Backward

dL_dx
"""


@pytest.fixture(scope="module")
def checks():
    return {
        check.id: check
        for _, found in catalogue_of(Config(tree=ROOT / "solutions"), load_plugins(ROOT))
        for check in found
    }


def test_a_comment_in_a_code_block_is_no_heading():
    assert list(headings(LESSON)) == [(0, "a-lesson"), (2, "forward"), (11, "backward")]


def test_headings_of_one_name_get_anchors_as_on_github():
    assert [anchor for _, anchor in headings("# A\n# B · c!\n# A\n# A\n")] == ["a", "b--c", "a-1", "a-2"]


def test_mistakes_stand_at_the_end_of_their_section():
    text = with_mistakes(LESSON, {"forward": ["The sign is wrong."]})
    assert text.index("# nor this") < text.index("- The sign is wrong.") < text.index("## Backward")


def test_writing_them_again_changes_nothing():
    mistakes = {"forward": ["One.", "Two."], "backward": ["Three."]}
    once = with_mistakes(LESSON, mistakes)
    assert with_mistakes(once, mistakes) == once
    assert with_mistakes(once, {}) == LESSON


def test_a_check_of_some_tensors_recognises_mistakes_in_those_only(checks):
    forward, backward = (" ".join(recognised(checks[f"m1.conv.{name}"])) for name in ("forward", "backward"))
    assert "kernel is flipped. In deep learning" in forward
    assert "kernel is flipped in backward" in backward
    assert "in backward" not in forward


def test_nothing_is_said_twice_in_a_lesson(checks):
    found = mistakes_by_section([check for check in checks.values() if check.milestone == "m2"])
    said = [text for texts in found.values() for text in texts]
    assert len(said) == len(set(said)) > 50
