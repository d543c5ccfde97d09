"""Byte pairs: the solution, our own and the `tokenizers` library give the same ids; so does a plain counter."""

import importlib
import json
import os
import random
import sys
from pathlib import Path

import pytest
from dlf_reference.data.bpe import PIECES, Encoder, learn
from dlf_reference.oracles.m6_text import encoded, merges

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("DLF_DATA", ""))


@pytest.fixture(scope="module")
def solution():
    sys.path.insert(0, str(ROOT / "solutions"))
    yield importlib.import_module("m6_language.bpe")
    sys.path.remove(str(ROOT / "solutions"))
    for name in [name for name in sys.modules if name.startswith("m6_language")]:
        del sys.modules[name]


def texts_of(seed, letters="ab cé.", longest=120):
    rng = random.Random(seed)
    return ["".join(rng.choices(letters, k=rng.randint(1, longest))) for _ in range(4)]


def anything(seed):
    """Text from every plane of Unicode, null bytes and control characters too."""
    rng = random.Random(seed)
    ranges = ((0, 128), (128, 0xD800), (0xE000, 0x110000))
    return "".join(chr(rng.randrange(*rng.choice(ranges))) for _ in range(rng.randint(1, 300)))


def library(pairs):
    """The same merges in the `tokenizers` library; its letters for bytes are GPT-2's."""
    tokenizers = pytest.importorskip("tokenizers")
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    letters = {byte: chr(byte) for byte in visible}
    letters |= {byte: chr(256 + at) for at, byte in enumerate(b for b in range(256) if b not in visible)}
    spelt = ["".join(letters[byte] for byte in token) for token in Encoder(pairs).tokens]
    words = {token: at for at, token in reversed(list(enumerate(spelt)))}
    joined = [("".join(letters[b] for b in left), "".join(letters[b] for b in right)) for left, right in pairs]
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=words, merges=joined))
    split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(PIECES.pattern), "isolated")
    to_bytes = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.pre_tokenizer = tokenizers.pre_tokenizers.Sequence([split, to_bytes])
    return made


@pytest.mark.parametrize("seed", range(30))
def test_all_trainers_learn_what_a_plain_counter_learns(solution, seed):
    texts, size = texts_of(seed), 256 + seed * 2
    counted = merges(texts, size)["merges"].tolist()
    pairs = learn(texts, size)
    assert solution.train_bpe(texts, size) == pairs
    tokens = Encoder(pairs).tokens
    assert [[tokens.index(left), tokens.index(right)] for left, right in pairs] == counted


@pytest.mark.parametrize("seed", range(30))
def test_encoders_agree_and_the_round_trip_is_exact(solution, seed):
    pairs = learn(texts_of(seed), 256 + 40)
    ours, theirs = Encoder(pairs), solution.BPETokeniser(pairs)
    for text in (*texts_of(seed + 1000), anything(seed), "", "\0", "aaaa" * 20):
        ids = theirs.encode(text)
        assert ids == ours.encode(text) == encoded(text, pairs)["ids"].tolist()
        assert theirs.decode(ids) == text


@pytest.mark.parametrize("seed", range(5))
def test_the_library_gives_the_same_ids(solution, seed):
    pairs = learn([*texts_of(seed), anything(seed)], 256 + 60)
    made, theirs = library(pairs), solution.BPETokeniser(pairs)
    rng = random.Random(seed)
    broken = bytes(rng.randrange(256) for _ in range(300)).decode(errors="replace")
    for text in (*texts_of(seed + 1000), broken):
        assert made.encode(text).ids == theirs.encode(text)


@pytest.mark.skipif(not (DATA / "ag_news").is_dir(), reason="needs the data sets, see dlf-data")
@pytest.mark.parametrize("name", ["ag_news", "imdb"])
def test_the_library_gives_the_same_ids_on_real_texts(solution, name):
    from dlf_reference.data.hub import read

    (some,) = read(name, str(DATA), "test", ("text",))
    some = some[:: len(some) // 200]
    pairs = learn(some, 256 + 400)
    made, theirs = library(pairs), solution.BPETokeniser(pairs)
    assert [made.encode(text).ids for text in some] == [theirs.encode(text) for text in some]
    assert [theirs.decode(theirs.encode(text)) for text in some] == some


def test_merges_survive_a_file():
    pairs = learn(texts_of(1), 256 + 20)
    stored = json.loads(json.dumps([[left.hex(), right.hex()] for left, right in pairs]))
    assert [(bytes.fromhex(left), bytes.fromhex(right)) for left, right in stored] == pairs
