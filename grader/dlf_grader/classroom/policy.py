"""An assignment's `policy.toml`: when it is due, what a late day costs, which checks count and which are shown."""

from __future__ import annotations

import difflib
import math
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from dlf_grader.classroom.columns import folded
from dlf_grader.classroom.people import plain
from dlf_grader.classroom.times import due_time, minutes
from dlf_grader.failures import UsageError
from dlf_grader.report import Report, Result

WITHOUT_SECONDS = re.compile(
    r"""^(\s*(?:[\w.-]+|"[^"\n]*"|'[^'\n]*')\s*=\s*\d{4}-\d\d-\d\d[T ]\d\d:\d\d)(\s*(?:\#.*)?)$""", re.MULTILINE
)  # TOML 1.0 wants seconds
KEYS = {
    "": ("due", "grace_minutes", "attempt", "late", "due_of", "drop", "scale", "hidden"),
    "late": ("percent_a_day", "at_most_percent", "free_days", "none_after_days"),
    "hidden": ("checks", "until"),
}


@dataclass(frozen=True)
class Policy:
    """The rules of one assignment.

    Attributes:
        due: for everybody, None for no due time; `due_of` for single students and groups, by folded id or name.
        best: the best of a student's graded attempts counts, not the latest.
        percent_a_day, at_most: what a begun day costs, of the whole, and all days together.
        free_days: late days that cost nothing.
        none_after: begun days after which there are no marks at all; None for never.
        drop, scale: patterns of checks that do not count, or count this much.
        hidden, until: patterns of checks whose details are not shown before a time.
    """

    due: datetime | None = None
    due_of: Mapping[str, datetime] = field(default_factory=dict)
    grace: timedelta = timedelta()
    best: bool = False
    percent_a_day: float = 0.0
    at_most: float = 100.0
    free_days: int = 0
    none_after: int | None = None
    drop: tuple[str, ...] = ()
    scale: Mapping[str, float] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    until: datetime | None = None

    def changes_checks(self) -> bool:
        """Whether points have to be added up anew."""
        return bool(self.drop or self.scale)

    def due_for(self, student: str, groups: Sequence[str]) -> datetime | None:
        """A student's due time: the own one, else the latest of the groups', else everybody's."""
        of_groups = [self.due_of[name] for name in map(folded, groups) if name in self.due_of]
        return self.due_of.get(folded(student)) or max(of_groups, default=self.due)


