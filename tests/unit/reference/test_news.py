"""AG News' files hold pages, some of them damaged; `readable` gives what a reader saw."""

from __future__ import annotations

import pytest
from dlf_reference.data.news import readable


@pytest.mark.parametrize(
    ("stored", "seen"),
    [
        ("Oracle #39;s bid", "Oracle's bid"),
        ("Astros #39; Backe", "Astros' Backe"),
        ("says  quot;fun quot; for", 'says "fun" for'),
        ("Marsh  amp; McLennan, J amp;K", "Marsh & McLennan, J&K"),
        ("for  #36;1.75 billion", "for $1.75 billion"),
        ("lineup  #151; at least", "lineup — at least"),
        ("#147;Motion #148; is", "“Motion” is"),
        ("end of &lt;b&gt;...&lt;/b&gt; CAIRO", "end of ... CAIRO"),
        ('Inc. &lt;A HREF="http://x.y?z=1 t=/a"&gt;ABC.O&lt;/A&gt; fell', "Inc. ABC.O fell"),
        ('cut off &lt;meta name="a', "cut off"),
        ("earned \\$509 million", "earned $509 million"),
        ("laid the\\groundwork", "laid the groundwork"),
        ("two  lines\\\\", "two lines"),
        ("without nbsp;a break", "without a break"),
        ("written  amp;lt;b amp;gt; twice", "written twice"),
    ],
)
def test_what_the_page_showed_is_restored(stored: str, seen: str) -> None:
    assert readable(stored) == seen


@pytest.mark.parametrize(
    "text", ["5 < 6 and 7 > 6", "Iraq; Iran", "Stocks Up; Dollar Flat", "a copy; not it", "AT&T", ""]
)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert readable(text) == text
