"""Which plugins take part: our own features, installed packages, and `dlfplugin.py` beside the exercises."""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

import pluggy

from dlf_grader import hookspecs
from dlf_grader.failures import UsageError
from dlf_grader.installed import any_entry_points

OURS = (
    "dlf_grader.run.hooks",
    "dlf_grader.run.requirements",
    "dlf_grader.instruments.plugin",
    "dlf_grader.milestones.m0",
    "dlf_grader.milestones.m1",
    "dlf_grader.milestones.m2",
    "dlf_grader.milestones.m3",
    "dlf_grader.milestones.m4",
    "dlf_grader.milestones.m5",
    "dlf_grader.milestones.m6",
    "dlf_grader.outputs.writers",
)
LOCAL = "dlfplugin.py"


def load_plugins(beside: Path | None) -> pluggy.PluginManager:
    """A plugin manager with everything registered.

    Args:
        beside: folder that may hold a `dlfplugin.py` (the one that holds `exercises/`).

    Raises:
        UsageError: a plugin cannot be imported, or implements a hook that does not exist.
    """
    manager = pluggy.PluginManager(hookspecs.PROJECT)
    manager.add_hookspecs(hookspecs)
    if os.environ.get("DLF_TRACE_PLUGINS"):
        manager.trace.root.setwriter(lambda text: print(text, end="", file=sys.stderr))
        manager.enable_tracing()
    for name in OURS:
        manager.register(importlib.import_module(name), name)
    if any_entry_points(hookspecs.PROJECT):
        manager.load_setuptools_entrypoints(hookspecs.PROJECT)
    if beside is not None and (beside / LOCAL).is_file():
        manager.register(_import_file(beside / LOCAL), LOCAL)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise UsageError(f"a plugin implements a hook that does not exist: {error}") from None
    return manager


def _import_file(path: Path) -> object:
    import importlib.util  # few have such a file

    spec = importlib.util.spec_from_file_location("dlfplugin", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise UsageError(f"{path}: the plugin cannot be imported: {type(error).__name__}: {error}") from error
    return module
