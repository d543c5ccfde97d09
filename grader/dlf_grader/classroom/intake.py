"""What was handed in: a download of any platform, taken apart into attempts, without running or unpacking anything."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from dlf_grader.classroom.archives import (
    ARCHIVES,
    SOURCES,
    Entry,
    Unusable,
    entries_inside,
    entries_of,
    is_archive,
    line,
)
from dlf_grader.classroom.layout import Layout
from dlf_grader.classroom.picking import Picked, SubmittedFile, pick
from dlf_grader.classroom.platforms import (
    Attempt,
    Claimed,
    Download,
    Platform,
    Who,
    autolab,
    blackboard,
    brightspace,
    canvas,
    first,
    github,
    gradescope,
    ilias,
    last,
    moodle,
    nbgrader,
    olat,
    plain,
    prairielearn,
    sakai,
    submitty,
    teams,
)
from dlf_grader.failures import UsageError
from dlf_grader.notebooks.books import made_of_notebook

if TYPE_CHECKING:
    import pluggy

PLATFORMS = tuple(
    module.PLATFORM
    for module in (
        *(moodle, gradescope, blackboard, brightspace, sakai, olat, prairielearn, canvas, github, ilias),
        *(nbgrader, submitty, teams, autolab),
    )
)
MOST_GROUPS = 30  # downloads beside each other: all are in memory at once
DEEPEST = 4  # folders, one in the other, around a download
LINKED = "it is a link; put the submission itself there"
OF_NOBODY = re.compile(r"(?:\.|__MACOSX|Thumbs\.db$|desktop\.ini$).*", re.IGNORECASE)
WRAPPED = re.compile(r"(?:drive-download-|OneDrive_|Takeout-)[^/]*\.zip", re.IGNORECASE)  # Google's, Microsoft's
OF_THE_PLATFORM = re.compile(
    r"(?:index\.html?|grades?\.(?:csv|xlsx?)|status\.\w+|readme\.\w+|[^/]*\.log)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Submitted:
    """One attempt, with its files, not read yet.

    Attributes:
        problem: why it cannot be looked into; "" if it can.
    """

    attempt: Attempt
    files: tuple[SubmittedFile, ...] = ()
    problem: str = ""

    @property
    def source(self) -> str:
        return self.attempt.source

    @property
    def changed(self) -> float:
        """When the newest file was changed, as far as the file system knows; 0 if it does not."""
        return max((file.entry.changed for file in self.files), default=0.0)

    def is_of_single_files(self) -> bool:
        """Whether it is no folder and no archive, but files beside everybody's."""
        return all("/" not in file.path and not is_archive(file.path) for file in self.files)

    def read(self, layout: Layout) -> Picked:
        """The files that count.

        Raises:
            Unusable: it cannot be graded; the message says why.
        """
        if self.problem:
            raise Unusable(self.problem)
        handed_out = layout.untouched_text()
        return pick(self.files, layout, lambda name, data, find: made_of_notebook(name, data, handed_out, find))


@dataclass(frozen=True)
class Intake:
    """What a download holds.

    Attributes:
        platform: its name, as it is said.
        ignored: a line for each file that is nobody's.
    """

    platform: str
    submitted: tuple[Submitted, ...]
    ignored: tuple[str, ...] = ()

    def people(self) -> set[Who]:
        """Everybody who handed in."""
        return {who for one in self.submitted for who in one.attempt.who}


def platforms_of(plugins: pluggy.PluginManager) -> tuple[Platform, ...]:
    """Every platform that is known; those of plugins first."""
    brought = [platform for found in plugins.hook.dlf_platforms() for platform in found]
    return (*brought, *PLATFORMS)


