"""The documentation as a site: it builds without a warning, breaks on a broken link, and is read without a network."""

import importlib.util
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in ("sphinx", "myst_parser", "furo", "math_core")),
    reason="Sphinx and its parts are not installed: pip install -e '.[docs]'",
)


def build(source: Path, target: Path) -> subprocess.CompletedProcess:
    options = [
        "--quiet",
        "--fail-on-warning",
        "--keep-going",
        "-c",
        str(source / "docs"),
        "-d",
        str(target / "doctrees"),
    ]
    command = [sys.executable, "-m", "sphinx", *options, str(source), str(target / "site")]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    target = tmp_path_factory.mktemp("documentation")
    done = build(ROOT, target)
    assert (done.returncode, done.stderr) == (0, "")
    return target / "site"


def test_the_first_page_is_the_readme(site):
    assert (site / "index.html").read_text("utf-8") == (site / "README.html").read_text("utf-8")


def test_every_lesson_and_every_guide_is_a_page(site):
    sources = [*ROOT.glob("exercises/*/README.md"), *ROOT.glob("docs/*.md")]
    assert all((site / path.relative_to(ROOT).with_suffix(".html")).exists() for path in sources)


def test_no_page_loads_anything_from_elsewhere(site):
    loads = re.compile(r'<(?:script|img|iframe|source)[^>]+src="(?:https?:)?//|<link[^>]+href="(?:https?:)?//|@import')
    for page in [*site.rglob("*.html"), *site.rglob("*.css")]:
        assert not loads.search(page.read_text("utf-8")), page


@pytest.mark.parametrize("lesson", sorted(path.parent.name for path in ROOT.glob("exercises/*/README.md")))
def test_every_block_of_formulas_is_mathml(site, lesson):
    source = (ROOT / "exercises" / lesson / "README.md").read_text("utf-8")
    page = (site / "exercises" / lesson / "README.html").read_text("utf-8")
    assert page.count('display="block"') == source.count("```math\n") > 0


def test_what_leads_nowhere_is_an_error(tmp_path):
    faults = {
        "[a file](docs/none.md)": "'docs/none.md'",
        "[a section](docs/plugins.md#none)": "local id not found in doc 'docs/plugins': 'none'",
        "![a picture](docs/assets/none.svg)": "image file not readable: docs/assets/none.svg",
        "$\\nosuchmacro x$": "no formula",
    }
    shutil.copytree(ROOT / "docs" / "theme", tmp_path / "docs" / "theme")
    shutil.copy(ROOT / "docs" / "conf.py", tmp_path / "docs")
    for name in ("docs/plugins.md", "exercises/m0_mlp/README.md", "benchmarks/RESULTS.md", "CHANGELOG.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# A page\n")
    (tmp_path / "README.md").write_text("\n\n".join(["# A course", *faults]) + "\n")
    done = build(tmp_path, tmp_path / "broken")
    assert done.returncode != 0
    assert [words for words in faults.values() if words not in done.stderr] == []
    assert done.stderr.count("WARNING") == len(faults)