def read_policy(path: Path, zone: tzinfo) -> Policy:
    """Read policy.toml.

    Raises:
        UsageError: it cannot be read, or says what nobody understands.
    """
    try:
        said = tomllib.loads(WITHOUT_SECONDS.sub(r"\1:00\2", path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise UsageError(f"{path}: the policy cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: expected text in UTF-8; save it so") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from None
    late, hidden, due_of, scale = (said.get(section, {}) for section in ("late", "hidden", "due_of", "scale"))
    for section, table in (("", said), ("late", late), ("hidden", hidden), ("due_of", due_of), ("scale", scale)):
        if not isinstance(table, dict):
            raise UsageError(f"{path}: {section}: expected a table, [{section}]")
        for key in table if section in KEYS else ():
            if key not in KEYS[section]:
                near = difflib.get_close_matches(key, KEYS[section], n=1)
                wish = f"; did you mean {near[0]}?" if near else f"; there is {', '.join(KEYS[section])}"
                raise UsageError(f"{path}: no such rule: {f'{section}.{key}' if section else key}{wish}")
    attempt = said.get("attempt", "latest")
    if attempt not in ("latest", "best"):
        raise UsageError(f'{path}: attempt = {attempt!r}: expected "latest" or "best"')
    if late and not ("due" in said or due_of):
        raise UsageError(f"{path}: late: there is no due time to be late for; add due = 2026-11-21")
    if hidden.get("checks") and "until" not in hidden:
        raise UsageError(f"{path}: hidden: until when? Add until = 2026-12-01")
    own: dict[str, str] = {}
    for who in due_of:
        if (before := own.setdefault(folded(who), who)) != who:
            raise UsageError(f"{path}: due_of.{before} and due_of.{who} are the same name; leave one")
    none_after = late.get("none_after_days")
    return Policy(
        due=_time(path, "due", said.get("due"), zone),
        due_of={
            folded(who): when for who, text in due_of.items() if (when := _time(path, f"due_of.{who}", text, zone))
        },
        grace=timedelta(minutes=_number(path, "grace_minutes", said.get("grace_minutes", 0))),
        best=attempt == "best",
        percent_a_day=_number(path, "late.percent_a_day", late.get("percent_a_day", 0), 100),
        at_most=_number(path, "late.at_most_percent", late.get("at_most_percent", 100), 100),
        free_days=_days(path, "late.free_days", late.get("free_days", 0)),
        none_after=None if none_after is None else _days(path, "late.none_after_days", none_after),
        drop=_patterns(path, "drop", said.get("drop", [])),
        scale={name: _number(path, f"scale.{name}", value) for name, value in scale.items()},
        hidden=_patterns(path, "hidden.checks", hidden.get("checks", [])),
        until=_time(path, "hidden.until", hidden.get("until"), zone),
    )


def points_in(policy: Policy, report: Report) -> tuple[float, float]:
    """A report's points, with the checks that do not count left out, and the others as much as they count."""
    score = most = 0.0
    for result in report.results:
        if not any(fnmatchcase(result.id, pattern) for pattern in policy.drop):
            factor = next((value for pattern, value in policy.scale.items() if fnmatchcase(result.id, pattern)), 1.0)
            score, most = score + factor * result.score, most + factor * result.max_score
    return round(score, 6), round(most, 6)


def by_id(policy: Policy, known: Mapping[str, set[str]], members: Mapping[str, set[str]], path: Path) -> Policy:
    """A policy whose due times are of ids and groups, where it names students by e-mail or whole name.

    Args:
        known: students' ids, by what they may be called.
        members: ids by group, folded.

    Raises:
        UsageError: somebody has two due times, or a name is a student's and a group's.
    """
    named: dict[str, str] = {}
    for name in policy.due_of:
        ids = known.get(name) or known.get(plain(name)) or set()
        if name in members and ids and ids != members[name]:
            raise UsageError(
                f"{path}: due_of.{name}: a student and a group of others are called so; name their students"
            )
        meant = folded(next(iter(ids))) if len(ids) == 1 and name not in members else name
        if (before := named.setdefault(meant, name)) != name and policy.due_of[before] != policy.due_of[name]:
            raise UsageError(f"{path}: due_of.{before} and due_of.{name}: one student has two due times; leave one")
    return replace(policy, due_of={meant: policy.due_of[name] for meant, name in named.items()})


def refuse_unknown_names(policy: Policy, names: Sequence[str], path: Path) -> None:
    """Refuse due times of nobody.

    Args:
        names: of students and groups.

    Raises:
        UsageError: one is a typo.
    """
    known = set(map(folded, names))
    for name in policy.due_of:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            wish = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"{path}: due_of.{name}: no student and no group of this class{wish}")


def refuse_unknown_checks(policy: Policy, report: Report, path: Path) -> None:
    """Refuse patterns that no check has, and those that leave none to count.

    Raises:
        UsageError: one is a typo.
    """
    ids = [result.id for result in report.results]
    for pattern in (*policy.drop, *policy.scale, *policy.hidden):
        if not any(fnmatchcase(name, pattern) for name in ids):
            folders = {f"{name.rpartition('.')[0]}.*" for name in ids}
            below = [f"{pattern}.*"] if any(name.startswith(f"{pattern}.") for name in ids) else []
            near = below or difflib.get_close_matches(pattern, [*ids, *sorted(folders)], n=1)
            raise UsageError(f"{path}: no check is called {pattern}{f'; did you mean {near[0]}?' if near else ''}")
    if not points_in(policy, report)[1] and report.max_score:
        raise UsageError(f"{path}: drop and scale leave no check that counts")


def shown(policy: Policy, report: Report, now: datetime) -> Report:
    """A report as a student may see it by now."""
    if not policy.hidden or policy.until is None or now >= policy.until:
        return report
    words = f"details are shown from {minutes(policy.until)} on"

    def one(result: Result) -> Result:
        if not any(fnmatchcase(result.id, pattern) for pattern in policy.hidden):
            return result
        bare: dict[str, Any] = {"diagnosis": (), "counterexample": None, "trace": (), "output": "", "replay": ""}
        return replace(result, message=words, measurements={}, location=None, pictures=(), **bare)

    return replace(report, results=tuple(map(one, report.results)))


def _time(path: Path, name: str, value: object, zone: tzinfo) -> datetime | None:
    if value is None:
        return None
    text = value.isoformat() if isinstance(value, date) else str(value)
    if (moment := due_time(text, zone)) is None:
        raise UsageError(f"{path}: {name} = {value!r}: expected a time like 2026-11-21 or 2026-11-21T18:00")
    return moment


def _number(path: Path, name: str, value: object, most: float = math.inf) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most or value == math.inf:
        wanted = "not below 0" if most == math.inf else f"from 0 to {most:g}"
        raise UsageError(f"{path}: {name} = {value!r}: expected a number, {wanted}")
    return float(value)


def _days(path: Path, name: str, value: object) -> int:
    if not (days := _number(path, name, value)).is_integer():
        raise UsageError(f"{path}: {name} = {value!r}: expected a whole number of days")
    return int(days)


def _patterns(path: Path, name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(it, str) for it in value):
        raise UsageError(f'{path}: {name} = {value!r}: expected a list of checks, ["m0.tanh.*"]')
    return tuple(value)