def read_download(
    path: Path,
    layout: Layout,
    zone: tzinfo,
    platforms: Sequence[Platform],
    known: Callable[[Who], bool],
) -> Intake:
    """Everything that was handed in.

    Args:
        known: whether a roster has somebody; it tells a folder of people from one person's.

    Raises:
        UsageError: it cannot be read.
    """
    if not path.exists():
        raise UsageError(f"{path}: expected a folder of submissions, or a platform's download: there is none")
    if not path.is_dir() and not is_archive(path.name):
        raise UsageError(f"{path}: expected a folder, a .zip or a list of repositories")
    try:
        entries = [*_of_somebody(entries_of(path))]
        if (alone := _alone(entries)) is not None:
            with contextlib.suppress(Unusable):  # a student's, and said as theirs
                found = _recognised([*_of_somebody(entries_inside(alone))], layout, zone, platforms)
                if found and (len(entries) == 1 or len(found.submitted) > 1):
                    notes = [f"ignored {line(it.path)!r}: beside the download" for it in entries if it is not alone]
                    return replace(found, ignored=(*notes, *found.ignored))
        entries = [*_unwrapped(entries)]
    except Unusable as error:
        raise UsageError(f"{path}: {error}") from None
    except OSError as error:
        raise UsageError(f"{path}: expected a folder of submissions: {error.strerror}") from None
    fewest = 3 if path.is_dir() else 2  # a zip of one folder is what unpacks into one
    return (
        _recognised(entries, layout, zone, platforms)
        or _in_the_one_folder(entries, layout, zone, platforms)
        or _in_every_zip(entries, layout, zone, platforms, known)
        or _called_after_students(entries, layout, zone, fewest, known)
    )


