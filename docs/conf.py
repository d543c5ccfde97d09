"""The documentation as a site: README, guides and lessons are read where they stand. Build: make docs."""

import shutil
from pathlib import Path

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

project = "dl-foundations"
html_title = project
root_doc = "README"
include_patterns = ["README.md", "CHANGELOG.md", "docs/*.md", "exercises/*/README.md", "benchmarks/RESULTS.md"]
exclude_patterns = [".*", "build", "runs"]  # not even looked through
extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath"]
myst_fence_as_directive = ["math"]
myst_heading_anchors = 4
html_theme = "furo"
html_static_path = ["theme"]
html_css_files = ["site.css"]
html_copy_source = False
html_math_renderer = "mathml"
nitpicky = True

CONTENTS = """
```{toctree}
:hidden:
:caption: The course
:glob:

exercises/*/README
```

```{toctree}
:hidden:
:caption: Guides
:glob:

docs/*
benchmarks/RESULTS
CHANGELOG
```
"""


def add_contents(app: Sphinx, name: str, source: list[str]) -> None:
    """The table of contents, which GitHub would show as code, is for the site only."""
    if name == root_doc:
        source[0] += CONTENTS


def inline_math(writer: HTML5Translator, node: nodes.math) -> None:
    """Formulas become MathML as the page is written: a reader's browser needs neither scripts nor a network."""
    writer.body.append(mathml(node, display=False))
    raise nodes.SkipNode


def block_math(writer: HTML5Translator, node: nodes.math_block) -> None:
    """The same for a formula with lines of its own, which may be wider than a telephone."""
    writer.body.append(f'<div class="math">{mathml(node, display=True)}</div>\n')
    raise nodes.SkipNode


def mathml(node: nodes.Element, *, display: bool) -> str:
    """A formula's MathML; one that cannot be read is a warning, which the build takes for an error."""
    try:
        return LatexToMathML(fancy_error=False).convert_with_local_state(node.astext(), displaystyle=display)
    except LatexError as error:
        logging.getLogger(__name__).warning("no formula: %s", error, location=node)
        return ""


def add_index(app: Sphinx, failure: Exception | None) -> None:
    """Whoever asks for the site without a page gets the README."""
    if failure is None and app.builder.format == "html":
        shutil.copyfile(Path(app.outdir) / "README.html", Path(app.outdir) / "index.html")


def setup(app: Sphinx) -> None:
    """What Sphinx calls as it starts."""
    app.connect("source-read", add_contents)
    app.connect("build-finished", add_index)
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
