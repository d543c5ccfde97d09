"""token_probabilities as a subject, and what generate does with it: small odds first, then vocabularies as in use."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
from dlf_reference.oracles.m6_text import probabilities

from dlf_grader.context import Context
from dlf_grader.failures import CheckFailure
from dlf_grader.instruments.case import Array, Case, RngFor, label, traits
from dlf_grader.instruments.compare import as_array
from dlf_grader.instruments.subjects.function import Function
from dlf_grader.milestones.m6.sampling.mistakes import MISTAKES
from dlf_grader.model import Measurements
from dlf_grader.report import Counterexample, Diagnosis
from dlf_grader.sandbox.proxy import Submission, describe_value

FIXTURES = "dlf_grader.sandbox.fixtures"
Options = dict[str, Any]
NONE: Options = {}

# odds, options; no cut falls between equal odds, and no sum is p itself
HAND: tuple[tuple[tuple[int, ...], Options], ...] = (
    ((1,), NONE),
    ((1, 3), NONE),
    ((5, 3, 2), {"temperature": 0.5}),
    ((3, 5, 2), {"temperature": 0.0}),
    ((3, 5, 2), {"temperature": 2.0}),
    ((2, 5, 3), {"top_k": 2}),
    ((5, 3, 2), {"top_k": 9}),
    ((2, 5, 3), {"top_p": 0.6}),
    ((2, 5, 3), {"top_p": 0.4}),
    ((2, 5, 3), {"top_p": 1.0}),
    ((4, 9, 5, 2), {"top_k": 3, "top_p": 0.6}),  # of 18: 9 and 5 reach 0.6 of it; of 20 they would, too
    ((3, 10, 5, 2), {"top_k": 2, "top_p": 0.6}),  # of 15: 10 are 0.67; of 20 they are 0.5
    ((10, 5, 3, 2), {"top_k": 2, "top_p": 0.8}),  # of 15: 10 and 5 are all; of 20 they would be 0.75
    ((2, 5, 3), {"temperature": 0.5, "top_p": 0.6}),  # of 38: 25 are 0.66; without the temperature 0.5
)


def cases(rng_for: RngFor) -> Iterator[Case]:
    """One token, two, each option by itself, options together, what is hidden, large logits, vocabularies as in use."""
    for odds, options in HAND:
        yield _case(f"odds {' : '.join(map(str, odds))}", np.log(np.array(odds, float)), options)
    rng = rng_for(1)
    hidden = np.where(np.arange(6) % 3 == 1, -np.inf, rng.permutation(6).astype(float))
    yield _case(f"logits {hidden.tolist()}", hidden, NONE, hidden_tokens=True)
    yield _case(f"logits {hidden.tolist()}", hidden, {"top_k": 5, "temperature": 0.7}, hidden_tokens=True)
    yield _case("logits in the thousands", rng.permutation(np.arange(5.0)) * 7 + 1e4, NONE, large_logits=True)
    yield _case(
        "logits in the thousands", rng.permutation(np.arange(5.0)) - 1e4, {"temperature": 0.01}, large_logits=True
    )
    together: Options = {"temperature": 0.8, "top_k": 100, "top_p": 0.95}
    drawn: tuple[Options, ...] = ({"top_k": 40}, {"top_p": 0.9}, together)
    for number, options in enumerate(drawn):
        rng = rng_for(10 + number)
        size = int(rng.integers(300, 5000))
        yield _case(f"{size} drawn logits", rng.normal(0, 3, size), options, a_large_vocabulary=True)


def _case(words: str, logits: Array, options: Options, **special: bool) -> Case:
    holds = {name.replace("_", " "): there for name, there in special.items()}
    holds |= {name: name in options for name in ("temperature", "top_k", "top_p")}
    return Case(
        label(words, *(f"{name}={value:g}" for name, value in options.items())),
        (logits,),
        dict(options),
        traits=traits(holds),
    )


PROBABILITIES = Function(
    name="token_probabilities",
    oracle="dlf_reference.oracles.m6_text:probabilities",
    cases=cases,
    arguments=("logits",),
    results=("probabilities",),
    mistakes=MISTAKES,
)

# -- what agrees ----------------------------------------------------------------------------------


def _asked(submission: Submission, logits: Array, **options: Any) -> Array:
    p = as_array(submission.call("token_probabilities", logits, **options))
    if p is None or p.shape != logits.shape:
        raise CheckFailure(f"token_probabilities: expected an array of shape {logits.shape}")
    return p


def agree(submission: Submission, ctx: Context) -> Measurements:
    """Three ways to the most likely token; equal logits, of which any may be kept."""
    rng = ctx.rng(1)
    size = int(rng.integers(3, 200))
    logits = rng.normal(0, 2, size)
    best = np.eye(size)[int(logits.argmax())]
    ways: tuple[Options, ...] = (
        {"temperature": 0.0},
        {"temperature": 1e-9},
        {"top_k": 1},
        {"top_p": 1e-9},
        {"top_p": 1e-300},
    )
    for options in ways:
        words = ", ".join(f"{name}={value:g}" for name, value in options.items())
        if not np.allclose(_asked(submission, logits, **options), best, rtol=0, atol=1e-12):
            where = Counterexample(f"{size} drawn logits, {words}", 0, "probabilities")
            raise CheckFailure("the most likely token should have all of the probability", where)
    tied = np.where(np.arange(size) % 2, 1.0, 0.0)
    first = _asked(submission, tied, temperature=0.0)
    if int(first.argmax()) != 1 or first[1] != 1:
        raise CheckFailure("temperature 0: of equal logits expected the first", Counterexample(f"{size} logits", 0))
    equal = np.full(8, float(rng.normal()))
    for options, kept in (({"top_k": 4}, 4), ({"top_p": 0.3}, 3), ({"top_k": 4, "top_p": 0.6}, 3)):
        p = _asked(submission, equal, **options)
        if not np.allclose(np.sort(p)[::-1], np.where(np.arange(8) < kept, 1 / kept, 0), rtol=0, atol=1e-12):
            where = Counterexample(f"8 equal logits, {options}", 0, "probabilities")
            raise CheckFailure(f"expected {kept} tokens of probability 1/{kept}, got {np.round(p, 3).tolist()}", where)
    return {"ways": len(ways)}


# -- generate -------------------------------------------------------------------------------------

LAST_ONLY = Diagnosis("last-id-only", "next_logits is asked with the last id only: hand it all ids so far.")
NOT_EXTENDED = Diagnosis(
    "prompt-asked-again", "next_logits is asked with the prompt every time: append each new id before you ask again."
)
PROMPT_DROPPED = Diagnosis("prompt-dropped", "The prompt is missing from the result: return its ids and the new ones.")
PROMPT_CHANGED = Diagnosis("prompt-changed", "The caller's prompt is extended in place: work on a copy, list(prompt).")
ASKED_AGAIN = Diagnosis(
    "asked-too-often", "next_logits is asked more than once for an id: ask once, and keep the logits."
)
ASKED_ONCE = Diagnosis(
    "asked-once", "next_logits is asked before the loop, and never again: ask for each new id, with those before it."
)
NOT_PASSED = "options-not-passed-on"
NO_TEMPERATURE = Diagnosis(NOT_PASSED, "temperature is not used: pass temperature, top_k and top_p on.")
CONTINUED = (LAST_ONLY, NOT_EXTENDED, PROMPT_DROPPED, PROMPT_CHANGED, ASKED_AGAIN, ASKED_ONCE, NO_TEMPERATURE)


def continued(submission: Submission, ctx: Context) -> Measurements:
    """Without chance there is one right text; how it was asked for shows in what was asked."""
    for number, (size, prompt_size, count) in enumerate(((3, 1, 1), (4, 2, 3), (12, 5, 20), (9, 3, 0)), start=1):
        rng = ctx.rng(number)
        table, prompt = rng.normal(0, 1, (size, size)), rng.integers(0, size, prompt_size).tolist()
        where = Counterexample(f"K={size}, prompt {prompt}, count={count}, temperature=0", number, "ids")
        right = list(prompt)
        for _ in range(count):
            right.append(int((table[right[-1]] + 0.5 * table[right[:-1]].sum(axis=0)).argmax()))
        asked = submission.new(f"{FIXTURES}:NextLogits", table, 0.5)
        held = submission.put(prompt)
        chance = submission.new("numpy.random:default_rng", number)
        ids = submission.call("generate", asked, held, count, rng=chance, temperature=0.0)
        questions, wanted = asked.asked, [right[: prompt_size + i] for i in range(count)]
        if questions != wanted:
            known = _asked_wrongly(questions, wanted, prompt) or _by_chance(submission, table, prompt, count)
            raise CheckFailure(_questions(questions, wanted), where, known)
        if (after := held.fetch()) != prompt:
            text = f"prompt was {prompt}, and is {after} after the call"
            raise CheckFailure(text, Counterexample(where.case, number, "prompt"), (PROMPT_CHANGED,))
        if not isinstance(ids, list | tuple) or not all(type(one) is int for one in ids):
            raise CheckFailure(f"generate: expected a list of ints, got {describe_value(ids)}", where)
        if list(ids) != right:
            known = (PROMPT_DROPPED,) if count and list(ids) == right[prompt_size:] else ()
            known = known or _by_chance(submission, table, prompt, count)
            raise CheckFailure(f"expected {right}, got {list(ids)}", where, known)
    return {"texts": 4}


def _by_chance(submission: Submission, table: Array, prompt: list[int], count: int) -> tuple[Diagnosis, ...]:
    """At temperature 0 nothing is left to chance: texts that differ come of a temperature that was not passed on."""
    texts = [
        submission.call(
            "generate",
            submission.new(f"{FIXTURES}:NextLogits", table, 0.5),
            list(prompt),
            count + 8,
            rng=submission.new("numpy.random:default_rng", seed),
            temperature=0.0,
        )
        for seed in range(4)
    ]
    return (NO_TEMPERATURE,) if any(text != texts[0] for text in texts) else ()


def _questions(asked: Any, wanted: list[list[int]]) -> str:
    if not isinstance(asked, list) or len(asked) != len(wanted):
        got = len(asked) if isinstance(asked, list) else describe_value(asked)
        return f"next_logits should be asked once for each new id; calls: expected {len(wanted)}, got {got}"
    at = next(i for i, (one, right) in enumerate(zip(asked, wanted, strict=True)) if one != right)
    return f"next_logits, asked for new id {at}: expected {wanted[at]}, got {asked[at]}"


def _asked_wrongly(asked: Any, wanted: list[list[int]], prompt: list[int]) -> tuple[Diagnosis, ...]:
    if not isinstance(asked, list) or not wanted:
        return ()
    if len(asked) > len(wanted) and [one for at, one in enumerate(asked) if not at or one != asked[at - 1]] == wanted:
        return (ASKED_AGAIN,)
    if len(wanted) > 1 and asked == wanted[:1]:
        return (ASKED_ONCE,)
    if len(wanted) < 2:
        return ()
    if len(asked) == len(wanted) and all(one == prompt for one in asked):
        return (NOT_EXTENDED,)
    if len(asked) == len(wanted) and len(prompt) > 1 and all(len(one) == 1 for one in asked):
        return (LAST_ONLY,)
    return ()


# -- chance ---------------------------------------------------------------------------------------

MOST_LIKELY = Diagnosis("most-likely-always", "The most likely token is taken every time: draw one with rng.choice.")
UNIFORM = Diagnosis("drawn-alike", "All tokens that are left are drawn alike: give rng.choice the probabilities, p=p.")
OWN_RNG = Diagnosis("own-generator", "The text does not follow from rng: draw from the generator that was passed.")
DRAWS = (NO_TEMPERATURE, MOST_LIKELY, UNIFORM, OWN_RNG)
ODDS = (60.0, 20.0, 10.0, 5.0, 2.0, 1.5, 1.0, 0.5)
SETTINGS: tuple[Options, ...] = ({"temperature": 2.0}, {"temperature": 1.25, "top_k": 3, "top_p": 0.85})
TEXTS, EACH = 8, 125  # draws for each: an option left out shifts the shares of a thousand beyond any doubt
FALSE_ALARM = 1e-7


def unlikely(counts: Array, p: Array) -> bool:
    """Whether chi-square says that draws with these counts do not have these probabilities."""
    from scipy.special import chdtri  # scipy.stats would take most of a second to import

    if counts[p == 0].any():
        return True
    there = p > 0
    expected = p[there] * counts.sum()
    statistic = float(((counts[there] - expected) ** 2 / expected).sum())
    return there.sum() > 1 and statistic > float(chdtri(int(there.sum()) - 1, FALSE_ALARM))


def draws(submission: Submission, ctx: Context) -> Measurements:
    """Draws with each of two settings; the same seed gives the same text, another one another."""
    for number, options in enumerate(SETTINGS, start=1):
        rng = ctx.rng(number)
        logits = np.log(rng.permutation(ODDS))
        right = probabilities(logits, **options)["probabilities"]
        asked = submission.new(f"{FIXTURES}:SameLogits", logits)
        chance = submission.new("numpy.random:default_rng", int(rng.integers(1 << 31)))
        drawn = [_drawn(submission.call("generate", asked, [0], EACH, rng=chance, **options)) for _ in range(TEXTS)]
        words = ", ".join(f"{name}={value:g}" for name, value in options.items())
        where = Counterexample(f"8 tokens, {words}, {TEXTS * EACH} draws", number, "shares")
        if all(text == drawn[0] for text in drawn) and len(set(drawn[0])) > 1:
            raise CheckFailure(
                "two texts drawn from one generator, one after the other, are the same", where, (OWN_RNG,)
            )
        counts = np.bincount(np.concatenate(drawn), minlength=8)[:8]
        if unlikely(counts, right):
            text = f"shares {np.round(counts / counts.sum(), 3).tolist()}, expected {np.round(right, 3).tolist()}"
            raise CheckFailure(text, where, _explained(counts, logits, options, number))
    again = [
        submission.call(
            "generate",
            submission.new(f"{FIXTURES}:SameLogits", np.zeros(8)),
            [0],
            60,
            rng=submission.new("numpy.random:default_rng", seed),
        )
        for seed in (1, 1, 2)
    ]
    if again[0] != again[1] or again[0] == again[2]:
        raise CheckFailure("the same seed should give the same text, and another seed another one", None, (OWN_RNG,))
    return {"draws": len(SETTINGS) * TEXTS * EACH}


def _drawn(ids: Any) -> list[int]:
    if not isinstance(ids, list | tuple) or not all(type(one) is int and 0 <= one < 8 for one in ids):
        raise CheckFailure(f"generate: expected a list of ids from 0 to 7, got {describe_value(ids)}")
    return list(ids[1:])


def _explained(counts: Array, logits: Array, options: Options, number: int) -> tuple[Diagnosis, ...]:
    """The one known mistake whose probabilities these may be draws of; none where two may."""
    right = probabilities(logits, **options)["probabilities"]
    known = [(MOST_LIKELY, np.eye(8)[int(logits.argmax())]), (UNIFORM, (right > 0) / (right > 0).sum())]
    new = [name for name in options if all(name not in earlier for earlier in SETTINGS[: number - 1])]
    for count in range(1, len(new) + 1):
        for left_out in combinations(new, count):
            passed = {name: value for name, value in options.items() if name not in left_out}
            unused = f"{' and '.join(left_out)} {'is' if count == 1 else 'are'} not used"
            found = Diagnosis(NOT_PASSED, f"{unused}: pass temperature, top_k and top_p on.")
            known.append((found, probabilities(logits, **passed)["probabilities"]))
    fitting = [one for one, p in known if not unlikely(counts, p)]
    return tuple(fitting) if len(fitting) == 1 else ()
