"""A milestone of two small files, with checks that are given as functions: what tests of a run are about."""

from pathlib import Path

from dlf_grader.failures import CheckFailure
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Check, Exercise, Milestone

FILES = {
    "x0_two/a.py": "print('imported')\n\n\ndef double(x):\n    print('doubling', x)\n    return 2 * x\n",
    "x0_two/b.py": "def half(x):\n    return x / 2\n",
}
MILESTONE = Milestone("x0", "two", "x0_two", tuple(Exercise(path) for path in FILES))


def doubles(submission, ctx):
    """A check of the first file."""
    if submission.call("double", 2) != 4:
        raise CheckFailure("expected 4")
    return {"cases": 1}


def halves(submission, ctx):
    """A check of the second file."""
    if submission.call("half", 2) != 1:
        raise CheckFailure("expected 1")


def check(name, run=doubles, path="x0_two/a.py", **more):
    """A check of the course."""
    target = "double" if path.endswith("a.py") else "half"
    return Check(f"x0.{name}", name, path, "behaviour", 10.0, target=target, run=run, **more)


class Course:
    """The plugin that brings it; `finished` are the results in the order of their announcement."""

    def __init__(self, *checks):
        self.checks, self.finished = checks, []

    @hookimpl
    def dlf_milestones(self):
        return [MILESTONE]

    @hookimpl
    def dlf_checks(self, milestone):
        return self.checks if milestone is MILESTONE else ()

    @hookimpl
    def dlf_check_finished(self, check, result):
        self.finished.append(result)


def write_tree(folder: Path, **changed: str) -> Path:
    """The course's tree; `a` and `b` are the texts of other files than right ones."""
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(changed.get(Path(path).stem, text))
    return folder
