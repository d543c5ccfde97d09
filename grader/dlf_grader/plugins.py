"""Which plugins take part: our own features, installed packages, and `dlfplugin.py` beside the exercises."""

from __future__ import annotations

import functools
import importlib
import inspect
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pluggy

from dlf_grader import hookspecs
from dlf_grader.failures import DlfError, UsageError
from dlf_grader.installed import any_entry_points, contents_of_plugins
from dlf_grader.places import LOCAL

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
JUDGES = ("dlf_run_check", "dlf_probe", "dlf_worker")
LOOK_ON = (
    *("dlf_explain", "dlf_session_start", "dlf_check_started", "dlf_check_progress", "dlf_check_finished"),
    "dlf_session_finish",
)  # hooks whose answer a run can do without


def load_plugins(beside: Path | None) -> pluggy.PluginManager:
    """A plugin manager with everything registered.

    Args:
        beside: folder that may hold a `dlfplugin.py` (the one that holds `exercises/`).

    Raises:
        UsageError: a plugin cannot be imported, implements a hook that does not exist, or takes `**arguments`.
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
        _leave_out_absent(manager, beside)
    for name, plugin in manager.list_name_plugin():
        if name not in OURS and plugin is not None:
            _guard(manager, name, plugin)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise UsageError(f"a plugin implements a hook that does not exist: {error}") from None
    return manager


def _leave_out_absent(manager: pluggy.PluginManager, root: Path) -> None:
    """A course of one's own has only those of our milestones whose folder is there."""
    for name in (name for name in OURS if name.startswith("dlf_grader.milestones.")):
        plugin: Any = manager.get_plugin(name)
        folders = {milestone.folder for milestone in plugin.dlf_milestones()}
        if not any((root / tree / folder).is_dir() for tree in ("exercises", "solutions") for folder in folders):
            manager.unregister(name=name)


def _guard(manager: pluggy.PluginManager, name: str, plugin: object) -> None:
    """Let no plugin end a run with a traceback: one that only looks on is skipped, others are named."""
    for caller in manager.get_hookcallers(plugin) or ():
        for found in caller.get_hookimpls():
            if found.plugin is not plugin:
                continue
            if caller.spec:
                _refuse_unnamed(found.function, f"{name}: {caller.name}", caller.spec.argnames)
            if caller.name not in JUDGES:  # what these raise is about a check, and said there
                found.function = _guarded(found.function, name, caller.name)  # type: ignore[misc]  # final to others


def _refuse_unnamed(function: Callable[..., Any], where: str, arguments: Sequence[str]) -> None:
    """pluggy hands over what a signature names before any `*`: `**arguments` would stay empty without a word."""
    for parameter in inspect.signature(function).parameters.values():
        if parameter.kind is not parameter.POSITIONAL_OR_KEYWORD:
            names = f"name those it needs of {', '.join(arguments)}" if arguments else "the hook has none"
            raise UsageError(f"{where} gets no argument through `{parameter}`; {names}")


def _guarded(function: Callable[..., Any], plugin: str, hook: str) -> Callable[..., Any]:
    told: list[str] = []

    @functools.wraps(function)
    def call(*arguments: Any, **with_defaults: Any) -> Any:
        try:
            made = function(*arguments, **with_defaults)
            return list(made) if inspect.isgenerator(made) else made
        except DlfError:
            raise
        except Exception as error:
            said = f"{plugin}: {hook} raised {type(error).__name__}: {' '.join(str(error).split())}"
            if hook not in LOOK_ON:
                raise UsageError(said) from error
            if not told:
                told.append(said)
                print(f"dlf-grade: {said}; the run goes on without it", file=sys.stderr)
            return None

    return call


def contents(manager: pluggy.PluginManager) -> str:
    """Changes whenever an installed plugin, or `dlfplugin.py`, does."""
    import hashlib  # what only lists checks makes no key

    digest = hashlib.sha256("\n".join(contents_of_plugins(hookspecs.PROJECT)).encode())
    for name, plugin in sorted(manager.list_name_plugin()):
        place = getattr(plugin, "__file__", None)
        if name in OURS or not place:
            continue
        package = Path(place).parent if getattr(plugin, "__package__", "") else None
        for file in sorted(package.rglob("*.py")) if package else [Path(place)]:
            digest.update(f"{file.name}\0".encode() + file.read_bytes())
    return digest.hexdigest()


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
