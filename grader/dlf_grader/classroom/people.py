"""Who is meant: a submission's evidence against a roster. What fits two people, or only nearly, is a question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from dlf_grader.classroom.columns import NAMELESS, folded, without_accents
from dlf_grader.classroom.platforms import Who
from dlf_grader.classroom.roster import Roster, Student

SHORTEST_NUMBER = 4  # digits
FEWEST_LABELS = 3  # of which a word in each is no name
TAKEN_OUT = re.compile(r"[’'`´ʹ\"&<>|:\\/]")  # what platforms take out of names
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"})
BARE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
ADDRESS = re.compile(r"[^\s@,;()<>]+@(?P<domain>(?:[^\W_]|-)+(?:\.(?:[^\W_]|-)+)+)")
GROUP = "group"  # by what a match was found
GROUP_WORDS = ("group", "gruppe", "team", "groupe", "grupo", "gruppo", "groep", "grupa", "skupina", "grupp")
FILLER = re.compile(
    r"\d+|m\d+|hw\d*|ha\d+|ue\d+|tp\d+|ps\d*|ex\d*|v\d+|version|final|submission|submissions|attempt|assignment\d*|abgabe|aufgabe|blatt\d+"
    r"|homework\d*|week\d+|project|lab\d+|copy|kopie|zip|files?|handin|exercises?|solutions?|loesung|lösung|team\d*"
    r"|übung\d*|uebung\d*|tarea\d*|devoir\d*|rendu|entrega|compito|esercizio|trabalho\d*|opgave|zadanie|uppgift"
    r"|participation|repo|repository|main|master"
)
FILLER_UNLESS_A_NAME = re.compile(
    r"late|new|neu|part|lab|done|week|sheet|blatt|fertig|aw|re|fw|fwd|wg"
)  # Anna Neu is not anna


@dataclass(frozen=True)
class Match:
    """What came of looking for a person.

    Attributes:
        students: who it is: one, or all of a group; nobody where there is a question.
        how: by what, in a word or two.
        question: why nobody was taken; "" if somebody was.
        could_be: who fits.
    """

    students: tuple[Student, ...] = ()
    how: str = ""
    question: str = ""
    could_be: tuple[Student, ...] = ()


class People:
    """Finds students of a roster.

    Args:
        words: what in a submission's name says nothing about a person: the milestone, its files.
    """

    def __init__(self, roster: Roster, words: Iterable[str] = ()) -> None:
        self.students = roster.students
        self.words = frozenset(token for word in words for token in tokens(word))
        self.ids: dict[str, set[int]] = {}
        self.numbers: dict[str, set[int]] = {}
        self.emails: dict[str, set[int]] = {}
        self.local: dict[str, set[int]] = {}
        self.participants: dict[str, set[int]] = {}
        self.groups: dict[str, set[int]] = {}
        self.names: tuple[dict[str, set[int]], ...] = ({}, {}, {})  # as written, without accents, in any order
        self.by_token: dict[str, set[int]] = {}
        for at, student in enumerate(self.students):
            for value in (student.id, *student.also):
                self.ids.setdefault(folded(value), set()).add(at)
                if "@" in value:
                    self.emails.setdefault(folded(value), set()).add(at)
                if number(value):
                    self.numbers.setdefault(number(value), set()).add(at)
            if student.email:
                self.emails.setdefault(folded(student.email), set()).add(at)
                self.local.setdefault(folded(student.email).partition("@")[0], set()).add(at)
            if student.participant:
                self.participants.setdefault(student.participant, set()).add(at)
            for group in student.groups:
                for key in group_keys(group):
                    self.groups.setdefault(key, set()).add(at)
            for index, keys in zip(self.names, name_keys(student.name), strict=True):
                for key in keys:
                    index.setdefault(key, set()).add(at)
            for key in name_keys(student.name)[2]:  # "amuster Anna Muster", as some Moodles have it
                self.names[2].setdefault(squeezed(student.id) + key, set()).add(at)
            for words_of in self._keys(student):
                for token in words_of:
                    self.by_token.setdefault(token, set()).add(at)

    def disregard(self, labels: Iterable[str]) -> None:
        """Learn which words say nothing about a person: those in every label of several that nobody is called by."""
        there = [{*tokens(plain(label))} for label in labels]
        shared = set.intersection(*there) if len(there) >= FEWEST_LABELS else set()
        self.words |= shared - set(self.by_token)

    def find(self, who: Who) -> Match:
        """The student that is meant."""
        certain = self._by_id(who.ids) | self._all(self.emails, map(folded, (*who.emails, *who.ids)))
        named = self._named(who)
        numbered = self._all(self.participants, [who.participant])
        in_group = set() if named else self._in_group(who)
        if numbered and not certain | named and (in_group or not self._may_be(who, numbered)):
            if not in_group:  # a group has a number too, which may be somebody's
                return self._question(numbered, "its number is this participant's, its name is not")
        else:
            certain |= numbered
        if len(certain) > 1:
            return self._question(certain, "fits several people")
        if certain:
            at = next(iter(certain))
            others = named or self._whole_names_in(who.label)
            if others and at not in others:
                return self._question(certain | others, "its id and its name are of two people")
            return Match((self.students[at],), "id")
        weak = self._by_id(who.weak_ids)
        if weak and ((len(named) == 1 and named <= weak) or (not named and len(weak) == 1 and self._alike(who, weak))):
            return Match((self.students[next(iter(named or weak))],), "id")
        if weak & named and len(weak) == 1:
            return Match((self.students[next(iter(weak))],), "id")
        if len(named) == 1:
            return Match((self.students[next(iter(named))],), "name")
        if named:
            same = len({folded(self.students[at].name) for at in named}) == 1
            return self._question(named, "several people are called so" if same else "fits several people")
        if in_group:
            return Match(tuple(self.students[at] for at in sorted(in_group)), GROUP)
        if nearly := self._nearly(who):
            return self._question(nearly, "not on the roster under this name")
        return Match(question="not on the roster")

    def _by_id(self, ids: Iterable[str]) -> set[int]:
        """Who has such an id; a long number also without the zeros at its front, which spreadsheets eat."""
        ids = tuple(ids)
        return self._all(self.ids, map(folded, ids)) or self._all(self.numbers, map(number, ids))

    def _named(self, who: Who) -> set[int]:
        """Who has such a name: as written; else without accents; else in another order, or run together."""
        for index, of_name in zip(self.names, (0, 1, 2), strict=True):
            keys = {key for name in who.names for key in name_keys(name)[of_name]}
            keys |= (
                {squeezed(who.run_together), squeezed(bare(who.run_together))}
                if who.run_together and of_name == 2
                else set()
            )
            if found := self._all(index, keys):
                return found
        return self._living_there(who.label) if who.label else set()

    def _living_there(self, label: str) -> set[int]:
        """Who is meant by a label, but nobody by a login at another domain than that of their address."""
        fits = self._in_label(label)
        if not fits or (address := ADDRESS.search(label)) is None:
            return fits
        besides = self._in_label(label[: address.start()] + label[address.end() :])
        besides |= self.emails.get(folded(address[0]), set())
        return {at for at in fits if at in besides or _related(address["domain"], self.students[at].email)}

    def _in_label(self, label: str) -> set[int]:
        """Whose id, e-mail or whole name accounts for every word of a label that says something."""
        exact = folded(label)
        local, at_sign, domain = exact.partition("@")
        domain = found["domain"] if (found := ADDRESS.search(exact)) else domain
        if certain := self._by_id([label]) | self.emails.get(exact, set()):
            return certain
        could_be_name = {
            folded(word)
            for word, after in pairwise([*tokens(unicodedata.normalize("NFC", label)), ""])
            if word.istitle() and not after.isdigit()
        }
        fits: set[int] = set()
        for reading in dict.fromkeys((plain(label), bare(label))):
            there = tokens(reading)
            speaking = [
                token
                for token in there
                if number(token) in self.numbers
                or (
                    not (FILLER.fullmatch(token) or token in self.words)
                    and (token in could_be_name or not FILLER_UNLESS_A_NAME.fullmatch(token))
                )
            ]
            known = set(tokens(bare(domain))) | set(tokens(domain)) if at_sign else set()
            for at in set().union(*(self.by_token.get(token, set()) for token in there)):
                keys = self._keys(self.students[at])
                own = {token for key in keys for token in key} | known
                others = [token for token in speaking if token not in own]
                if others:  # "Muster_Anna_amuster", where the roster has no logins
                    keys = [key for spelt in spellings(self.students[at].name) if len(key := tuple(tokens(spelt))) > 1]
                    unnamed = not could_be_name & set(others)
                    keys = [key for key in keys if unnamed and all(_abbreviates(token, key) for token in others)]
                if any(_within(key, there) for key in keys):
                    fits.add(at)
            for together in ("".join(speaking), "".join(there)):
                fits |= self.names[2].get(together, set()) | self.ids.get(together, set())
        if not fits and " " not in exact:
            fits = self.local.get(local, set())
        return fits

    def _in_group(self, who: Who) -> set[int]:
        """Everybody of the group that is meant; where its name may begin in several places, the longest."""
        names = sorted({who.group, *who.ids}, key=len, reverse=True) if who.group else ()
        found = (self.groups.get(squeezed(name), set()) for name in names if name)
        return next(filter(None, found), set()) or self._group_in(who.label)

    def _group_in(self, label: str) -> set[int]:
        """Who is in the group that a label names, `m0-team-blue`: with every word of it that says something."""
        there = tokens(plain(label))
        silent = [FILLER.fullmatch(token) is not None or token in self.words for token in there]
        runs = [
            there[begin:end]
            for begin in range(len(there))
            for end in range(begin + 1, len(there) + 1)
            if all(silent[:begin])
            and all(silent[end:])
            and (not all(silent[begin:end]) or (there[begin] in GROUP_WORDS and end > begin + 1))  # no bare "3"
        ]
        return self._all(self.groups, ["".join(run) for run in runs])

    def _whole_names_in(self, label: str) -> set[int]:
        """Whose family and first name are both among the words of a label."""
        fits: set[int] = set()
        for reading in dict.fromkeys((plain(label), bare(label))):
            there = tokens(reading)
            for at in set().union(*(self.by_token.get(token, set()) for token in there)):
                keys = [tuple(tokens(spelt)) for spelt in spellings(self.students[at].name)]
                if any(len(key) > 1 and _within(key, there) for key in keys):
                    fits.add(at)
        return fits

    def _keys(self, student: Student) -> list[tuple[str, ...]]:
        """Every whole thing that a student is known by, as words."""
        values = [student.id, *student.also, student.email, student.email.partition("@")[0]]
        keys = [tuple(tokens(plain(value))) for value in values if value]
        for spelt in spellings(student.name):
            keys.append(tuple(sorted(tokens(spelt))))
        return [key for key in dict.fromkeys(keys) if key]

    def _alike(self, who: Who, weak: set[int]) -> bool:
        """Whether a name shares a word with a student's, or there is no name to object."""
        said = {token for name in (*who.names, who.label) for token in tokens(bare(name))}
        own = {token for at in weak for token in tokens(bare(self.students[at].name))}
        if who.run_together:
            return any(token in bare(who.run_together) for token in own if len(token) > 2)
        return not said or not own or bool(said & own)

    def _may_be(self, who: Who, numbered: set[int]) -> bool:
        """Whether a name leaves open that it is this participant's: as blind marking writes it, or a part of theirs."""
        return all(map(NAMELESS.fullmatch, who.names)) or self._alike(who, numbered)

    def _nearly(self, who: Who) -> set[int]:
        """Who has this login at another domain, or shares two words with a name: worth asking about."""
        said = {token for name in (*who.names, who.label) for token in tokens(bare(name)) if not token.isdigit()}
        if (address := ADDRESS.search(who.label)) and (fits := self._in_label(address[0])):
            return fits
        counts: dict[int, int] = {}
        for token in said:
            for at in self.by_token.get(token, set()):
                counts[at] = counts.get(at, 0) + 1
        return {at for at, count in counts.items() if count > 1}

    def _question(self, fits: set[int], why: str) -> Match:
        students = tuple(self.students[at] for at in sorted(fits))
        return Match(question=why, could_be=students)

    @staticmethod
    def _all(index: dict[str, set[int]], keys: Iterable[str]) -> set[int]:
        return set().union(*(index.get(key, set()) for key in keys if key))


