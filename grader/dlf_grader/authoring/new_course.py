"""`dlf-grade course new DIR`: a course of one's own, with one milestone to begin with and none of ours."""

from __future__ import annotations

from pathlib import Path

from dlf_grader.authoring import sync
from dlf_grader.failures import UsageError
from dlf_grader.parser import Parser
from dlf_grader.run.reports import replace_file

PLUGIN = '''\
"""The milestones of this course and their checks; docs/plugins.md of dl-foundations tells of every hook."""

import numpy as np

from dlf_grader.failures import CheckFailure
from dlf_grader.hookspecs import hookimpl
from dlf_grader.model import Check, Exercise, Milestone

MILESTONE = Milestone("x1", "moments", "x1_moments", (Exercise("x1_moments/moments.py"),))


def variance_matches_numpy(submission, ctx):
    """Compare on small whole numbers first, then on random ones: the first failure is the simplest."""
    for x in (np.array([1.0, 3.0]), ctx.rng(1).standard_normal(50)):
        yours, expected = submission.call("variance", x), float(np.var(x))
        if not isinstance(yours, int | float) or not np.isclose(yours, expected):
            raise CheckFailure(f"variance of {len(x)} numbers: expected {expected:.4g}, got {yours}")
    return {"cases": 2}


@hookimpl
def dlf_milestones():
    return [MILESTONE]


@hookimpl
def dlf_checks(milestone):
    if milestone is MILESTONE:
        yield Check(
            id="x1.variance",
            title="variance matches NumPy",
            exercise="x1_moments/moments.py",
            kind="parity",
            points=100,
            run=variance_matches_numpy,
            target="variance",
            hints=("The mean of the squared distances to the mean.",),
            lesson="variance",
        )
'''
SOLUTION = '''\
"""x1 · Moments of a sample. Lesson: README.md. Grade with: dlf-grade x1"""

import numpy as np


def variance(x: np.ndarray) -> float:
    """How far numbers are spread.

    Args:
        x: (N,)

    Returns:
        the variance of all N numbers.

    Example:
        [1, 3] has the variance 1.
    """
    # Divide by N, not by N - 1.
    ### BEGIN SOLUTION x1.variance
    distances = x - x.mean()
    return float((distances**2).mean())
    ### END SOLUTION
'''
LESSON = """\
# x1 · Moments

## Variance

The variance is the mean of the squared distances to the mean.
"""
NOTEBOOK = """\
# x1 · Moments

```python
%load_ext dlf_grader
```

## Variance

The variance is the mean of the squared distances to the mean.

<!-- solution x1_moments/moments.py variance -->

<!-- score x1 -->
"""
FILES = {
    "dlfplugin.py": PLUGIN,
    "solutions/x1_moments/moments.py": SOLUTION,
    "exercises/x1_moments/README.md": LESSON,
    "solutions/notebooks/x1_moments/01_moments.md": NOTEBOOK,
}


def course(words: list[str]) -> int:
    """Run `dlf-grade course new DIR`."""
    parser = Parser("dlf-grade course", description="A course of your own.", allow_abbrev=False)
    commands = parser.add_subparsers(dest="what", required=True)
    new = commands.add_parser("new", help="make a folder with one milestone to begin with")
    new.add_argument("folder", type=Path, metavar="DIR", help="a new folder, or an empty one")
    folder: Path = parser.parse_args(words).folder
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already and not empty: name a new folder")
    try:
        for name, text in FILES.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            replace_file(folder / name, text)
        sync.write(sync.exercises(folder))
    except OSError as error:
        raise UsageError(f"{folder} cannot be written: {error.strerror}") from None
    for name in (*FILES, "exercises/x1_moments/moments.py, from its solution"):
        print(f"written: {name}")
    print(f"next: cd {folder} && dlf-grade x1 --tree solutions")
    print("after every change of solutions/: dlf-grade dev sync, then dlf-grade dev lint")
    return 0