def _of_somebody(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Without what operating systems put beside files."""
    for entry in entries:
        nobodys = OF_NOBODY.match(last(entry.path.rstrip("/"))) and "/." not in entry.path
        if not nobodys and not first(entry.path)[0].startswith((".", "__")):
            yield entry


def _alone(entries: list[Entry]) -> Entry | None:
    """The one archive of a folder in which nothing else could be handed in; None if there is none."""
    archives = [entry for entry in entries if is_archive(entry.path) and "/" not in entry.path]
    others = [entry for entry in entries if "/" in entry.path or entry.path.lower().endswith(SOURCES)]
    return archives[0] if len(archives) == 1 and not others else None


def _unwrapped(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The files, with those of a cloud's zips in their place: a large folder comes in several."""
    for entry in entries:
        if WRAPPED.fullmatch(entry.path):
            yield from _of_somebody(entries_inside(entry))
        else:
            yield entry


def _recognised(entries: list[Entry], layout: Layout, zone: tzinfo, platforms: Sequence[Platform]) -> Intake | None:
    """The download of the platform that knows most of it; None where none knows half.

    A folder around everything may be called like one person's: then more people are found inside of it.
    """
    made = None
    for _ in range(DEEPEST):
        counted = [entry for entry in entries if not OF_THE_PLATFORM.fullmatch(entry.path)]
        download = Download(entries, layout.stems, zone)
        found = [(platform, platform.claim(download)) for platform in platforms]
        platform, claims = max(found, key=lambda pair: len(pair[1]))
        if claims and 2 * len(claims) >= len(counted):
            here = _grouped(platform.name, entries, claims, f"not one of {platform.name}'s names")
            made = here if made is None or len(here.people()) > len(made.people()) else made
        inside = _without_shared_folder(counted)
        if inside is None or (made and len(made.submitted) > 1):
            return made
        entries = inside
    return made


def _in_the_one_folder(
    entries: list[Entry], layout: Layout, zone: tzinfo, platforms: Sequence[Platform]
) -> Intake | None:
    """A download that was unpacked beside other files, perhaps beside its zip; these are said to be ignored."""
    beside = [entry for entry in entries if "/" not in entry.path]
    if not beside or (inside := _without_shared_folder([it for it in entries if "/" in it.path])) is None:
        return None
    found = _recognised(inside, layout, zone, platforms)
    if found is None or len(found.submitted) < 2:
        return None
    ignored = [f"ignored {line(entry.path)!r}: beside the folder of the download" for entry in beside]
    return replace(found, ignored=(*ignored, *found.ignored))


def _in_every_zip(
    entries: list[Entry], layout: Layout, zone: tzinfo, platforms: Sequence[Platform], known: Callable[[Who], bool]
) -> Intake | None:
    """Several downloads beside each other, one for each group; only a roster tells them from students' own zips."""
    stems = [entry.path.rpartition(".")[0] for entry in entries if is_archive(entry.path)]
    if not 2 <= len(stems) == len(entries) <= MOST_GROUPS or any(known(Who(stem, label=stem)) for stem in stems):
        return None
    with contextlib.suppress(Unusable):
        inside = [one for entry in entries for one in _of_somebody(entries_inside(entry))]
        found = _recognised(inside, layout, zone, platforms)
        return found if found and 2 * sum(map(known, found.people())) > len(found.people()) else None
    return None


def _called_after_students(
    entries: list[Entry], layout: Layout, zone: tzinfo, fewest: int, known: Callable[[Who], bool]
) -> Intake:
    """Everything by names of students; folders around it are left aside if people of the roster are in them.

    Where no roster tells, they are if so many things are in the last of them.
    """
    levels = [entries]
    while len(levels) <= DEEPEST:
        inside = _without_shared_folder([it for it in levels[-1] if not OF_THE_PLATFORM.fullmatch(it.path)])
        if inside is None:
            break
        levels.append(inside)
    around = [*levels]
    levels += _without_sections(levels[-1])  # only a roster tells those from people
    claims = [plain.PLATFORM.claim(Download(level, layout.stems, zone, known)) for level in levels]
    met = [{who for it in claimed.values() for who in it.attempt.who} for claimed in claims]
    people = [sum(map(known, some)) for some in met]
    if len(levels) > len(around) and 2 * people[-1] <= len(met[-1]):  # not one folder that is called like somebody
        people[-1] = 0
    several = [at for at, level in enumerate(around) if at and _are_students(level, layout, fewest)]
    at = people.index(max(people)) if any(people) else next(iter(several), 0)
    wish = f"whose is it? Expected STUDENT_{next(iter(layout.places), 'FILE.py')}, or a folder, a .zip or an .ipynb"
    return _grouped(plain.PLATFORM.name, levels[at], claims[at], wish)


def _without_shared_folder(entries: list[Entry]) -> list[Entry] | None:
    """What is inside of the one folder that holds everything; None if there is none."""
    tops = {first(entry.path)[0] if "/" in entry.path else "" for entry in entries}
    if len(tops) != 1 or "" in tops:
        return None
    begin = f"{next(iter(tops))}/"
    return [replace(entry, path=entry.path.removeprefix(begin)) for entry in entries if entry.path != begin] or None


def _without_sections(entries: list[Entry]) -> list[list[Entry]]:
    """What is inside of the folders that hold everything, such as tutorials, or the questions of a form by Google.

    Nothing if two have one name inside.
    """
    files = [it for it in entries if not it.path.endswith("/") or "/" in it.path[:-1]]
    section_of: dict[str, str] = {}
    for section, rest in (first(it.path) for it in files):
        if not rest or section_of.setdefault(first(rest)[0], section) != section:
            return []
    return [[replace(it, path=first(it.path)[1]) for it in files]] if files else []


def _are_students(entries: list[Entry], layout: Layout, fewest: int) -> bool:
    """Whether what is in a folder is one person's each, not a student's own files."""
    tops = {first(entry.path)[0] for entry in entries}
    folders = {first(entry.path)[0] for entry in entries if "/" in entry.path}
    own = {*layout.folders, *layout.places, "exercises", "src", "code", "notebooks", "m0", "old"}
    several = folders | {top for top in tops if top.lower().endswith(ARCHIVES)}
    several |= {plain.student_of(top, layout.stems) for top in tops if top.lower().endswith(SOURCES)} - {""}
    return len(several) >= fewest and not own & tops


def _grouped(platform: str, entries: list[Entry], claims: dict[str, Claimed], reason: str) -> Intake:
    """Claims as attempts, in their order; they are used up, as those of a large class fill the memory."""
    by_path = {entry.path: entry for entry in entries}
    ignored = [
        f"ignored {line(path)!r}: {reason}"
        for path in by_path
        if path not in claims and not OF_THE_PLATFORM.fullmatch(path) and not path.endswith("/")
    ]
    files: dict[Attempt, list[SubmittedFile]] = {}
    one: dict[str, str] = {}  # of many names that are equal
    for path in [*claims]:
        claimed = claims.pop(path)
        mine = files.setdefault(claimed.attempt, [])
        if claimed.name and path in by_path:
            name = one.setdefault(claimed.name, claimed.name)
            mine.append(SubmittedFile(name, path, by_path[path], claimed.again, claimed.skip))
    linked = {top for path, entry in by_path.items() if entry.problem and "/" not in (top := path.rstrip("/"))}
    made = [
        Submitted(attempt, tuple(mine), LINKED if attempt.source in linked else "")
        for attempt, mine in files.items()
        if attempt.who
    ]
    return Intake(platform, tuple(made), tuple(ignored))


def of_repository(student: str, folder: Path, problem: str, when: datetime | None) -> Submitted:
    """A clone as an attempt."""
    attempt = Attempt(student, (Who(student, label=student, group=student),), when)
    found: Iterable[Entry] = () if problem else entries_of(folder)
    return Submitted(attempt, tuple(SubmittedFile(entry.path, entry.path, entry) for entry in found), problem)
