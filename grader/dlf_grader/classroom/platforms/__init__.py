"""What each learning platform hands out: a module for each, which reads names and notes, never a student's file.

A platform's `claim` says of the files of a download that it knows by name whose they are, when they were handed in, and
what they were called when they were. The platform that knows most of the files is the download's.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from dlf_grader.classroom.archives import Entry, Unusable


@dataclass(frozen=True, slots=True)
class Who:
    """What a download tells about a person; nothing of it is believed before a roster was asked.

    Attributes:
        key: one for each person of a download; what the person is called where no roster knows better.
        ids: logins or student numbers; several where it is not certain where one begins.
        weak_ids: numbers of the platform's own, which mean a student's only if the name does not object.
        participant: Moodle's number of a person in one assignment.
        names: as a person would write it, "Anna Muster".
        run_together: a name without anything but its letters, family name first.
        label: a text in which an id or a name stands somewhere.
        group: the name of a group which all handed in together, or might have.
    """

    key: str
    ids: tuple[str, ...] = ()
    weak_ids: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    participant: str = ""
    names: tuple[str, ...] = ()
    run_together: str = ""
    label: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time that somebody handed in.

    Attributes:
        source: what it is called in the download.
        who: one person, or all of a group.
        when: as the platform says; None if it does not.
        late: as the platform says; None if it does not.
        number: of attempts without a time the higher is the later.
        note: what a person should know, e.g. a time zone that was not understood.
    """

    source: str
    who: tuple[Who, ...]
    when: datetime | None = None
    late: bool | None = None
    number: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A file of a download.

    Attributes:
        name: what it was called when it was handed in; "" for what is not the student's: a platform's own note.
        again: of two with the same name the higher is the later.
        skip: why it does not count; "" if it may.
    """

    attempt: Attempt
    name: str
    again: int = 0
    skip: str = ""


@dataclass(frozen=True)
class Download:
    """What a platform may look at.

    Attributes:
        stems: names of exercises without their suffix; words that stand for milestones.
        zone: of times that name none.
        known: whether a roster has somebody.
    """

    entries: Sequence[Entry]
    stems: frozenset[str]
    zone: tzinfo
    known: Callable[[Who], bool] = lambda who: False

    def text(self, entry: Entry) -> str:
        """A note of the platform's own; "" if it cannot be read."""
        try:
            data = entry.load()
        except Unusable:
            return ""
        for encoding in ("utf-8-sig", "cp1252"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        return ""


@dataclass(frozen=True)
class Platform:
    """How one platform's downloads are read.

    Attributes:
        name: as it is said.
        claim: what it knows of a download: files by their path.
    """

    name: str
    claim: Callable[[Download], dict[str, Claimed]]


def possible_ids(names: Sequence[str], separator: str) -> dict[str, tuple[str, ...]]:
    """What each name may have as an id at its end, where all begin with the same words.

    Of "m0-mlp-max" and "m0-mlp-anna" these are "max", "mlp-max" and "anna", "mlp-anna": never less than what differs,
    since "a-max" is not max; perhaps more, since all ids may begin alike. Of one name alone it is all at its end.
    """
    lowest, highest = min(names, default=""), max(names, default="")
    same = next((at for at, (a, b) in enumerate(zip(lowest, highest, strict=False)) if a != b), len(lowest))
    shared = lowest[: lowest[:same].rfind(separator) + 1] if lowest != highest else ""
    found = {}
    for name in names:
        pieces = name.split(separator)
        least = len(pieces) - shared.count(separator) if shared else 1
        found[name] = tuple(separator.join(pieces[-count:]) for count in range(least, len(pieces)))
    return found


def first(path: str) -> tuple[str, str]:
    """A path's first part and the rest."""
    name, _, rest = path.partition("/")
    return name, rest


def last(path: str) -> str:
    """A path's last part."""
    return posixpath.basename(path.rstrip("/"))
