"""`dlf-grade nbgrader init DIR -m m1`, a course folder whose `nbgrader autograde` grades through our workers; and
`dlf-grade dev notebooks`, which writes the source notebooks, the released ones and the repository's configuration.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from dlf_grader.config import Config
from dlf_grader.failures import UsageError
from dlf_grader.notebooks import release, source
from dlf_grader.notebooks.configuration import for_a_course, for_the_repository
from dlf_grader.parser import Parser
from dlf_grader.places import repository
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import all_milestones, catalogue_of
from dlf_grader.run.reports import replace_file


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


def write_notebooks(root: Path, *, check: bool, run: bool) -> int:
    """Write all notebooks that are out of date, or `check` whether there are any; returns the exit code."""
    catalogue = catalogue_of(Config(tree=root / "solutions"), load_plugins(root))
    by_folder = {milestone.folder: checks for milestone, checks in catalogue}
    lessons = source.lessons(root)
    made = {lesson: source.notebook(lesson, root, by_folder[lesson.parent.name]) for lesson in lessons}
    texts = {root / "nbgrader_config.py": for_the_repository()}
    if release.available():
        texts |= {release.released_path(lesson, root): release.released(book) for lesson, book in made.items()}
    else:
        print("exercises/notebooks/ is left out: it needs nbgrader: pip install 'dl-foundations[nbgrader]'")
    stale = {it: book for it, book in made.items() if source.out_of_date(it, book, run=run and not check)}
    texts = {file: text for file, text in texts.items() if release.differs(file, text)}
    if not stale and not texts:
        print("notebooks are what lessons and solutions give")
        return 0
    if check:
        for file in [*(lesson.with_suffix(".ipynb") for lesson in stale), *texts]:
            print(f"out of date: {file.relative_to(root).as_posix()}")
        print("run: dlf-grade dev notebooks")
        return 1
    _write_sources(root, stale, run=run)
    for file, text in texts.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, text)
        print(f"written: {file.relative_to(root).as_posix()}")
    return 0


def _write_sources(root: Path, made: dict[Path, dict[str, Any]], *, run: bool) -> None:
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn())
    with Progress(*columns, transient=True, disable=not (run and sys.stdout.isatty())) as bar:
        count = sum(cell["cell_type"] == "code" for book in made.values() for cell in book["cells"])
        task = bar.add_task("", total=count)
        for lesson, book in made.items():
            bar.update(task, description=f"running {lesson.stem}")
            source.write(lesson, source.run(book, lesson.parent, lambda: bar.advance(task)) if run else book)
            name = lesson.with_suffix(".ipynb").relative_to(root).as_posix()
            bar.console.print(f"written: {name}", markup=False, highlight=False, soft_wrap=True)
