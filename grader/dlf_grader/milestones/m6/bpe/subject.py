"""train_bpe and BPETokeniser as subjects: texts from three letters to a few hundred words, and a plain counter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from dlf_reference.data.bpe import Pair, learn

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.bad_shapes import refused
from dlf_grader.instruments.case import Answer, Case, RngFor, traits
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.milestones.m6.bpe import text_mistakes, texts, training_mistakes
from dlf_grader.model import Measurements
from dlf_grader.sandbox.proxy import Submission, describe_value

ORACLE = "dlf_reference.oracles.m6_text"

# texts, merges asked for
SMALL: tuple[tuple[list[str], int], ...] = (
    (["ab"], 1),
    (["abab"], 2),
    (["ba ab"], 1),
    (["aaab"], 2),
    (["ab ab cd"], 3),
    (["a b", "a b"], 2),
    (["abc abc bc", "bc d"], 4),
    (["aaaa aaaaaaa"], 5),
    (["é è é"], 3),
    ([""], 2),
)


def _case(label: str, learnt: Sequence[str], merges: int, **special: bool) -> Case:
    asked = {"texts": list(learnt), "vocab_size": 256 + merges}
    return Case(label, (), asked, traits=traits({name.replace("_", " "): there for name, there in special.items()}))


def _train_cases(rng_for: RngFor) -> Iterator[Case]:
    """A single pair, repeated pairs, ties, pieces, several texts, letters of two bytes; then drawn texts."""
    for some, merges in SMALL:
        yield _case(f"{some}, {merges} merges", some, merges, more_than_one_text=len(some) > 1)
    for number, (length, merges) in enumerate(((8, 10), (60, 40), (400, 150)), start=1):
        rng = rng_for(number)
        known = texts.words(rng, 10 + length // 4)
        some = [texts.text(rng, known, length), texts.text(rng, known, length // 2), texts.anything(rng, length // 4)]
        yield _case(f"{len(some)} drawn texts, {merges} merges", some, merges, drawn_texts=True)


def _trained(submission: Submission, case: Case) -> Iterator[Answer]:
    yield {"merges": as_ids(submission.call("train_bpe", case.init["texts"], case.init["vocab_size"]))}


def as_ids(merges: Any) -> np.ndarray:
    """A learner's merges as pairs of ids; −1 for a part that no earlier merge made.

    Raises:
        CheckFailure: they are not pairs of bytes.
    """
    if not isinstance(merges, list | tuple):
        raise CheckFailure(f"train_bpe: expected a list of pairs of bytes, got {describe_value(merges)}")
    ids = {bytes([byte]): byte for byte in range(256)}
    found = list[tuple[int, int]]()
    for number, pair in enumerate(merges):
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(part, bytes) for part in pair):
            raise CheckFailure(f"merge {number}: expected a pair of bytes, got {describe_value(pair)}")
        found.append((ids.get(pair[0], -1), ids.get(pair[1], -1)))
        ids.setdefault(pair[0] + pair[1], 256 + number)
    return np.array(found, np.int64).reshape(-1, 2)


TRAIN = Function(
    name="train_bpe",
    oracle=f"{ORACLE}:merges",
    cases=_train_cases,
    results=("merges",),
    call=_trained,
    asked=lambda case: case.init,
    mistakes=training_mistakes.TRAIN,
)

# -- to ids and back ------------------------------------------------------------------------------

Merges = list[Pair]
A, B, C = b"a", b"b", b"c"
HAND: tuple[tuple[str, Merges], ...] = (
    ("b", []),
    ("ab", [(A, B)]),
    ("abc", [(A, B)]),
    ("abc", [(A, B), (B, C), (A, b"bc")]),
    ("abc", [(B, C), (A, B)]),
    ("abc", [(A, B), (b"ab", C), (B, C)]),
    ("abcb", [(A, B), (B, C), (b"ab", C)]),
    ("aaa", [(A, A)]),
    ("a b", [(b" ", B), (A, b" ")]),
    ("", [(A, B)]),
    (" ab\n", [(A, B)]),
    ("a\0é", [(b"\xc3", b"\xa9")]),
)
DRAWN = ((12, 10), (80, 60), (300, 200))  # words, merges


def _encode_cases(rng_for: RngFor) -> Iterator[Case]:
    """No merge, one, several that compete, a border of pieces, no text, bytes that no merge has; then drawn texts."""
    for text, merges in HAND:
        words = f"{text!r} with {', '.join(map(_shown, merges)) or 'no merges'}"
        yield Case(words, (), {"text": text, "merges": merges}, traits=traits({"several merges": len(merges) > 1}))
    for number, (length, count) in enumerate(DRAWN, start=1):
        rng = rng_for(number)
        known = texts.words(rng, 10 + length // 4)
        merges = learn([texts.text(rng, known, length)], 256 + count)
        text = texts.text(rng, [*known, *texts.words(rng, 4)], length) + texts.anything(rng, length // 4)
        yield Case(
            f"a drawn text of {len(text)} characters, {len(merges)} merges", (), {"text": text, "merges": merges}
        )


def _shown(pair: Pair) -> str:
    left, right = (part.decode(errors="backslashreplace") for part in pair)
    return f"({left}, {right})"


def _tokeniser(submission: Submission, merges: Merges) -> Any:
    return submission.new("BPETokeniser", merges)


def _integers(found: Any, what: str) -> np.ndarray:
    if isinstance(found, np.ndarray) and found.ndim == 1:
        found = found.tolist()
    if not isinstance(found, list | tuple) or not all(type(one) is int for one in found):
        raise CheckFailure(f"{what}: expected a list of ints, got {describe_value(found)}")
    return np.array(found, np.int64)


def _encoded(submission: Submission, case: Case) -> Iterator[Answer]:
    tokeniser = _tokeniser(submission, case.init["merges"])
    ids = tokeniser.encode(case.init["text"])
    yield {"ids": _integers(ids, "encode")}
    if (size := tokeniser.vocab_size) != 256 + len(case.init["merges"]):
        raise CheckFailure(f"vocab_size: expected {256 + len(case.init['merges'])}, got {describe_value(size)}")


ENCODE = Function(
    name="BPETokeniser",
    oracle=f"{ORACLE}:encoded",
    cases=_encode_cases,
    results=("ids",),
    call=_encoded,
    asked=lambda case: case.init,
    mistakes=text_mistakes.ENCODE,
)


def _decode_cases(rng_for: RngFor) -> Iterator[Case]:
    """Letters, a merge, a character of two bytes in two tokens, half of one, nothing; then drawn ids."""
    accent: Merges = [(A, b"\xc3"), (b"\xa9", B)]
    for ids, merges in (
        ([72, 105], []),
        ([97, 256], [(A, B)]),
        ([0xC3, 0xA9], []),
        ([256, 257], accent),
        ([97, 0xC3], []),
        ([], []),
    ):
        words = f"{ids} with {', '.join(map(_shown, merges)) or 'no merges'}"
        yield Case(words, (), {"ids": ids, "merges": merges}, traits=traits({"bytes that are not ASCII": 0xC3 in ids}))
    for number, length in enumerate((20, 200), start=1):
        rng = rng_for(number)
        merges = learn([texts.text(rng, texts.words(rng, 20), 60), texts.anything(rng, 20)], 256 + 40)
        ids = rng.integers(0, 256 + len(merges), length).tolist()
        yield Case(f"{length} drawn ids, {len(merges)} merges", (), {"ids": ids, "merges": merges})


def _decoded(submission: Submission, case: Case) -> Iterator[Answer]:
    text = _tokeniser(submission, case.init["merges"]).decode(case.init["ids"])
    if not isinstance(text, str):
        raise CheckFailure(f"decode: expected a str, got {describe_value(text)}")
    yield {"text": np.array([ord(character) for character in text], np.int64)}


DECODE = Function(
    name="BPETokeniser",
    oracle=f"{ORACLE}:decoded",
    cases=_decode_cases,
    results=("text",),
    call=_decoded,
    asked=lambda case: case.init,
    mistakes=text_mistakes.DECODE,
)

# -- what is refused ------------------------------------------------------------------------------


def refusals(submission: Submission, ctx: Context) -> Measurements:
    """Each id that no token has raises a ValueError of the exercise's own, which says what came."""
    rng = ctx.rng(1)
    past = int(rng.integers(258, 1000))
    tokeniser = _tokeniser(submission, [(A, B)])
    bad: tuple[tuple[str, Callable[[], Any], tuple[int, ...]], ...] = (
        ("an id of vocab_size", partial(tokeniser.decode, [97, 257]), (256, 257)),
        ("an id far out of range", partial(tokeniser.decode, [past]), (past, 256, 257)),
        ("a negative id", partial(tokeniser.decode, [97, -1]), (-1, 256, 257)),
    )
    for what, call, numbers in bad:
        refused(submission, what, call, numbers=numbers)
    return {"inputs": len(bad)}
