"""Times as platforms and people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

HOURS = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "CET": 1, "CEST": 2, "MET": 1, "MEST": 2, "MEZ": 1, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12,
    "NZDT": 13, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8,
}  # fmt: skip  # what means one thing only: CST, IST and BST do not
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier janv enero ene gennaio gen jän jänner",
            "feb february februar février févr febrero febbraio",
            "mar march märz mär mrz mars marzo",
            "apr april avril avr abril abr aprile",
            "may mai mayo maggio mag",
            "jun june juni juin junio giugno giu",
            "jul july juli juillet juil julio luglio lug",
            "aug august août agosto ago",
            "sep sept september septembre septiembre settembre set",
            "oct october oktober okt octobre octubre ottobre ott",
            "nov november novembre noviembre",
            "dec december dezember dez décembre déc diciembre dicembre dic",
        ),
        start=1,
    )
    for name in names.split()
}
CLOCK_LAST = re.compile(r".*\d\s*(?:[AP]M|Uhr)?\s*", re.IGNORECASE | re.DOTALL)  # "9:20 p. m." is not understood


def zone_named(name: str) -> tzinfo | None:
    """A time zone by its name or offset: "Europe/Berlin", "CET", "+02:00"; None if it is not understood."""
    if name.upper() in HOURS:
        return timezone(timedelta(hours=HOURS[name.upper()]), name.upper())
    if found := re.fullmatch(r"(?:UTC|GMT)?([+-])(\d\d?):?(\d\d)?", name):
        shift = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(-shift if found[1] == "-" else shift) if shift < timedelta(hours=24) else None
    if "/" in name:
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            return None
    return None


def from_digits(text: str, zone: tzinfo) -> datetime | None:
    """A time whose digits are year, month, day, hour, minute and perhaps seconds, whatever stands between."""
    digits = re.sub(r"\D", "", text)
    try:
        return datetime(*(int(part) for part in re.findall(r"^\d{4}|\d\d", digits[:14])), tzinfo=zone)  # type: ignore[arg-type, misc]
    except (ValueError, TypeError):
        return None


def instant(text: str) -> datetime | None:
    """A time that names its zone, "2026-04-02T04:00:05.123Z"; None if it is none."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def in_words(text: str, zone: tzinfo) -> datetime | None:
    """A time with its month in letters: "Nov 20, 2026 920 PM", "20 November 2026 21:20"; None if it is none."""
    words = re.findall(r"[^\W\d_]+|\d+", text.casefold())
    month = next((MONTHS[word] for word in words if word in MONTHS), 0)
    year = next((int(word) for word in words if len(word) == 4 and word.startswith("20") and word.isdigit()), 0)
    numbers = [word for word in words if word.isdigit()]
    clear = CLOCK_LAST.fullmatch(text) is not None
    if not clear or not month or not year or len(numbers) < 3 or str(year) not in numbers[:2]:
        return None
    numbers.remove(str(year))
    day, *clock = numbers
    joined = "".join(part if at == 0 and len(clock) > 1 else part.zfill(2) for at, part in enumerate(clock[:2]))
    hour, minute = int(joined[:-2] or 0), int(joined[-2:])
    if "pm" in words or "am" in words:
        hour = hour % 12 + 12 * ("pm" in words)
    seconds = int(clock[2]) if len(clock) > 2 else 0
    try:
        return datetime(year, month, int(day), hour, minute, seconds, tzinfo=zone)
    except ValueError:
        return None


def due_time(text: str, zone: tzinfo) -> datetime | None:
    """A due time, "2026-11-21T18:00" or "21.11.2026 18:00"; a date alone means the end of that day. None if it is none.

    A date between slashes has its day first in some countries and its month in others: it is none.
    """
    text = re.sub(r"^(\d\d?)\.(\d\d?)\.(\d{4})\b", lambda it: f"{it[3]}-{it[2]:>02}-{it[1]:>02}", text.strip())
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.combine(datetime.fromisoformat(text), time.max, zone)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


class LocalZone(tzinfo):
    """This machine's time zone, in summer and in winter."""

    def utcoffset(self, dt: datetime | None) -> timedelta | None:
        return (dt.replace(tzinfo=None) if dt else datetime.now()).astimezone().utcoffset()

    def dst(self, dt: datetime | None) -> timedelta | None:
        return None

    def tzname(self, dt: datetime | None) -> str | None:
        return (dt.replace(tzinfo=None) if dt else datetime.now()).astimezone().tzname()

    def fromutc(self, dt: datetime) -> datetime:
        return dt.replace(tzinfo=UTC).astimezone().replace(tzinfo=self)


def to_the_second(moment: datetime) -> str:
    """A moment, with its seconds where it has any, in its own time zone."""
    return moment.isoformat(" ", "seconds" if moment.second else "minutes")


def minutes(moment: datetime) -> str:
    """A moment to the minute, in its own time zone."""
    return moment.isoformat(" ", "minutes")
