"""nbgrader's configuration."""

from pathlib import Path

from dlf_grader.notebooks.configuration import for_a_course, for_the_repository

ROOT = Path(__file__).parents[3]


def test_the_repositorys_nbgrader_configuration_is_generated_and_shares_its_text_with_a_course():
    ours = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    assert ours == for_the_repository()
    own = for_a_course('a "course"').splitlines()
    assert 'c.CourseDirectory.course_id = "a \\"course\\""' in own
    assert len(set(own) - set(ours.splitlines())) == 2  # who wrote it, and the course's name
