"""`dlf-grade dev docs`: the parts of the documentation that the code says better than a hand could copy."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.authoring import helptexts, lessons
from dlf_grader.config import Config
from dlf_grader.run.collect import catalogue_of

if TYPE_CHECKING:
    import pluggy


def pages(root: Path, plugins: pluggy.PluginManager) -> dict[Path, str]:
    """Every page that is written, wholly or in part, with its text as it should be."""
    made = {}
    if helptexts.SAME_WORDS and (root / "docs").is_dir():
        made[root / "docs" / "commands.md"] = helptexts.page()
    for milestone, checks in catalogue_of(Config(tree=root / "solutions"), plugins):
        lesson = root / "exercises" / milestone.folder / "README.md"
        if lesson.exists():
            facts = lessons.facts_by_section(checks)
            made[lesson] = lessons.with_mistakes(lesson.read_text(encoding="utf-8"), facts)
    return made
