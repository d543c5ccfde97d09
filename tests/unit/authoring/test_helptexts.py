"""The page of commands, and the pages that `dlf-grade dev docs` keeps."""

import os
from pathlib import Path

import pytest
from dlf_grader import cli
from dlf_grader.authoring import docs, helptexts, sync
from dlf_grader.plugins import load_plugins

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def page():
    return helptexts.page()


@pytest.mark.parametrize("command", [*(f"dlf-grade {name}" for name in cli.COMMANDS), "dlf-data get", "dlf-train"])
def test_every_command_has_its_section(page, command):
    section = page.partition(f"# {command}\n")[2].partition("\n#")[0]
    assert f"usage: {command}" in section


def test_the_page_says_nothing_of_this_machine(page, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("DLF_DATA", "/elsewhere")
    assert helptexts.page() == page
    assert os.environ["COLUMNS"] == "40"


@pytest.mark.skipif(not helptexts.SAME_WORDS, reason="argparse of this Python sets the same options differently")
@pytest.mark.skipif(os.name == "nt", reason="DLF_DATA is another folder there")
def test_written_pages_are_up_to_date():
    out_of_date = sync.out_of_date(docs.pages(ROOT, load_plugins(ROOT)))
    assert not out_of_date, "run: dlf-grade dev docs"