def number(text: str) -> str:
    """A long number without zeros at its front; "" for what is none."""
    digits = text.strip()
    return digits.lstrip("0") if digits.isdecimal() and len(digits.lstrip("0")) >= SHORTEST_NUMBER else ""


def plain(text: str) -> str:
    """A name without case, and without what platforms take out of names; "Muster, Anna" is "anna muster"."""
    last, comma, first = text.partition(",")
    turned = f"{first} {last}" if comma and "," not in first and first.strip() and last.strip() else text
    return TAKEN_OUT.sub("", folded(turned))


def bare(text: str) -> str:
    """The same without accents."""
    return without_accents(plain(text).translate(BARE))


def spellings(name: str) -> list[str]:
    """A name as written, without accents, and as German writes it without them."""
    return list(dict.fromkeys((plain(name), bare(name), bare(plain(name).translate(GERMAN))))) if name else []


def tokens(text: str) -> list[str]:
    """The words and numbers of a text; vowel signs are a part of them, as in Thai or Hindi."""
    if text.isascii():
        return re.findall(r"[^\W_]+", text)
    return "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else " " for c in text).split()


def squeezed(text: str) -> str:
    """A text without anything but letters and digits."""
    return "".join(tokens(folded(text)))


def group_keys(group: str) -> tuple[str, ...]:
    """What a group is found by; "3" by "Gruppe 3" too."""
    name = squeezed(group)
    return (name, *(f"{word}{name}" for word in GROUP_WORDS if 0 < len(name) < 4)) if name else ()


