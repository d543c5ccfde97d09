"""The eight rules of plain English, as far as a list of words can hold them, over what a learner may read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PLAIN = ("README.md", "docs", "exercises", "grader/dlf_grader/instruments", "grader/dlf_grader/milestones")


@dataclass(frozen=True)
class Word:
    """What must not occur: a pattern, what to write instead, and a sentence that shows it."""

    pattern: str
    instead: str
    example: str

    def matches(self, sentence: str) -> bool:
        return re.search(self.pattern, sentence, re.IGNORECASE) is not None


# "It looks as if … were", also where another line puts the first words before the rest: a singular, then "were"
_NAMES = "axis|beta|bias|eps|exp|gamma|keepdims|loss|momentum|nesterov|padding|softmax|stride|tanh|zero"
_NOUN = r"(?:the|an?|each|every) (?:(?!two |and |that )[^\W_]+ ){0,4}?(?!they|that|who|which)[^\W_]*[^\Ws_]"
_ONE = rf"(?:only )?(?:it|this|that|everything|{_NAMES}|[a-zW]\d?|\w*_\w+|{_NOUN})"
_VERB = r"(?:is|are|was|were|gets?|must|may|has|have|stops?|lies?|joins?|needs?|comes?|belongs?)"

WORDS = (
    # 1. The subject comes first; who and what ask questions.
    Word(r"\bwhoever\b|^who\b.*[.]$", "begin with the subject", "Who walks every path never arrives."),
    Word(
        rf"(?:^|[:;] )what (?!if\b|to\b|it\b|they\b|you\b)[^?]+ {_VERB}\b[^?]*[.:]$",
        "begin with the subject, a noun; 'What …?' is for questions",
        "What backward needs must be stored.",
    ),
    # 2. "is not an X".
    Word(
        r"(?<!there )\b(?:is|are|was|were|be) no (?!longer\b|more\b|less\b|fewer\b)",
        "'is not a …'",
        "A layer's output is no number.",
    ),
    # 3. The field's nouns.
    Word(r"\bslopes?\b", "derivative (of a function), gradient (of the loss)", "The slope at 2 is a half."),
    Word(r"(?<!standard )\bdeviations?\b", "standard deviation", "W is drawn with deviation 1."),
    Word(
        r"\b(?:stands?|stood|standing)\b(?! for\b)",
        "is, comes, belongs; the denominator, the numerator",
        "What stands below is never less than 1e-8.",
    ),
    Word(
        r"\b(?:take|takes|taken|took|taking|go|goes|went|come|comes)\b[^.,:;?!]{0,40}\b(?:off|away)\b",
        "subtract … from",
        "1 goes off the probability of each row's true class.",
    ),
    Word(r"\bweigh(?:s|ed)?\b", "weighted by, multiplied by", "The gradient is weighed by 1 - momentum."),
    Word(r"\b(?:has|have|had|own|its|one|a) turns?\b", "topological order", "Each Tensor has one turn."),
    Word(r"\bcaller's hands\b", "modified in place: the caller's array", "x was changed in the caller's hands."),
    Word(r"\bkeeps? [^.:;]* apart\b", "name what is kept, and what carries over", "It keeps dtype and calls apart."),
    Word(r"\boptimizers?\b", "optimiser", "Make an optimizer."),
    # 4. A diagnosis is a fact and a remedy, without a subjunctive.
    Word(r"\b(?:looks?|seems?) as (?:if|though)\b", "say what is wrong", "It looks as if eps is missing."),
    Word(rf"(?:^|[.,:;] |as if ){_ONE} were\b", "was, is; say what is wrong", "The kernel were flipped."),
    # 6. and 8. Plain words.
    Word(r"\b(?:anew|whom|lest|thereof|hence|undimmed|threatens)\b", "an everyday word", "Compute it anew."),
    Word(r"\b(?:manners|props|slips|the desk|a desk)\b", "the field's own word", "Where people make slips."),
)
LONGEST = 30  # words between two stops; two sentences of ten beat one of twenty-two


def complaints(text: str) -> Iterator[str]:
    """Each sentence that breaks a rule, with the words to write instead."""
    plain = re.sub(r"`[^`]*`|\$[^$]*\$", "X", " ".join(text.split()).strip("|-*# "))
    for sentence in re.split(r"(?<=[.!?]) (?=[^a-z])|\|", plain):
        advice = [word.instead for word in WORDS if word.matches(sentence.strip())]
        lengths = [len(part.split()) for part in re.split(r"[:;]\s", sentence)]
        advice += [f"{length} words: make two sentences of it" for length in lengths if length > LONGEST]
        yield from (f"{sentence.strip()}\n        → {words}" for words in advice)


# -- where sentences are --------------------------------------------------------------------------


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """The sentences of a file, with their lines: its prose, or those in its strings."""
    text = path.read_text(encoding="utf-8")
    if path.name == "commands.md":  # what commands print for --help
        yield from enumerate(text.splitlines(), 1)
    elif path.suffix == ".md":
        yield from _prose(text)
    elif path.is_relative_to(ROOT / "exercises"):
        yield from ((node.body[0].lineno, doc) for node in ast.walk(ast.parse(text)) if (doc := _docstring(node)))
        yield from ((at, line.strip(" #")) for at, line in enumerate(text.splitlines(), 1) if line.strip()[:1] == "#")
    else:
        yield from _strings(ast.parse(text))


def _prose(text: str) -> Iterator[tuple[int, str]]:
    """Paragraphs, list entries and table rows of Markdown; no code, and nothing that checks say elsewhere."""

    def blank(match: re.Match[str]) -> str:
        return "\n" * match[0].count("\n")

    text = re.sub(r"(?ms)<!-- mistakes.*?end of mistakes -->|^ *```.*?^ *```|\$\$.*?\$\$", blank, text)
    for match in re.finditer(r"(?m)(?:^(?!\s*$).+\n?)+?(?=\s*(?:\n|\Z|[-*|>#]|\d\. ))", text):
        yield text.count("\n", 0, match.start()) + 1, re.sub(r"\]\([^)]*\)", "]", match[0])


def _docstring(node: ast.AST) -> str | None:
    documented = ast.Module | ast.ClassDef | ast.FunctionDef
    return ast.get_docstring(node) if isinstance(node, documented) else None


def _strings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """String constants that hold more than one word; what is filled in stands as X. Docstrings are for us."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.JoinedStr):
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = re.sub(r"\{\w*\}", "X", node.value)
        else:
            yield from _strings(node)
            continue
        if " " in text.strip():
            yield node.lineno, text


