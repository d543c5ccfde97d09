"""What the worker tells of an exception: its text, with the name that was probably meant."""

from __future__ import annotations

import builtins
import difflib
import inspect
import types
from typing import Any

from dlf_grader.sandbox.words import spelt_alike


def raised_in(error: BaseException, root: str) -> bool:
    """Whether a file of the tree raised an exception, and no library: PyTorch has a NotImplementedError of its own."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_code.co_filename.startswith(root)


def text_of(error: BaseException) -> str:
    """What an exception says, and what Python would add where it prints it."""
    if isinstance(error, SyntaxError):
        return error.msg or ""
    try:
        return str(error) + _suggestion(error)
    except BaseException:  # noqa: BLE001 - a learner's exception class may be broken too
        return ""


def _suggestion(error: BaseException) -> str:
    """What Python adds to a misspelt name where it prints the exception, ". Did you mean: 'exp'?"; or ""."""
    if isinstance(error, AttributeError) and error.name:
        known = dir(error.obj)
    elif isinstance(error, NameError) and error.name and error.__traceback__ is not None:
        trace = error.__traceback__
        while trace.tb_next is not None:
            trace = trace.tb_next
        frame = trace.tb_frame
        if _has(frame.f_locals.get("self"), error.name):
            return f". Did you mean: 'self.{error.name}'?"
        known = [*frame.f_locals, *frame.f_globals, *dir(builtins)]
        if same := next((name for name in known if name.lower() == error.name.lower()), ""):  # Relu for ReLU
            return f". Did you mean: '{same}'?"
    elif isinstance(error, NotImplementedError):
        return _misspelt_forward(error)
    else:
        return ""
    near = difflib.get_close_matches(str(error.name), known, n=1, cutoff=0.7)
    return f". Did you mean: '{near[0]}'?" if near else ""


def _has(owner: Any, name: str) -> bool:
    """Whether an object has an attribute, without running what may compute it."""
    nothing = object()
    return owner is not None and inspect.getattr_static(owner, name, nothing) is not nothing


def _misspelt_forward(error: NotImplementedError) -> str:
    """What PyTorch's "missing the required forward function" may come from."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_name != "_forward_unimplemented":
        return ""
    own = [name for name in vars(type(trace.tb_frame.f_locals.get("self"))) if not name.startswith("__")]
    near = difflib.get_close_matches("forward", own, n=1, cutoff=0.6)
    return f". It has '{near[0]}': is that the one?" if near else ""


def missing(module: types.ModuleType, name: str) -> str:
    """That a module lacks what it should define, and what it has."""
    defined = [key for key, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__]
    near = [each for each in defined if spelt_alike(each, name)]
    question = f". Is {near[0]} the one? Rename it" if near else ""
    return f"expected {name} in {module.__name__}, which defines {', '.join(sorted(defined)) or 'nothing'}{question}"