def name_keys(name: str) -> tuple[set[str], set[str], set[str]]:
    """What names are found by: as written; in any spelling; in any spelling and order of words, run together."""
    if not name:
        return set(), set(), set()
    as_written = {" ".join(tokens(plain(name)))}
    spelt = {" ".join(tokens(text)) for text in spellings(name)}
    turned = {"".join(turn) for text in spelt for turn in _turns(text.split())}
    return as_written - {""}, spelt - {""}, turned - {""}


def _turns(words: list[str]) -> Iterator[list[str]]:
    for at in range(len(words)):
        yield words[at:] + words[:at]


def _related(domain: str, email: str) -> bool:
    """Whether an address is at this domain, or at one within it or around it; so is no address at all."""
    own, other = f".{folded(email).rpartition('@')[2]}", f".{folded(domain)}"
    return own == "." or own.endswith(other) or other.endswith(own)


def _abbreviates(token: str, words: Iterable[str]) -> bool:
    """Whether a login is made of the beginnings of two words of a name: "amuster2", "musteran"."""
    letters, words = token.rstrip("0123456789"), tuple(words)
    return any(
        letters[:at] and letters[at:] and one.startswith(letters[:at]) and other.startswith(letters[at:])
        for at in range(1, len(letters))
        for one in words
        for other in words
        if one != other
    )


def _within(key: tuple[str, ...], there: list[str]) -> bool:
    """Whether all words of a key are among those of a label, as often."""
    return all(there.count(token) >= key.count(token) for token in key)
