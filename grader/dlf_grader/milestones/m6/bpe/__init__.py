"""Byte pairs: the table of their checks."""

from __future__ import annotations

from dlf_grader.checks import Custom, Parity, Section
from dlf_grader.model import Exercise

EXERCISE = Exercise(
    "m6_language/bpe.py",
    "numpy",
    "counting pairs takes Python's standard library alone: lists, dicts and collections.Counter",
    ("numpy",),
)
bpe = Section("m6.bpe", EXERCISE, f"{__name__}.subject:TRAIN", "byte-pairs")

CHECKS = (
    bpe.check(
        "train",
        Parity("merges"),
        6,
        "train_bpe",
        "train_bpe learns the merges of a plain counter that counts every pair after every merge",
        "Count pairs of neighbours within each piece. Join the most frequent pair everywhere, and count again.",
        "A piece that occurs five times counts five times. Counter(pieces) says how often each does.",
        "Of equally frequent pairs take the smallest as (left bytes, right bytes): min(…, key=(−count, pair)).",
        "Is it slow? Only the pieces that hold the joined pair change: update the counts of those.",
    ),
    bpe.check(
        "encode",
        Parity("ids"),
        5,
        "BPETokeniser.encode",
        "BPETokeniser.encode applies the earliest merge first, in each piece by itself",
        "Which of a piece's pairs was learnt first? Join that one everywhere, then look again.",
        "Byte b has the id b. Merge i has the id 256 + i.",
        "A pair that no merge has stays as it is: a text of such bytes alone gives one id for each byte.",
        subject="ENCODE",
    ),
    bpe.check(
        "decode",
        Parity("text"),
        2,
        "BPETokeniser.decode",
        "BPETokeniser.decode gives the text back, also where a character was cut",
        "A character may be spread over two tokens: join the bytes of all ids first.",
        'bytes.decode(errors="replace") writes U+FFFD where bytes are not UTF-8.',
        subject="DECODE",
    ),
    bpe.check(
        "errors",
        Custom("refusals"),
        1,
        "BPETokeniser.decode",
        "BPETokeniser.decode refuses ids out of range with a ValueError",
        "Which ids can there be? From 0 to vocab_size − 1.",
        "A negative id would count from the end of a list: refuse it before you look it up.",
        subject="TRAIN",
        after=("encode", "decode"),
    ),
)
