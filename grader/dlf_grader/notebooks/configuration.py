"""nbgrader's configuration: of a course folder, and of the repository, which is one too."""

from __future__ import annotations

import json

CONFIG = '''\
"""nbgrader's configuration for dl-foundations; {written}."""

c = get_config()  # noqa: F821 - nbgrader brings it

c.CourseDirectory.course_id = {course}
{folders}
# No cell of a submission is run here. The solution cells are graded as exercise files, by dlf-grade's checks and in its
# isolated workers; the score cells' outputs are written by nbgrader's own, trusted process.
c.Autograde.sanitize_preprocessors = [
    "dlf_grader.notebooks.autograde.TrustedCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "dlf_grader.notebooks.autograde.IsolatedGrades",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "dlf_grader.notebooks.autograde.Comments",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.exporter_class = "dlf_grader.notebooks.submitted.AnyNotebook"  # no notebook: a zero

c.ExportApp.plugin_class = "dlf_grader.notebooks.export.Marks"  # commas and quotes in names stay where they are

# c.IsolatedGrades.seed = 20931    # the same random cases in every run; new ones if not set
# c.IsolatedGrades.train = False   # no training at all: those checks then score nothing

# Where `nbgrader release_assignment` puts assignments and learners hand in; every user must be able to write there.
# c.Exchange.root = "/srv/nbgrader/exchange"
'''
OURS = """
# Lessons and source notebooks share a folder, which takes the place of source/; exercises/ takes that of release/.
c.CourseDirectory.source_directory = "solutions/notebooks"
c.CourseDirectory.release_directory = "exercises/notebooks"
c.CourseDirectory.ignore.append("*.md")
c.GenerateAssignment.force = True  # the files there are generated too, and come out the same
"""


def for_the_repository() -> str:
    """The configuration at the repository's root."""
    return CONFIG.format(written="written by `dlf-grade dev notebooks`", course='"dl-foundations"', folders=OURS)


def for_a_course(name: str) -> str:
    """The configuration of a course folder of its own."""
    course = json.dumps(name, ensure_ascii=False)
    return CONFIG.format(written="written by `dlf-grade nbgrader init`, yours to change", course=course, folders="")