def files(name: str) -> list[Path]:
    place = ROOT / name
    found = [place] if place.is_file() else [*place.rglob("*.py"), *place.rglob("*.md")]
    assert found, f"{name} holds nothing to read"
    return sorted(found)


@pytest.mark.parametrize("name", PLAIN)
def test_sentences_are_plain(name):
    found = [
        f"{path.relative_to(ROOT)}:{line}: {complaint}"
        for path in files(name)
        for line, text in sentences(path)
        for complaint in complaints(text)
    ]
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.example)
def test_each_word_is_found_in_its_example(word):
    assert word.matches(word.example)


@pytest.mark.parametrize(
    "sentence",
    [
        "The update has the wrong sign: the gradient points uphill, so *subtract* lr × gradient.",
        "Subtract 1 from the probability of the true class, in every row.",
        "If both elements are zero this divides 0 by 0. Clamp the denominator: np.maximum(…, 1e-8).",
        "You treated raw logits as log-probabilities: apply log_softmax first.",
        "X was modified in place: the caller's array changed. Work on a copy.",
        "A traversal of every path would never finish.",
        "What does NumPy give for an array that is indexed with an array of integers?",
        "The two norms were swapped: norm1 goes with the attention.",
        "The arrays stayed as they were: change them in place.",
        "There is no bias. The standard deviation is the square root of the variance.",
        "The standard deviation of W is 2, expected 1.",
    ],
)
def test_plain_sentences_pass(sentence):
    assert not list(complaints(sentence))
