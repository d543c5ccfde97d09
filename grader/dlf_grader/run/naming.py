"""What a person may call checks."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dlf_grader.failures import UnknownName, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from dlf_grader.claims import AnyClaim, Claim


def named(name: str, checks: Sequence[AnyClaim], tree: Path, others: Sequence[str] = ()) -> list[AnyClaim]:
    """The checks that a name means.

    A milestone or its folder, m1; a check, or the beginning of several, m1.conv, or conv alone where only one milestone
    has it; an exercise's file, or one that it imports, with or without a line; the module, m3.encoder or
    m3_attention.encoder; a class or function, Conv2d.

    Args:
        tree: in which files are looked for that are no exercise by themselves.
        others: milestones that might have been meant, for the question.

    Raises:
        UnknownName: it means nothing.
        UsageError: it means one of several things, or a notebook.
    """
    path = re.sub(r"^(?:\.{1,2}/)*(?:(?:exercises|solutions)/)?|/$|:\d+$", "", name)
    found = [
        check
        for check in checks
        if name == check.milestone
        or f"{check.id}.".startswith(f"{name}.")
        or f"/{check.exercise}".endswith(f"/{path}")
        or check.exercise.startswith(f"{path}/")
    ]
    if found:
        return found
    short = [check for check in checks if name in _short_names(check)]
    short = short or [check for check in checks if name in _modules(check)]
    if len({check.milestone for check in short}) == 1:
        return short
    if short:
        meant = dict.fromkeys(check.id if "." in name else ".".join(check.id.split(".")[:2]) for check in short)
        raise UsageError(f"{name} is in more than one milestone; did you mean {', '.join(meant)}?")
    if folder := re.search(r"(\w+)/[^/]+\.ipynb$", name):
        raise UsageError(f"a notebook is graded inside it, with %dlf {folder[1].partition('_')[0]}: {name}")
    if imported := _of_imported(path, checks, tree):
        return imported
    parts = dict.fromkeys(check.id.rpartition(".")[0] for check in checks if check.id.count(".") > 1)
    ids = [check.id for check in checks]
    files, classes = ({check.exercise for check in checks}, {check.target.partition(".")[0] for check in checks})
    question = nearest(name, others, list(parts), ids, sorted(files), sorted(classes))
    raise UnknownName(f"no milestone, check, file or class {name!r}{question}")


def _of_imported(path: str, checks: Sequence[AnyClaim], root: Path) -> list[AnyClaim]:
    """The checks of functions that stand in a file, where exercises import it; of all those exercises if none does."""
    if not path.endswith(".py") or not any(root.glob(f"*/{path.rpartition('/')[2]}")):
        return []
    from dlf_grader.run.reading.tree import Tree  # most names need no file to be read

    tree = Tree(root)
    importing = [
        check for check in checks if any(f"/{one.path}".endswith(f"/{path}") for one in tree.closure(check.exercise))
    ]
    there = [check for check in importing if f"/{tree.where(check.exercise, check.target)[0]}".endswith(f"/{path}")]
    return there or importing


def _modules(check: Claim) -> tuple[str, ...]:
    """What an exercise's file goes by without its ending: m3_attention.encoder, m3.encoder and encoder."""
    module = check.exercise.removesuffix(".py").replace("/", ".")
    stem = module.rpartition(".")[2]
    return module, f"{check.milestone}.{stem}", stem


def _short_names(check: Claim) -> tuple[str, ...]:
    """What a check goes by without its milestone: linear and linear.forward, Linear and Linear.forward."""
    short = check.id.partition(".")[2]
    return short, short.partition(".")[0], check.target.partition(".")[0], check.target


def nearest(name: str, *known: Sequence[str]) -> str:
    """A question after an unknown name: what holds it, of the first kind that has any, or looks like it."""
    from difflib import get_close_matches  # what finds its check needs no suggestion

    holding = ([each for each in kind if name and name.lower() in each.lower()][:5] for kind in known)
    near = next(filter(None, holding), []) or get_close_matches(name, [each for kind in known for each in kind], n=3)
    return f"; did you mean {', '.join(near)}?" if near else ". See: dlf-grade list"
