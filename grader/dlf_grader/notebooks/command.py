"""nbgrader's configuration, and `dlf-grade nbgrader init DIR -m m1`: a course folder that has it.

`nbgrader autograde` there grades through our workers. The repository is such a folder too: `dlf-grade dev notebooks`
writes its `nbgrader_config.py` from the same text.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from dlf_grader.config import Parser, repository
from dlf_grader.failures import UsageError
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import all_milestones
from dlf_grader.run.reports import replace_file

CONFIG = '''\
"""nbgrader's configuration for dl-foundations; {written}."""

c = get_config()  # noqa: F821 - nbgrader brings it

c.CourseDirectory.course_id = {course}
{folders}
# No cell of a submission is run here. The solution cells are graded as exercise files, by dlf-grade's checks and in its
# isolated workers; the score cells' outputs are written by nbgrader's own, trusted process.
c.Autograde.sanitize_preprocessors = [
    "dlf_grader.notebooks.nbgrader.TrustedCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.DeduplicateIds",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "dlf_grader.notebooks.nbgrader.IsolatedGrades",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "dlf_grader.notebooks.nbgrader.Comments",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.exporter_class = "dlf_grader.notebooks.submitted.AnyNotebook"  # no notebook: a zero

c.ExportApp.plugin_class = "dlf_grader.notebooks.marks.Marks"  # commas and quotes in names stay where they are

# c.IsolatedGrades.seed = 20931    # the same random cases in every run; drawn anew if not set
# c.IsolatedGrades.train = False   # no training at all: those checks then score nothing

# Where `nbgrader release_assignment` puts assignments and learners hand in; every user must be able to write there.
# c.Exchange.root = "/srv/nbgrader/exchange"
'''
OURS = """
# Lessons stand beside the source notebooks, in the place of source/; release/ is what learners find in exercises/.
c.CourseDirectory.source_directory = "solutions/notebooks"
c.CourseDirectory.release_directory = "exercises/notebooks"
c.CourseDirectory.ignore.append("*.md")
c.GenerateAssignment.force = True  # what stands there is generated too, and comes out the same
"""


def for_the_repository() -> str:
    """The configuration that stands at the repository's root."""
    return CONFIG.format(written="written by `dlf-grade dev notebooks`", course='"dl-foundations"', folders=OURS)


def for_a_course(name: str) -> str:
    """The configuration of a course folder of its own."""
    course = json.dumps(name, ensure_ascii=False)
    return CONFIG.format(written="written by `dlf-grade nbgrader init`, yours to change", course=course, folders="")


def nbgrader(words: list[str]) -> int:
    """Run `dlf-grade nbgrader WHAT`."""
    parser = Parser("dlf-grade nbgrader")
    commands = parser.add_subparsers(dest="what", required=True)
    init = commands.add_parser("init", help="make a course folder for nbgrader")
    init.add_argument("folder", type=Path, metavar="DIR")
    init.add_argument("-m", "--milestone", action="append", default=[], metavar="ID", help="m1; several: -m m1 -m m2")
    options = parser.parse_args(words)
    root = repository()
    if root is None or not (root / "solutions" / "notebooks").is_dir():
        raise UsageError("nbgrader init needs the course's repository: expected solutions/notebooks/ here or above")
    _init(root, options.folder.resolve(), options.milestone)
    return 0


def _init(root: Path, folder: Path, wanted: list[str]) -> None:
    known = {milestone.id: milestone.folder for milestone in all_milestones(load_plugins(root))}
    sources = root / "solutions" / "notebooks"
    have = {name: place for name, place in known.items() if any((sources / place).glob("*.ipynb"))}
    for name in wanted:
        if name not in have:
            raise UsageError(f"-m {name}: there is no notebook of it; expected one of {', '.join(have)}")
    if (folder / "nbgrader_config.py").exists():
        raise UsageError(f"{folder}: there is a nbgrader_config.py already; name a new folder")
    for name in wanted or have:
        place = folder / "source" / have[name]
        place.mkdir(parents=True, exist_ok=True)
        for notebook in sorted((sources / have[name]).glob("*.ipynb")):
            shutil.copyfile(notebook, place / notebook.name)
            print(f"written: source/{have[name]}/{notebook.name}")
    replace_file(folder / "nbgrader_config.py", for_a_course(folder.name))
    first = have[next(iter(wanted or have))]
    print(f"written: nbgrader_config.py\nnext: cd {folder} && nbgrader generate_assignment {first}")
