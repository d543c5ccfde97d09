"""What lessons hold to: below each section the mistakes that its checks know by name, folded under each check.

They are written between two comments by `dlf-grade dev docs`; the rest of a lesson is written by hand. A mistake is
told without its remedy, so that unfolding the list gives no answer away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dlf_grader.instruments.known import known_mistakes
from dlf_grader.instruments.mistakes.mistake import Mistake
from dlf_grader.model import Check
from dlf_grader.outputs.headings import headings

BEGIN = "<!-- mistakes: written by dlf-grade dev docs -->"
END = "<!-- end of mistakes -->"
BLOCK = re.compile(rf"\n*{re.escape(BEGIN)}.*?{re.escape(END)}\n*", re.DOTALL)
Facts = Mapping[str, Sequence[str]]  # a check's id to the mistakes that it knows, a sentence each


def facts_by_section(checks: Sequence[Check]) -> dict[str, dict[str, list[str]]]:
    """The mistakes that a milestone's checks know, by their section's anchor and by check; nothing twice."""
    found: dict[str, dict[str, list[str]]] = {}
    told: set[str] = set()
    for check in checks:
        facts = [fact(mistake.text) for mistake in known_mistakes(check) if isinstance(mistake, Mistake)]
        new = [text for text in dict.fromkeys(facts) if text not in told]
        if new:
            told.update(new)
            found.setdefault(check.lesson, {})[check.id] = new
    return found


def fact(text: str) -> str:
    """What is wrong, as a sentence: a diagnosis up to its remedy, which follows a colon or is a sentence of its own."""
    return re.split(r": |[.] ", text, maxsplit=1)[0].rstrip(".") + "."


def with_mistakes(lesson: str, facts: Mapping[str, Facts]) -> str:
    """A lesson's text with the facts of each section, by its anchor, at the section's end, and no others."""
    lines = BLOCK.sub("\n\n", lesson).rstrip("\n").splitlines()
    starts = list(headings("\n".join(lines)))
    ends = [*(index for index, _ in starts[1:]), len(lines)]
    text = lines[: starts[0][0]] if starts else lines
    for (start, anchor), end in zip(starts, ends, strict=True):
        section = "\n".join(lines[start:end]).rstrip("\n")
        block = [_block(facts[anchor])] if anchor in facts else []
        text += [*"\n\n".join([section, *block]).splitlines(), ""]
    return "\n".join(text).rstrip("\n") + "\n"


def _block(facts: Facts) -> str:
    return "\n".join([BEGIN, *(line for id, sentences in facts.items() for line in _folded(id, sentences)), END])


def _folded(id: str, sentences: Sequence[str]) -> list[str]:
    count = "one mistake" if len(sentences) == 1 else f"{len(sentences)} mistakes"
    summary = f"<summary><code>{id}</code> knows {count} by name</summary>"
    return ["<details>", summary, "", *(f"- {sentence}" for sentence in sentences), "", "</details>"]
