"""Whatever command README, guides and lessons name exists, with its options, its checks and its formats."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from dlf_grader import cli
from dlf_grader.config import Config
from dlf_grader.outputs.writers import dlf_outputs
from dlf_grader.plugins import load_plugins
from dlf_grader.run.collect import catalogue_of
from dlf_reference.data.catalogue import DATA_SETS

ROOT = Path(__file__).parents[2]
GUIDES = [path for path in sorted((ROOT / "docs").glob("*.md")) if path.name != "commands.md"]
PAGES = [ROOT / "README.md", *GUIDES, *sorted((ROOT / "exercises").glob("*/README.md"))]
HELP = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
CATALOGUE = {
    milestone.id: [c.id for c in found]
    for milestone, found in catalogue_of(Config(tree=ROOT / "solutions"), load_plugins(None))
}
CHECKS = {check for found in CATALOGUE.values() for check in found}
FORMATS = {writer.name for writer in dlf_outputs()}
OWN = {"x1"}  # the milestone that docs/plugins.md makes

page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())


def commands(page: Path, name: str) -> list[list[str]]:
    """The words after `name` wherever it is written as code."""
    text = page.read_text(encoding="utf-8").replace("\\\n", " ")
    spans = re.findall(rf"`[^`\n]*\b{name} ([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    lines = re.findall(rf"^\$? *(?:\.venv/bin/)?{name} (.+)$", text, re.MULTILINE)
    return [re.split(r" +#| \|\|? | && ", words)[0].split() for words in [*spans, *lines]]


@page
def test_every_command_and_option_exists(page):
    for words in commands(page, "dlf-grade"):
        first = next((word for word in words if not word.startswith("-")), "")
        beginning = any(check.startswith(f"{first}.") for check in CHECKS)  # m1, m1.conv
        assert beginning or first in cli.COMMANDS.keys() | OWN | {"", "MILESTONE", "m1,"}, words
        for option in (word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)):
            assert option == "--version" or re.search(rf"{option}\b", HELP), (option, words)


@page
def test_every_check_a_page_names_is_one(page):
    for words in commands(page, "dlf-grade"):
        for before, word in pairwise(words):
            if before == "-k" and word[0].islower() and not {"x1"} & set(words):
                assert any(part in check for part in word.split(",") for check in CHECKS), words
            if before == "hint" and word != "ID" and not word.startswith("x1"):
                assert word in CHECKS, words
            if before == "--report" and (name := word.partition("=")[0]) not in ("FORMAT", ""):
                assert name in FORMATS, words


@page
def test_every_data_set_a_page_names_is_one(page):
    for words in commands(page, "dlf-data"):
        if words[0] == "get" and words[1] != "NAME":
            assert words[1] in DATA_SETS, words
