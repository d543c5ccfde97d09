"""Sections of lessons on a page: found by their anchor, whole, and without a need for the network."""

import re
from pathlib import Path

import pytest
from dlf_grader.config import Config
from dlf_grader.outputs.lesson import lessons
from dlf_grader.run.collect import collect

ROOT = Path(__file__).parents[3]
README = """# m9 · Nothing

Before.

## Layers

One.

### Forward

With $x_i^2$, $5 and <script>alert(1)</script>:

```math
y = \\frac{1}{2}
```

```python
# ## Not a heading
```

| a | b |
|---|---|
| 1 | 2 |

[file](conv.py) [other](#layers) [paper](https://example.org/a?b=1&c="2") ![a "star"](star.svg) ![gone](gone.png)

#### Deeper

<!-- written by
a command -->
<details>
<summary>Folded <img src=x></summary>

Three.

</details>

### Backward

## Forward

Again.
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    folder = tmp_path / "exercises" / "m9_nothing"
    folder.mkdir(parents=True)
    (folder / "README.md").write_text(README, encoding="utf-8")
    (folder / "star.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    monkeypatch.chdir(folder)


def section(anchor):
    return lessons("m9_nothing", [anchor]).get(anchor)


@pytest.mark.usefixtures("course")
def test_a_section_reaches_to_the_next_heading_of_its_level():
    assert section("layers").title == "Layers"
    assert "One." in section("layers").body
    assert "Three." in section("layers").body
    assert "Again." not in section("layers").body
    assert section("forward").title == "Layers · Forward"
    assert "Three." in section("forward").body
    assert section("forward-1").body.strip() == "<p>Again.</p>"
    assert section("backward").body == ""


@pytest.mark.usefixtures("course")
def test_headings_below_a_section_stand_below_its_own():
    assert "<h4>Deeper</h4>" in section("forward").body
    assert "<h4>Forward</h4>" in section("layers").body
    assert "<h5>Deeper</h5>" in section("layers").body


@pytest.mark.usefixtures("course")
def test_formulas_are_mathml_and_money_is_not():
    body = section("forward").body
    assert body.count("<math") == 2
    assert '<math display="block">' in body
    assert "<mfrac>" in body
    assert "$5 and" in body


@pytest.mark.usefixtures("course")
def test_nothing_in_a_section_runs_or_asks_for_a_file():
    body = section("forward").body
    assert "<script" not in body
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert set(re.findall(r'(?:href|src)="([a-z]+:)', body)) == {"https:", "data:"}
    assert "conv.py" not in body
    assert 'alt="a &quot;star&quot;"' in body
    assert "gone</p>" in body  # what cannot be read is said
    assert "# ## Not a heading" in body


@pytest.mark.usefixtures("course")
def test_text_unfolds_and_comments_are_not_shown():
    body = section("deeper").body
    assert re.sub(r"\s+", " ", body).strip() == (
        "<details> <summary>Folded &lt;img src=x&gt;</summary> <p>Three.</p> </details>"
    )


@pytest.mark.usefixtures("course")
def test_what_is_not_there_is_no_section():
    assert section("other") is None
    assert section("") is None
    assert lessons("m8", ["layers"]) == {}


def test_every_check_has_its_section_and_every_formula_in_it_is_read(plugins, monkeypatch):
    monkeypatch.chdir(ROOT)
    checks = collect(Config(ROOT / "exercises"), plugins)
    for folder in {check.exercise.partition("/")[0] for check in checks}:
        named = {check.lesson for check in checks if check.exercise.startswith(f"{folder}/")}
        found = lessons(folder, named)
        assert found.keys() == named
        for anchor, section in found.items():
            for formula in re.findall(r"<math.*?</math>", section.body, re.DOTALL):
                assert not re.search(r"[\\$]|&amp;", formula), formula
            assert "<code>\\" not in section.body
            assert "$" not in re.sub(r"<(pre|code).*?</\1>", "", section.body, flags=re.DOTALL), anchor
