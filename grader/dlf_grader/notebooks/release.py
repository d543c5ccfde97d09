"""exercises/notebooks/: what learners get, made of the source notebooks by nbgrader's own transforms."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any


def available() -> bool:
    """Whether nbgrader is installed."""
    return importlib.util.find_spec("nbgrader") is not None


def released(made: dict[str, Any]) -> str:
    """The text of the file that `nbgrader generate_assignment` gives for a source notebook.

    Args:
        made: the source notebook; its outputs do not matter.
    """
    import nbformat
    from nbconvert.exporters import NotebookExporter
    from nbgrader.converters import GenerateAssignment
    from nbgrader.preprocessors import SaveCells
    from traitlets.config import Config

    exporter = NotebookExporter(config=Config({"Exporter": {"default_preprocessors": []}}))
    for step in GenerateAssignment().preprocessors:
        if step is not SaveCells:  # writes the gradebook, changes nothing
            exporter.register_preprocessor(step)
    text, _ = exporter.from_notebook_node(nbformat.reads(json.dumps(made), as_version=4))
    return str(text)


def released_path(lesson: Path, root: Path) -> Path:
    """The file of a lesson's released notebook."""
    return root / "exercises" / "notebooks" / lesson.parent.name / f"{lesson.stem}.ipynb"


def differs(file: Path, text: str) -> bool:
    """Whether a file is missing, or says anything else."""
    return not file.is_file() or file.read_text(encoding="utf-8") != text
